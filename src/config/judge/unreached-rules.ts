/** Rules that can never decide. */
import { callersKey, sizeOf } from "../../routing/callers/sets.ts";
import { type Name, nameText } from "../../routing/names/name.ts";
import { testKey, testText } from "../../routing/names/tests.ts";
import type { ConditionPlan, RulePlan } from "../../routing/plan.ts";
import { isNeverOpen, type SchedulePlan } from "../../routing/time/schedule.ts";
import type { PlacedRoute } from "../../routing/walk.ts";
import { type Findings, quote } from "../findings/findings.ts";

type Schedules = ReadonlyMap<string, SchedulePlan>;

/** Warns of every rule of a route that is never reached. */
export function warnOfRules(placed: PlacedRoute, schedules: Schedules, findings: Findings): void {
  // By what they ask for, the first rule that asks for just that.
  const earlier = new Map<string, string>();
  for (const { path, rule } of placed.rules) {
    const asked = [
      ...new Set(rule.when.filter((condition) => !holdsAlways(condition, schedules)).map(conditionKey)),
    ].sort();
    const reason = whyNever(rule, schedules) ?? whyHidden(asked, earlier);
    if (reason) findings.warning(path, `this rule is never reached: ${reason}`, { at: "key" });
    const key = asked.join("\n");
    if (!earlier.has(key)) earlier.set(key, quote(rule.name ?? `rule ${Number(path.at(-1)) + 1}`));
  }
}

/** More conditions than that are compared as a whole only: the combinations of them are too many to look up. */
const MOST_COMBINED = 8;

/** The earlier rule that decides whenever this one could: one that asks for the same, or for a part of it. */
function whyHidden(asked: readonly string[], earlier: ReadonlyMap<string, string>): string | undefined {
  const always = earlier.get("");
  if (always !== undefined) return `${always} always applies, and comes first`;
  const same = earlier.get(asked.join("\n"));
  if (same !== undefined) return `${same} asks for the same, and comes first`;
  if (asked.length > MOST_COMBINED) return undefined;
  for (let chosen = 1; chosen < 2 ** asked.length - 1; chosen++) {
    const part = asked.filter((_, at) => chosen & (1 << at));
    const less = earlier.get(part.join("\n"));
    if (less !== undefined) return `${less} asks for less, and comes first`;
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
    case "over":
      return false;
  }
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
