/** What Retell is told about an inbound call or text. */
import type { Channel } from "./event.ts";

/** The agent that is to take the call. */
export interface AgentRef {
  readonly id: string;
  /** A version number, or a tag such as `prod`, `latest` or `latest_published`; undefined where none is asked for. */
  readonly version: number | string | undefined;
}

/** What the agent is given. */
export interface Given {
  /**
   * `dynamic_variables`, all of which are texts, `metadata` and `agent_override`, as far as there are any: members of a JSON
   * object, without its braces.
   */
  readonly given: string;
}

/** An answer to Retell. Whatever is not said is left to the agent bound to the number. */
export type Answer =
  | ({ readonly outcome: "agent"; readonly agent: AgentRef } & Given)
  /** The agent bound to the number takes it. */
  | ({ readonly outcome: "pass" } & Given)
  | { readonly outcome: "reject" };

/** Lets the call through to the agent bound to the number. */
export const PASS = { outcome: "pass", given: "" } as const satisfies Answer;

/** The JSON that Retell expects for `answer`. */
export function answerText(channel: Channel, answer: Answer): string {
  return channel === "call"
    ? `{"call_inbound":{${membersOf(answer)}}}`
    : `{"chat_inbound":{${membersOf(answer)}}}`;
}

function membersOf(answer: Answer): string {
  switch (answer.outcome) {
    case "reject":
      // Alone: Retell validates the fields beside it too, and one bad value would cancel the rejection.
      return '"reject":true';
    case "pass":
      return answer.given;
    case "agent": {
      const { agent, given } = answer;
      const more = given === "" ? "" : ",";
      const id = JSON.stringify(agent.id);
      if (agent.version === undefined) return `"override_agent_id":${id}${more}${given}`;
      const version = JSON.stringify(agent.version);
      return `"override_agent_id":${id},"override_agent_version":${version}${more}${given}`;
    }
  }
}
