/** Compiles rules, each by itself, so that the rules of a ruleset are compiled once for all the routes that try them. */
import { type ConditionContext, compileConditions } from "../conditions.ts";
import type { LookupsOf } from "../lookups/asked.ts";
import { type NameContext, noting } from "../names/value.ts";
import type { RulePlan } from "../plan.ts";
import type { Sliced } from "../slices.ts";
import type { Asks, Rule, RuleList } from "../table/table.ts";
import { compileFill, type Fill } from "../templates/fill.ts";

/** What rules are compiled with. */
export interface RuleContext extends ConditionContext {
  /** The id of a notice. @throws for a name that the configuration should have refused */
  readonly noticeId: (name: string) => string;
}

/** How many rules are compiled in one slice. */
const RULES_A_SLICE = 50;

/**
 * Compiles the rules of a route, or of a ruleset, in {@link Sliced} form.
 *
 * @param ruleset the name of the ruleset; undefined for the rules of a route
 * @param lookupsOf the look-ups that a rule can ask for
 */
export function* compileRulesSliced(
  plans: readonly RulePlan[],
  ruleset: string | undefined,
  context: RuleContext,
  lookupsOf: LookupsOf,
): Sliced<RuleList> {
  const rules: Rule[] = [];
  const noted = noting(context);
  for (const plan of plans) {
    if (rules.length % RULES_A_SLICE === RULES_A_SLICE - 1) yield;
    rules.push(compileRule(plan, rules.length, ruleset, noted.context));
  }
  const limits = rules.flatMap(({ conditions }) => conditions.flatMap((condition) => condition.limits));
  const lookups = plans.flatMap(lookupsOf);
  return { rules, asks: { limits: [...new Set(limits)], lookups: [...new Set(lookups)], ...noted.asked() } };
}

/** What several lists of rules ask for together. */
export function asksOf(lists: readonly RuleList[]): Asks {
  const asking = lists.filter(
    ({ asks }) => asks.limits.length + asks.lookups.length + asks.flags.length > 0 || asks.history,
  );
  const [only] = asking;
  if (asking.length === 1 && only) return only.asks;
  return {
    limits: [...new Set(asking.flatMap(({ asks }) => asks.limits))],
    lookups: [...new Set(asking.flatMap(({ asks }) => asks.lookups))],
    history: asking.some(({ asks }) => asks.history),
    flags: [...new Set(asking.flatMap(({ asks }) => asks.flags))],
  };
}

function compileRule(
  { name, continues, when, target, presets, delayMs, variables, metadata, notify }: RulePlan,
  at: number,
  ruleset: string | undefined,
  context: RuleContext,
): Rule {
  return {
    id: { name, at, ruleset },
    continues,
    conditions: compileConditions(when, context),
    target,
    presets,
    delayMs,
    variables: fillOf(variables, context),
    metadata: fillOf(metadata, context),
    notify: notify.map(context.noticeId),
  };
}

function fillOf<Table extends object>(table: Table, context: NameContext): Fill<Table> | undefined {
  return Object.keys(table).length > 0 ? compileFill(table, context) : undefined;
}
