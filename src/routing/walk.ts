/** The one walk over everything under `[numbers]`: its entries, their routes, and the rules of those. */
import type { NumberPlan, RoutePlan, RoutingPlan, RulePlan } from "./plan.ts";

/** Where something stands in the configuration: `["numbers", "+12137771235", "rules", 0]`. */
export type PlanPath = readonly (string | number)[];

/** A route for calls or for texts, and where it stands. */
export interface PlacedRoute {
  readonly path: PlanPath;
  readonly channel: "call" | "text";
  readonly number: NumberPlan;
  readonly route: RoutePlan;
}

/** A rule, and where it stands. */
export interface PlacedRule {
  readonly path: PlanPath;
  readonly rule: RulePlan;
}

/** Every route, in the order of the configuration; an entry's route for texts follows that for calls. */
export function* routesIn({ numbers }: Pick<RoutingPlan, "numbers">): Generator<PlacedRoute> {
  for (const number of numbers) {
    const path = ["numbers", number.entry];
    yield { path, channel: "call", number, route: number };
    if (number.sms) yield { path: [...path, "sms"], channel: "text", number, route: number.sms };
  }
}

/** The rules of a route, in their order. */
export function* rulesOf({ path, route }: Pick<PlacedRoute, "path" | "route">): Generator<PlacedRule> {
  for (const [at, rule] of route.rules.entries()) yield { path: [...path, "rules", at], rule };
}
