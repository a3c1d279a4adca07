/** Which rules of a route apply to a call: those that hold and continue, and the one that ends the search. */
import type { Record } from "../arrival.ts";
import type { Circumstances } from "../circumstances.ts";
import type { ContinueStep, Finding } from "../decision.ts";
import type { Route, Rule } from "../table/table.ts";

/** What came of trying the rules of a route. */
export interface RulesApplied {
  /** The rules that hold and continue, in their order. */
  readonly continued: readonly Rule[];
  /** The first rule that holds and does not continue: no rule behind it is tried. */
  readonly last: Rule | undefined;
  /** The last rule of all these that says a target, which is the one that counts. */
  readonly targeting: Rule | undefined;
  /** The rule that decides: the last one; where there is none, the one whose target stands. */
  readonly deciding: Rule | undefined;
  /** What the conditions of the deciding rule found. */
  readonly findings: readonly Finding[];
  /** How many rules were tried, and did not hold. */
  readonly rulesNotMet: number;
  /** The limits that were asked about, by name, each once. */
  readonly limits: readonly string[];
}

const NONE: readonly never[] = [];
const NO_RULES: RulesApplied = {
  continued: NONE,
  last: undefined,
  targeting: undefined,
  deciding: undefined,
  findings: NONE,
  rulesNotMet: 0,
  limits: NONE,
};

/** Tries the rules of a route in their order. */
export function applyRules(route: Route, circumstances: Circumstances, record: Record): RulesApplied {
  if (route.rules.length === 0) return NO_RULES;
  let limits: readonly string[] = NONE;
  let continued: readonly Rule[] = NONE;
  let targeting: Rule | undefined;
  let rulesNotMet = 0;
  for (const { rules } of route.rules) {
    for (const rule of rules) {
      let failing: Rule["conditions"][number] | undefined;
      for (const condition of rule.conditions) {
        if (condition.limits.length > 0) limits = [...limits, ...condition.limits];
        if (condition.holds(circumstances)) continue;
        failing = condition;
        break;
      }
      if (failing) rulesNotMet += 1;
      else if (rule.target) targeting = rule;
      record?.({
        kind: "rule",
        rule: rule.id,
        holds: !failing,
        findings: findingsOf(failing ? [failing] : rule.conditions, circumstances, true),
      });
      if (failing) continue;
      if (!rule.continues) {
        const findings = findingsOf(rule.conditions, circumstances, record !== undefined);
        limits = unique(limits);
        return { continued, last: rule, targeting, deciding: rule, findings, rulesNotMet, limits };
      }
      record?.(continueStep(rule));
      continued = [...continued, rule];
    }
  }
  const findings = targeting ? findingsOf(targeting.conditions, circumstances, record !== undefined) : NONE;
  limits = unique(limits);
  return { continued, last: undefined, targeting, deciding: targeting, findings, rulesNotMet, limits };
}

/** @param why whether to find out why, which takes longer */
function findingsOf(conditions: Rule["conditions"], circumstances: Circumstances, why: boolean): Finding[] {
  return conditions.map((condition) => condition.find(circumstances, why));
}

function unique(names: readonly string[]): readonly string[] {
  return names.length > 1 ? [...new Set(names)] : names;
}

function continueStep(rule: Rule): ContinueStep {
  const { id, target, presets, delayMs, variables, metadata, notify } = rule;
  return {
    kind: "continue",
    rule: id,
    target,
    variables: variables.keys,
    metadata: metadata.keys,
    presets,
    delayMs,
    notify,
  };
}

/**
 * Whether other rules may apply at another time: one that asks for a schedule would hold, or hold back a later one, by
 * the schedule alone.
 */
export function rulesDependOnTime(route: Route, circumstances: Circumstances): boolean {
  for (const { rules } of route.rules) {
    for (const { conditions, continues } of rules) {
      const verdicts = conditions.map(({ holdsWhenever }) => holdsWhenever(circumstances));
      if (verdicts.includes(false)) continue;
      if (verdicts.includes(undefined)) return true;
      if (!continues) return false;
    }
  }
  return false;
}
