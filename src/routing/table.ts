/** The immutable table that calls are decided by, and how it is compiled. */
import { type PhoneKey, phoneKey, spellingsOf } from "./callers/canonical.ts";
import { type CallerTest, compileCallers, compileListsSliced, lengthsOf } from "./callers/lookup.ts";
import { type CountryCode, readSent } from "./callers/phone.ts";
import { callersWords, sizeOf } from "./callers/sets.ts";
import { type Condition, type ConditionContext, compileConditions } from "./conditions.ts";
import { type JsonTable, mergeDeep, mergeKeys } from "./merge.ts";
import type {
  Additions,
  Agent,
  Callers,
  Contact,
  LimitPlan,
  LinePlan,
  RoutingPlan,
  RulePlan,
  Target,
} from "./plan.ts";
import { atOnce, type Sliced } from "./slices.ts";
import { compileFill, type Fill } from "./templates/placeholders.ts";
import { compileSchedule } from "./time/schedule.ts";

/** A place in the configuration that adds to calls, weakest first. */
export type Origin = "defaults" | "agent" | "number" | "contact" | "rule";

/** A set of callers compiled, with what to say of it. */
export interface Screen {
  readonly origin: Origin;
  readonly test: CallerTest;
  /** Its entries, as {@link callersWords} names them. */
  readonly entries: string;
}

/** A preset that applies to a call, and where it was named. */
export interface AppliedPreset {
  readonly name: string;
  readonly origin: Origin;
}

/** A rule of a line, or the line itself where no rule decides. */
export interface Route {
  /** Undefined where a rule keeps the line's. */
  readonly target: Target | undefined;
  readonly presets: readonly string[];
  readonly delayMs: number;
  /** What lies under what the contact says: `[defaults]` and the line. */
  readonly variables: Fill<Readonly<Record<string, string>>>;
  /** What lies over it: the rule; undefined where that adds none. */
  readonly overVariables: Fill<Readonly<Record<string, string>>> | undefined;
  readonly metadata: Fill<JsonTable>;
}

/** A rule, compiled. */
export interface Rule {
  readonly name: string | undefined;
  /** Its place among the line's rules, from 0. */
  readonly at: number;
  readonly route: Route;
  /** All of them must hold. */
  readonly conditions: readonly Condition[];
}

/** A route for calls or for texts, compiled. */
export interface Line {
  /** Checked in this order; the first that holds rejects. */
  readonly deny: readonly Screen[];
  /** The caller must be in each of them. */
  readonly allow: readonly Screen[];
  readonly rules: readonly Rule[];
  readonly target: Target;
  readonly presets: readonly string[];
  /** Where no rule decides. */
  readonly route: Route;
}

/** An entry of `[numbers]`, compiled. */
export interface Entry {
  /** The key as it is written. */
  readonly name: string;
  readonly how: "exact" | "prefix" | "any";
  readonly calls: Line;
  /** Undefined where texts have no route, and pass. */
  readonly texts: Line | undefined;
}

/** Everything that decides a call. Immutable. */
export interface Table {
  readonly country: CountryCode | undefined;
  /** The entry for a dialled number: exact, else the longest prefix, else `*`. */
  readonly entryFor: (dialled: string) => Entry | undefined;
  /** How many entries `[numbers]` has. */
  readonly size: number;
  readonly unrouted: "pass" | "reject";
  readonly contacts: ReadonlyMap<PhoneKey, Contact>;
  /** Where each column of the contacts stands. */
  readonly columns: ReadonlyMap<string, number>;
  /** The columns that are handed on as dynamic variables. */
  readonly contactVariables: readonly { readonly name: string; readonly at: number }[];
  readonly defaultPresets: readonly string[];
  /** The override that presets make together, weakest first. */
  readonly override: (presets: readonly AppliedPreset[]) => Fill<JsonTable>;
  readonly limits: ReadonlyMap<string, LimitPlan>;
}

/** Compiles what the configuration says into the table that decides calls. */
export function compileTable(plan: RoutingPlan): Table {
  return atOnce(compileTableSliced(plan));
}

/** {@link compileTable} in {@link Sliced} form. */
export function* compileTableSliced(plan: RoutingPlan): Sliced<Table> {
  const lists = yield* compileListsSliced(plan.lists);
  const schedules = new Map([...plan.schedules].map(([name, schedule]) => [name, compileSchedule(schedule)]));
  const compile = lineCompiler(plan, { lists, schedule: (name) => named(schedules, name) });

  const checkPresets = presetCheck(plan.presets);
  checkPresets(plan.defaults);

  const exact = new Map<PhoneKey, Entry>();
  const prefixes = new Map<string, Entry>();
  let any: Entry | undefined;
  for (const [at, number] of plan.numbers.entries()) {
    if (at % 20 === 0) yield;
    const { pattern } = number;
    for (const line of number.sms ? [number, number.sms] : [number]) {
      for (const route of [line, ...line.rules]) checkPresets(route, ...agentsOf(route.target));
    }
    const calls = compile(number, undefined);
    const texts = number.sms && compile(number.sms, calls);
    const entry: Entry = { name: number.entry, how: pattern.kind, calls, texts };
    if (pattern.kind === "exact") exact.set(phoneKey(pattern.number.slice(1)), entry);
    else if (pattern.kind === "prefix") prefixes.set(pattern.prefix, entry);
    else any = entry;
  }
  const prefixLengths = lengthsOf(prefixes.keys());

  const contacts = new Map<PhoneKey, Contact>();
  for (const contact of plan.contacts.contacts) {
    checkPresets(contact, contact.agent);
    contacts.set(phoneKey(contact.number.slice(1)), contact);
    if (contacts.size % 1000 === 0) yield;
  }
  const columns = new Map(plan.contacts.columns.map((column, at) => [column, at]));

  return {
    country: plan.country,
    entryFor: (dialled) => {
      const { key } = readSent(dialled, plan.country);
      if (key === undefined) return any;
      const entry = exact.get(key);
      if (entry || prefixes.size === 0) return entry ?? any;
      const spellings = spellingsOf(key);
      for (const length of prefixLengths) {
        for (const spelling of spellings) {
          const candidate = prefixes.get(spelling.slice(0, length));
          if (candidate) return candidate;
        }
      }
      return any;
    },
    size: plan.numbers.length,
    unrouted: plan.defaults.unrouted,
    contacts,
    columns,
    contactVariables: plan.contacts.variables.map((name) => ({ name, at: named(columns, name) })),
    defaultPresets: plan.defaults.presets,
    override: overrideCompiler(plan),
    limits: plan.limits,
  };
}

/** Compiles lines; one for texts is screened by the number's own sets too. */
function lineCompiler(
  { defaults, limits }: RoutingPlan,
  context: ConditionContext,
): (line: LinePlan, number: Line | undefined) => Line {
  const screen = (origin: Origin, callers: Callers): Screen[] =>
    sizeOf(callers) === 0
      ? []
      : [{ origin, test: compileCallers(callers, context.lists), entries: callersWords(callers) }];
  const defaultDeny = screen("defaults", defaults.deny);
  const defaultAllow = screen("defaults", defaults.allow);

  return (line, number) => {
    for (const { when } of line.rules) {
      for (const limit of when.over ?? []) named(limits, limit);
    }
    const allow = line.allow && screen("number", line.allow);
    return {
      deny: [...(number ? number.deny : defaultDeny), ...screen("number", line.deny)],
      allow: number ? [...number.allow, ...(allow ?? [])] : (allow ?? defaultAllow),
      rules: line.rules.map((rule, at) => ({
        name: rule.name,
        at,
        route: compileRoute(defaults, line, rule),
        conditions: compileConditions(rule.when, context),
      })),
      target: line.target,
      presets: line.presets,
      route: compileRoute(defaults, line, undefined),
    };
  };
}

function compileRoute(defaults: Additions, line: LinePlan, rule: RulePlan | undefined): Route {
  const overVariables = rule && Object.keys(rule.variables).length > 0 ? rule.variables : undefined;
  const layers = [defaults, line, ...(rule ? [rule] : [])];
  return {
    target: rule?.target,
    presets: rule?.presets ?? [],
    delayMs: rule?.delayMs ?? line.delayMs ?? defaults.delayMs ?? 0,
    variables: compileFill(mergeKeys([defaults.variables, line.variables])),
    overVariables: overVariables && compileFill(overVariables),
    metadata: compileFill(mergeKeys(layers.map(({ metadata }) => metadata))),
  };
}

/**
 * Presets are merged when a call first needs them, which is too late to find a fault in them.
 *
 * @returns what makes sure that every preset that places name is there
 * @throws for a template that the configuration should have refused
 */
function presetCheck(
  presets: RoutingPlan["presets"],
): (...places: readonly (Pick<Additions, "presets"> | undefined)[]) => void {
  for (const preset of presets.values()) compileFill(preset);
  return (...places) => {
    for (const place of places) {
      for (const name of place?.presets ?? []) named(presets, name);
    }
  };
}

function agentsOf(target: Target | undefined): Agent[] {
  if (target?.kind === "split") return target.shares.map(({ agent }) => agent);
  return target?.kind === "agent" ? [target.agent] : [];
}

/**
 * Merges presets into overrides, each combination once. There are no more combinations than the configuration makes
 * of routes, agents and contacts.
 */
function overrideCompiler(plan: RoutingPlan): Table["override"] {
  const known = new Map<string, Fill<JsonTable>>();
  return (presets) => {
    const names = presets.map(({ name }) => name);
    const key = JSON.stringify(names);
    let override = known.get(key);
    if (!override) {
      override = compileFill(mergeDeep(names.map((name) => named(plan.presets, name))));
      known.set(key, override);
    }
    return override;
  };
}

/** @throws for a name that the configuration should have refused */
function named<Value>(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new Error(`Cannot compile the routing table: there is no "${name}"`);
  return value;
}
