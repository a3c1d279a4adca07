/** Rules of rulesets that are never reached, since a number's own rules, or earlier rulesets, decide before them. */
import type { RulePlan } from "../../routing/plan.ts";
import type { PlacedRoute, PlacedRuleset } from "../../routing/walk.ts";
import { type Findings, quote } from "../findings/findings.ts";
import { askedBy, Deciders, whyHidden } from "./unreached-rules.ts";

/** A route that tries rulesets. */
export interface RulesetUse {
  readonly placed: PlacedRoute;
  /** Its own rules; undefined where they cannot be relied on, and so hide nothing. */
  readonly deciders: Deciders | undefined;
}

/** A ruleset whose own rules have been judged. */
export interface JudgedRuleset extends PlacedRuleset {
  readonly deciders: Deciders;
  /** Those of its rules that are never reached wherever it is used. */
  readonly unreached: ReadonlySet<RulePlan>;
}

/** Uses for which the same rules are hidden in the same way. */
interface Hidden {
  readonly reason: string;
  /** Whether the rule that hides is one of the numbers themselves. */
  readonly byOwn: boolean;
  readonly uses: readonly RulesetUse[];
}

/**
 * Warns of every ruleset, and of every rule in one, that is never reached: for any of the numbers that use it, or for
 * some that name it themselves. A number that `[defaults]` gives the ruleset may well put rules of its own before it.
 *
 * Each is told once, however many numbers there are.
 */
export function warnOfRulesets(
  rulesets: ReadonlyMap<string, JudgedRuleset>,
  uses: readonly RulesetUse[],
  findings: Findings,
): void {
  const whole = new Map<string, Hidden[]>();
  const single = new Map<RulePlan, Hidden[]>();
  for (const group of Map.groupBy(uses, ({ placed }) => JSON.stringify(placed.rulesets)).values()) {
    for (const { name, rules } of hiddenIn(group, rulesets)) {
      const { rules: all = [], unreached } = rulesets.get(name) ?? {};
      const reachable = all.filter(({ rule }) => !unreached?.has(rule));
      for (const found of rules) {
        const [first] = found.values();
        if (!first) continue;
        if (found.size === reachable.length) push(whole, name, first);
        else for (const [rule, hidden] of found) push(single, rule, hidden);
      }
    }
  }
  const counts = new Map<string, number>();
  for (const name of uses.flatMap(({ placed }) => placed.rulesets)) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  for (const [name, ruleset] of rulesets) {
    const all = counts.get(name) ?? 0;
    const hidden = whole.get(name) ?? [];
    warnOfWhole(name, hidden, all, findings);
    const left = all - countOf(hidden);
    for (const { path, rule } of ruleset.rules) {
      const message = ruleWords(single.get(rule) ?? [], left);
      if (message) findings.warning(path, message, { at: "key" });
    }
  }
}

function push<Key>(map: Map<Key, Hidden[]>, key: Key, hidden: Hidden): void {
  const known = map.get(key);
  if (known) known.push(hidden);
  else map.set(key, [hidden]);
}

/** What is hidden of each ruleset for uses that name the same rulesets: one map for each way in which it is hidden. */
function hiddenIn(
  group: readonly RulesetUse[],
  rulesets: ReadonlyMap<string, JudgedRuleset>,
): { readonly name: string; readonly rules: ReadonlyMap<RulePlan, Hidden>[] }[] {
  const own = new Deciders();
  for (const { deciders = NONE } of group) for (const [key, words] of deciders.entries()) own.add(key, words);
  const earlier = new Deciders();
  const sound = group.filter(({ deciders }) => deciders !== undefined);
  return (group[0]?.placed.rulesets ?? []).flatMap((name) => {
    const ruleset = rulesets.get(name);
    if (!ruleset) return [];
    const { always, byKey, asked } = hidersOf(ruleset, earlier, own);
    for (const [key, decider] of ruleset.deciders.entries()) {
      earlier.add(key, `${decider} of ruleset ${quote(name)}`);
    }
    // Uses whose own rules hide in the same way are looked at once.
    const ways = Map.groupBy(sound, ({ deciders = NONE }) => JSON.stringify(hitsOf(deciders, byKey).sort()));
    const rules = [...ways.values()].map((alike) => {
      const found = new Map<RulePlan, Hidden>();
      for (const [rule, reason] of always) found.set(rule, { reason, byOwn: false, uses: alike });
      const deciders = alike[0]?.deciders ?? NONE;
      for (const key of hitsOf(deciders, byKey)) {
        for (const rule of byKey.get(key) ?? []) {
          const reason = whyHidden(asked.get(rule) ?? [], deciders);
          if (reason && !found.has(rule)) found.set(rule, { reason, byOwn: true, uses: alike });
        }
      }
      return found;
    });
    return [{ name, rules }];
  });
}

/** What own rules ask for, and rules of a ruleset ask for too. */
function hitsOf(deciders: Deciders, byKey: ReadonlyMap<string, unknown>): string[] {
  return Array.from(deciders.entries(), ([key]) => key).filter((key) => byKey.has(key));
}

const NONE = new Deciders();

/**
 * Which of the reachable rules of a ruleset are hidden by earlier rulesets, and which would be by own rules.
 *
 * @param own what own rules of any number ask for
 */
function hidersOf({ rules, unreached }: JudgedRuleset, earlier: Deciders, own: Deciders) {
  const always = new Map<RulePlan, string>();
  const byKey = new Map<string, RulePlan[]>();
  const asked = new Map<RulePlan, readonly string[]>();
  for (const { rule } of rules) {
    if (unreached.has(rule)) continue;
    const conditions = askedBy(rule);
    asked.set(rule, conditions);
    const reason = whyHidden(conditions, earlier);
    if (reason) always.set(rule, reason);
    for (const part of new Set(own.partsOf(conditions))) {
      const known = byKey.get(part);
      if (known) known.push(rule);
      else byKey.set(part, [rule]);
    }
  }
  return { always, byKey, asked };
}

function warnOfWhole(name: string, hidden: readonly Hidden[], all: number, findings: Findings): void {
  const [first] = hidden;
  if (!first) return;
  const uses = hidden.flatMap((each) => each.uses);
  const named = uses.filter(namesItself);
  const told = uses.length === all ? uses : named;
  const [place] = named.length > 0 ? named : told;
  if (!place) return;
  const path = named.length > 0 ? place.placed.path : ["defaults"];
  const more = told.length > 1 ? ` (and ${told.length - 1} more)` : "";
  const reason = hidden.find(({ uses }) => uses.includes(place))?.reason ?? first.reason;
  const message = `the ruleset ${quote(name)} is never reached for ${labelOf(place)}${more}: ${reason}`;
  findings.warning([...path, "rulesets"], message, { at: "key" });
}

/** @param left the number of uses for which the ruleset as a whole is not hidden */
function ruleWords(hidden: readonly Hidden[], left: number): string | undefined {
  const [first] = hidden;
  if (!first) return undefined;
  const isNever = countOf(hidden) === left;
  if (isNever && hidden.every(({ reason, byOwn }) => !byOwn && reason === first.reason)) {
    return `this rule is never reached: ${first.reason}`;
  }
  const uses = hidden.flatMap((each) => each.uses);
  const told = isNever ? uses : uses.filter(namesItself);
  const [place] = told;
  if (!place) return undefined;
  const reason = hidden.find(({ uses }) => uses.includes(place))?.reason ?? first.reason;
  return `this rule is never reached for ${labelsOf(told)}: ${reason}`;
}

function namesItself({ placed }: RulesetUse): boolean {
  return placed.route.rulesets !== undefined;
}

function countOf(hidden: readonly Hidden[]): number {
  return hidden.reduce((sum, { uses }) => sum + uses.length, 0);
}

/** How many numbers are named. */
const MOST_NAMED = 3;

function labelsOf(uses: readonly RulesetUse[]): string {
  const named = uses.slice(0, MOST_NAMED).map(labelOf).join(", ");
  return uses.length > MOST_NAMED ? `${named} and ${uses.length - MOST_NAMED} more` : named;
}

function labelOf({ placed }: RulesetUse): string {
  const { number, channel } = placed;
  return channel === "text" ? `texts to ${quote(number.entry)}` : quote(number.entry);
}
