/** Compiles routes. */
import { compileCallers } from "../callers/lookup.ts";
import { callersWords, sizeOf } from "../callers/sets.ts";
import type { ConditionContext } from "../conditions.ts";
import type { Origin } from "../decision.ts";
import { mergeKeys } from "../merge.ts";
import { type NameContext, noting } from "../names/value.ts";
import type { Additions, Callers, RoutePlan } from "../plan.ts";
import { asksOf, compileRulesSliced } from "../rules/compile-rules.ts";
import { atOnce } from "../slices.ts";
import { compileFill } from "../templates/fill.ts";
import { rulesetsOf } from "../walk.ts";
import { agentsOf, type PresetCheck } from "./compile-presets.ts";
import { named } from "./named.ts";
import type { ScopeView } from "./scopes.ts";
import type { Effect, Route, RuleList, Screen } from "./table.ts";

/**
 * Compiles routes; one for texts is screened by the number's own sets too.
 *
 * @param arePresetsAsking whether one of the presets, which contacts and agents bring too, asks for earlier calls
 */
export function routeCompiler(
  { defaults, limits, contacts }: ScopeView,
  rulesets: ReadonlyMap<string, RuleList>,
  checkPresets: PresetCheck,
  context: ConditionContext,
  arePresetsAsking: boolean,
): (route: RoutePlan, calls: Route | undefined) => Route {
  const screen = (origin: Origin, callers: Callers): Screen[] =>
    sizeOf(callers) === 0
      ? []
      : [{ origin, test: compileCallers(callers, context.lists), entries: callersWords(callers) }];
  const defaultDeny = screen("defaults", defaults.deny);
  const defaultAllow = screen("defaults", defaults.allow);

  // An agent must never say `{{first_name}}` aloud: what nobody gives is empty.
  const unknown = Object.fromEntries(contacts.variables.map((name) => [name, ""]));

  return (route, calls) => {
    for (const place of [route, ...route.rules]) checkPresets(place, ...agentsOf(place.target));
    const allow = route.allow && screen("number", route.allow);
    const own = atOnce(compileRulesSliced(route.rules, undefined, context));
    const shared = rulesetsOf(route, calls ? "text" : "call", defaults).map((name) => named(rulesets, name));
    const rules = [own, ...shared].filter((list) => list.rules.length > 0);
    for (const limit of own.asks.limits) named(limits, limit);
    const noted = noting(context);
    const effect = effectOf(unknown, defaults, route, noted.context);
    const asks = asksOf(rules);
    return {
      deny: [...(calls ? calls.deny : defaultDeny), ...screen("number", route.deny)],
      allow: calls ? [...calls.allow, ...(allow ?? [])] : (allow ?? defaultAllow),
      rules,
      asks: { ...asks, history: asks.history || noted.asked().history || arePresetsAsking },
      target: route.target,
      presets: route.presets,
      effect,
    };
  };
}

function effectOf(
  unknown: Additions["variables"],
  defaults: Additions,
  route: RoutePlan,
  context: NameContext,
): Effect {
  return {
    delayMs: route.delayMs ?? defaults.delayMs ?? 0,
    variables: compileFill(mergeKeys([unknown, defaults.variables, route.variables]), context),
    metadata: compileFill(mergeKeys([defaults.metadata, route.metadata]), context),
  };
}
