/** Compiles what the configuration says about routing into the table that decides calls. */
import { type PhoneKey, phoneKey, spellingsOf } from "./callers/canonical.ts";
import { compileCallers, compileListsSliced, lengthsOf } from "./callers/lookup.ts";
import { callersWords, sizeOf } from "./callers/sets.ts";
import type { ConditionContext } from "./conditions.ts";
import type { Origin } from "./decision.ts";
import { type JsonTable, mergeDeep, mergeKeys } from "./merge.ts";
import { partiesOf } from "./names/parties.ts";
import type { NameContext } from "./names/value.ts";
import type {
  Additions,
  Agent,
  Callers,
  Contact,
  NumberPlan,
  RoutePlan,
  RoutingPlan,
  Target,
} from "./plan.ts";
import { asksOf, compileRulesSliced } from "./rules/compile-rules.ts";
import { atOnce, type Sliced } from "./slices.ts";
import type { Effect, Entry, Route, RuleList, Screen, Table } from "./table.ts";
import { compileFill, type Fill } from "./templates/fill.ts";
import { compileSchedule } from "./time/schedule.ts";
import { rulesetsOf } from "./walk.ts";

/** The entries of `[numbers]`, each of which is read when it is needed. */
export interface NumberPlans {
  readonly size: number;
  /** Which dialled numbers the entry at `index` is for: one, or those that begin with a prefix; `""` for all. */
  placeAt(index: number): PhoneKey | string;
  /** The entry at `index`, made anew each time. */
  planAt(index: number): NumberPlan;
}

/** A plan whose entries of `[numbers]` are read when they are needed. */
export type LazyPlan = Omit<RoutingPlan, "numbers"> & { readonly numbers: NumberPlans };

/** Compiles what the configuration says into the table that decides calls. */
export function compileTable(plan: RoutingPlan): Table {
  const lazy = lazily(plan);
  const { table, entryAt } = atOnce(tableOf(lazy));
  for (let index = 0; index < lazy.numbers.size; index++) entryAt(index);
  return table;
}

/**
 * Compiles a plan in {@link Sliced} form; entries of `[numbers]` when a call first needs them, so that a table of very
 * many is there at once. A fault in one of them, which the configuration should have refused, is found by that call.
 */
export function* compileTableSliced(plan: LazyPlan): Sliced<Table> {
  return (yield* tableOf(plan)).table;
}

/** A plan whose entries are there already, for {@link compileTableSliced}. */
export function lazily(plan: RoutingPlan): LazyPlan {
  const at = (index: number): NumberPlan => {
    const number = plan.numbers[index];
    if (!number) throw new Error(`Cannot compile the routing table: there is no entry ${index}`);
    return number;
  };
  const placeAt = (index: number) => placeOf(at(index));
  return { ...plan, numbers: { size: plan.numbers.length, placeAt, planAt: at } };
}

/** Which dialled numbers an entry is for, as {@link NumberPlans.placeAt} says it. */
export function placeOf({ pattern }: NumberPlan): PhoneKey | string {
  switch (pattern.kind) {
    case "exact":
      return phoneKey(pattern.number.slice(1));
    case "prefix":
      return pattern.prefix;
    case "any":
      return "";
  }
}

function* tableOf(
  plan: LazyPlan,
): Sliced<{ readonly table: Table; readonly entryAt: (index: number) => Entry }> {
  const lists = yield* compileListsSliced(plan.lists);
  const schedules = new Map([...plan.schedules].map(([name, schedule]) => [name, compileSchedule(schedule)]));
  const columns = new Map(plan.contacts.columns.map((column, at) => [column, at]));
  const { country, timezone, locale } = plan;
  const contacts = new Map<PhoneKey, Contact>();
  const context: ConditionContext = {
    lists,
    parties: partiesOf(country, contacts),
    columnAt: (column) => columns.get(column),
    schedule: (name) => schedules.get(name),
    timezone,
    locale,
    client: "",
    country,
  };

  const checkPresets = presetCheck(plan.presets, context);
  checkPresets(plan.defaults);

  const rulesets = new Map<string, RuleList>();
  for (const [name, rules] of plan.rulesets) {
    for (const rule of rules) checkPresets(rule, ...agentsOf(rule.target));
    const compiled = yield* compileRulesSliced(rules, name, context);
    for (const limit of compiled.asks.limits) named(plan.limits, limit);
    rulesets.set(name, compiled);
  }
  const compile = routeCompiler(plan, rulesets, context);

  const { numbers } = plan;
  const entries = new Map<number, Entry>();
  const entryAt = (index: number): Entry => {
    const known = entries.get(index);
    if (known) return known;
    const number = numbers.planAt(index);
    for (const route of number.sms ? [number, number.sms] : [number]) {
      for (const place of [route, ...route.rules]) checkPresets(place, ...agentsOf(place.target));
    }
    const calls = compile(number, undefined);
    const texts = number.sms && compile(number.sms, calls);
    const entry: Entry = { name: number.entry, how: number.pattern.kind, calls, texts };
    entries.set(index, entry);
    return entry;
  };

  const exact = new Map<PhoneKey, number>();
  const prefixes = new Map<string, number>();
  for (let index = 0; index < numbers.size; index++) {
    if (index % 1000 === 0) yield;
    const place = numbers.placeAt(index);
    if (typeof place === "number") exact.set(place, index);
    else prefixes.set(place, index);
  }
  // The shortest of all prefixes is that of `*`.
  const prefixLengths = lengthsOf(prefixes.keys());
  const indexFor = (dialled: PhoneKey | undefined): number | undefined => {
    if (dialled === undefined) return prefixes.get("");
    const index = exact.get(dialled);
    if (index !== undefined || prefixes.size === 0) return index;
    const spellings = spellingsOf(dialled);
    for (const length of prefixLengths) {
      for (const spelling of spellings) {
        const candidate = prefixes.get(spelling.slice(0, length));
        if (candidate !== undefined) return candidate;
      }
    }
    return undefined;
  };

  for (const contact of plan.contacts.contacts) {
    checkPresets(contact, contact.agent);
    contacts.set(phoneKey(contact.number.slice(1)), contact);
    if (contacts.size % 1000 === 0) yield;
  }

  const table: Table = {
    country: plan.country,
    entryFor: (dialled) => {
      const index = indexFor(dialled);
      return index === undefined ? undefined : entryAt(index);
    },
    size: numbers.size,
    unrouted: plan.defaults.unrouted,
    contacts,
    contactVariables: plan.contacts.variables.map((name) => ({ name, at: named(columns, name) })),
    defaultPresets: plan.defaults.presets,
    override: overrideCompiler(plan, context),
    limits: plan.limits,
    flags: new Set(plan.flags.flatMap(({ path, isThere }) => (isThere ? [path] : []))),
  };
  return { table, entryAt };
}

/** Compiles routes; one for texts is screened by the number's own sets too. */
function routeCompiler(
  { defaults, limits }: LazyPlan,
  rulesets: ReadonlyMap<string, RuleList>,
  context: ConditionContext,
): (route: RoutePlan, calls: Route | undefined) => Route {
  const screen = (origin: Origin, callers: Callers): Screen[] =>
    sizeOf(callers) === 0
      ? []
      : [{ origin, test: compileCallers(callers, context.lists), entries: callersWords(callers) }];
  const defaultDeny = screen("defaults", defaults.deny);
  const defaultAllow = screen("defaults", defaults.allow);

  return (route, calls) => {
    const allow = route.allow && screen("number", route.allow);
    const own = atOnce(compileRulesSliced(route.rules, undefined, context));
    const shared = rulesetsOf(route, calls ? "text" : "call", defaults).map((name) => named(rulesets, name));
    const rules = [own, ...shared].filter((list) => list.rules.length > 0);
    for (const limit of own.asks.limits) named(limits, limit);
    return {
      deny: [...(calls ? calls.deny : defaultDeny), ...screen("number", route.deny)],
      allow: calls ? [...calls.allow, ...(allow ?? [])] : (allow ?? defaultAllow),
      rules,
      asks: asksOf(rules),
      target: route.target,
      presets: route.presets,
      effect: effectOf(defaults, route, context),
    };
  };
}

function effectOf(defaults: Additions, route: RoutePlan, context: NameContext): Effect {
  return {
    delayMs: route.delayMs ?? defaults.delayMs ?? 0,
    variables: compileFill(mergeKeys([defaults.variables, route.variables]), context),
    metadata: compileFill(mergeKeys([defaults.metadata, route.metadata]), context),
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
  context: NameContext,
): (...places: readonly (Pick<Additions, "presets"> | undefined)[]) => void {
  for (const preset of presets.values()) compileFill(preset, context);
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

/** Rules that continue make combinations without end: those beyond so many are merged anew each time. */
const MOST_OVERRIDES = 10_000;

/** Merges presets into overrides, each combination of routes, agents, contacts and rules once. */
function overrideCompiler(plan: LazyPlan, context: NameContext): Table["override"] {
  const known = new Map<string, Fill<JsonTable>>();
  return (presets) => {
    const names = presets.map(({ name }) => name);
    const key = JSON.stringify(names);
    let override = known.get(key);
    if (!override) {
      override = compileFill(mergeDeep(names.map((name) => named(plan.presets, name))), context);
      if (known.size < MOST_OVERRIDES) known.set(key, override);
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
