/** Presets that are each right, and wrong together. */
import { type JsonTable, mergeDeep } from "../../routing/merge.ts";
import type { LinePlan, RoutingPlan, Target } from "../../routing/plan.ts";
import { type Findings, type Path, quote } from "../findings/findings.ts";

/**
 * Reports every route on which `model` comes from one preset and `s2s_model` from another: Retell takes at most one
 * of the two.
 */
export function checkMergedPresets(plan: RoutingPlan, findings: Findings): void {
  const reported = new Set<string>();
  for (const { path, target, presets } of routesOf(plan)) {
    for (const own of agentPresetsOf(target)) {
      const names = [...plan.defaults.presets, ...own, ...presets];
      if (!isClash(names, plan) || reported.has(JSON.stringify(path))) continue;
      reported.add(JSON.stringify(path));
      const words = [...new Set(names)].map(quote).join(", ");
      findings.error(path, `together, the presets ${words} set both model and s2s_model; Retell takes one`, {
        at: "key",
      });
    }
  }
}

/** A line or a rule, with the presets that it and what lies under it name. */
interface PlacedRoute {
  readonly path: Path;
  readonly target: Target;
  readonly presets: readonly string[];
}

function routesOf({ numbers }: RoutingPlan): PlacedRoute[] {
  const ofLine = (line: LinePlan, path: Path): PlacedRoute[] => [
    { path, target: line.target, presets: line.presets },
    ...line.rules.map((rule, at) => ({
      path: [...path, "rules", at],
      target: rule.target ?? line.target,
      presets: [...line.presets, ...rule.presets],
    })),
  ];
  return numbers.flatMap((number) => {
    const path = ["numbers", number.entry];
    return [...ofLine(number, path), ...(number.sms ? ofLine(number.sms, [...path, "sms"]) : [])];
  });
}

/** The presets of each agent that may take the call. */
function agentPresetsOf(target: Target): (readonly string[])[] {
  if (target.kind === "agent") return [target.agent.presets];
  if (target.kind === "split") return target.shares.map(({ agent }) => agent.presets);
  return target.kind === "pass" ? [[]] : [];
}

function isClash(names: readonly string[], { presets }: RoutingPlan): boolean {
  const used = names.map((name) => presets.get(name) ?? {});
  return setsBoth(mergeDeep(used)) && !used.some(setsBoth);
}

function setsBoth({ retell_llm: llm }: JsonTable): boolean {
  if (typeof llm !== "object" || llm === null) return false;
  return "model" in llm && llm.model !== null && "s2s_model" in llm && llm.s2s_model !== null;
}
