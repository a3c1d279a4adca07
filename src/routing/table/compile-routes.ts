/** Compiles routes. */
import { compileCallers } from "../callers/lookup.ts";
import { callersWords, sizeOf } from "../callers/sets.ts";
import type { Origin } from "../decision.ts";
import type { LookupsOf } from "../lookups/asked.ts";
import { mergeKeys } from "../merge.ts";
import { noting } from "../names/value.ts";
import type { Additions, Callers, RoutePlan } from "../plan.ts";
import { asksOf, compileRulesSliced, type RuleContext } from "../rules/compile-rules.ts";
import { atOnce } from "../slices.ts";
import { compileFill } from "../templates/fill.ts";
import { rulesetsOf } from "../walk.ts";
import { agentsOf, type PresetCheck } from "./compile-presets.ts";
import { named } from "./named.ts";
import type { ScopeView } from "./scopes.ts";
import type { Route, RuleList, Screen } from "./table.ts";

/**
 * Compiles routes; one for texts is screened by the number's own sets too.
 *
 * @param isAskingHistory whether something that every route may bring along asks for earlier calls: presets, look-ups, notices
 */
export function routeCompiler(
  { defaults, limits, contacts }: ScopeView,
  rulesets: ReadonlyMap<string, RuleList>,
  checkPresets: PresetCheck,
  context: RuleContext,
  lookupsOf: LookupsOf,
  isAskingHistory: boolean,
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
    const own = atOnce(compileRulesSliced(route.rules, undefined, context, lookupsOf));
    const shared = rulesetsOf(route, calls ? "text" : "call", defaults).map((name) => named(rulesets, name));
    const rules = [own, ...shared].filter((list) => list.rules.length > 0);
    for (const limit of own.asks.limits) named(limits, limit);
    const given = givenBy(unknown, defaults, route);
    const presets = [...defaults.presets, ...route.presets];
    const ofRules = asksOf(rules);
    const notify = [...defaults.notify, ...route.notify];
    const continues = rules.length > 0;
    const ofRoute = lookupsOf({ ...given, presets, notify, target: route.target, continues });
    const noted = noting(context);
    const variables = compileFill(given.variables, noted.context);
    const metadata = compileFill(given.metadata, noted.context);
    return {
      deny: [...(calls ? calls.deny : defaultDeny), ...screen("number", route.deny)],
      allow: calls ? [...calls.allow, ...(allow ?? [])] : (allow ?? defaultAllow),
      rules,
      asks: {
        ...ofRules,
        lookups: [...new Set([...ofRules.lookups, ...ofRoute])],
        history: ofRules.history || noted.asked().history || isAskingHistory,
      },
      target: route.target,
      presets: route.presets,
      effect: { delayMs: route.delayMs ?? defaults.delayMs ?? 0, variables, metadata },
      notify: route.notify.map(context.noticeId),
    };
  };
}

/** What lies under what contacts and rules say. */
function givenBy(unknown: Additions["variables"], defaults: Additions, route: RoutePlan) {
  return {
    variables: mergeKeys([unknown, defaults.variables, route.variables]),
    metadata: mergeKeys([defaults.metadata, route.metadata]),
  };
}
