/** The first half of the way of a call: where it arrives in the table, who calls, and whether they are let in. */
import { type Call, type Caller, callerOf, identityOf } from "./callers/call.ts";
import { readSent } from "./callers/phones/phone.ts";
import type { ScreenCause, Step } from "./decision.ts";
import type { LimitPlan } from "./plan.ts";
import type { Entry, Limit, Route, Scope, Table } from "./table/table.ts";

/** A call that has arrived at the table. */
export interface Arrival {
  readonly table: Table;
  /** That of the entry; where none matches, of the account. */
  readonly scope: Scope;
  readonly call: Call;
  /** The number dialled: normalized where it is a phone number, else as sent. */
  readonly dialled: string;
  readonly caller: Caller;
  /** The entry of `[numbers]`; undefined where none matches. */
  readonly entry: Entry | undefined;
  /** Where the call goes on, or why it goes no further. */
  readonly next: { readonly route: Route } | { readonly refused: ScreenCause };
}

const NONE: readonly never[] = [];

/** Told every step, where somebody wants to know all of them. */
export type Record = ((step: Step) => void) | undefined;

/** Finds the route of a call, whosever number it is for, and screens the caller. Never throws. */
export function receive(table: Table, call: Call, record?: Record): Arrival {
  const found = dialledIn(table, call, undefined);
  return arrivalAt(table, call, found, undefined, record);
}

/**
 * The same for a call that was signed with a key of `account`; `foreign` where the number is that of another one, whose
 * calls are not for this key to ask about.
 */
export function receiveSigned(table: Table, call: Call, account: string): Arrival | "foreign" {
  const found = dialledIn(table, call, account);
  return found.entry === "foreign" ? "foreign" : arrivalAt(table, call, found, account, undefined);
}

interface Dialled {
  readonly dialled: string;
  readonly entry: Entry | "foreign" | undefined;
}

/**
 * Reads the number dialled, and finds its entry; without `+` it is read as each client writes its numbers.
 *
 * @param account whose entry it must be; undefined for any
 */
function dialledIn(table: Table, { to }: Call, account: string | undefined): Dialled {
  let best: Dialled | undefined;
  const { countries } = table;
  for (const country of countries) {
    const { number, key } = readSent(to, country);
    const entry = account === undefined ? table.entryFor(key) : table.entryOf(account, key);
    const found: Dialled = { dialled: number ?? to, entry };
    if (countries.length === 1) return found;
    const isMeant = typeof entry === "object" && entry.how === "exact" && entry.scope.country === country;
    if (isMeant) return found;
    best ??= found;
  }
  return best ?? { dialled: to, entry: undefined };
}

function arrivalAt(
  table: Table,
  call: Call,
  found: Dialled,
  account: string | undefined,
  record: Record,
): Arrival {
  const { dialled } = found;
  const entry = found.entry === "foreign" ? undefined : found.entry;
  const scope = entry?.scope ?? scopeOf(table, account);
  const caller = callerOf(call.from, scope.country, scope.contacts);
  if (entry) record?.({ kind: "entry", client: scope.client, dialled, entry: entry.name, how: entry.how });
  const next = nextOf(scope, call, dialled, caller, entry, record);
  if ("refused" in next) record?.({ kind: "refused", cause: next.refused });
  return { table, scope, call, dialled, caller, entry, next };
}

function scopeOf({ accounts }: Table, account = ""): Scope {
  const scope = accounts.get(account);
  if (!scope) throw new Error(`Cannot receive a call: there is no account ${JSON.stringify(account)}`);
  return scope;
}

function nextOf(
  scope: Scope,
  call: Call,
  dialled: string,
  caller: Caller,
  entry: Entry | undefined,
  record: Record,
): Arrival["next"] {
  if (!entry) return { refused: { kind: "unrouted", dialled, unrouted: scope.unrouted } };
  const route = call.channel === "chat" ? (entry.texts ?? entry.calls) : entry.calls;
  const refused = screen(route, caller, record);
  if (refused) return { refused };
  if (call.channel === "chat" && !entry.texts) return { refused: { kind: "no route for texts" } };
  return { route };
}

/** Why a route does not let a caller in: `deny` beats `allow`. */
function screen(route: Route, caller: Caller, record: Record): ScreenCause | undefined {
  for (const { origin, test } of route.deny) {
    const hit = test(caller);
    if (hit) return { kind: "denied", origin, hit };
  }
  if (route.deny.length > 0) record?.({ kind: "not denied", screens: route.deny.map(named) });
  for (const { origin, entries, test } of route.allow) {
    const hit = test(caller, record !== undefined);
    if (!hit) return { kind: "not allowed", origin, entries };
    record?.({ kind: "allowed", origin, hit });
  }
  return undefined;
}

function named({ origin, entries }: Route["deny"][number]) {
  return { origin, entries };
}

/** A limit that may be asked about a call. */
export interface LimitUse extends Limit {
  /** What rules ask for it by. */
  readonly name: string;
  /** What the limit counts apart: the caller, the dialled number, or nothing. */
  readonly key: string;
}

/** The limits that the rules of a call's route can ask about. */
export function limitsAsked({ scope, call, caller, next }: Arrival): readonly LimitUse[] {
  if ("refused" in next || next.route.asks.limits.length === 0) return NONE;
  return next.route.asks.limits.flatMap((name): LimitUse[] => {
    const limit = scope.limits.get(name);
    return limit ? [{ name, ...limit, key: limitKey(limit.plan.by, caller, call, scope) }] : [];
  });
}

/** Those who hide their number cannot be told apart, and are counted as one. */
function limitKey(by: LimitPlan["by"], caller: Caller, call: Call, { country }: Scope): string {
  switch (by) {
    case "all":
      return "";
    case "number":
      return identityOf(readSent(call.to, country));
    case "caller":
      return caller.identity ?? "withheld";
  }
}
