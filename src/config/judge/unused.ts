/** Lists and presets that nothing names. */
import type { Callers, LinePlan, RoutingPlan, RulePlan } from "../../routing/plan.ts";
import { type Findings, quote } from "../findings/findings.ts";
import type { Document } from "../shape/schema.ts";

/** Warns of every list and preset that is never used. */
export function warnOfUnused({ agents }: Document, plan: RoutingPlan, findings: Findings): void {
  const lines: LinePlan[] = plan.numbers.flatMap((number) => (number.sms ? [number, number.sms] : [number]));
  const rules = lines.flatMap((line) => line.rules);
  warn("list", plan.lists.keys(), listsIn(plan, lines, rules), findings);
  warn("preset", plan.presets.keys(), presetsIn(agents, plan, [...lines, ...rules]), findings);
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

function listsIn(plan: RoutingPlan, lines: readonly LinePlan[], rules: readonly RulePlan[]): Set<string> {
  const { defaults, lists } = plan;
  const sets: (Callers | undefined)[] = [
    ...[defaults.allow, defaults.deny, ...lists.values()],
    ...lines.flatMap(({ allow, deny }) => [allow, deny]),
    ...rules.map(({ when }) => when.caller),
  ];
  return new Set(sets.flatMap((callers) => callers?.lists ?? []));
}

function presetsIn(
  agents: Document["agents"],
  { defaults, contacts }: RoutingPlan,
  routes: readonly { readonly presets: readonly string[] }[],
): Set<string> {
  const ofAgents = Object.values(agents).flatMap((agent) => (typeof agent === "string" ? [] : agent.presets));
  const places = [defaults, ...contacts.contacts, ...routes];
  return new Set([...ofAgents, ...places.flatMap(({ presets }) => presets)]);
}
