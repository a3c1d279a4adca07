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
  readonly rules: readonly PlacedRule[];
}

/** A rule, and where it stands. */
export interface PlacedRule {
  readonly path: PlanPath;
  readonly rule: RulePlan;
}

/** Every route, in the order of the configuration; an entry's route for texts follows that for calls. */
export function routesIn({ numbers }: Pick<RoutingPlan, "numbers">): PlacedRoute[] {
  const routes: PlacedRoute[] = [];
  for (const number of numbers) {
    const path = ["numbers", number.entry];
    routes.push({ path, channel: "call", number, route: number, rules: rulesOf(number, path) });
    if (!number.sms) continue;
    const smsPath = [...path, "sms"];
    const rules = rulesOf(number.sms, smsPath);
    routes.push({ path: smsPath, channel: "text", number, route: number.sms, rules });
  }
  return routes;
}

function rulesOf({ rules }: RoutePlan, path: PlanPath): PlacedRule[] {
  return rules.map((rule, at) => ({ path: [...path, "rules", at], rule }));
}
