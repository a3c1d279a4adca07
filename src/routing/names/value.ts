/** Names compiled: what each stands for in a call. */
import { headerOf } from "../callers/call.ts";
import { forwardedFrom } from "../callers/forwarded.ts";
import type { CountryCode } from "../callers/phone.ts";
import type { Circumstances } from "../circumstances.ts";
import { foundText } from "../lookups/value.ts";
import { nowText } from "../time/now.ts";
import type { Schedule } from "../time/schedule.ts";
import { scheduleText } from "../time/schedule-text.ts";
import type { Name } from "./name.ts";

/** What names are compiled with: what the client says for whose numbers they are asked. */
export interface NameContext {
  /** Where a column of the contacts stands; undefined where these have none of that name. */
  readonly columnAt: (column: string) => number | undefined;
  /** Undefined where there is none of that name. */
  readonly schedule: (name: string) => Schedule | undefined;
  /** The id of a look-up; undefined where there is none of that name. */
  readonly lookupId: (name: string) => string | undefined;
  readonly timezone: string;
  readonly locale: string;
  /** Empty for the numbers of the main file. */
  readonly client: string;
  /** How to read numbers that are written without `+`. */
  readonly country: CountryCode | undefined;
}

/** What a name stands for in a call; undefined or empty where that has no value. */
export type NameValue = (circumstances: Circumstances) => string | undefined;

/** Compiles a name. A column, schedule or look-up that is not there has no value: rules may be shared by clients. */
export function compileName(name: Name, context: NameContext): NameValue {
  const { timezone, locale, client, country } = context;
  switch (name.kind) {
    case "from_number":
      return ({ call, caller }) => caller.number ?? (caller.withheld ? undefined : call.from);
    case "to_number":
      return ({ dialled }) => dialled;
    case "from_country":
      return ({ caller }) => caller.country;
    case "forwarded_from":
      return ({ call, dialled }) => forwardedFrom(call, dialled, country);
    case "channel":
      return ({ call }) => (call.channel === "chat" ? "text" : "call");
    case "call_id":
      return ({ call }) => call.id;
    case "agent_id":
      return ({ call }) => call.boundAgentId;
    case "client":
      return () => client;
    case "contact": {
      const at = context.columnAt(name.column);
      return at === undefined ? NOTHING : ({ caller }) => caller.contact?.values[at];
    }
    case "header": {
      const { header } = name;
      // Retell's documentation has it both ways: headers with their `x-`, and without.
      const other = header.startsWith("x-") ? header.slice(2) : `x-${header}`;
      return ({ call }) => headerOf(call, header) ?? headerOf(call, other);
    }
    case "now": {
      const { part } = name;
      return ({ nowMs }) => nowText(part, nowMs, timezone, locale);
    }
    case "lookup": {
      const { path } = name;
      const id = context.lookupId(name.lookup);
      return id === undefined ? NOTHING : ({ lookups }) => foundText(lookups.get(id), path);
    }
    case "schedule": {
      const { part } = name;
      const schedule = context.schedule(name.schedule);
      return schedule ? ({ nowMs }) => scheduleText(schedule, part, nowMs, locale) : NOTHING;
    }
  }
}

const NOTHING: NameValue = () => undefined;
