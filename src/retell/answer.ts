/** What Retell is told about an inbound call or text. */
import type { Channel } from "./event.ts";

/** The agent that is to take the call. */
export interface AgentRef {
  readonly id: string;
  /** A version number, or a tag such as `prod`, `latest` or `latest_published`; undefined: the one bound to the number. */
  readonly version: number | string | undefined;
}

/** What the agent is given: texts of JSON objects, `{}` for nothing. */
export interface Given {
  /** Dynamic variables, all of which are texts. */
  readonly variables: string;
  readonly metadata: string;
  /** What Retell calls `agent_override`. */
  readonly override: string;
}

/** An answer to Retell. Whatever is not said is left to the agent bound to the number. */
export type Answer =
  | ({ readonly outcome: "agent"; readonly agent: AgentRef } & Given)
  /** The agent bound to the number takes it. */
  | ({ readonly outcome: "pass" } & Given)
  | { readonly outcome: "reject" };

/** Lets the call through to the agent bound to the number. */
export const PASS = {
  outcome: "pass",
  variables: "{}",
  metadata: "{}",
  override: "{}",
} as const satisfies Answer;

/** The JSON that Retell expects for `answer`. */
export function answerText(channel: Channel, answer: Answer): string {
  const fields = fieldsOf(answer);
  return channel === "call" ? `{"call_inbound":${fields}}` : `{"chat_inbound":${fields}}`;
}

function fieldsOf(answer: Answer): string {
  // Alone: Retell validates the fields beside `reject` too, and one bad value would cancel the rejection.
  if (answer.outcome === "reject") return '{"reject":true}';
  const { variables, metadata, override } = answer;
  let fields = "";
  if (answer.outcome === "agent") {
    const { id, version } = answer.agent;
    fields = `"override_agent_id":${JSON.stringify(id)}`;
    if (version !== undefined) fields += `,"override_agent_version":${JSON.stringify(version)}`;
  }
  if (variables !== NOTHING) fields = `${begun(fields)}"dynamic_variables":${variables}`;
  if (metadata !== NOTHING) fields = `${begun(fields)}"metadata":${metadata}`;
  if (override !== NOTHING) fields = `${begun(fields)}"agent_override":${override}`;
  return `{${fields}}`;
}

const NOTHING = "{}";

/** Fields that another one follows. */
function begun(fields: string): string {
  return fields === "" ? "" : `${fields},`;
}
