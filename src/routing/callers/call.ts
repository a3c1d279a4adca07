/** An inbound call or text, and its caller, as the routing sees them. */

import type { Contact } from "../plan.ts";
import { sentText } from "./callers.ts";
import type { Contacts } from "./contact-book.ts";
import { keyText, type PhoneKey, spellingsOf } from "./phones/canonical.ts";
import { type CountryCode, countryOf, type E164, isInUse, readSent, type Sent } from "./phones/phone.ts";

/** One inbound call or text. */
export interface Call {
  readonly channel: "call" | "chat";
  /** The caller as sent: a number, a word for a withheld one, or a SIP user. */
  readonly from: string;
  /** The number dialled, as sent. */
  readonly to: string;
  readonly id: string | undefined;
  /** The agent that Retell has bound to the number. */
  readonly boundAgentId: string | undefined;
  /** SIP headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a channel is called wherever people and programs read of it: Retell's "chat" is a text. */
export function channelWord({ channel }: Pick<Call, "channel">): "call" | "text" {
  return channel === "chat" ? "text" : "call";
}

/** The value of a SIP header. @param name in lower case */
export function headerOf({ headers }: Pick<Call, "headers">, name: string): string | undefined {
  return Object.hasOwn(headers, name) ? headers[name] : undefined;
}

/** Who calls. At most one of `key` and `withheld` holds; a SIP user such as `alice` has neither. */
export interface Caller {
  /** The number to be sent on, as it came, in E.164 form; undefined where it is not known for sure. */
  readonly number: E164 | undefined;
  /** What is compared with lists, contacts and the like: two spellings of one phone have one key. */
  readonly key: PhoneKey | undefined;
  /** Every way to write the number of `key`, with `+`; empty without one. */
  readonly spellings: readonly string[];
  /** What tells callers apart, for limits and splits: undefined for those who hide their number. */
  readonly identity: string | undefined;
  /** The caller as sent, in the form that texts are compared in: whole, and its SIP user where that is another. */
  readonly texts: readonly string[];
  readonly withheld: boolean;
  /** What is known of the caller. */
  readonly contact: Contact | undefined;
  /** The country of the number, where its digits tell. Found when first asked for. */
  readonly country: CountryCode | undefined;
}

/**
 * Reads the caller of a call.
 *
 * @param country how to read a number sent without `+`
 * @param contacts what is known of callers, by number
 */
export function callerOf(from: string, country: CountryCode | undefined, contacts: Contacts): Caller {
  return new SentCaller(from, readSent(from, country), contacts);
}

/** What tells callers, or dialled numbers, apart: the same text for every spelling of one. */
export function identityOf({ key, user }: Pick<Sent, "key" | "user">): string {
  return key === undefined ? sentText(user) : keyText(key);
}

class SentCaller implements Caller {
  readonly number: E164 | undefined;
  readonly key: PhoneKey | undefined;
  readonly withheld: boolean;
  readonly contact: Contact | undefined;
  readonly #from: string;
  readonly #user: string;
  #identity: string | undefined;
  #country: { readonly found: CountryCode | undefined } | undefined;
  #spellings: readonly string[] | undefined;

  constructor(from: string, { number, key, withheld, user, isCanonical }: Sent, contacts: Contacts) {
    this.number = number;
    this.key = key;
    this.withheld = withheld;
    this.contact = key === undefined ? undefined : contacts.get(key);
    this.#from = from;
    this.#user = user;
    // Of nearly all who call it is there already, and need not be made of the key.
    this.#identity = isCanonical ? number : undefined;
  }

  get spellings(): readonly string[] {
    this.#spellings ??= this.key === undefined ? [] : spellingsOf(this.key);
    return this.#spellings;
  }

  get identity(): string | undefined {
    if (this.withheld) return undefined;
    this.#identity ??= identityOf({ key: this.key, user: this.#user });
    return this.#identity;
  }

  get texts(): readonly string[] {
    const [whole, user] = [sentText(this.#from), sentText(this.#user)];
    return whole === user ? [whole] : [whole, user];
  }

  #findCountry(): CountryCode | undefined {
    if (this.key === undefined) return undefined;
    // Digits sent without a `+` are of the country that they name only where they are a number of it.
    const number = keyText(this.key);
    return this.number !== undefined || isInUse(number) ? countryOf(number) : undefined;
  }

  get country(): CountryCode | undefined {
    this.#country ??= { found: this.#findCountry() };
    return this.#country.found;
  }
}
