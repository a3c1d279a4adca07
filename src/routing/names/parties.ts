/** Those who take part in a call besides its caller, read in the way that callers are. */
import { type Call, type Caller, callerOf } from "../callers/call.ts";
import type { Contacts } from "../callers/contact-book.ts";
import { type Forwarder, forwardersOf } from "../callers/forwarded.ts";
import type { CountryCode } from "../callers/phones/phone.ts";
import type { Circumstances } from "../circumstances.ts";

/** The parties of a call, each read when a rule first asks. */
export interface Parties {
  /** The number dialled. */
  readonly dialled: (circumstances: Circumstances) => Caller;
  /** Those who forwarded the call, the newest first. */
  readonly forwarders: (circumstances: Circumstances) => readonly Forwarder[];
}

/**
 * Reads the parties of calls. Of each, the last answer is kept: a line that many clients share has a rule for each,
 * and all of them ask the same of a call.
 *
 * @param country how to read a number sent without `+`
 * @param contacts who is known
 */
export function partiesOf(country: CountryCode | undefined, contacts: Contacts): Parties {
  return {
    dialled: oncePerCall(({ call }) => callerOf(call.to, country, contacts)),
    forwarders: oncePerCall(({ call, dialled }) => [...forwardersOf(call, dialled, country, contacts)]),
  };
}

function oncePerCall<Value>(read: (of: Circumstances) => Value): (of: Circumstances) => Value {
  let last: { readonly call: Call; readonly value: Value } | undefined;
  return (of) => {
    if (last?.call !== of.call) last = { call: of.call, value: read(of) };
    return last.value;
  };
}
