/** Decisions in words, for people: the log, `explain`, expectations and whatever else shows them. */
import type {
  Cause,
  ContinueStep,
  Decision,
  Finding,
  Origin,
  RuleName,
  ScreenName,
  Step,
} from "../decision.ts";
import { lookupWords } from "../lookups/words.ts";
import type { Target } from "../plan.ts";
import { findingWords, matchWords } from "./findings.ts";
import { agentWords, noticeText, ruleWords } from "./named.ts";

/** A step: what was looked at, and what was found. */
export interface StepWords {
  readonly topic: string;
  readonly finding: string;
}

/** One step in words. */
export function stepWords(step: Step): StepWords {
  switch (step.kind) {
    case "entry":
      return { topic: "dialled number", finding: entryWords(step) };
    case "not denied":
      return { topic: "deny", finding: `not in ${screensWords(step.screens)}` };
    case "allowed":
      return { topic: "allow", finding: `${matchWords(step.hit)}, ${listOf("allow", step.origin)}` };
    case "refused":
      return causeWords(step.cause);
    case "lookup":
      return { topic: `look-up ${step.lookup}`, finding: lookupWords(step.result, step.unasked) };
    case "rule":
      return { topic: ruleWords(step.rule), finding: findingsWords(step) };
    case "continue":
      return { topic: "continue", finding: continueWords(step) };
    case "target":
      return {
        topic: "target",
        finding: `${targetWords(step.target)} (${originWords(step.origin, step.rule)})`,
      };
    case "split":
      return { topic: "split", finding: `${agentWords(step.agent)}, chosen by ${step.by}` };
    case "presets":
      return {
        topic: "presets",
        finding: step.presets
          .map(({ name, origin, rule }) => `${name} (${originWords(origin, rule)})`)
          .join(", then "),
      };
    case "delay":
      return { topic: "delay", finding: `the answer is held for ${step.delayMs / 1000} s` };
    case "notify":
      return {
        topic: "notify",
        finding: step.notices
          .map(({ id, origin, rule }) => `${noticeText(id)} (${originWords(origin, rule)})`)
          .join(", "),
      };
  }
}

/** What decided, in words. */
function causeWords(cause: Cause): StepWords {
  switch (cause.kind) {
    case "unrouted":
      return {
        topic: "dialled number",
        finding: `${cause.dialled} matches no entry of [numbers]; such calls ${unroutedWords(cause.unrouted)}`,
      };
    case "denied":
      return {
        topic: "deny",
        finding: `${matchWords(cause.hit)}, ${listOf("deny", cause.origin)}: rejected`,
      };
    case "not allowed":
      return { topic: "allow", finding: `not in ${screensWords([cause])}: rejected` };
    case "no route for texts":
      return { topic: "text", finding: "the number has no route for texts: Retell's bound agent takes it" };
    case "rule":
      return { topic: ruleWords(cause.rule), finding: allWords(cause.findings) };
    case "route":
      return {
        topic: "target",
        finding: cause.origin === "contact" ? "the contact's agent" : "the number's own target",
      };
  }
}

/** Why a call was decided as it was, in the one line that the log has. */
export function reasonWords({ cause, applied, rulesNotMet }: Decision): string {
  const { topic, finding } = causeWords(cause);
  switch (cause.kind) {
    case "route":
      return finding + triedWords(applied, rulesNotMet);
    case "rule": {
      const others = applied.filter((rule) => !isSame(rule, cause.rule));
      return `${topic}: ${finding}${triedWords(others, rulesNotMet)}`;
    }
    case "unrouted":
    case "denied":
    case "not allowed":
    case "no route for texts":
      return `${topic}: ${finding}`;
  }
}

/** ` (after the rule vip applied, 2 rules not met)`; empty where no rule was tried before. */
function triedWords(applied: readonly RuleName[], rulesNotMet: number): string {
  if (applied.length === 0 && rulesNotMet === 0) return "";
  const tried = [
    ...(applied.length > 0 ? [`${appliedWords(applied)} applied`] : []),
    ...(rulesNotMet > 0 ? [`${rulesNotMet} ${rulesNotMet === 1 ? "rule" : "rules"} not met`] : []),
  ];
  return ` (after ${tried.join(", ")})`;
}

/** What becomes of a call: `agent frontdesk (agent_1)`, `rejected`. */
export function outcomeWords(decision: Decision): string {
  switch (decision.outcome) {
    case "agent":
      return `agent ${agentWords(decision.agent)}`;
    case "pass":
      return "passed to Retell's bound agent";
    case "reject":
      return "rejected";
  }
}

/** How many rules that continued are named in a reason. */
const MOST_NAMED = 3;

/** `rule "regulars", rule 2 and 4 more` */
function appliedWords(rules: readonly RuleName[]): string {
  const named = rules.slice(0, MOST_NAMED).map(ruleWords).join(", ");
  const more = rules.length - MOST_NAMED;
  return more > 0 ? `${named} and ${more} more` : named;
}

function isSame(one: RuleName, other: RuleName): boolean {
  return one.at === other.at && one.ruleset === other.ruleset;
}

/** What a rule that continues said: `adds variables known, tier and preset warm; target: agent sales (agent_1)` */
function continueWords({ variables, metadata, presets, target, delayMs, notify }: ContinueStep): string {
  const several = (what: string, names: readonly string[]) =>
    names.length > 0 ? [`${names.length > 1 ? `${what}s` : what} ${names.join(", ")}`] : [];
  const added = [
    ...several("variable", variables),
    ...(metadata.length > 0 ? [`metadata ${metadata.join(", ")}`] : []),
    ...several("preset", presets),
  ];
  const said = [
    ...(added.length > 0 ? [`adds ${added.join("; ")}`] : []),
    ...(target ? [`target: ${targetWords(target)}`] : []),
    ...(delayMs === undefined ? [] : [`delay: ${delayMs / 1000} s`]),
    ...(notify.length > 0 ? [`notifies ${notify.map(noticeText).join(", ")}`] : []),
  ];
  return said.length > 0 ? `${said.join("; ")}; later rules take precedence` : "adds nothing";
}

function entryWords({ client, dialled, entry, how }: Step & { kind: "entry" }): string {
  const table = `[numbers.${JSON.stringify(entry)}]${client === "" ? "" : ` of the client ${client}`}`;
  switch (how) {
    case "exact":
      return `${dialled} has its own entry, ${table}`;
    case "prefix":
      return `${dialled} matches ${table}, the longest prefix that fits`;
    case "any":
      return `${dialled} has no entry of its own and falls back to ${table}`;
  }
}

function findingsWords({ holds, findings }: Step & { kind: "rule" }): string {
  if (holds) return findings.length === 0 ? allWords(findings) : `applies: ${allWords(findings)}`;
  return `does not apply: ${allWords(findings)}`;
}

function allWords(findings: readonly Finding[]): string {
  return findings.length === 0 ? "always applies (no `when`)" : findings.map(findingWords).join("; ");
}

function unroutedWords(unrouted: "pass" | "reject"): string {
  switch (unrouted) {
    case "pass":
      return "pass: Retell's bound agent takes them";
    case "reject":
      return "are rejected";
  }
}

function targetWords(target: Target): string {
  switch (target.kind) {
    case "agent":
      return `agent ${agentWords(target.agent)}`;
    case "split":
      return `shared by ${target.shares.map(({ name, weight }) => `${name} (${weight})`).join(", ")}`;
    case "pass":
      return "pass: Retell's bound agent takes it";
    case "reject":
      return "rejected";
  }
}

/** @param rule the rule by its name, where there may be several */
function originWords(origin: Origin, rule?: RuleName): string {
  if (rule) return `from ${ruleWords(rule)}`;
  return origin === "defaults" ? "from [defaults]" : `from the ${origin}`;
}

/** `from this number's deny list` */
function listOf(key: "allow" | "deny", origin: Origin): string {
  return origin === "defaults" ? `from the ${key} list of [defaults]` : `from this number's ${key} list`;
}

/** `withheld, country:MX (from [defaults]), +1900* (from the number)` */
function screensWords(screens: readonly ScreenName[]): string {
  return screens.map(({ entries, origin }) => `${entries} (${originWords(origin)})`).join(", ");
}
