/** Lists, presets and rulesets that nothing names. */
import type { Callers, ConditionPlan, RoutingPlan, RulePlan } from "../../routing/plan.ts";
import type { PlacedRoute } from "../../routing/walk.ts";
import { type Findings, quote } from "../findings/findings.ts";
import { fittingEntries, fittingItems } from "../shape/fitting.ts";
import type { Document } from "../shape/schema.ts";

/** Warns of every list, preset and ruleset that is never used, and of rulesets that are of no use. */
export function warnOfUnused(
  { agents }: Document,
  plan: RoutingPlan,
  routes: readonly PlacedRoute[],
  findings: Findings,
): void {
  const used = usedIn(plan, routes);
  for (const [, agent] of fittingEntries(agents)) {
    if (typeof agent === "string") continue;
    for (const { item } of fittingItems(agent.presets)) used.presets.add(item);
  }
  warn("list", plan.lists.keys(), used.lists, findings);
  warn("preset", plan.presets.keys(), used.presets, findings);
  warn("ruleset", plan.rulesets.keys(), used.rulesets, findings);
  for (const [name, rules] of plan.rulesets) {
    if (rules.length > 0 || !used.rulesets.has(name)) continue;
    findings.warning(["rulesets", name], `the ruleset ${quote(name)} has no rules`, { at: "key" });
  }
}

function warn(
  kind: "list" | "preset" | "ruleset",
  names: Iterable<string>,
  used: ReadonlySet<string>,
  findings: Findings,
): void {
  for (const name of names) {
    if (used.has(name)) continue;
    findings.warning([`${kind}s`, name], `the ${kind} ${quote(name)} is never used`, { at: "key" });
  }
}

/** Every list, preset and ruleset that the plan names. */
function usedIn(plan: RoutingPlan, routes: readonly PlacedRoute[]) {
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
    case "over":
      return [];
  }
}
