/** Compiles rules, each by itself, so that the rules of a ruleset are compiled once for all the routes that try them. */

import { lookupsIn, noting } from "../names/value.ts";
import type { Agent, RulePlan, Target } from "../plan.ts";
import type { Sliced } from "../slices.ts";
import type { Asks, Rule, RuleList } from "../table/table.ts";
import { compileJsonTable, EMPTY } from "../templates/json.ts";
import { type ConditionContext, compileConditions } from "./conditions.ts";

/** What rules are compiled with. */
export interface RuleContext extends ConditionContext {
  readonly brought: Brought;
  /** The id of a notice. @throws for a name that the configuration should have refused */
  readonly noticeId: (name: string) => string;
}

/** What else asks for look-ups, by its name, and for which, by theirs; what asks for none is left out. */
export interface Brought {
  readonly byPreset: ReadonlyMap<string, readonly string[]>;
  readonly byNotice: ReadonlyMap<string, readonly string[]>;
}

/** What a place in the configuration brings along. */
export type Place = Pick<RulePlan, "presets" | "notify" | "continues"> & {
  readonly target: Target | undefined;
};

/** Whether a call that comes there may be given something: one that is rejected is not, though it is told all the same. */
export function givesSomething({ continues, target }: Pick<Place, "continues" | "target">): boolean {
  return continues || target?.kind !== "reject";
}

/** Tells which look-ups the presets and the notices of a place ask for. */
export function tellBrought(place: Place, { brought, asks }: RuleContext): void {
  const { presets, notify, target } = place;
  if (brought.byPreset.size === 0 && brought.byNotice.size === 0) return;
  const given = givesSomething(place)
    ? [...presets, ...agentsOf(target).flatMap((agent) => agent.presets)]
    : [];
  const lookups = [
    ...given.flatMap((name) => brought.byPreset.get(name) ?? []),
    ...notify.flatMap((name) => brought.byNotice.get(name) ?? []),
  ];
  for (const name of lookups) asks.lookup({ name, path: undefined });
}

/** Every agent that may take a call. */
export function agentsOf(target: Target | undefined): Agent[] {
  if (target?.kind === "split") return target.shares.map(({ agent }) => agent);
  return target?.kind === "agent" ? [target.agent] : [];
}

/** How many rules are compiled in one slice. */
const RULES_A_SLICE = 50;

/**
 * Compiles the rules of a route, or of a ruleset, in {@link Sliced} form.
 *
 * @param ruleset the name of the ruleset; undefined for the rules of a route
 */
export function* compileRulesSliced(
  plans: readonly RulePlan[],
  ruleset: string | undefined,
  context: RuleContext,
): Sliced<RuleList> {
  const rules: Rule[] = [];
  const noted = noting(context);
  for (const plan of plans) {
    if (rules.length % RULES_A_SLICE === RULES_A_SLICE - 1) yield;
    rules.push(compileRule(plan, rules.length, ruleset, noted.context));
  }
  const limits = rules.flatMap(({ conditions }) => conditions.flatMap((condition) => condition.limits));
  const asked = noted.asked();
  const { history, flags } = asked;
  return { rules, asks: { limits: [...new Set(limits)], lookups: lookupsIn(asked), history, flags } };
}

const NOTHING_ASKED: Asks = { limits: [], lookups: [], history: false, flags: [] };

/** What several lists of rules ask for together. */
export function asksOf(lists: readonly RuleList[]): Asks {
  const asking = lists.filter(
    ({ asks }) => asks.limits.length + asks.lookups.length + asks.flags.length > 0 || asks.history,
  );
  if (asking.length === 0) return NOTHING_ASKED;
  const [only] = asking;
  if (asking.length === 1 && only) return only.asks;
  return {
    limits: [...new Set(asking.flatMap(({ asks }) => asks.limits))],
    lookups: [...new Set(asking.flatMap(({ asks }) => asks.lookups))],
    history: asking.some(({ asks }) => asks.history),
    flags: [...new Set(asking.flatMap(({ asks }) => asks.flags))],
  };
}

function compileRule(plan: RulePlan, at: number, ruleset: string | undefined, context: RuleContext): Rule {
  const { name, continues, when, target, presets, delayMs, variables, metadata, notify } = plan;
  const isGiven = givesSomething(plan);
  tellBrought(plan, context);
  return {
    id: { name, at, ruleset },
    continues,
    conditions: compileConditions(when, context),
    target,
    presets,
    delayMs,
    variables: isGiven ? compileJsonTable(variables, context) : EMPTY,
    metadata: isGiven ? compileJsonTable(metadata, context) : EMPTY,
    notify: notify.map(context.noticeId),
  };
}
