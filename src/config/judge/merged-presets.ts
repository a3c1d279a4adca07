/** Presets that are each right, and wrong together. */
import { type JsonTable, mergeDeep } from "../../routing/merge.ts";
import type { RulePlan, Target } from "../../routing/plan.ts";
import type { ScopedPlan } from "../../routing/table/scopes.ts";
import { type PlacedRoute, type PlacedRule, routesIn, rulesetsIn } from "../../routing/walk.ts";
import { type Findings, type Path, quote } from "../findings/findings.ts";

/** Presets that apply together, by name, weakest first; undefined where they get along. */
type ClashTest = (target: Target | undefined, presets: readonly string[]) => readonly string[] | undefined;

/**
 * Reports every route on which `model` comes from one preset and `s2s_model` from another: Retell takes at most one
 * of the two. Two rules that may apply together, since the first continues, are warned of.
 */
export function checkMergedPresets(plan: ScopedPlan, findings: Findings): void {
  const kinds = kindsOf(plan.presets);
  // Nothing can clash where no preset sets one of them, or none the other.
  if (kindsIn([...kinds.keys()], kinds) !== BOTH) return;
  const clash = clashTest(plan);
  const routes = routesIn(plan);
  for (const { path, route, rules } of routes) {
    report(clash(route.target, route.presets), path, findings);
    for (const { path, rule } of rules) {
      report(clash(rule.target ?? route.target, [...route.presets, ...rule.presets]), path, findings);
    }
  }
  checkSequences(routes, plan, kinds, clash, findings);
}

function report(names: readonly string[] | undefined, path: Path, findings: Findings, hint?: string): void {
  if (!names) return;
  findings.error(
    path,
    `together, the presets ${words(names)} set both model and s2s_model; Retell accepts only one`,
    {
      at: "key",
      hint,
    },
  );
}

/** More earlier rules that set the same kinds of model are not held against a later one. */
const MOST_ALIKE = 4;

/** A rule, with the kinds of model that its presets and agents set. */
interface Setter extends PlacedRule {
  readonly kinds: number;
}

/** Checks the rules of rulesets on the routes that try them, and rules that continue with those behind them. */
function checkSequences(
  routes: readonly PlacedRoute[],
  { rulesets, defaults }: ScopedPlan,
  kinds: ReadonlyMap<string, number>,
  clash: ClashTest,
  findings: Findings,
): void {
  const settersIn = (rules: readonly PlacedRule[]): Setter[] =>
    rules.flatMap((placed) => {
      const found = kindsIn([...placed.rule.presets, ...agentPresetsOf(placed.rule.target).flat()], kinds);
      return found === 0 ? [] : [{ ...placed, kinds: found }];
    });
  const shared = new Map([...rulesetsIn({ rulesets })].map(([name, { rules }]) => [name, settersIn(rules)]));
  const told = new Set<RulePlan>();
  const done = new Set<string>();
  for (const { number, route, rules, rulesets: names } of routes) {
    const own = settersIn(rules);
    const sequence = [...own, ...names.flatMap((name) => shared.get(name) ?? [])];
    if (sequence.length === 0) continue;
    // Routes that say the same of presets, and have no such rules of their own, are looked at once.
    const way = own.length > 0 ? "" : JSON.stringify([names, route.presets, agentPresetsOf(route.target)]);
    if (way !== "" && done.has(way)) continue;
    done.add(way);
    const hint = `at ${quote(number.entry)}`;
    const agents = agentPresetsOf(route.target).flat();
    const ofRoute = kindsIn([...defaults.presets, ...agents, ...route.presets], kinds);
    const earlier: Setter[] = [];
    for (const setter of sequence) {
      const { path, rule } = setter;
      if (told.has(rule)) continue;
      if (rule.continues && earlier.filter((other) => other.kinds === setter.kinds).length < MOST_ALIKE) {
        earlier.push(setter);
      }
      if ((ofRoute | setter.kinds) === BOTH) {
        const found = clash(rule.target ?? route.target, [...route.presets, ...rule.presets]);
        // An own rule has been reported already.
        if (found && path[0] === "rulesets") report(found, path, findings, hint);
        if (found) told.add(rule);
        if (found) continue;
      }
      for (const { rule: before, kinds: others } of earlier) {
        if (before === rule || (ofRoute | setter.kinds | others) !== BOTH) continue;
        const target = rule.target ?? before.target ?? route.target;
        const both = clash(target, [...route.presets, ...before.presets, ...rule.presets]);
        if (!both || told.has(rule) || excludeEachOther(before, rule)) continue;
        told.add(rule);
        const other = before.name === undefined ? "an earlier rule" : `rule ${quote(before.name)}`;
        const message = `where ${other} applies too, the presets ${words(both)} set both model and s2s_model; Retell accepts only one`;
        findings.warning(path, message, { at: "key", hint });
      }
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

/** A model for text, and one for speech. */
const BOTH = 3;

/** The kinds of model that each preset sets, as bits; presets that set none are left out. */
function kindsOf(presets: ScopedPlan["presets"]): ReadonlyMap<string, number> {
  const kinds = new Map<string, number>();
  for (const [name, { retell_llm: llm }] of presets) {
    if (typeof llm !== "object" || llm === null) continue;
    const found = ("model" in llm ? 1 : 0) | ("s2s_model" in llm ? 2 : 0);
    if (found > 0) kinds.set(name, found);
  }
  return kinds;
}

function kindsIn(names: readonly string[], kinds: ReadonlyMap<string, number>): number {
  return names.reduce((found, name) => found | (kinds.get(name) ?? 0), 0);
}

/** Finds presets that clash, and do not by themselves. The same few combinations stand on most routes. */
function clashTest({ presets, defaults }: ScopedPlan): ClashTest {
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
