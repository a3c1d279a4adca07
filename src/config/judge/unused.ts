/** Lists, presets, notices, look-ups and rulesets that nothing names. */
import type { Callers, ConditionPlan, RulePlan } from "../../routing/plan.ts";
import type { ScopedPlan } from "../../routing/table/scopes.ts";
import { conditionsIn, type PlacedRoute } from "../../routing/walk.ts";
import { type Findings, quote } from "../findings/findings.ts";
import { fittingEntries, fittingItems } from "../shape/fitting.ts";
import type { JudgedScope } from "./judged-scope.ts";

/** Warns of every list, preset, notice, look-up and ruleset that is never used, and of rulesets that are of no use. */
export function warnOfUnused(scopes: readonly JudgedScope[]): void {
  const all = scopes.map((scope) => ({ scope, used: usedBy(scope, scopes[0]) }));
  for (const { scope, used } of all) {
    const { own, source } = scope;
    const { findings } = source;
    const isMain = scope === scopes[0];
    // What is the main file's is used by clients too, as long as they have nothing of that name.
    const users = isMain ? all : [{ scope, used }];
    const isUsed = (table: Table, name: string) =>
      users.some(
        (user) => user.used[table].has(name) && (user.scope === scope || !hasOwn(user.scope, table, name)),
      );
    const rulesets = Object.keys(source.document.rulesets);
    warn("lists", own.lists.keys(), (name) => isUsed("lists", name), findings);
    warn("presets", own.presets.keys(), (name) => isUsed("presets", name), findings);
    warn("lookups", own.lookups.keys(), (name) => isUsed("lookups", name), findings);
    warn("notify", own.notices.keys(), (name) => isUsed("notify", name), findings);
    warn("rulesets", rulesets, (name) => isUsed("rulesets", name), findings);
    for (const name of rulesets) {
      if (source.document.rulesets[name]?.length !== 0 || !isUsed("rulesets", name)) continue;
      findings.warning(["rulesets", name], `the ruleset ${quote(name)} has no rules`, { at: "key" });
    }
  }
}

/** What one thing of each table is called. */
const CALLED = {
  lists: "list",
  presets: "preset",
  notify: "notice",
  lookups: "look-up",
  rulesets: "ruleset",
} as const;

type Table = keyof typeof CALLED;

function hasOwn({ source }: JudgedScope, table: Table, name: string): boolean {
  return Object.hasOwn(source.document[table], name);
}

/** @param main what the main file says may be meant for its clients' look-ups too */
function usedBy(
  { source, plan, routes }: JudgedScope,
  main: JudgedScope | undefined,
): Readonly<Record<Table, ReadonlySet<string>>> {
  const uses = [...source.uses, ...(main?.source.uses ?? [])];
  const lookups = uses.flatMap(({ name }) => (name.kind === "lookup" ? [name.lookup] : []));
  const used = { ...usedIn(plan, routes), lookups: new Set(lookups) };
  for (const [, agent] of fittingEntries(source.document.agents)) {
    if (typeof agent === "string") continue;
    for (const { item } of fittingItems(agent.presets)) used.presets.add(item);
  }
  return used;
}

function warn(
  table: Table,
  names: Iterable<string>,
  isUsed: (name: string) => boolean,
  findings: Findings,
): void {
  for (const name of names) {
    if (isUsed(name)) continue;
    findings.warning([table, name], `the ${CALLED[table]} ${quote(name)} is never used`, { at: "key" });
  }
}

/** Every list, preset, notice and ruleset that the plan names. */
function usedIn(plan: ScopedPlan, routes: readonly PlacedRoute[]) {
  const lists = new Set<string>();
  const presets = new Set<string>();
  // Most routes have the same sets as others.
  const seen = new Set<Callers | undefined>();
  const addCallers = (callers: Callers | undefined) => {
    if (seen.has(callers)) return;
    seen.add(callers);
    for (const list of callers?.lists ?? []) lists.add(list);
  };
  const addPresets = (place: { readonly presets: readonly string[] }) => {
    for (const name of place.presets) presets.add(name);
  };
  const notify = new Set(plan.defaults.notify);
  const addNotices = (place: { readonly notify: readonly string[] }) => {
    for (const name of place.notify) notify.add(name);
  };
  const { defaults, contacts } = plan;
  for (const callers of [defaults.allow, defaults.deny, ...plan.lists.values()]) addCallers(callers);
  for (const place of [defaults, ...contacts.contacts.assignments]) addPresets(place);
  const addRules = (rules: Iterable<RulePlan>) => {
    for (const rule of rules) {
      addPresets(rule);
      addNotices(rule);
      for (const { condition } of conditionsIn(rule.when)) addCallers(callersOf(condition));
    }
  };
  const rulesets = new Set(defaults.rulesets);
  for (const { route, rulesets: names } of routes) {
    addPresets(route);
    addNotices(route);
    addCallers(route.allow);
    addCallers(route.deny);
    addRules(route.rules);
    for (const name of names) rulesets.add(name);
  }
  for (const rules of plan.rulesets.values()) addRules(rules);
  return { lists, presets, notify, rulesets };
}

function callersOf(condition: ConditionPlan): Callers | undefined {
  switch (condition.kind) {
    case "caller":
    case "dialled":
    case "forwarded":
      return condition.callers;
    case "not":
    case "value":
    case "contact":
    case "exists":
    case "open":
    case "closed":
    case "lookup":
    case "over":
      return undefined;
  }
}
