/** Names compiled: what each stands for in a call. */
import { channelWord, headerOf } from "../callers/call.ts";
import { forwardedFrom } from "../callers/forwarded.ts";
import type { CountryCode } from "../callers/phones/phone.ts";
import type { CallerHistory, Circumstances } from "../circumstances.ts";
import { foundText } from "../lookups/value.ts";
import { takenBy } from "../taken-by.ts";
import { nowText } from "../time/now.ts";
import type { Schedule } from "../time/schedule.ts";
import { scheduleText } from "../time/schedule-text.ts";
import { reasonWords } from "../words/decisions.ts";
import { ruleTitle } from "../words/named.ts";
import type { HistoryPart, Name } from "./name.ts";

/** What names are compiled with: what the client says for whose numbers they are asked. */
export interface NameContext {
  /** Where a column of the contacts stands; undefined where these have none of that name. */
  readonly columnAt: (column: string) => number | undefined;
  /** Undefined where there is none of that name. */
  readonly schedule: (name: string) => Schedule | undefined;
  /** The id of a look-up; undefined where there is none of that name. */
  readonly lookupId: (name: string) => string | undefined;
  /** The names of agents in `[agents]`, by their ids. */
  readonly agentNames: ReadonlyMap<string, string>;
  readonly timezone: string;
  readonly locale: string;
  /** Empty for the numbers of the main file. */
  readonly client: string;
  /** How to read numbers that are written without `+`. */
  readonly country: CountryCode | undefined;
  /** Told what is asked for. */
  readonly asks: Asking;
  /** Texts with names in them that were compiled for the same client before: thousands of entries say the same. */
  readonly texts: Map<string, CompiledText>;
}

/** A text that differs from call to call. */
export interface CompiledText {
  readonly fill: (circumstances: Circumstances) => string;
  readonly asked: Asked;
}

/** What is compiled says here what it will ask for that is not in the call. */
export interface Asking {
  /** It asks for the caller's earlier calls. */
  readonly history: () => void;
  /** It asks whether a flag file is there. @param path absolute */
  readonly flag: (path: string) => void;
  /** It asks for a look-up, by its name, which there may not be. */
  readonly lookup: (use: LookupUse) => void;
}

/** What is used of a look-up. */
export interface LookupUse {
  readonly name: string;
  /** The place in what it finds; undefined where that is not asked for. */
  readonly path: readonly string[] | undefined;
}

/** What something asks for that is not in the call. */
export interface Asked {
  readonly history: boolean;
  /** Absolute paths, each once. */
  readonly flags: readonly string[];
  /** Each once. */
  readonly lookups: readonly LookupUse[];
}

/** A context that notes what is asked for by what is compiled with it, and tells the context that it is made of. */
export function noting<Context extends NameContext>(
  context: Context,
): { readonly context: Context; readonly asked: () => Asked } {
  let history = false;
  let flags: Set<string> | undefined;
  let lookups: Map<string, LookupUse> | undefined;
  const asks: Asking = {
    history: () => {
      history = true;
      context.asks.history();
    },
    flag: (path) => {
      flags ??= new Set();
      flags.add(path);
      context.asks.flag(path);
    },
    lookup: (use) => {
      lookups ??= new Map();
      lookups.set(JSON.stringify([use.name, use.path]), use);
      context.asks.lookup(use);
    },
  };
  return {
    context: { ...context, asks },
    asked() {
      if (!history && !flags && !lookups) return NOTHING_ASKED;
      return { history, flags: [...(flags ?? [])], lookups: [...(lookups?.values() ?? [])] };
    },
  };
}

const NOTHING_ASKED: Asked = { history: false, flags: [], lookups: [] };

/** Asks again for what was asked for before. */
export function askAgain({ history, flags, lookups }: Asked, asks: Asking): void {
  if (history) asks.history();
  for (const flag of flags) asks.flag(flag);
  for (const use of lookups) asks.lookup(use);
}

/** The names of the look-ups that are asked for, each once. */
export function lookupsIn({ lookups }: Asked): readonly string[] {
  return lookups.length === 0 ? [] : [...new Set(lookups.map(({ name }) => name))];
}

/** What a name stands for in a call; undefined or empty where that has no value. */
export type NameValue = (circumstances: Circumstances) => string | undefined;

/** Compiles a name. A column, schedule or look-up that is not there has no value: rules may be shared by clients. */
export function compileName(name: Name, context: NameContext): NameValue {
  const { timezone, locale, client, country, agentNames } = context;
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
      return ({ call }) => channelWord(call);
    case "call_id":
      return ({ call }) => call.id;
    case "agent_id":
      return ({ call }) => call.boundAgentId;
    case "client":
      return () => client;
    case "outcome":
      return ({ decision }) => decision?.outcome;
    case "agent":
      return ({ decision, call }) => decision && takenBy(decision, call.boundAgentId, agentNames);
    case "rule":
      return ({ decision }) => (decision?.cause.kind === "rule" ? ruleTitle(decision.cause.rule) : undefined);
    case "reason":
      return ({ decision }) => decision && reasonWords(decision);
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
      context.asks.lookup({ name: name.lookup, path });
      if (id === undefined) return NOTHING;
      return ({ lookups }) => foundText(lookups.get(id), path);
    }
    case "schedule": {
      const { part } = name;
      const schedule = context.schedule(name.schedule);
      return schedule ? ({ nowMs }) => scheduleText(schedule, part, nowMs, locale) : NOTHING;
    }
    case "history": {
      const { part } = name;
      context.asks.history();
      // Those who hide their number are many, and have no history as one.
      return ({ caller, history }) => (history && !caller.withheld ? historyText(history, part) : undefined);
    }
  }
}

function historyText({ calls, last, lastAgent }: CallerHistory, part: HistoryPart): string | undefined {
  switch (part) {
    case "calls":
      return String(calls);
    case "last":
      return last;
    case "last_agent":
      return lastAgent;
  }
}

const NOTHING: NameValue = () => undefined;
