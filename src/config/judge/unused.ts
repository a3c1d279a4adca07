/** Lists, presets, look-ups and rulesets that nothing names. */
import type { Callers, ConditionPlan, RulePlan } from "../../routing/plan.ts";
import type { ScopedPlan } from "../../routing/table/scopes.ts";
import type { PlacedRoute } from "../../routing/walk.ts";
import { type Findings, quote } from "../findings/findings.ts";
import { fittingEntries, fittingItems } from "../shape/fitting.ts";
import type { JudgedScope } from "./judged-scope.ts";

/** Warns of every list, preset, look-up and ruleset that is never used, and of rulesets that are of no use. */
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
    warn("list", own.lists.keys(), (name) => isUsed("lists", name), findings);
    warn("preset", own.presets.keys(), (name) => isUsed("presets", name), findings);
    warn("look-up", own.lookups.keys(), (name) => isUsed("lookups", name), findings);
    warn("ruleset", rulesets, (name) => isUsed("rulesets", name), findings);
    for (const name of rulesets) {
      if (source.document.rulesets[name]?.length !== 0 || !isUsed("rulesets", name)) continue;
      findings.warning(["rulesets", name], `the ruleset ${quote(name)} has no rules`, { at: "key" });
    }
  }
}

type Table = "lists" | "presets" | "lookups" | "rulesets";

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
  kind: "list" | "preset" | "look-up" | "ruleset",
  names: Iterable<string>,
  isUsed: (name: string) => boolean,
  findings: Findings,
): void {
  for (const name of names) {
    if (isUsed(name)) continue;
    findings.warning([`${kind.replace("-", "")}s`, name], `the ${kind} ${quote(name)} is never used`, {
      at: "key",
    });
  }
}

/** Every list, preset and ruleset that the plan names. */
function usedIn(plan: ScopedPlan, routes: readonly PlacedRoute[]) {
  const lists = new Set<string>();
  const presets = new Set<string>();
  const addCallers = (callers: Callers | undefined) => {
    for (const list of callers?.lists ?? []) lists.add(list);
  };
  const addPresets = (place: { readonly presets: readonly string[] }) => {
    for (const name of place.presets) presets.add(name);
  };
  const { defaults, contacts } = plan;
  for (const callers of [defaults.allow, defaults.deny, ...plan.lists.values()]) addCallers(callers);
  for (const place of [defaults, ...contacts.contacts]) addPresets(place);
  const addRules = (rules: Iterable<RulePlan>) => {
    for (const rule of rules) {
      addPresets(rule);
      for (const callers of rule.when.flatMap(callersIn)) addCallers(callers);
    }
  };
  const rulesets = new Set(defaults.rulesets);
  for (const { route, rulesets: names } of routes) {
    addPresets(route);
    addCallers(route.allow);
    addCallers(route.deny);
    addRules(route.rules);
    for (const name of names) rulesets.add(name);
  }
  for (const rules of plan.rulesets.values()) addRules(rules);
  return { lists, presets, rulesets };
}

function callersIn(condition: ConditionPlan): readonly Callers[] {
  switch (condition.kind) {
    case "caller":
    case "dialled":
    case "forwarded":
      return [condition.callers];
    case "not":
      return condition.conditions.flatMap(callersIn);
    case "value":
    case "contact":
    case "exists":
    case "open":
    case "closed":
    case "lookup":
    case "over":
      return [];
  }
}
