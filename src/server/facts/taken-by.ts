/** Who took a call. */
import type { Call } from "../../routing/callers/call.ts";
import type { Decision } from "../../routing/decision.ts";

/**
 * The agent that takes a call, by its name in `[agents]`, else by its id: that of a call which passes is the bound one.
 * Undefined where it is rejected, or passes and none is bound.
 */
export function takenBy(
  { boundAgentId }: Pick<Call, "boundAgentId">,
  decision: Decision,
): string | undefined {
  switch (decision.outcome) {
    case "agent":
      return decision.agent.name ?? decision.agent.id;
    case "pass":
      return boundAgentId;
    case "reject":
      return undefined;
  }
}
