/** Presets that are each right, and wrong together. */
import { type JsonTable, mergeDeep } from "../../routing/merge.ts";
import type { RoutingPlan, Target } from "../../routing/plan.ts";
import { routesIn } from "../../routing/walk.ts";
import { type Findings, type Path, quote } from "../findings/findings.ts";

/**
 * Reports every route on which `model` comes from one preset and `s2s_model` from another: Retell takes at most one
 * of the two.
 */
export function checkMergedPresets(plan: RoutingPlan, findings: Findings): void {
  const isClash = clashTest(plan);
  const check = (path: Path, target: Target, presets: readonly string[]) => {
    for (const own of agentPresetsOf(target)) {
      const names = [...plan.defaults.presets, ...own, ...presets];
      if (!isClash(names)) continue;
      const words = [...new Set(names)].map(quote).join(", ");
      findings.error(path, `together, the presets ${words} set both model and s2s_model; Retell takes one`, {
        at: "key",
      });
      return;
    }
  };
  for (const { path, route, rules } of routesIn(plan)) {
    check(path, route.target, route.presets);
    for (const { path, rule } of rules) {
      check(path, rule.target ?? route.target, [...route.presets, ...rule.presets]);
    }
  }
}

/** The presets of each agent that may take the call. */
function agentPresetsOf(target: Target): (readonly string[])[] {
  switch (target.kind) {
    case "agent":
      return [target.agent.presets];
    case "split":
      return target.shares.map(({ agent }) => agent.presets);
    case "pass":
      return [[]];
    case "reject":
      return [];
  }
}

/** Whether presets clash that do not clash by themselves. The same few combinations stand on most routes. */
function clashTest({ presets }: RoutingPlan): (names: readonly string[]) => boolean {
  const known = new Map<string, boolean>();
  return (names) => {
    if (names.length < 2) return false;
    const key = JSON.stringify(names);
    let clash = known.get(key);
    if (clash === undefined) {
      const used = names.map((name) => presets.get(name) ?? {});
      clash = setsBoth(mergeDeep(used)) && !used.some(setsBoth);
      known.set(key, clash);
    }
    return clash;
  };
}

function setsBoth({ retell_llm: llm }: JsonTable): boolean {
  if (typeof llm !== "object" || llm === null) return false;
  return "model" in llm && llm.model !== null && "s2s_model" in llm && llm.s2s_model !== null;
}
