/** Compiles routes. */
import { compileCallers } from "../callers/lookup.ts";
import { callersWords, sizeOf } from "../callers/sets.ts";
import type { Origin } from "../decision.ts";
import { mergeKeys } from "../merge.ts";
import { lookupsIn, noting } from "../names/value.ts";
import type { Additions, Callers, RoutePlan } from "../plan.ts";
import {
  agentsOf,
  asksOf,
  compileRulesSliced,
  givesSomething,
  type RuleContext,
  tellBrought,
} from "../rules/compile-rules.ts";
import { atOnce } from "../slices.ts";
import type { Fill } from "../templates/fill.ts";
import { GivenTexts } from "../templates/given.ts";
import { compileJsonTable } from "../templates/json.ts";
import { rulesetsOf } from "../walk.ts";
import type { PresetCheck } from "./compile-presets.ts";
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
  isAskingHistory: boolean,
): (route: RoutePlan, calls: Route | undefined) => Route {
  const screen = (origin: Origin, callers: Callers): readonly Screen[] =>
    sizeOf(callers) === 0
      ? NONE
      : [{ origin, test: compileCallers(callers, context.lists), entries: callersWords(callers) }];
  const defaultDeny = screen("defaults", defaults.deny);
  const defaultAllow = screen("defaults", defaults.allow);
  // Many numbers have the same sets.
  const screens = new WeakMap<Callers, readonly Screen[]>();
  const screenOf = (callers: Callers): readonly Screen[] => {
    const known = screens.get(callers) ?? screen("number", callers);
    screens.set(callers, known);
    return known;
  };
  const denials = new WeakMap<Callers, readonly Screen[]>();
  const denyOf = (callers: Callers): readonly Screen[] => {
    const known = denials.get(callers) ?? joined(defaultDeny, screenOf(callers));
    denials.set(callers, known);
    return known;
  };

  const rulesOf = (route: RoutePlan, channel: "call" | "text"): readonly RuleList[] => {
    const shared = rulesetsOf(route, channel, defaults);
    if (route.rules.length === 0 && shared.length === 0) return NONE;
    const own = atOnce(compileRulesSliced(route.rules, undefined, context));
    for (const limit of own.asks.limits) named(limits, limit);
    return [own, ...shared.map((name) => named(rulesets, name))].filter((list) => list.rules.length > 0);
  };

  // An agent must never say `{{first_name}}` aloud: what nobody gives is empty.
  const unknown = Object.fromEntries(contacts.variables.map((name) => [name, ""]));
  const columns = new Map(contacts.columns.map((column, at) => [column, at]));
  const known = Object.fromEntries(contacts.variables.map((name) => [name, columnAt(named(columns, name))]));

  return (route, calls) => {
    for (const place of [route, ...route.rules]) checkPresets(place, ...agentsOf(place.target));
    const allow = route.allow && screenOf(route.allow);
    const rules = rulesOf(route, calls ? "text" : "call");
    const given = givenBy(unknown, defaults, route);
    const presets = joined(defaults.presets, route.presets);
    const ofRules = asksOf(rules);
    const notify = joined(defaults.notify, route.notify);
    const noted = noting(context);
    // Where there are rules, one of them may let in whom the number rejects.
    const place = { presets, notify, target: route.target, continues: rules.length > 0 };
    tellBrought(place, noted.context);
    const contextOfGiven = givesSomething(place) ? noted.context : context;
    const variables = compileJsonTable(given.variables, contextOfGiven).preferring(known);
    const metadata = compileJsonTable(given.metadata, contextOfGiven);
    const asked = noted.asked();
    const isAsking = asked.lookups.length > 0 || asked.history || isAskingHistory;
    return {
      deny: calls ? joined(calls.deny, screenOf(route.deny)) : denyOf(route.deny),
      allow: calls ? joined(calls.allow, allow ?? NONE) : (allow ?? defaultAllow),
      rules,
      asks: isAsking
        ? {
            ...ofRules,
            lookups: [...new Set([...ofRules.lookups, ...lookupsIn(asked)])],
            history: ofRules.history || asked.history || isAskingHistory,
          }
        : ofRules,
      target: route.target,
      presets: route.presets,
      effect: {
        delayMs: route.delayMs ?? defaults.delayMs ?? 0,
        variables,
        metadata,
        texts: new GivenTexts(),
      },
      notify: route.notify.length === 0 ? NONE : route.notify.map(context.noticeId),
    };
  };
}

const NONE: readonly never[] = [];

/** Both, one after the other; either itself where the other is empty. */
function joined<Item>(first: readonly Item[], second: readonly Item[]): readonly Item[] {
  if (first.length === 0) return second;
  return second.length === 0 ? first : [...first, ...second];
}

/** What a column says of a caller. */
function columnAt(at: number): Fill<string | undefined> {
  return ({ caller }) => caller.contact?.values[at];
}

/** What lies under what contacts and rules say. */
function givenBy(unknown: Additions["variables"], defaults: Additions, route: RoutePlan) {
  return {
    variables: mergeKeys([unknown, defaults.variables, route.variables]),
    metadata: mergeKeys([defaults.metadata, route.metadata]),
  };
}
