/** Who forwarded a call: the diverters that its SIP headers name. */
import { type AddressEntry, addressList, uriUser } from "./address-list.ts";
import { type Call, type Caller, callerOf, headerOf, identityOf } from "./call.ts";
import type { Contacts } from "./contact-book.ts";
import { type CountryCode, readSent } from "./phones/phone.ts";

/** One that forwarded a call. */
export interface Forwarder {
  /** The number in E.164 form where it can be read so, else the user of the address; undefined where it is withheld. */
  readonly text: string | undefined;
  /** The diverter as a caller: what tests of callers (lookup.ts) are run on. */
  readonly caller: Caller;
}

/**
 * The most diverters that are read of a header, the newest ones. A request may be handed on 70 times (Max-Forwards,
 * RFC 3261, section 8.1.1.6), so no honest header names more; reading each may cost 20 µs.
 */
const MOST = 70;

const NOBODY: Contacts = { get: () => undefined };

/**
 * Who forwarded a call, the newest first: the entries of Diversion (RFC 5806) in their order; then those of
 * History-Info (RFC 7044) from the last to the first by `index`, but for the number dialled, which is where the call
 * was forwarded to. Each is read when it is asked for. Never throws.
 *
 * @param dialled the number dialled: in E.164 form where it is known, else as sent
 * @param country how to read a number sent without `+`
 * @param contacts who is known, so that a test can ask whether a diverter is
 */
export function* forwardersOf(
  call: Pick<Call, "headers">,
  dialled: string,
  country: CountryCode | undefined,
  contacts: Contacts = NOBODY,
): Generator<Forwarder> {
  const diversion = headerOf(call, "diversion");
  if (diversion) {
    for (const user of firstOf(usersOf(addressList(diversion)))) yield forwarder(user, country, contacts);
  }
  const history = headerOf(call, "history-info");
  if (history) {
    const own = identityOf(readSent(dialled, country));
    for (const user of firstOf(usersOf(newestFirst([...addressList(history)])))) {
      const entry = forwarder(user, country, contacts);
      if (entry.caller.identity !== own) yield entry;
    }
  }
}

/**
 * The newest diverter of a call, as `${forwarded_from}` gives it: the number in E.164 form where it can be read so,
 * else the user of its address. Undefined where nobody forwarded the call, or the newest diverter is withheld.
 */
export function forwardedFrom(
  call: Pick<Call, "headers">,
  dialled: string,
  country: CountryCode | undefined,
): string | undefined {
  const [newest] = forwardersOf(call, dialled, country);
  return newest?.text;
}

function forwarder(user: string, country: CountryCode | undefined, contacts: Contacts): Forwarder {
  const caller = callerOf(user, country, contacts);
  return { text: caller.number ?? (caller.withheld ? undefined : user), caller };
}

function* firstOf<Item>(items: Iterable<Item>): Generator<Item> {
  let count = 0;
  for (const item of items) {
    if (++count > MOST) return;
    yield item;
  }
}

/** The users of the addresses; what is no address is left out. */
function* usersOf(entries: Iterable<AddressEntry>): Generator<string> {
  for (const { address } of entries) {
    const user = uriUser(address);
    if (user !== undefined) yield user;
  }
}

/** The entries of History-Info, the last by `index` first; one without an index belongs to the entry before it. */
function newestFirst(entries: readonly AddressEntry[]): AddressEntry[] {
  let index: readonly number[] = [];
  const indexed = entries.map((entry) => {
    const digits = /;\s*index\s*=\s*"?(\d+(?:\.\d+)*)/i.exec(entry.parameters)?.[1];
    if (digits !== undefined) index = digits.split(".").map(Number);
    return { entry, index };
  });
  return indexed
    .sort((a, b) => byIndex(a.index, b.index))
    .map(({ entry }) => entry)
    .reverse();
}

/** `1` comes before `1.1`, that before `1.2`, and `1.9` before `1.10`. */
function byIndex(a: readonly number[], b: readonly number[]): number {
  for (const [at, part] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    if (part !== other) return part < other ? -1 : 1;
  }
  return a.length - b.length;
}
