/** Which look-ups a call can ask for: known from the table, before any of them is asked. */
import type { Arrival } from "../arrival.ts";
import type { ConditionPlan, RulePlan, Target } from "../plan.ts";
import { namesIn } from "../templates/names-in.ts";
import type { Lookup } from "./compile.ts";

/** What a place in the configuration says that may name look-ups. */
export type Place = Pick<RulePlan, "presets" | "variables" | "metadata" | "notify"> & {
  readonly when?: readonly ConditionPlan[];
  /** Whether another target may take the place of this one. */
  readonly continues: boolean;
  readonly target: Target | undefined;
};

/** The names of the look-ups that a place can ask for, each once. */
export type LookupsOf = (place: Place) => readonly string[];

const NONE: readonly never[] = [];

/**
 * Tells which look-ups places ask for.
 *
 * @param names those that there are: a ruleset that clients share may name others
 * @param byPreset which each preset asks for
 * @param byNotice which each notice asks for
 */
export function lookupFinder(
  names: ReadonlySet<string>,
  byPreset: ReadonlyMap<string, readonly string[]>,
  byNotice: ReadonlyMap<string, readonly string[]>,
): LookupsOf {
  if (names.size === 0) return () => NONE;
  return ({ when = NONE, continues, target, notify, ...adds }) => {
    // A call that is rejected is given nothing, though told all the same.
    const isGiven = continues || target?.kind !== "reject";
    const presets = isGiven ? [...adds.presets, ...agentPresets(target)] : NONE;
    const asked = [
      ...when.flatMap(lookupsInCondition),
      ...(isGiven ? lookupsIn([adds.variables, adds.metadata]) : NONE),
      ...presets.flatMap((name) => byPreset.get(name) ?? NONE),
      ...notify.flatMap((name) => byNotice.get(name) ?? NONE),
    ];
    return [...new Set(asked)].filter((name) => names.has(name));
  };
}

/** The names of the look-ups that templates in a value name. */
export function lookupsIn(value: unknown): readonly string[] {
  return namesIn(value).flatMap(({ name }) => (name.kind === "lookup" ? [name.lookup] : []));
}

function lookupsInCondition(condition: ConditionPlan): readonly string[] {
  switch (condition.kind) {
    case "lookup":
      return [condition.lookup];
    case "value":
      return condition.name.kind === "lookup" ? [condition.name.lookup] : NONE;
    case "not":
      return condition.conditions.flatMap(lookupsInCondition);
    case "caller":
    case "contact":
    case "dialled":
    case "forwarded":
    case "open":
    case "closed":
    case "exists":
    case "over":
      return NONE;
  }
}

function agentPresets(target: Target | undefined): readonly string[] {
  switch (target?.kind) {
    case "agent":
      return target.agent.presets;
    case "split":
      return target.shares.flatMap(({ agent }) => agent.presets);
    case "pass":
    case "reject":
    case undefined:
      return NONE;
  }
}

/** The look-ups that a call can ask for; none for one that is not let in. */
export function lookupsAsked({ scope, caller, next }: Arrival): readonly Lookup[] {
  const { lookups } = scope;
  if (lookups.size === 0 || "refused" in next) return NONE;
  const { contact } = caller;
  const presets = contact ? [...contact.presets, ...(contact.agent?.presets ?? NONE)] : NONE;
  const ofContact = presets.flatMap((name) => scope.lookupsByPreset.get(name) ?? NONE);
  const names = new Set([...next.route.asks.lookups, ...ofContact]);
  return [...names].flatMap((name) => lookups.get(name) ?? NONE);
}
