/** Rules that can never apply. */
import { callersKey, sizeOf } from "../../routing/callers/sets.ts";
import { type Name, nameText } from "../../routing/names/name.ts";
import { compileTests, testKey, testText } from "../../routing/names/tests.ts";
import type { ConditionPlan, RulePlan } from "../../routing/plan.ts";
import { isNeverOpen, type SchedulePlan } from "../../routing/time/schedule.ts";
import type { PlacedRoute, PlacedRule } from "../../routing/walk.ts";
import { type Findings, quote } from "../findings/findings.ts";

/** By name. */
export type Schedules = ReadonlyMap<string, SchedulePlan>;

const NONE: Schedules = new Map();

/** The rules that decide whenever what they ask for holds: by that, each with what messages call it. */
export type Deciders = ReadonlyMap<string, string>;

/**
 * Warns of every rule that is never reached, or is for nothing: those of a route, or those of a ruleset.
 *
 * @returns the rules that hide what comes after them; one that continues hides nothing
 */
export function warnOfRules(
  rules: readonly PlacedRule[],
  schedules: Schedules,
  findings: Findings,
  channel?: PlacedRoute["channel"],
): { readonly deciders: Deciders; readonly unreached: ReadonlySet<RulePlan> } {
  // By what they ask for, the first rule that asks for just that.
  const deciders = new Map<string, string>();
  const unreached = new Set<RulePlan>();
  for (const { path, rule } of rules) {
    const asked = askedBy(rule, schedules);
    const never = whyNever(rule, schedules) ?? whyNotHere(rule, channel);
    const reason = never ?? whyHidden(asked, deciders);
    if (reason) {
      unreached.add(rule);
      // A rule that clients share may never hold for one of them, who lacks what it asks for.
      const mayBeElsewhere = never !== undefined;
      findings.warning(path, `this rule is never reached: ${reason}`, { at: "key", mayBeElsewhere });
    } else if (isForNothing(rule)) {
      findings.warning(path, "this rule continues, and adds nothing", { at: "key" });
    }
    const key = keyOf(asked);
    if (!rule.continues && !deciders.has(key)) {
      deciders.set(key, quote(rule.name ?? `rule ${Number(path.at(-1)) + 1}`));
    }
  }
  return { deciders, unreached };
}

/** Whether a rule changes nothing: one that asks about a limit counts the calls that it asks for. */
function isForNothing({ continues, when, target, delayMs, ...adds }: RulePlan): boolean {
  return (
    continues &&
    target === undefined &&
    delayMs === undefined &&
    adds.presets.length === 0 &&
    Object.keys(adds.variables).length === 0 &&
    Object.keys(adds.metadata).length === 0 &&
    !when.some(asksLimits)
  );
}

function asksLimits(condition: ConditionPlan): boolean {
  return condition.kind === "over" || (condition.kind === "not" && condition.conditions.some(asksLimits));
}

/** What a rule asks for, each once; empty for one that always applies. */
export function askedBy({ when }: RulePlan, schedules: Schedules = NONE): readonly string[] {
  return [
    ...new Set(when.filter((condition) => !holdsAlways(condition, schedules)).map(conditionKey)),
  ].sort();
}

/** What {@link askedBy} says, as a key of {@link Deciders}. */
export function keyOf(asked: readonly string[]): string {
  return asked.join("\n");
}

/** Every part of what a rule asks for, as keys: nothing, all of it, and what lies between. */
export function* partsOf(asked: readonly string[]): Generator<string> {
  yield "";
  yield keyOf(asked);
  if (asked.length > MOST_COMBINED) return;
  for (let chosen = 1; chosen < 2 ** asked.length - 1; chosen++) {
    yield keyOf(asked.filter((_, at) => chosen & (1 << at)));
  }
}

/** More conditions than that are compared as a whole only: the combinations of them are too many to look up. */
const MOST_COMBINED = 8;

/** The earlier rule that decides whenever this one could: one that asks for the same, or for a part of it. */
export function whyHidden(asked: readonly string[], earlier: Deciders): string | undefined {
  if (earlier.size === 0) return undefined;
  for (const part of partsOf(asked)) {
    const decider = earlier.get(part);
    if (decider === undefined) continue;
    if (part === "") return `${decider} always applies, and comes first`;
    return `${decider} asks for ${part === keyOf(asked) ? "the same" : "less"}, and comes first`;
  }
  return undefined;
}

/** The same for conditions that hold for the same calls, as far as that is easily seen. */
function conditionKey(condition: ConditionPlan): string {
  switch (condition.kind) {
    case "caller":
    case "dialled":
    case "forwarded":
      return `${condition.kind} ${callersKey(condition.callers)}`;
    case "value": {
      const tests = [...new Set(condition.tests.map(testKey))].sort();
      return JSON.stringify([condition.kind, condition.name, tests]);
    }
    case "not":
      return JSON.stringify([condition.kind, condition.conditions.map(conditionKey).sort()]);
    case "exists":
      return JSON.stringify([condition.kind, condition.flags.map(({ path }) => path).sort()]);
    case "lookup":
      return JSON.stringify([condition.kind, condition.lookup, [...new Set(condition.states)].sort()]);
    case "contact":
    case "open":
    case "closed":
    case "over":
      return JSON.stringify(condition);
  }
}

function holdsAlways(condition: ConditionPlan, schedules: Schedules): boolean {
  switch (condition.kind) {
    case "caller":
    case "dialled":
      return condition.callers.anyone;
    case "value": {
      const tests = condition.tests.map(testText);
      return tests.includes("*") && tests.includes('""');
    }
    case "not":
      return condition.conditions.some((inner) => whyNeverHolds(inner, schedules) !== undefined);
    case "contact":
    case "forwarded":
    case "exists":
    case "open":
    case "closed":
    case "lookup":
    case "over":
      return false;
  }
}

/** Why a rule can never hold for the calls, or the texts, of a route. */
function whyNotHere({ when }: RulePlan, channel: PlacedRoute["channel"] | undefined): string | undefined {
  const asked = when.flatMap((condition) =>
    condition.kind === "value" && condition.name.kind === "channel" ? [compileTests(condition.tests)] : [],
  );
  if (channel === undefined || asked.every((passes) => passes(channel))) return undefined;
  return channel === "call"
    ? "texts do not come this way; give the number a table `sms` for them"
    : "only texts come this way";
}

/** Why a rule can never hold. */
function whyNever({ when }: RulePlan, schedules: Schedules): string | undefined {
  for (const condition of when) {
    const reason = whyNeverHolds(condition, schedules);
    if (reason !== undefined) return reason;
  }
  const [open] = when.flatMap((condition) => (condition.kind === "open" ? [condition.schedules] : []));
  const [closed] = when.flatMap((condition) => (condition.kind === "closed" ? [condition.schedules] : []));
  const [name, ...others] = new Set([...(open ?? []), ...(closed ?? [])]);
  return open && closed && name !== undefined && others.length === 0
    ? `${quote(name)} is never open and closed at once`
    : undefined;
}

function valueWords(name: Name): string {
  return name.kind === "header" ? `the header ${name.header}` : `\`${nameText(name)}\``;
}

function whyNeverHolds(condition: ConditionPlan, schedules: Schedules): string | undefined {
  switch (condition.kind) {
    case "caller":
    case "dialled":
      return sizeOf(condition.callers) === 0 ? `\`${condition.kind}\` matches nobody` : undefined;
    case "forwarded":
      return sizeOf(condition.callers) === 0 ? "`forwarded_from` matches nobody" : undefined;
    case "value":
      return condition.tests.length === 0 ? `${valueWords(condition.name)} has no values` : undefined;
    case "contact":
      return undefined;
    case "lookup":
      return condition.states.length === 0 ? `\`lookup.${condition.lookup}\` has no values` : undefined;
    case "exists":
      return condition.flags.length === 0 ? "`exists` names nothing" : undefined;
    case "not":
      return condition.conditions.every((inner) => holdsAlways(inner, schedules))
        ? "what `not` asks for always applies"
        : undefined;
    case "over":
      return condition.limits.length === 0 ? "`over` names nothing" : undefined;
    case "closed":
      return condition.schedules.length === 0 ? "`closed` names nothing" : undefined;
    case "open": {
      const names = condition.schedules;
      if (names.length === 0) return "`open` names nothing";
      const isShut = (name: string) => {
        const schedule = schedules.get(name);
        return schedule !== undefined && isNeverOpen(schedule);
      };
      return names.every(isShut)
        ? `${names.map(quote).join(" and ")} ${names.length > 1 ? "are" : "is"} never open`
        : undefined;
    }
  }
}
