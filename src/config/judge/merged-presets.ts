/** Presets that are each right, and wrong together. */
import { type JsonTable, mergeDeep } from "../../routing/merge.ts";
import type { RoutingPlan, RulePlan, Target } from "../../routing/plan.ts";
import {
  type PlacedRoute,
  type PlacedRule,
  type PlacedRuleset,
  routesIn,
  rulesetsIn,
} from "../../routing/walk.ts";
import { type Findings, type Path, quote } from "../findings/findings.ts";

/** Presets that apply together, by name, weakest first; undefined where they get along. */
type ClashTest = (target: Target | undefined, presets: readonly string[]) => readonly string[] | undefined;

/**
 * Reports every route on which `model` comes from one preset and `s2s_model` from another: Retell takes at most one
 * of the two. Two rules that may apply together, since the first continues, are warned of.
 */
export function checkMergedPresets(plan: RoutingPlan, findings: Findings): void {
  const models = modelPresets(plan.presets);
  // Nothing can clash where no preset sets one of them, or none the other.
  if (models.size === 0) return;
  const clash = clashTest(plan);
  const routes = routesIn(plan);
  for (const { path, route, rules } of routes) {
    report(clash(route.target, route.presets), path, findings);
    for (const { path, rule } of rules) {
      report(clash(rule.target ?? route.target, [...route.presets, ...rule.presets]), path, findings);
    }
  }
  checkSequences(routes, rulesetsIn(plan), models, clash, findings);
}

function report(names: readonly string[] | undefined, path: Path, findings: Findings, hint?: string): void {
  if (!names) return;
  findings.error(
    path,
    `together, the presets ${words(names)} set both model and s2s_model; Retell takes one`,
    {
      at: "key",
      hint,
    },
  );
}

/** More earlier rules than that are not held against a later one. */
const MOST_EARLIER = 20;

/** Checks the rules of rulesets on the routes that try them, and rules that continue with those behind them. */
function checkSequences(
  routes: readonly PlacedRoute[],
  rulesets: ReadonlyMap<string, PlacedRuleset>,
  models: ReadonlySet<string>,
  clash: ClashTest,
  findings: Findings,
): void {
  const concerns = (rule: RulePlan) =>
    [rule.presets, ...agentPresetsOf(rule.target)].flat().some((name) => models.has(name));
  const concerned = new Map<string, readonly PlacedRule[]>();
  for (const [name, { rules }] of rulesets) {
    concerned.set(
      name,
      rules.filter(({ rule }) => concerns(rule)),
    );
  }
  const told = new Set<RulePlan>();
  const done = new Set<string>();
  for (const { number, route, rules, rulesets: names } of routes) {
    const own = rules.filter(({ rule }) => concerns(rule));
    const sequence = [...own, ...names.flatMap((name) => concerned.get(name) ?? [])];
    if (sequence.length === 0) continue;
    // Routes that say the same of presets, and have no such rules of their own, are looked at once.
    const way = own.length > 0 ? "" : JSON.stringify([names, route.presets, agentPresetsOf(route.target)]);
    if (way !== "" && done.has(way)) continue;
    done.add(way);
    const hint = `at ${quote(number.entry)}`;
    const earlier: RulePlan[] = [];
    for (const { path, rule } of sequence) {
      const found = clash(rule.target ?? route.target, [...route.presets, ...rule.presets]);
      if (found && path[0] === "rulesets" && !told.has(rule)) {
        told.add(rule);
        report(found, path, findings, hint);
      }
      if (found) continue;
      for (const before of earlier) {
        const target = rule.target ?? before.target ?? route.target;
        const both = clash(target, [...route.presets, ...before.presets, ...rule.presets]);
        if (!both || told.has(rule) || excludeEachOther(before, rule)) continue;
        told.add(rule);
        const other = before.name === undefined ? "an earlier rule" : `rule ${quote(before.name)}`;
        const message = `where ${other} applies too, the presets ${words(both)} set both model and s2s_model; Retell takes one`;
        findings.warning(path, message, { at: "key", hint });
      }
      if (rule.continues && earlier.length < MOST_EARLIER) earlier.push(rule);
    }
  }
}

function words(names: readonly string[]): string {
  return [...new Set(names)].map(quote).join(", ");
}

/** Whether one rule asks for a schedule to be open, and the other for the same to be closed. */
function excludeEachOther(one: RulePlan, other: RulePlan): boolean {
  const schedules = ({ when }: RulePlan, kind: "open" | "closed") =>
    when.flatMap((condition) =>
      condition.kind === kind && condition.schedules.length === 1 ? condition.schedules : [],
    );
  const meet = (a: readonly string[], b: readonly string[]) => a.some((name) => b.includes(name));
  return (
    meet(schedules(one, "open"), schedules(other, "closed")) ||
    meet(schedules(one, "closed"), schedules(other, "open"))
  );
}

/** The presets of each agent that may take the call. */
function agentPresetsOf(target: Target | undefined): (readonly string[])[] {
  switch (target?.kind) {
    case "agent":
      return [target.agent.presets];
    case "split":
      return target.shares.map(({ agent }) => agent.presets);
    case "pass":
      return [[]];
    case "reject":
    case undefined:
      return [];
  }
}

/** The presets that set a model of either kind; none where all set the same kind. */
function modelPresets(presets: RoutingPlan["presets"]): ReadonlySet<string> {
  const having = (key: string) =>
    [...presets].flatMap(([name, { retell_llm: llm }]) =>
      typeof llm === "object" && llm !== null && key in llm ? [name] : [],
    );
  const [text, speech] = [having("model"), having("s2s_model")];
  return text.length > 0 && speech.length > 0 ? new Set([...text, ...speech]) : new Set();
}

/** Finds presets that clash, and do not by themselves. The same few combinations stand on most routes. */
function clashTest({ presets, defaults }: RoutingPlan): ClashTest {
  const known = new Map<string, boolean>();
  const isClash = (names: readonly string[]) => {
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
  return (target, own) =>
    agentPresetsOf(target)
      .map((ofAgent) => [...defaults.presets, ...ofAgent, ...own])
      .find(isClash);
}

function setsBoth({ retell_llm: llm }: JsonTable): boolean {
  if (typeof llm !== "object" || llm === null) return false;
  return "model" in llm && llm.model !== null && "s2s_model" in llm && llm.s2s_model !== null;
}
