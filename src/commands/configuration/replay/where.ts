/** Where a call goes, before and after: what is compared, and how it is shown. */
import type { Decision } from "../../../routing/decision.ts";
import { reasonWords } from "../../../routing/words/decisions.ts";
import { agentWords, ruleTitle, ruleWords } from "../../../routing/words/named.ts";
import type { CallRecord } from "../../../server/observe/record.ts";

/** Where a call goes and why. Keys as records have them. */
export type Where = Pick<
  CallRecord,
  "outcome" | "agent" | "override_agent_id" | "override_agent_version" | "rule" | "ruleset" | "reason"
>;

/** Where a recorded call went. */
export function whereRecorded(record: CallRecord): Where {
  const { outcome, agent, override_agent_id, override_agent_version, rule, ruleset, reason } = record;
  return {
    outcome,
    ...(outcome === "agent" && agent !== undefined && { agent }),
    ...(override_agent_id !== undefined && { override_agent_id }),
    ...(override_agent_version !== undefined && { override_agent_version }),
    ...(rule !== undefined && { rule }),
    ...(ruleset !== undefined && { ruleset }),
    reason,
  };
}

/** Where a decision sends a call. */
export function whereDecided(decision: Decision): Where {
  const { outcome, cause } = decision;
  const agent = outcome === "agent" ? decision.agent : undefined;
  const rule = cause.kind === "rule" ? cause.rule : undefined;
  return {
    outcome,
    ...(agent && { agent: agent.name ?? agent.id, override_agent_id: agent.id }),
    ...(agent?.version !== undefined && { override_agent_version: agent.version }),
    ...(rule && { rule: ruleTitle(rule) }),
    ...(rule?.ruleset !== undefined && { ruleset: rule.ruleset }),
    reason: reasonWords(decision),
  };
}

/** Whether a call goes to the same place; by which rule does not matter. */
export function isSamePlace(one: Where, other: Where): boolean {
  return (
    one.outcome === other.outcome &&
    one.override_agent_id === other.override_agent_id &&
    one.override_agent_version === other.override_agent_version
  );
}

/** `agent frontdesk (agent_1)`, `passed to Retell's bound agent`, `rejected` */
export function placeWords({
  outcome,
  agent,
  override_agent_id: id,
  override_agent_version: version,
}: Where) {
  switch (outcome) {
    case "agent":
      return `agent ${agentWords({ name: agent === id ? undefined : agent, id: id ?? "", version, presets: [] })}`;
    case "pass":
      return "passed to Retell's bound agent";
    case "reject":
      return "rejected";
  }
}

/** `rule "after hours" of ruleset "office hours"`; `no rule` where none decided. */
export function decidedBy({ rule, ruleset }: Where): string {
  if (rule === undefined) return "no rule";
  return ruleWords({ name: rule, at: 0, ruleset });
}
