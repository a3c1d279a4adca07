/** Decisions in words, for people: the log, `explain`, expectations and whatever else shows them. */
import type {
  Cause,
  ContinueStep,
  Decision,
  Finding,
  Origin,
  RuleName,
  ScheduleFinding,
  ScreenName,
  Step,
} from "./decision.ts";
import { lookupWords } from "./lookups/words.ts";
import { nameText } from "./names/name.ts";
import type { Agent, Target } from "./plan.ts";
import { scheduleWords } from "./time/schedule-words.ts";

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
  const others = cause.kind === "rule" ? applied.filter((rule) => !isSame(rule, cause.rule)) : applied;
  const tried = [
    ...(others.length > 0 ? [`${appliedWords(others)} applied`] : []),
    ...(rulesNotMet > 0 ? [`${rulesNotMet} ${rulesNotMet === 1 ? "rule" : "rules"} not met`] : []),
  ];
  const before = tried.length > 0 ? ` (after ${tried.join(", ")})` : "";
  switch (cause.kind) {
    case "route":
      return `${finding}${before}`;
    case "rule":
      return `${topic}: ${finding}${before}`;
    case "unrouted":
    case "denied":
    case "not allowed":
    case "no route for texts":
      return `${topic}: ${finding}`;
  }
}

/** The notice of an id for people: `slack`, or `acme/slack` where it is that of a client. */
export function noticeText(id: string): string {
  return id.startsWith("/") ? id.slice(1) : id;
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

/** An agent by its name and id, as far as it has them. */
export function agentWords(agent: Agent): string {
  const id = agent.version === undefined ? agent.id : `${agent.id}, version ${agent.version}`;
  return agent.name === undefined ? id : `${agent.name} (${id})`;
}

/** A rule by its name, or as `rule 3` where it has none. */
export function ruleTitle({ name, at }: RuleName): string {
  return name ?? `rule ${at + 1}`;
}

/** `rule "after hours"`, or `rule 3` for one without a name; `rule 3 of ruleset "office hours"` for one in a ruleset. */
export function ruleWords({ name, at, ruleset }: RuleName): string {
  const rule = name === undefined ? `rule ${at + 1}` : `rule ${JSON.stringify(name)}`;
  return ruleset === undefined ? rule : `${rule} of ruleset ${JSON.stringify(ruleset)}`;
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

function findingWords(finding: Finding): string {
  switch (finding.kind) {
    case "value": {
      const { name, value, wanted } = finding;
      const none = name.kind === "header" ? "is missing" : "has no value";
      const found = value === undefined ? none : `is ${JSON.stringify(value)}`;
      const topic = name.kind === "header" ? `header ${name.header}` : nameText(name);
      return `${topic} ${found}; wanted: ${wanted.join(", ")}`;
    }
    case "contact":
      return `the caller is ${finding.known ? "" : "not "}in the contacts`;
    case "dialled":
      return finding.hit
        ? `the dialled number ${matchWords(finding.hit)}`
        : `the dialled number is not in ${finding.entries}`;
    case "forwarded":
      return forwardedWords(finding);
    case "exists":
      return finding.flags
        .map(
          ({ name, isThere }) => `the file ${JSON.stringify(name)} ${isThere ? "exists" : "does not exist"}`,
        )
        .join(", ");
    case "not":
      return notWords(finding);
    case "caller":
      return finding.hit
        ? `the caller ${matchWords(finding.hit)}`
        : `the caller is not in ${finding.entries}`;
    case "open":
    case "closed": {
      const found = finding.schedules.map(scheduleFindingWords).join("; ");
      return finding.schedules.length > 1 ? `one of them must be ${finding.kind}; ${found}` : found;
    }
    case "lookup": {
      const { lookup, state, wanted } = finding;
      const found =
        state === undefined ? `there is no look-up ${lookup} here` : `look-up ${lookup} is ${state}`;
      return `${found}; wanted: ${wanted.join(", ")}`;
    }
    case "over":
      return finding.limits
        .map(({ name, over }) => `the limit ${JSON.stringify(name)} is ${over ? "" : "not "}reached`)
        .join(", ");
  }
}

/** So many of those who forwarded a call are named. */
const FORWARDERS_NAMED = 3;

function forwardedWords({ by, hit, entries }: Finding & { kind: "forwarded" }): string {
  if (by.length === 0) return "the call was not forwarded";
  const named = by.slice(0, FORWARDERS_NAMED).map((text) => text || "a withheld number");
  const more = by.length > named.length ? ` and ${by.length - named.length} more` : "";
  return `forwarded by ${named.join(", ")}${more}: ${hit ? matchWords(hit) : `not in ${entries}`}`;
}

function notWords({ holds, findings }: Finding & { kind: "not" }): string {
  if (findings.length === 0) return "`not` has no conditions";
  return `\`not\` ${holds ? "applies" : "does not apply"} (${findings.map(findingWords).join("; ")})`;
}

function scheduleFindingWords({ name, open, state }: ScheduleFinding): string {
  return `${JSON.stringify(name)} ${state ? `– ${scheduleWords(state)}` : `is ${open ? "open" : "closed"}`}`;
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

/** `matched @spam → +1900*` */
function matchWords(hit: readonly string[]): string {
  return `matched ${hit.join(" → ")}`;
}

/** `withheld, country:MX (from [defaults]), +1900* (from the number)` */
function screensWords(screens: readonly ScreenName[]): string {
  return screens.map(({ entries, origin }) => `${entries} (${originWords(origin)})`).join(", ");
}
