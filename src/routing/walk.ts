/** The one walk over everything that has rules: the entries of `[numbers]`, their routes, rulesets, and what rules ask for. */
import type { ConditionPlan, DefaultsPlan, NumberPlan, RoutePlan, RoutingPlan, RulePlan } from "./plan.ts";

/** Where something stands in the configuration: `["numbers", "+12137771235", "rules", 0]`. */
export type PlanPath = readonly (string | number)[];

/** A route for calls or for texts, and where it stands. */
export interface PlacedRoute {
  readonly path: PlanPath;
  readonly channel: "call" | "text";
  readonly number: NumberPlan;
  readonly route: RoutePlan;
  /** Its own rules. */
  readonly rules: readonly PlacedRule[];
  /** The rulesets that it tries after them, by name, each once. */
  readonly rulesets: readonly string[];
}

/** A ruleset, and where it stands. */
export interface PlacedRuleset {
  readonly path: PlanPath;
  readonly name: string;
  readonly rules: readonly PlacedRule[];
}

/** A rule, and where it stands. */
export interface PlacedRule {
  readonly path: PlanPath;
  readonly rule: RulePlan;
}

/** A condition, and the `when` or `not` that it stands in. */
export interface PlacedCondition {
  readonly table: PlanPath;
  readonly condition: ConditionPlan;
}

/** Every route, in the order of the configuration; an entry's route for texts follows that for calls. */
export function routesIn({ numbers, defaults }: Pick<RoutingPlan, "numbers" | "defaults">): PlacedRoute[] {
  const routes: PlacedRoute[] = [];
  for (const number of numbers) {
    const path = ["numbers", number.entry];
    routes.push(placed(path, "call", number, number, defaults));
    if (number.sms) routes.push(placed([...path, "sms"], "text", number, number.sms, defaults));
  }
  return routes;
}

/** Every ruleset by its name, in the order of the configuration. Its rules are there once, however many routes try them. */
export function rulesetsIn({ rulesets }: Pick<RoutingPlan, "rulesets">): Map<string, PlacedRuleset> {
  return new Map(
    [...rulesets].map(([name, rules]) => {
      const path = ["rulesets", name];
      return [name, { path, name, rules: rules.map((rule, at) => ({ path: [...path, at], rule })) }];
    }),
  );
}

/**
 * Every condition that a rule asks for, each followed by those that it is made of.
 *
 * @param table where the conditions stand
 */
export function conditionsIn(
  conditions: readonly ConditionPlan[],
  table: PlanPath = ["when"],
): PlacedCondition[] {
  return conditions.flatMap((condition) => {
    const inner = "conditions" in condition ? condition.conditions : [];
    return [{ table, condition }, ...conditionsIn(inner, [...table, condition.kind])];
  });
}

/**
 * The rulesets that a route tries after its own rules, by name. A route for texts tries only those that it names
 * itself: the agents that rules for calls choose cannot take texts.
 */
export function rulesetsOf(
  route: Pick<RoutePlan, "rulesets">,
  channel: PlacedRoute["channel"],
  defaults: Pick<DefaultsPlan, "rulesets">,
): readonly string[] {
  return route.rulesets ?? (channel === "call" ? defaults.rulesets : []);
}

function placed(
  path: PlanPath,
  channel: PlacedRoute["channel"],
  number: NumberPlan,
  route: RoutePlan,
  defaults: DefaultsPlan,
): PlacedRoute {
  const rules = route.rules.map((rule, at) => ({ path: [...path, "rules", at], rule }));
  return { path, channel, number, route, rules, rulesets: rulesetsOf(route, channel, defaults) };
}
