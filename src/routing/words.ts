/** The steps of a decision in words, for people. */
import type { Decision, Step } from "./decide.ts";
import type { Agent, Target } from "./plan.ts";
import type { Entry, Origin, Rule, Screen } from "./table.ts";

/** A step: what was looked at, and what was found. */
export interface StepWords {
  readonly topic: string;
  readonly finding: string;
}

/** One step in words. */
export function stepWords(step: Step): StepWords {
  switch (step.kind) {
    case "entry":
      return { topic: "dialled number", finding: entryWords(step.dialled, step.entry) };
    case "unrouted":
      return {
        topic: "dialled number",
        finding: `${step.dialled} matches no entry of [numbers]; such calls ${unroutedWords(step.unrouted)}`,
      };
    case "denied":
      return {
        topic: "deny",
        finding: `${hitWords(step.hit)} holds (${originWords(step.screen.origin)}): rejected`,
      };
    case "not denied":
      return { topic: "deny", finding: `none of ${step.screens.map(screenWords).join(", ")} holds` };
    case "allowed":
      return { topic: "allow", finding: `${hitWords(step.hit)} holds (${originWords(step.screen.origin)})` };
    case "not allowed":
      return { topic: "allow", finding: `none of ${screenWords(step.screen)} holds: rejected` };
    case "no route for texts":
      return { topic: "text", finding: "the number has no route for texts: Retell's bound agent takes it" };
    case "rule":
      return { topic: ruleName(step.rule), finding: ruleWords(step) };
    case "target":
      return { topic: "target", finding: `${targetWords(step.target)} (${originWords(step.origin)})` };
    case "split":
      return { topic: "split", finding: `${agentWords(step.agent)}, drawn by ${step.by}` };
    case "presets":
      return {
        topic: "presets",
        finding: step.presets.map(({ name, origin }) => `${name} (${originWords(origin)})`).join(", then "),
      };
    case "delay":
      return { topic: "delay", finding: `the answer is held for ${step.delayMs / 1000} s` };
  }
}

/** Why a call was decided as it was, in one line. */
export function whyWords(decision: Decision): string {
  return decision.steps
    .map(stepWords)
    .map(({ topic, finding }) => `${topic}: ${finding}`)
    .join("; ");
}

/** What becomes of a call. */
export function outcomeWords(decision: Decision): string {
  switch (decision.outcome) {
    case "agent":
      return `agent ${agentWords(decision.agent)}`;
    case "pass":
      return "a pass to the agent that Retell has bound to the number";
    case "reject":
      return "a rejection";
  }
}

/** An agent by its name and id, as far as it has them. */
export function agentWords(agent: Agent): string {
  const id = agent.version === undefined ? agent.id : `${agent.id}, version ${agent.version}`;
  return agent.name === undefined ? id : `${agent.name} (${id})`;
}

function entryWords(dialled: string, { name, how }: Entry): string {
  switch (how) {
    case "exact":
      return `${dialled} has its own entry, [numbers.${JSON.stringify(name)}]`;
    case "prefix":
      return `${dialled} begins like [numbers.${JSON.stringify(name)}], the longest prefix that fits`;
    case "any":
      return `${dialled} has no entry of its own and falls to [numbers."*"]`;
  }
}

function ruleName({ name, at }: Rule): string {
  return name === undefined ? `rule ${at + 1}` : `rule ${JSON.stringify(name)}`;
}

function ruleWords({ holds, conditions, question }: Step & { kind: "rule" }): string {
  if (conditions.length === 0) return "holds, for it asks for nothing";
  const findings = conditions.map((condition) => condition.words(question)).join("; ");
  return `${holds ? "holds" : "does not hold"}: ${findings}`;
}

function unroutedWords(unrouted: "pass" | "reject"): string {
  return unrouted === "pass" ? "pass: Retell's bound agent takes them" : "are rejected";
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

function originWords(origin: Origin): string {
  return origin === "defaults" ? "from [defaults]" : `the ${origin}'s`;
}

function hitWords(hit: readonly string[]): string {
  return hit.join(" → ");
}

function screenWords(screen: Screen): string {
  return `${screen.entries} (${originWords(screen.origin)})`;
}
