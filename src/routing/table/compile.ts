/** Compiles what the configuration says about routing into the table that decides calls. */
import { type PhoneKey, phoneKey, spellingsOf } from "../callers/canonical.ts";
import { compileCallers, compileListsSliced, type Lists, lengthsOf } from "../callers/lookup.ts";
import { callersWords, sizeOf } from "../callers/sets.ts";
import type { ConditionContext } from "../conditions.ts";
import type { Origin } from "../decision.ts";
import { type JsonTable, mergeDeep, mergeKeys } from "../merge.ts";
import { partiesOf } from "../names/parties.ts";
import type { NameContext } from "../names/value.ts";
import type {
  Additions,
  Agent,
  Callers,
  Contact,
  ContactsPlan,
  NumberPlan,
  RoutePlan,
  RoutingPlan,
  Target,
} from "../plan.ts";
import { asksOf, compileRulesSliced } from "../rules/compile-rules.ts";
import { atOnce, type Sliced } from "../slices.ts";
import { compileFill, type Fill } from "../templates/fill.ts";
import { compileSchedule, type Schedule, type SchedulePlan } from "../time/schedule.ts";
import { rulesetsOf } from "../walk.ts";
import { type ScopeView, viewsOf } from "./scopes.ts";
import type { Effect, Entry, Route, RuleList, Scope, Screen, Table } from "./table.ts";

/** The entries of `[numbers]`, each of which is read when it is needed. */
export interface NumberPlans {
  readonly size: number;
  /** Which dialled numbers the entry at `index` is for: one, or those that begin with a prefix; `""` for all. */
  placeAt(index: number): PhoneKey | string;
  /** The client whose entry it is; empty for the main file. */
  clientAt(index: number): string;
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
  return {
    ...plan,
    numbers: { size: plan.numbers.length, placeAt, clientAt: (index) => at(index).client, planAt: at },
  };
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
  const scopes = yield* compileScopesSliced(plan);
  const scopeFor = (client: string) => named(scopes, client);

  const { numbers } = plan;
  const entries = new Map<number, Entry>();
  const entryAt = (index: number): Entry => {
    const known = entries.get(index);
    if (known) return known;
    const number = numbers.planAt(index);
    const { scope, checkPresets, compileRoute } = scopeFor(number.client);
    for (const route of number.sms ? [number, number.sms] : [number]) {
      for (const place of [route, ...route.rules]) checkPresets(place, ...agentsOf(place.target));
    }
    const calls = compileRoute(number, undefined);
    const texts = number.sms && compileRoute(number.sms, calls);
    const entry: Entry = { scope, name: number.entry, how: number.pattern.kind, calls, texts };
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
  const isOf = (account: string | undefined, index: number): boolean =>
    account === undefined || scopeFor(numbers.clientAt(index)).scope.account === account;
  const indexFor = (
    dialled: PhoneKey | undefined,
    account: string | undefined,
  ): number | "foreign" | undefined => {
    const any = prefixes.get("");
    if (dialled === undefined) return any !== undefined && isOf(account, any) ? any : undefined;
    const index = exact.get(dialled);
    if (index !== undefined) return isOf(account, index) ? index : "foreign";
    if (prefixes.size === 0) return undefined;
    const spellings = spellingsOf(dialled);
    for (const length of prefixLengths) {
      for (const spelling of spellings) {
        const candidate = prefixes.get(spelling.slice(0, length));
        if (candidate !== undefined && isOf(account, candidate)) return candidate;
      }
    }
    return undefined;
  };

  const compiled = [...scopes.values()].map(({ scope }) => scope);
  const table: Table = {
    accounts: new Map(
      compiled.filter(({ client, account }) => client === account).map((scope) => [scope.account, scope]),
    ),
    countries: [...new Set(compiled.map(({ country }) => country))],
    entryFor: (dialled) => {
      const index = indexFor(dialled, undefined);
      return typeof index === "number" ? entryAt(index) : undefined;
    },
    entryOf: (account, dialled) => {
      const index = indexFor(dialled, account);
      return typeof index === "number" ? entryAt(index) : index;
    },
    size: numbers.size,
    limits: new Map(
      compiled.flatMap(({ limits }) => Array.from(limits.values(), ({ id, plan }) => [id, plan])),
    ),
    flags: new Set(plan.flags.flatMap(({ path, isThere }) => (isThere ? [path] : []))),
  };
  return { table, entryAt };
}

/** A scope, and what compiles the routes of its numbers. */
interface CompiledScope {
  readonly scope: Scope;
  readonly checkPresets: ReturnType<typeof presetCheck>;
  readonly compileRoute: ReturnType<typeof routeCompiler>;
}

/** Compiles every scope, by the name of its client. What several scopes have in common is compiled once. */
function* compileScopesSliced(plan: LazyPlan): Sliced<ReadonlyMap<string, CompiledScope>> {
  const schedules = new Map<SchedulePlan, Schedule>();
  const scheduleOf = (schedule: SchedulePlan): Schedule => {
    const known = schedules.get(schedule) ?? compileSchedule(schedule);
    schedules.set(schedule, known);
    return known;
  };
  const contacts = new Map<string, Map<PhoneKey, Contact>>();
  const scopes = new Map<string, CompiledScope>();
  let mainLists: Lists | undefined;
  for (const view of viewsOf(plan).values()) {
    const compiled = mainLists && { lists: mainLists, except: view.ownLists };
    const sharesLists = mainLists !== undefined && view.ownLists.size === 0;
    const lists = sharesLists ? mainLists : yield* compileListsSliced(view.lists, compiled);
    mainLists ??= lists;
    if (!lists) throw new Error("Cannot compile the routing table: there are no lists");
    const columns = new Map(view.contacts.columns.map((column, at) => [column, at]));
    const areCompiled = contacts.has(view.contactsOf);
    const known = contacts.get(view.contactsOf) ?? new Map<PhoneKey, Contact>();
    contacts.set(view.contactsOf, known);
    const { client, country, timezone, locale } = view;
    const context: ConditionContext = {
      lists,
      parties: partiesOf(country, known),
      columnAt: (column) => columns.get(column),
      schedule: (name) => {
        const schedule = view.schedules.get(name);
        return schedule && scheduleOf(schedule);
      },
      ...{ client, country, timezone, locale },
    };

    const checksTexts = client === "" || view.presets !== plan.presets;
    const checkPresets = presetCheck(view.presets, checksTexts, context);
    if (!areCompiled) yield* compileContactsSliced(view.contacts, checkPresets, known);
    checkPresets(view.defaults);
    const rulesets = new Map<string, RuleList>();
    for (const [name, rules] of view.rulesets) {
      for (const rule of rules) checkPresets(rule, ...agentsOf(rule.target));
      const compiledRules = yield* compileRulesSliced(rules, name, context);
      for (const limit of compiledRules.asks.limits) named(view.limits, limit);
      rulesets.set(name, compiledRules);
    }

    const scope: Scope = {
      client: view.client,
      account: view.hasAccount ? view.client : "",
      country: view.country,
      unrouted: view.defaults.unrouted,
      contacts: known,
      contactVariables: view.contacts.variables.map((name) => ({ name, at: named(columns, name) })),
      noContact: Object.fromEntries(view.contacts.variables.map((name) => [name, ""])),
      defaultPresets: view.defaults.presets,
      override: overrideCompiler(view.presets, context),
      limits: new Map(
        Array.from(view.limits, ([name, plan]) => [name, { id: named(view.limitIds, name), plan }]),
      ),
    };
    const compileRoute = routeCompiler(view, rulesets, context);
    scopes.set(view.client, { scope, checkPresets, compileRoute });
    yield;
  }
  return scopes;
}

function* compileContactsSliced(
  { contacts }: ContactsPlan,
  checkPresets: ReturnType<typeof presetCheck>,
  byKey: Map<PhoneKey, Contact>,
): Sliced<void> {
  for (const contact of contacts) {
    checkPresets(contact, contact.agent);
    byKey.set(phoneKey(contact.number.slice(1)), contact);
    if (byKey.size % 1000 === 0) yield;
  }
}

/** Compiles routes; one for texts is screened by the number's own sets too. */
function routeCompiler(
  { defaults, limits }: ScopeView,
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
 * @param checksTexts whether nobody has looked at their templates yet
 * @returns what makes sure that every preset that places name is there
 * @throws for a template that the configuration should have refused
 */
function presetCheck(
  presets: RoutingPlan["presets"],
  checksTexts: boolean,
  context: NameContext,
): (...places: readonly (Pick<Additions, "presets"> | undefined)[]) => void {
  if (checksTexts) for (const preset of presets.values()) compileFill(preset, context);
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
function overrideCompiler(all: RoutingPlan["presets"], context: NameContext): Scope["override"] {
  const known = new Map<string, Fill<JsonTable>>();
  return (presets) => {
    const names = presets.map(({ name }) => name);
    const key = JSON.stringify(names);
    let override = known.get(key);
    if (!override) {
      override = compileFill(mergeDeep(names.map((name) => named(all, name))), context);
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
