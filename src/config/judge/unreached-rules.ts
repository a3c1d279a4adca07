/** Rules that can never apply. */
import { callersKey, sizeOf } from "../../routing/callers/sets.ts";
import { type Name, nameText } from "../../routing/names/name.ts";
import { compileTests, testKey, testText } from "../../routing/names/tests.ts";
import type { ConditionPlan, RulePlan } from "../../routing/plan.ts";
import { isNeverOpen, type SchedulePlan } from "../../routing/time/schedule.ts";
import { conditionsIn, type PlacedRoute, type PlacedRule } from "../../routing/walk.ts";
import { ruleWords } from "../../routing/words/named.ts";
import { type Findings, quote } from "../findings/findings.ts";

/** By name. */
export type Schedules = ReadonlyMap<string, SchedulePlan>;

const NONE: Schedules = new Map();

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
  const deciders = new Deciders();
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
      findings.warning(path, "this rule continues but adds nothing", { at: "key" });
    }
    if (!rule.continues)
      deciders.add(keyOf(asked), ruleWords({ name: rule.name, at: Number(path.at(-1)), ruleset: undefined }));
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
    adds.notify.length === 0 &&
    Object.keys(adds.variables).length === 0 &&
    Object.keys(adds.metadata).length === 0 &&
    !conditionsIn(when).some(({ condition }) => condition.kind === "over")
  );
}

/** The rules that decide whenever what they ask for holds: by that, each with what messages call it. */
export class Deciders {
  readonly #byKey = new Map<string, string>();
  readonly #conditions = new Set<string>();

  /** Adds a rule, unless there is one already that asks for just that. @param key what {@link askedBy} says, joined */
  add(key: string, words: string): void {
    if (this.#byKey.has(key)) return;
    this.#byKey.set(key, words);
    for (const condition of key.split(SEPARATOR)) this.#conditions.add(condition);
  }

  get(key: string): string | undefined {
    return this.#byKey.get(key);
  }

  /** What each rule asks for, and what it is called. */
  entries(): Iterable<readonly [key: string, words: string]> {
    return this.#byKey.entries();
  }

  /** The parts of what a rule asks for that are all that a rule in here asks for. */
  *partsOf(asked: readonly string[]): Generator<string> {
    if (this.#byKey.size === 0) return;
    // Few rules ask for what others ask for, and of many conditions there are very many parts.
    for (const part of partsOf(asked.filter((condition) => this.#conditions.has(condition)))) {
      if (this.#byKey.has(part)) yield part;
    }
  }
}

/** Between the conditions in a key. */
const SEPARATOR = "\n";

/** What a rule asks for, each once; empty for one that always applies. */
export function askedBy({ when }: RulePlan, schedules: Schedules = NONE): readonly string[] {
  return [
    ...new Set(when.filter((condition) => !holdsAlways(condition, schedules)).map(conditionKey)),
  ].sort();
}

/** What {@link askedBy} says, as a key of {@link Deciders}. */
function keyOf(asked: readonly string[]): string {
  return asked.join(SEPARATOR);
}

/** Every part of what a rule asks for, as keys: nothing, all of it, and what lies between. */
function* partsOf(asked: readonly string[]): Generator<string> {
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
  for (const part of earlier.partsOf(asked)) {
    const decider = earlier.get(part);
    if (part === "") return `${decider} comes first and always applies`;
    return `${decider} comes first and has ${part === keyOf(asked) ? "the same" : "fewer"} conditions`;
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
    ? "this route takes no texts; put rules for texts in the number's `sms`"
    : "this route takes only texts";
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
    ? `${quote(name)} cannot be open and closed at the same time`
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
      return condition.flags.length === 0 ? "`exists` is empty" : undefined;
    case "not":
      return condition.conditions.every((inner) => holdsAlways(inner, schedules))
        ? "the conditions in `not` always apply"
        : undefined;
    case "over":
      return condition.limits.length === 0 ? "`over` is empty" : undefined;
    case "closed":
      return condition.schedules.length === 0 ? "`closed` is empty" : undefined;
    case "open": {
      const names = condition.schedules;
      if (names.length === 0) return "`open` is empty";
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
