/** An inbound call or text, and its caller, as the routing sees them. */

import type { Contact } from "../plan.ts";
import { type CountryCode, countryOf, type E164, isWithheld, sentNumber } from "./phone.ts";

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

/** The value of a SIP header. @param name in lower case */
export function headerOf({ headers }: Call, name: string): string | undefined {
  return Object.hasOwn(headers, name) ? headers[name] : undefined;
}

/** Who calls. At most one of `number` and `withheld` holds; a SIP user such as `alice` is neither. */
export interface Caller {
  readonly number: E164 | undefined;
  readonly withheld: boolean;
  /** What is known of the caller. */
  readonly contact: Contact | undefined;
  /** The country of `number`, where its digits tell. Found when first asked for. */
  readonly country: CountryCode | undefined;
}

/**
 * Reads the caller of a call.
 *
 * @param country how to read a number sent without `+`
 * @param contacts what is known of callers, by number
 */
export function callerOf(
  from: string,
  country: CountryCode | undefined,
  contacts: ReadonlyMap<string, Contact>,
): Caller {
  const withheld = isWithheld(from);
  const number = withheld ? undefined : sentNumber(from, country);
  let found: { country: CountryCode | undefined } | undefined;
  return {
    number,
    withheld,
    contact: number && contacts.get(number),
    get country() {
      found ??= { country: number && countryOf(number) };
      return found.country;
    },
  };
}
