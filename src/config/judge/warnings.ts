/** What is allowed, and yet hardly what anyone means. */
import { hasKey, keysIn } from "../../routing/callers/phones/phone-keys.ts";
import { sizeOf } from "../../routing/callers/sets.ts";
import type { Callers, ScopePlan, Target } from "../../routing/plan.ts";
import type { ScopedPlan } from "../../routing/table/scopes.ts";
import { isNeverOpen } from "../../routing/time/schedule.ts";
import { type PlacedRoute, type PlacedRule, rulesetsIn } from "../../routing/walk.ts";
import { type Findings, type Path, quote } from "../findings/findings.ts";
import { localityOf } from "../read/time/locality.ts";
import { fittingEntries } from "../shape/fitting.ts";
import type { ScopeDocument } from "../shape/schema/schema.ts";
import type { JudgedScope } from "./judged-scope.ts";
import type { Soundness } from "./soundness.ts";
import { warnOfUnfilledVariables } from "./unfilled-variables.ts";
import { warnOfRules } from "./unreached-rules.ts";
import { type JudgedRuleset, type RulesetUse, warnOfRulesets } from "./unreached-rulesets.ts";
import { warnOfUnused } from "./unused.ts";

/** Warns of what can never happen, and of what is never used. */
export function warnOfTrouble(scopes: readonly JudgedScope[]): void {
  const [main] = scopes;
  const hasTimezone = main !== undefined && localityOf(main.source.document, "timezone") !== undefined;
  for (const scope of scopes) warnOfScope(scope, hasTimezone);
  if (scopes.every(({ plan, soundness }) => soundness.areCallsSound(plan))) warnOfHiddenPrefixes(scopes);
  if (!scopes.every(({ soundness }) => soundness.isPerfect)) return;
  warnOfUnused(scopes);
  warnOfUnfilledVariables(scopes);
}

/** @param hasTimezone whether the main file says one */
function warnOfScope(scope: JudgedScope, hasTimezone: boolean): void {
  const { source, own, plan, routes, soundness, findings } = scope;
  warnOfSchedules(own, soundness, findings);
  if (!hasTimezone) warnOfTimezones(source.document, soundness, findings);
  const { deny, allow } = plan.defaults;
  const areCallsSound = soundness.areCallsSound(plan);
  if (areCallsSound && sizeOf(own.defaults.allow) > 0 && source.document.defaults.allow) {
    warnOfAllow(allow, [deny], ["defaults"], findings);
  }
  const rulesets = judgeRulesets(plan, soundness, findings);
  const uses: RulesetUse[] = [];
  for (const placed of routes) {
    const isSound = areCallsSound && soundness.isEntrySound(plan, placed.number);
    const deciders = isSound
      ? warnOfRules(placed.rules, plan.schedules, findings, placed.channel).deciders
      : undefined;
    if (placed.rulesets.length > 0) uses.push({ placed, deciders });
    if (!isSound) continue;
    warnOfAllow(placed.route.allow, denyOf(placed, plan), placed.path, findings);
    warnOfSplit(placed.route.target, placed.path, findings);
    warnOfSplits(placed.rules, findings);
  }
  if (areCallsSound) warnOfRulesets(rulesets, uses, findings);
}

/** Judges each ruleset by itself, once for all that use it; those with errors are left out. */
function judgeRulesets(
  plan: ScopedPlan,
  soundness: Soundness,
  findings: Findings,
): ReadonlyMap<string, JudgedRuleset> {
  const judged = new Map<string, JudgedRuleset>();
  for (const [name, ruleset] of rulesetsIn(plan)) {
    if (!soundness.isRulesetSound(plan, name)) continue;
    judged.set(name, { ...ruleset, ...warnOfRules(ruleset.rules, plan.schedules, findings) });
    warnOfSplits(ruleset.rules, findings);
  }
  return judged;
}

/** All that keeps callers out of a route: a route for texts is screened by the number's own sets too. */
function denyOf({ route, number }: PlacedRoute, { defaults }: ScopedPlan): readonly Callers[] {
  return [defaults.deny, number.deny, ...(route === number ? [] : [route.deny])];
}

function warnOfSchedules({ schedules }: ScopePlan, soundness: Soundness, findings: Findings): void {
  for (const [name, schedule] of schedules) {
    if (!isNeverOpen(schedule) || !soundness.isSound("schedules", name)) continue;
    findings.warning(["schedules", name], `the schedule ${quote(name)} is never open`, { at: "key" });
  }
}

/** Where nobody says whose clock it is, it is hardly meant to be that of UTC. */
function warnOfTimezones(document: ScopeDocument, soundness: Soundness, findings: Findings): void {
  if (localityOf(document, "timezone") || !soundness.isSound("timezone")) return;
  for (const [name, schedule] of fittingEntries(document.schedules)) {
    const path = ["schedules", name];
    if (schedule.timezone !== undefined || !soundness.isSound(...path)) continue;
    const message = "its times are in UTC, because neither the schedule nor the file sets a time zone";
    findings.warning(path, message, { at: "key", hint: 'timezone = "America/Los_Angeles"' });
  }
}

function warnOfAllow(
  allow: Callers | undefined,
  deny: readonly Callers[],
  path: Path,
  findings: Findings,
): void {
  if (!allow || sizeOf(allow) === 0 || !isCovered(allow, deny)) return;
  const message = "nobody can get through: `deny` rejects every caller that `allow` lets in";
  findings.warning([...path, "allow"], message, { at: "key" });
}

/** Whether every entry of a set is covered by an entry of others. */
function isCovered(callers: Callers, others: readonly Callers[]): boolean {
  if (others.some(({ anyone }) => anyone)) return true;
  if (callers.anyone) return false;
  if (callers.withheld && !others.some(({ withheld }) => withheld)) return false;
  if (callers.contact && !others.some(({ contact }) => contact)) return false;
  const texts = new Set(others.flatMap((other) => other.texts));
  const lists = new Set(others.flatMap((other) => other.lists));
  const countries = new Set(others.flatMap((other) => other.countries));
  const prefixes = others.flatMap((other) => other.prefixes);
  const hasPrefix = (entry: string) => prefixes.some((prefix) => entry.startsWith(prefix));
  return (
    keysIn(callers.numbers).every(
      (key) => others.some(({ numbers }) => hasKey(numbers, key)) || hasPrefix(`+${key}`),
    ) &&
    callers.texts.every((text) => texts.has(text)) &&
    callers.prefixes.every(hasPrefix) &&
    callers.lists.every((list) => lists.has(list)) &&
    callers.countries.every((country) => countries.has(country))
  );
}

function warnOfSplits(rules: readonly PlacedRule[], findings: Findings): void {
  for (const { path, rule } of rules) warnOfSplit(rule.target, path, findings);
}

function warnOfSplit(target: Target | undefined, path: Path, findings: Findings): void {
  if (target?.kind !== "split" || target.shares.filter(({ weight }) => weight > 0).length !== 1) return;
  findings.warning([...path, "split"], "this split has only one side: all calls go there", { at: "key" });
}

const DIGITS = [..."0123456789"];

/** A prefix is hidden where every number that begins so begins like a longer one too. */
function warnOfHiddenPrefixes(scopes: readonly JudgedScope[]): void {
  const entries = scopes.flatMap(({ plan, findings }) =>
    plan.numbers.flatMap(({ entry, pattern }) =>
      pattern.kind === "prefix" ? [{ entry, prefix: pattern.prefix, findings }] : [],
    ),
  );
  const prefixes = new Set(entries.map(({ prefix }) => prefix));
  const longest = Math.max(0, ...entries.map(({ prefix }) => prefix.length));
  const isTaken = (prefix: string): boolean => prefixes.has(prefix) || isHidden(prefix);
  const isHidden = (prefix: string): boolean =>
    prefix.length < longest && DIGITS.every((digit) => isTaken(prefix + digit));
  for (const { entry, prefix, findings } of entries) {
    if (!isHidden(prefix)) continue;
    const message = `${quote(entry)} never matches: longer prefixes cover every number that it could match`;
    findings.warning(["numbers", entry], message, { at: "key" });
  }
}
