/** Compiles what the numbers of each client have in common. */
import { type PhoneKey, phoneKey } from "../callers/canonical.ts";
import { compileListsSliced, type Lists } from "../callers/lookup.ts";
import { lookupFinder, lookupsIn } from "../lookups/asked.ts";
import { compileLookup, type Lookup } from "../lookups/compile.ts";
import { LookupPaths } from "../lookups/paths.ts";
import { partiesOf } from "../names/parties.ts";
import { type NameContext, noting } from "../names/value.ts";
import { noticeNames, noticesAsk } from "../notices/asked.ts";
import { compileNotice, type Notice } from "../notices/notice.ts";
import type { Contact, ContactsPlan, RoutingPlan } from "../plan.ts";
import { compileRulesSliced, type RuleContext } from "../rules/compile-rules.ts";
import type { Sliced } from "../slices.ts";
import { compileSchedule, type Schedule, type SchedulePlan } from "../time/schedule.ts";
import { agentsOf, overrideCompiler, presetCheck } from "./compile-presets.ts";
import { routeCompiler } from "./compile-routes.ts";
import { named } from "./named.ts";
import { type ScopeView, viewsOf } from "./scopes.ts";
import type { RuleList, Scope } from "./table.ts";

type ScopePlans = Omit<RoutingPlan, "numbers">;

/** A scope, and what compiles the routes of its numbers. */
export interface CompiledScope {
  readonly scope: Scope;
  readonly compileRoute: ReturnType<typeof routeCompiler>;
}

/** Compiles every scope, by the name of its client. What several scopes have in common is compiled once. */
export function* compileScopesSliced(plan: ScopePlans): Sliced<ReadonlyMap<string, CompiledScope>> {
  const schedules = new Map<SchedulePlan, Schedule>();
  const scheduleOf = (schedule: SchedulePlan): Schedule => {
    const known = schedules.get(schedule) ?? compileSchedule(schedule);
    schedules.set(schedule, known);
    return known;
  };
  const compiledSchedules = new Map<ScopeView["schedules"], ReadonlyMap<string, Schedule>>();
  const schedulesOf = ({ schedules: plans }: ScopeView) => {
    const compiled =
      compiledSchedules.get(plans) ??
      new Map(Array.from(plans, ([name, schedule]) => [name, scheduleOf(schedule)]));
    compiledSchedules.set(plans, compiled);
    return compiled;
  };
  const namesOfNotice = noticeNames();
  const contacts = new Map<string, Map<PhoneKey, Contact>>();
  const scopes = new Map<string, CompiledScope>();
  let mainLists: Lists | undefined;
  let areMainPresetsAsking = false;
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
    const { client, country, timezone, locale, agentNames } = view;
    const lookupPaths = new LookupPaths();
    const context: RuleContext = {
      lists,
      parties: partiesOf(country, known),
      columnAt: (column) => columns.get(column),
      schedule: (name) => {
        const schedule = view.schedules.get(name);
        return schedule && scheduleOf(schedule);
      },
      noticeId: (name) => named(view.noticeIds, name),
      lookupId: (name) => view.lookupIds.get(name),
      asks: { history: () => {}, flag: () => {}, lookup: (id, path) => void lookupPaths.note(id, path) },
      ...{ client, country, timezone, locale, agentNames },
    };
    const lookupContext = noting(context);
    const lookups = compileLookups(view, lookupContext.context);
    const lookupsByPreset = lookups.size > 0 ? lookupsInPresets(view) : NO_LOOKUPS;
    const asked = noticesAsk(view, namesOfNotice, lookupPaths);
    const lookupsOf = lookupFinder(new Set(lookups.keys()), lookupsByPreset, asked.lookupsByNotice);

    const checksTexts = client === "" || view.presets !== plan.presets;
    const noted = noting(context);
    const checkPresets = presetCheck(view.presets, checksTexts, noted.context);
    const arePresetsAsking: boolean = checksTexts ? noted.asked().history : areMainPresetsAsking;
    if (client === "") areMainPresetsAsking = arePresetsAsking;
    if (!areCompiled) yield* compileContactsSliced(view.contacts, checkPresets, known);
    checkPresets(view.defaults);
    const rulesets = new Map<string, RuleList>();
    for (const [name, rules] of view.rulesets) {
      for (const rule of rules) checkPresets(rule, ...agentsOf(rule.target));
      const compiledRules = yield* compileRulesSliced(rules, name, context, lookupsOf);
      for (const limit of compiledRules.asks.limits) named(view.limits, limit);
      rulesets.set(name, compiledRules);
    }

    const scope: Scope = {
      client: view.client,
      account: view.hasAccount ? view.client : "",
      ...{ country, timezone, locale },
      agentNames: view.agentNames,
      unrouted: view.defaults.unrouted,
      contacts: known,
      contactVariables: view.contacts.variables.map((name) => ({ name, at: named(columns, name) })),
      defaultPresets: view.defaults.presets,
      override: overrideCompiler(view.presets, context),
      limits: new Map(
        Array.from(view.limits, ([name, plan]) => [name, { id: named(view.limitIds, name), plan }]),
      ),
      schedules: schedulesOf(view),
      defaultNotify: view.defaults.notify.map(context.noticeId),
      notice: noticesOf(view, context),
      ...{ lookups, lookupsByPreset, lookupPaths },
    };
    const compileRoute = routeCompiler(
      view,
      rulesets,
      checkPresets,
      context,
      lookupsOf,
      arePresetsAsking || lookupContext.asked().history || asked.history,
    );
    scopes.set(view.client, { scope, compileRoute });
    yield;
  }
  return scopes;
}

const NO_LOOKUPS: ReadonlyMap<string, readonly string[]> = new Map();

function compileLookups({ lookups, lookupIds }: ScopeView, context: NameContext): Map<string, Lookup> {
  return new Map(
    Array.from(lookups, ([name, plan]) => [name, compileLookup(name, named(lookupIds, name), plan, context)]),
  );
}

function lookupsInPresets({ presets }: ScopeView): Map<string, readonly string[]> {
  const all = Array.from(presets, ([name, preset]) => [name, lookupsIn(preset)] as const);
  return new Map(all.filter(([, asked]) => asked.length > 0));
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

/** Compiles notices, each when it is first asked for: many clients share those of the main file. */
function noticesOf({ notices, noticeIds }: ScopeView, context: NameContext): Scope["notice"] {
  const plans = new Map(Array.from(notices, ([name, plan]) => [named(noticeIds, name), plan]));
  const compiled = new Map<string, Notice>();
  return (id) => {
    const notice = compiled.get(id) ?? compileNotice(id, named(plans, id), context);
    compiled.set(id, notice);
    return notice;
  };
}
