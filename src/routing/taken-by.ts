/** Who took a call. */
import type { Decision } from "./decision.ts";

/**
 * The agent that takes a call, by its name in `[agents]`, else by its id. Undefined where the call is rejected, or passes
 * and nobody knows which agent is bound to the number.
 *
 * @param boundAgentId the agent that Retell has bound to the number
 * @param names the names of agents in `[agents]`, by their ids
 */
export function takenBy(
  decision: Decision,
  boundAgentId: string | undefined,
  names: ReadonlyMap<string, string>,
): string | undefined {
  const byId = (id: string) => names.get(id) ?? id;
  switch (decision.outcome) {
    case "agent":
      return decision.agent.name ?? byId(decision.agent.id);
    case "pass":
      return boundAgentId ? byId(boundAgentId) : undefined;
    case "reject":
      return undefined;
  }
}
