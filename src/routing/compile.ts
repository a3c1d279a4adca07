/** Compiles what the configuration says about routing into the table that decides calls. */
import { type PhoneKey, phoneKey, spellingsOf } from "./callers/canonical.ts";
import { compileCallers, compileListsSliced, lengthsOf } from "./callers/lookup.ts";
import { callersWords, sizeOf } from "./callers/sets.ts";
import { type ConditionContext, compileConditions } from "./conditions.ts";
import type { Origin } from "./decision.ts";
import { type JsonTable, mergeDeep, mergeKeys } from "./merge.ts";
import type { Additions, Agent, Callers, Contact, RoutePlan, RoutingPlan, RulePlan, Target } from "./plan.ts";
import { atOnce, type Sliced } from "./slices.ts";
import type { Asks, Effect, Entry, Route, Rule, Screen, Table } from "./table.ts";
import { compileFill, type Fill } from "./templates/fill.ts";
import { compileSchedule } from "./time/schedule.ts";

/** Compiles what the configuration says into the table that decides calls. */
export function compileTable(plan: RoutingPlan): Table {
  return atOnce(compileTableSliced(plan));
}

/** {@link compileTable} in {@link Sliced} form. */
export function* compileTableSliced(plan: RoutingPlan): Sliced<Table> {
  const lists = yield* compileListsSliced(plan.lists);
  const schedules = new Map([...plan.schedules].map(([name, schedule]) => [name, compileSchedule(schedule)]));
  const compile = routeCompiler(plan, { lists, schedule: (name) => named(schedules, name) });

  const checkPresets = presetCheck(plan.presets);
  checkPresets(plan.defaults);

  const exact = new Map<PhoneKey, Entry>();
  const prefixes = new Map<string, Entry>();
  let any: Entry | undefined;
  for (const [at, number] of plan.numbers.entries()) {
    if (at % 20 === 0) yield;
    const { pattern } = number;
    for (const route of number.sms ? [number, number.sms] : [number]) {
      for (const place of [route, ...route.rules]) checkPresets(place, ...agentsOf(place.target));
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
      if (dialled === undefined) return any;
      const entry = exact.get(dialled);
      if (entry || prefixes.size === 0) return entry ?? any;
      const spellings = spellingsOf(dialled);
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

/** Compiles routes; one for texts is screened by the number's own sets too. */
function routeCompiler(
  { defaults, limits }: RoutingPlan,
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
    const rules = route.rules.map((rule, at) =>
      compileRule(rule, at, effectOf(defaults, route, rule), context),
    );
    const asks = asksOf(rules);
    for (const limit of asks.limits) named(limits, limit);
    return {
      deny: [...(calls ? calls.deny : defaultDeny), ...screen("number", route.deny)],
      allow: calls ? [...calls.allow, ...(allow ?? [])] : (allow ?? defaultAllow),
      rules,
      asks,
      target: route.target,
      presets: route.presets,
      effect: effectOf(defaults, route, undefined),
    };
  };
}

function compileRule(rule: RulePlan, at: number, effect: Effect, context: ConditionContext): Rule {
  const { name, target, presets, when } = rule;
  return { name, at, conditions: compileConditions(when, context), target, presets, effect };
}

function asksOf(rules: readonly Rule[]): Asks {
  const limits = rules.flatMap(({ conditions }) => conditions.flatMap((condition) => condition.limits));
  return { limits: [...new Set(limits)] };
}

function effectOf(defaults: Additions, route: RoutePlan, rule: RulePlan | undefined): Effect {
  const overVariables = rule && Object.keys(rule.variables).length > 0 ? rule.variables : undefined;
  const layers = [defaults, route, ...(rule ? [rule] : [])];
  return {
    delayMs: rule?.delayMs ?? route.delayMs ?? defaults.delayMs ?? 0,
    variables: compileFill(mergeKeys([defaults.variables, route.variables])),
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
