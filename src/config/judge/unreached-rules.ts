/** Rules that can never decide. */
import { sizeOf } from "../../routing/callers/sets.ts";
import type { RulePlan, WhenPlan } from "../../routing/plan.ts";
import { isNeverOpen, type SchedulePlan } from "../../routing/time/schedule.ts";
import { type Findings, type Path, quote } from "../findings/findings.ts";

type Schedules = ReadonlyMap<string, SchedulePlan>;

/** Warns of every rule that is never reached. @param path of the route that the rules belong to */
export function warnOfRules(
  rules: readonly RulePlan[],
  path: Path,
  schedules: Schedules,
  findings: Findings,
): void {
  for (const [at, rule] of rules.entries()) {
    const reason = whyNever(rule.when, schedules) ?? whyHidden(rule.when, rules.slice(0, at));
    if (reason === undefined) continue;
    findings.warning([...path, "rules", at], `this rule is never reached: ${reason}`, { at: "key" });
  }
}

/** The earlier rule that decides whenever this one could. */
function whyHidden(when: WhenPlan, earlier: readonly RulePlan[]): string | undefined {
  const nameOf = (at: number) => quote(earlier[at]?.name ?? `rule ${at + 1}`);
  const always = earlier.findIndex((rule) => holdsAlways(rule.when));
  if (always >= 0) return `${nameOf(always)} always holds, and comes first`;
  const asked = JSON.stringify(when);
  const same = earlier.findIndex((rule) => JSON.stringify(rule.when) === asked);
  return same >= 0 ? `${nameOf(same)} asks for the same, and comes first` : undefined;
}

function holdsAlways({ caller, open, closed, headers, over }: WhenPlan): boolean {
  return (caller?.anyone ?? true) && !open && !closed && headers.length === 0 && !over;
}

/** Why a rule can never hold. */
function whyNever({ caller, open, closed, headers, over }: WhenPlan, schedules: Schedules) {
  if (caller && sizeOf(caller) === 0) return "`caller` names nobody";
  for (const [key, names] of Object.entries({ open, closed, over })) {
    if (names?.length === 0) return `\`${key}\` names nothing`;
  }
  const empty = headers.find(({ values }) => values.length === 0);
  if (empty) return `the header ${empty.name} has no values`;
  const isShut = (name: string) => {
    const schedule = schedules.get(name);
    return schedule !== undefined && isNeverOpen(schedule);
  };
  if (open?.every(isShut)) {
    return `${open.map(quote).join(" and ")} ${open.length > 1 ? "are" : "is"} never open`;
  }
  const [name, ...others] = new Set([...(open ?? []), ...(closed ?? [])]);
  if (open && closed && name !== undefined && others.length === 0) {
    return `${quote(name)} is never open and closed at once`;
  }
  return undefined;
}
