/** Small builders of what the routing tests route: calls, agents, sets of callers, whole plans. */
import type { Call } from "../../src/routing/call.ts";
import { type Callers, callersOf, readCaller, readPrefix } from "../../src/routing/callers.ts";
import type { JsonTable } from "../../src/routing/merge.ts";
import { type E164, sentNumber } from "../../src/routing/phone.ts";
import type {
  Agent,
  DefaultsPlan,
  DialledPattern,
  NumberPlan,
  RoutingPlan,
  Target,
} from "../../src/routing/plan.ts";

/** A call from one ordinary number to another, but for what `says`. */
export function call(says: Partial<Call> = {}): Call {
  return {
    channel: "call",
    from: "+12137771234",
    to: "+12137771235",
    id: "call_1",
    boundAgentId: undefined,
    headers: {},
    ...says,
  };
}

/** A number that is written as it is sent. */
export function e164(text: string): E164 {
  const number = sentNumber(text, undefined);
  if (number === undefined) throw new Error(`Not a number: ${text}`);
  return number;
}

/** A set of callers, from entries as a person writes them. */
export function callers(...entries: readonly string[]): Callers {
  return callersOf(
    entries.map((entry) => {
      const read = readCaller(entry, undefined);
      if ("problem" in read) throw new Error(read.problem);
      return read.matcher;
    }),
  );
}

/** An agent known by its id alone, but for what `says`. */
export function agent(id: string, says: Partial<Agent> = {}): Agent {
  return { name: undefined, id, version: undefined, presets: [], ...says };
}

/** A target that is an agent. */
export function to(id: string, says: Partial<Agent> = {}): Target {
  return { kind: "agent", agent: agent(id, says) };
}

/** An entry of `[numbers]` that passes its calls, but for what `says`. */
export function line(entry: string, says: Partial<Omit<NumberPlan, "entry" | "pattern">> = {}): NumberPlan {
  return {
    entry,
    pattern: patternOf(entry),
    target: { kind: "pass" },
    deny: callers(),
    allow: undefined,
    presets: [],
    variables: {},
    metadata: {},
    ...says,
  };
}

function patternOf(entry: string): DialledPattern {
  if (entry === "*") return { kind: "any" };
  if (!entry.includes("*")) return { kind: "exact", number: e164(entry) };
  const read = readPrefix(entry);
  if ("problem" in read) throw new Error(read.problem);
  return { kind: "prefix", prefix: read.prefix };
}

/** What a plan says that is not the default. */
export interface PlanSays {
  readonly country?: RoutingPlan["country"];
  readonly presets?: Readonly<Record<string, JsonTable>>;
  /** By name, the entries as a person writes them. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  readonly defaults?: Partial<DefaultsPlan>;
  readonly numbers?: readonly NumberPlan[];
}

/** A whole plan. */
export function plan({ country, presets = {}, lists = {}, defaults, numbers = [] }: PlanSays): RoutingPlan {
  return {
    country,
    presets: new Map(Object.entries(presets)),
    lists: new Map(Object.entries(lists).map(([name, entries]) => [name, callers(...entries)])),
    defaults: {
      deny: callers(),
      allow: callers(),
      unrouted: "pass",
      presets: [],
      variables: {},
      metadata: {},
      ...defaults,
    },
    numbers,
  };
}
