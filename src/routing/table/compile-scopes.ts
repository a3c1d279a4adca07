/** Compiles what the numbers of each client have in common. */
import { type Contacts, contactsOf } from "../callers/contact-book.ts";
import { compileListsSliced, type Lists } from "../callers/lookup.ts";
import { compileLookup, type Lookup } from "../lookups/compile.ts";
import { LookupPaths } from "../lookups/paths.ts";
import { partiesOf } from "../names/parties.ts";
import { type Asked, lookupsIn, type NameContext, noting } from "../names/value.ts";
import { noticeAsks } from "../notices/asked.ts";
import { compileNotice, type Notice } from "../notices/notice.ts";
import type { RoutingPlan } from "../plan.ts";
import { agentsOf, compileRulesSliced, type RuleContext } from "../rules/compile-rules.ts";
import type { Sliced } from "../slices.ts";
import { compileSchedule, type Schedule, type SchedulePlan } from "../time/schedule.ts";
import { Presets, presetAsks, presetCheck } from "./compile-presets.ts";
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
  const asksOfNotice = noticeAsks();
  const compiledSchedules = new Map<ScopeView["schedules"], ReadonlyMap<string, Schedule>>();
  const schedulesOf = ({ schedules: plans }: ScopeView) => {
    const compiled =
      compiledSchedules.get(plans) ??
      new Map(Array.from(plans, ([name, schedule]) => [name, scheduleOf(schedule)]));
    compiledSchedules.set(plans, compiled);
    return compiled;
  };
  const contacts = new Map<string, Contacts>();
  const scopes = new Map<string, CompiledScope>();
  let mainLists: Lists | undefined;
  let mainPresetsAsk: ReadonlyMap<string, Asked> | undefined;
  for (const view of viewsOf(plan).values()) {
    const compiled = mainLists && { lists: mainLists, except: view.ownLists };
    const sharesLists = mainLists !== undefined && view.ownLists.size === 0;
    const lists = sharesLists ? mainLists : yield* compileListsSliced(view.lists, compiled);
    mainLists ??= lists;
    if (!lists) throw new Error("Cannot compile the routing table: there are no lists");
    const columns = new Map(view.contacts.columns.map((column, at) => [column, at]));
    const compiledContacts = contacts.get(view.contactsOf);
    const known = compiledContacts ?? contactsOf(view.contacts.contacts);
    contacts.set(view.contactsOf, known);
    const { client, country, timezone, locale, agentNames } = view;
    const lookupPaths = new LookupPaths();
    const names: NameContext = {
      columnAt: (column) => columns.get(column),
      schedule: (name) => {
        const schedule = view.schedules.get(name);
        return schedule && scheduleOf(schedule);
      },
      lookupId: (name) => view.lookupIds.get(name),
      asks: { history: () => {}, flag: () => {}, lookup: noteIn(lookupPaths, view) },
      ...{ client, country, timezone, locale, agentNames, texts: new Map() },
    };
    const ofLookups = noting(names);
    const lookups = compileLookups(view, ofLookups.context);
    const areOwnPresets = client === "" || view.presets !== plan.presets;
    const presetsAsk = (areOwnPresets ? undefined : mainPresetsAsk) ?? presetAsks(view.presets, names);
    if (client === "") mainPresetsAsk = presetsAsk;
    const noticesAsk = new Map(
      Array.from(view.notices, ([name, notice]) => [name, asksOfNotice(notice, names)]),
    );
    const brought = [...presetsAsk.values(), ...noticesAsk.values()];
    // What was compiled for another scope has told that one.
    for (const { lookups } of brought) for (const use of lookups) names.asks.lookup(use);
    const lookupsByPreset = lookupsOf(presetsAsk);
    const context: RuleContext = {
      ...names,
      lists,
      parties: partiesOf(country, known),
      noticeId: (name) => named(view.noticeIds, name),
      brought: { byPreset: lookupsByPreset, byNotice: lookupsOf(noticesAsk) },
    };
    const checkPresets = presetCheck(view.presets);
    if (!compiledContacts) {
      for (const given of view.contacts.contacts.assignments) checkPresets(given, given.agent);
    }
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
      ...{ country, timezone, locale },
      agentNames: view.agentNames,
      unrouted: view.defaults.unrouted,
      contacts: known,
      defaultPresets: view.defaults.presets,
      presets: Presets.of(view.presets, context),
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
      ofLookups.asked().history || brought.some(({ history }) => history),
    );
    scopes.set(view.client, { scope, compileRoute });
    yield;
  }
  return scopes;
}

/** Notes the places in what look-ups find that are used. */
function noteIn(paths: LookupPaths, { lookupIds }: ScopeView): NameContext["asks"]["lookup"] {
  return ({ name, path }) => {
    const id = lookupIds.get(name);
    if (id !== undefined && path) paths.note(id, path);
  };
}

/** The names of the look-ups that each thing asks for; what asks for none is left out. */
function lookupsOf(asked: ReadonlyMap<string, Asked>): ReadonlyMap<string, readonly string[]> {
  const all = Array.from(asked, ([name, asks]) => [name, lookupsIn(asks)] as const);
  return new Map(all.filter(([, lookups]) => lookups.length > 0));
}

function compileLookups({ lookups, lookupIds }: ScopeView, context: NameContext): Map<string, Lookup> {
  return new Map(
    Array.from(lookups, ([name, plan]) => [name, compileLookup(name, named(lookupIds, name), plan, context)]),
  );
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
