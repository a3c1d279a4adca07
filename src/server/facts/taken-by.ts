/** Who took a call. */
import type { Arrival } from "../../routing/arrival.ts";
import type { Decision } from "../../routing/decision.ts";

/**
 * The agent that takes a call, by its name in `[agents]`, else by its id: that of a call which passes is the bound one.
 * Undefined where it is rejected, or passes and none is bound.
 */
export function takenBy(
  { call: { boundAgentId }, scope }: Pick<Arrival, "call" | "scope">,
  decision: Decision,
): string | undefined {
  const byId = (id: string) => scope.agentNames.get(id) ?? id;
  switch (decision.outcome) {
    case "agent":
      return decision.agent.name ?? byId(decision.agent.id);
    case "pass":
      return boundAgentId ? byId(boundAgentId) : undefined;
    case "reject":
      return undefined;
  }
}
