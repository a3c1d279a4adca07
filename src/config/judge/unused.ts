/** Lists and presets that nothing names. */
import type { Callers, ConditionPlan, RoutingPlan } from "../../routing/plan.ts";
import type { PlacedRoute } from "../../routing/walk.ts";
import { type Findings, quote } from "../findings/findings.ts";
import { fittingEntries, fittingItems } from "../shape/fitting.ts";
import type { Document } from "../shape/schema.ts";

/** Warns of every list and preset that is never used. */
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
}

function warn(
  kind: "list" | "preset",
  names: Iterable<string>,
  used: ReadonlySet<string>,
  findings: Findings,
): void {
  for (const name of names) {
    if (used.has(name)) continue;
    findings.warning([`${kind}s`, name], `the ${kind} ${quote(name)} is never used`, { at: "key" });
  }
}

/** Every list and preset that the plan names. */
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
  for (const { route, rules } of routes) {
    addPresets(route);
    addCallers(route.allow);
    addCallers(route.deny);
    for (const { rule } of rules) {
      addPresets(rule);
      for (const callers of rule.when.flatMap(callersIn)) addCallers(callers);
    }
  }
  return { lists, presets };
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
