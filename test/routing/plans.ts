/** Small builders of what the routing tests route: calls, agents, sets of callers, whole plans. */
import type { Call } from "../../src/routing/callers/call.ts";
import { readCaller, readPrefix } from "../../src/routing/callers/callers.ts";
import { contactBook, contactsIn } from "../../src/routing/callers/contact-book.ts";
import { type PhoneKey, phoneKey } from "../../src/routing/callers/phones/canonical.ts";
import type { E164 } from "../../src/routing/callers/phones/phone.ts";
import type { PhoneKeys } from "../../src/routing/callers/phones/phone-keys.ts";
import { keysOf } from "../../src/routing/callers/phones/phone-keys-builder.ts";
import { callersOf } from "../../src/routing/callers/sets.ts";
import type { Facts } from "../../src/routing/circumstances.ts";
import { explainCall } from "../../src/routing/decide.ts";
import type { Context, Decision, Step } from "../../src/routing/decision.ts";
import type { LookupPlan, LookupState } from "../../src/routing/lookups/plan.ts";
import type { JsonTable } from "../../src/routing/merge.ts";
import { readName } from "../../src/routing/names/name.ts";
import { readTest } from "../../src/routing/names/tests.ts";
import type {
  Additions,
  Agent,
  Callers,
  ConditionPlan,
  Contact,
  ContactsPlan,
  DefaultsPlan,
  DialledPattern,
  LimitPlan,
  NoticePlan,
  NumberPlan,
  RoutePlan,
  RoutingPlan,
  RulePlan,
  Target,
} from "../../src/routing/plan.ts";
import { compileTable } from "../../src/routing/table/compile.ts";
import { readDates } from "../../src/routing/time/dates.ts";
import type { Hours } from "../../src/routing/time/hours.ts";
import { readException, readOpen } from "../../src/routing/time/read-hours.ts";
import type { SchedulePlan } from "../../src/routing/time/schedule.ts";

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

/** A number that is written in E.164 form. */
export function e164(text: string): E164 {
  if (!/^\+[1-9]\d{6,14}$/.test(text)) throw new Error(`Not a number: ${text}`);
  return text as E164;
}

/** The key that a number is compared by. */
export function keyOf(number: string): PhoneKey {
  return phoneKey(e164(number).slice(1));
}

/** Contacts by the key of their numbers. */
export function contactsByKey(...contacts: readonly Contact[]): ReadonlyMap<PhoneKey, Contact> {
  return new Map(contacts.map((each) => [keyOf(each.number), each]));
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

const NO_ADDITIONS: Additions = { presets: [], variables: {}, metadata: {}, delayMs: undefined, notify: [] };

/** What a route says of itself. */
export type RouteSays = Partial<RoutePlan>;

/** A route for texts that passes them, but for what `says`. */
export function texts(says: RouteSays = {}): RoutePlan {
  return {
    target: PASS,
    deny: callers(),
    allow: undefined,
    rules: [],
    rulesets: undefined,
    ...NO_ADDITIONS,
    ...says,
  };
}

/** An entry of `[numbers]` that passes its calls, but for what `says`. */
export function line(entry: string, says: RouteSays & { readonly sms?: RoutePlan } = {}): NumberPlan {
  return { entry, client: "", pattern: patternOf(entry), ...texts(says), sms: says.sms };
}

/** What a rule asks for; callers as a person writes them, names of headers in lower case. */
export interface WhenSays {
  readonly caller?: readonly string[] | undefined;
  readonly header?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly open?: readonly string[] | undefined;
  readonly closed?: readonly string[] | undefined;
  readonly over?: readonly string[] | undefined;
  /** By the name as templates write it. */
  readonly values?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly contact?: boolean | undefined;
  readonly dialled?: readonly string[] | undefined;
  readonly forwarded?: readonly string[] | undefined;
  /** Absolute paths. */
  readonly exists?: readonly string[] | undefined;
  /** By the name of the look-up. */
  readonly lookups?: Readonly<Record<string, readonly LookupState[]>> | undefined;
  readonly not?: Omit<WhenSays, "not"> | undefined;
}

/** What must hold for a rule to decide. */
export function when({ caller, header = {}, open, closed, over, ...more }: WhenSays): ConditionPlan[] {
  const { values = {}, contact: known, dialled, forwarded, exists, lookups = {}, not } = more;
  const named = Object.entries(header).map(([name, asked]) => [`header.${name}`, asked] as const);
  return [
    ...(not ? [{ kind: "not", conditions: when(not) } as const] : []),
    ...Object.entries(lookups).map(([lookup, states]) => ({ kind: "lookup", lookup, states }) as const),
    ...(exists ? [{ kind: "exists", flags: exists.map((path) => ({ name: path, path })) } as const] : []),
    ...(forwarded ? [{ kind: "forwarded", callers: callers(...forwarded) } as const] : []),
    ...(dialled ? [{ kind: "dialled", callers: callers(...dialled) } as const] : []),
    ...(known === undefined ? [] : [{ kind: "contact", known } as const]),
    ...(over ? [{ kind: "over", limits: over } as const] : []),
    ...(closed ? [{ kind: "closed", schedules: closed } as const] : []),
    ...(open ? [{ kind: "open", schedules: open } as const] : []),
    ...(caller ? [{ kind: "caller", callers: callers(...caller) } as const] : []),
    ...[...named, ...Object.entries(values)].map(([name, asked]) => valueAsked(name, asked)),
  ];
}

function valueAsked(written: string, values: readonly string[]): ConditionPlan {
  const read = readName(written);
  if ("problem" in read) throw new Error(read.problem);
  const tests = values.map((text) => {
    const test = readTest(text);
    if ("problem" in test) throw new Error(test.problem);
    return test.test;
  });
  return { kind: "value", name: read.name, tests };
}

/** A rule that always holds and says nothing, but for what `says`. */
export function rule({
  when: asked = {},
  ...says
}: Partial<Omit<RulePlan, "when">> & { readonly when?: WhenSays }): RulePlan {
  return {
    name: undefined,
    continues: false,
    target: undefined,
    ...NO_ADDITIONS,
    ...says,
    when: when(asked),
  };
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
    for (const day of read.days) weekly[day]?.push(...read.hours);
  }
  const exceptions = Object.entries(except).map(([date, text]) => {
    const dates = readDates(date);
    const read = readException(text);
    if ("problem" in dates) throw new Error(dates.problem);
    if ("problem" in read) throw new Error(read.problem);
    return { ...dates, hours: read.hours };
  });
  return { timezone, weekly, except: exceptions, holidays: undefined };
}

function patternOf(entry: string): DialledPattern {
  if (entry === "*") return { kind: "any" };
  if (!entry.includes("*")) return { kind: "exact", number: e164(entry) };
  const read = readPrefix(entry);
  if ("problem" in read) throw new Error(read.problem);
  return { kind: "prefix", prefix: read.prefix };
}

/** A look-up that asks for the caller's number, but for what `says`. */
export function lookup(says: Partial<LookupPlan> = {}): LookupPlan {
  return {
    url: "https://crm.example/callers?phone=${from_number}",
    headers: {},
    body: undefined,
    at: [],
    timeoutMs: 1500,
    cacheMs: 0,
    ca: undefined,
    ...says,
  };
}

/** What a plan says that is not the default. */
export interface PlanSays {
  readonly country?: RoutingPlan["country"];
  /** By id. */
  readonly agentNames?: Readonly<Record<string, string>>;
  readonly timezone?: string;
  readonly locale?: string;
  readonly presets?: Readonly<Record<string, JsonTable>>;
  /** By name, the entries as a person writes them. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  readonly contacts?: ContactsSays;
  readonly schedules?: Readonly<Record<string, SchedulePlan>>;
  readonly limits?: Readonly<Record<string, LimitPlan>>;
  readonly lookups?: Readonly<Record<string, Partial<LookupPlan>>>;
  readonly notices?: Readonly<Record<string, Partial<NoticePlan>>>;
  readonly rulesets?: Readonly<Record<string, readonly RulePlan[]>>;
  readonly defaults?: Partial<DefaultsPlan>;
  readonly numbers?: readonly NumberPlan[];
}

/** A whole plan. */
export function plan(says: PlanSays): RoutingPlan {
  const {
    country,
    presets = {},
    lists = {},
    schedules = {},
    limits = {},
    lookups = {},
    rulesets = {},
    numbers = [],
  } = says;
  return {
    ...{ client: "", hasAccount: false, clients: [], country },
    agentNames: new Map(Object.entries(says.agentNames ?? {})),
    timezone: says.timezone ?? "UTC",
    locale: says.locale ?? "en-US",
    presets: new Map(Object.entries(presets)),
    lists: new Map(Object.entries(lists).map(([name, entries]) => [name, callers(...entries)])),
    contacts: {
      columns: [],
      variables: [],
      ...says.contacts,
      contacts: contactBook(says.contacts?.contacts ?? []),
    },
    schedules: new Map(Object.entries(schedules)),
    limits: new Map(Object.entries(limits)),
    lookups: new Map(Object.entries(lookups).map(([name, says]) => [name, lookup(says)])),
    notices: new Map(
      Object.entries(says.notices ?? {}).map(([name, notice]) => [
        name,
        {
          url: `https://${name}.example`,
          headers: {},
          body: undefined,
          key: undefined,
          ca: undefined,
          ...notice,
        },
      ]),
    ),
    flags: [],
    rulesets: new Map(Object.entries(rulesets)),
    defaults: {
      deny: callers(),
      allow: callers(),
      unrouted: "pass",
      rulesets: [],
      ...NO_ADDITIONS,
      ...says.defaults,
    },
    numbers,
  };
}

/** A Monday noon in UTC, with no limit reached, but for what `says`. */
export function facts(says: Partial<Facts> = {}): Facts {
  return {
    nowMs: Date.UTC(2026, 7, 3, 12),
    drawKey: "draw",
    over: new Set(),
    flags: new Set(),
    lookups: new Map(),
    history: undefined,
    ...says,
  };
}

/**
 * What becomes of a call under a plan, and every step that leads there. What the agent is given is read from its JSON;
 * `decision` has it as it is.
 */
export function decided(says: PlanSays, of: Partial<Call> = {}, under: Partial<Facts> = {}): Decided {
  const { decision, steps } = explainCall(compileTable(plan(says)), call(of), facts(under));
  return { ...readGiven(decision), decision, steps };
}

/** A decision with what the agent is given, read. */
export function readGiven(decision: Decision): Given<Decision> {
  if (decision.outcome === "reject") return decision;
  const { given, ...more } = decision;
  const { dynamic_variables = {}, metadata = {}, agent_override = {} } = JSON.parse(`{${given}}`);
  return { ...more, variables: dynamic_variables, metadata, override: agent_override };
}

/** A decision as tests look at it. */
export type Decided = Given<Decision> & { readonly decision: Decision; readonly steps: readonly Step[] };
type Given<Of> = Of extends Context
  ? Omit<Of, "given"> & {
      readonly variables: Readonly<Record<string, string>>;
      readonly metadata: JsonTable;
      readonly override: JsonTable;
    }
  : Of;

/** The set of these keys, packed. */
export function phoneKeys(...keys: readonly number[]): PhoneKeys {
  return keysOf(keys.map((key) => key as PhoneKey));
}

/** What a test says of `[contacts]`. */
export type ContactsSays = Partial<Omit<ContactsPlan, "contacts">> & {
  readonly contacts?: readonly Contact[];
};

/** The contacts of a plan, one by one. */
export function contactsOf(plan: ContactsPlan | undefined): readonly Contact[] {
  if (!plan) return [];
  return Array.from(contactsIn(plan.contacts), ({ number, values, agent, presets }) => {
    return { number, values, agent, presets };
  });
}
