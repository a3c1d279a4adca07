/** The steps of a decision in words, for people. */
import type { Decision, Step } from "./decide.ts";
import type { Agent, Target } from "./plan.ts";
import type { Origin, Screen } from "./table.ts";

/** A step: what was looked at, and what was found. */
export interface StepWords {
  readonly topic: string;
  readonly finding: string;
}

/** One step in words. */
export function stepWords(step: Step): StepWords {
  switch (step.kind) {
    case "line":
      return { topic: "dialled number", finding: lineFinding(step.dialled, step.line.entry, step.line.how) };
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
      return { topic: "text", finding: "texts pass: Retell's bound agent takes them" };
    case "target":
      return { topic: "target", finding: targetWords(step.route.target) };
    case "presets":
      return {
        topic: "presets",
        finding: step.presets.map(({ name, origin }) => `${name} (${originWords(origin)})`).join(", then "),
      };
  }
}

/** Why a call was decided as it was, in one line. */
export function whyWords(decision: Decision): string {
  return decision.steps
    .map(stepWords)
    .map(({ topic, finding }) => `${topic}: ${finding}`)
    .join("; ");
}

/** An agent by its name and id, as far as it has them. */
export function agentWords(agent: Agent): string {
  const id = agent.version === undefined ? agent.id : `${agent.id}, version ${agent.version}`;
  return agent.name === undefined ? id : `${agent.name} (${id})`;
}

function lineFinding(dialled: string, entry: string, how: "exact" | "prefix" | "any"): string {
  switch (how) {
    case "exact":
      return `${dialled} has its own entry, [numbers.${JSON.stringify(entry)}]`;
    case "prefix":
      return `${dialled} begins like [numbers.${JSON.stringify(entry)}], the longest prefix that fits`;
    case "any":
      return `${dialled} has no entry of its own and falls to [numbers."*"]`;
  }
}

function unroutedWords(unrouted: "pass" | "reject"): string {
  return unrouted === "pass" ? "pass: Retell's bound agent takes them" : "are rejected";
}

function targetWords(target: Target): string {
  switch (target.kind) {
    case "agent":
      return `agent ${agentWords(target.agent)}`;
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
  const more = screen.size - screen.entries.length;
  const entries = screen.entries.join(", ") + (more > 0 ? ` and ${more} more` : "");
  return `${entries} (${originWords(screen.origin)})`;
}
