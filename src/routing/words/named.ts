/** What things that a configuration names are called: agents, rules, notices. */
import type { RuleName } from "../decision.ts";
import type { Agent } from "../plan.ts";

/** The notice of an id for people: `slack`, or `acme/slack` where it is that of a client. */
export function noticeText(id: string): string {
  return id.startsWith("/") ? id.slice(1) : id;
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
