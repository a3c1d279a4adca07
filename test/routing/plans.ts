/** Small builders of what the routing tests route: calls, agents, sets of callers, whole plans. */
import type { Call } from "../../src/routing/callers/call.ts";
import { callersOf, readCaller, readPrefix } from "../../src/routing/callers/callers.ts";
import { type E164, sentNumber } from "../../src/routing/callers/phone.ts";
import { type Circumstances, type Decision, decide } from "../../src/routing/decide.ts";
import type { JsonTable } from "../../src/routing/merge.ts";
import type {
  Additions,
  Agent,
  Callers,
  Contact,
  ContactsPlan,
  DefaultsPlan,
  DialledPattern,
  LimitPlan,
  LinePlan,
  NumberPlan,
  RoutingPlan,
  RulePlan,
  Target,
  WhenPlan,
} from "../../src/routing/plan.ts";
import { compileTable } from "../../src/routing/table.ts";
import { type Hours, readException, readOpen, type SchedulePlan } from "../../src/routing/time/schedule.ts";

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

/** A target that shares calls among agents, known by their ids, each with its weight. */
export function split(weights: Readonly<Record<string, number>>, by: "caller" | "call" = "caller"): Target {
  return {
    kind: "split",
    shares: Object.entries(weights).map(([id, weight]) => ({ name: id, agent: agent(id), weight })),
    by,
  };
}

export const PASS: Target = { kind: "pass" };
export const REJECT: Target = { kind: "reject" };

const NO_ADDITIONS: Additions = { presets: [], variables: {}, metadata: {}, delayMs: undefined };

/** What a route says of itself. */
export type LineSays = Partial<LinePlan>;

/** A route for texts that passes them, but for what `says`. */
export function texts(says: LineSays = {}): LinePlan {
  return { target: PASS, deny: callers(), allow: undefined, rules: [], ...NO_ADDITIONS, ...says };
}

/** An entry of `[numbers]` that passes its calls, but for what `says`. */
export function line(entry: string, says: LineSays & { readonly sms?: LinePlan } = {}): NumberPlan {
  return { entry, pattern: patternOf(entry), ...texts(says), sms: says.sms };
}

/** What a rule asks for; callers as a person writes them, names of headers in lower case. */
export interface WhenSays extends Partial<Omit<WhenPlan, "caller" | "headers">> {
  readonly caller?: readonly string[];
  readonly header?: Readonly<Record<string, readonly string[]>>;
}

/** What must hold for a rule to decide. */
export function when({ caller, header = {}, open, closed, over }: WhenSays): WhenPlan {
  return {
    caller: caller && callers(...caller),
    open,
    closed,
    headers: Object.entries(header).map(([name, values]) => ({ name, values })),
    over,
  };
}

/** A rule that always holds and says nothing, but for what `says`. */
export function rule({
  when: asked = {},
  ...says
}: Partial<Omit<RulePlan, "when">> & { readonly when?: WhenSays }): RulePlan {
  return { name: undefined, target: undefined, ...NO_ADDITIONS, ...says, when: when(asked) };
}

/** What is known of a caller: the values of the columns, in their order, and what else `says`. */
export function contact(
  number: string,
  values: readonly string[] = [],
  says: Partial<Pick<Contact, "agent" | "presets">> = {},
): Contact {
  return { number: e164(number), values, agent: undefined, presets: [], ...says };
}

/** A schedule, written as in the configuration. */
export function schedule(
  timezone: string,
  open: readonly string[],
  except: Readonly<Record<string, string>> = {},
): SchedulePlan {
  const weekly: Hours[][] = Array.from({ length: 7 }, () => []);
  for (const text of open) {
    const read = readOpen(text);
    if ("problem" in read) throw new Error(read.problem);
    for (const day of read.days) weekly[day]?.push(read.hours);
  }
  const exceptions = Object.entries(except).map(([date, text]) => {
    const read = readException(text);
    if (typeof read === "object" && "problem" in read) throw new Error(read.problem);
    return [date, read === "closed" ? [] : [read]] as const;
  });
  return { timezone, weekly, except: new Map(exceptions) };
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
  readonly contacts?: Partial<ContactsPlan>;
  readonly schedules?: Readonly<Record<string, SchedulePlan>>;
  readonly limits?: Readonly<Record<string, LimitPlan>>;
  readonly defaults?: Partial<DefaultsPlan>;
  readonly numbers?: readonly NumberPlan[];
}

/** A whole plan. */
export function plan(says: PlanSays): RoutingPlan {
  const { country, presets = {}, lists = {}, schedules = {}, limits = {}, numbers = [] } = says;
  return {
    country,
    presets: new Map(Object.entries(presets)),
    lists: new Map(Object.entries(lists).map(([name, entries]) => [name, callers(...entries)])),
    contacts: { columns: [], variables: [], contacts: [], ...says.contacts },
    schedules: new Map(Object.entries(schedules)),
    limits: new Map(Object.entries(limits)),
    defaults: { deny: callers(), allow: callers(), unrouted: "pass", ...NO_ADDITIONS, ...says.defaults },
    numbers,
  };
}

/** A Monday noon in UTC, with no limit used up, but for what `says`. */
export function circumstances(says: Partial<Circumstances> = {}): Circumstances {
  return { nowMs: Date.UTC(2026, 7, 3, 12), drawKey: "draw", isOver: () => false, ...says };
}

/** What becomes of a call under a plan. */
export function decided(
  says: PlanSays,
  of: Partial<Call> = {},
  under: Partial<Circumstances> = {},
): Decision {
  return decide(compileTable(plan(says)), call(of), circumstances(under));
}
