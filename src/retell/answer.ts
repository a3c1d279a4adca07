/** What Retell is told about an inbound call or text. */
import type { Channel } from "./event.ts";

/** The agent that is to take the call. */
export interface AgentRef {
  readonly id: string;
  /** A version number, or a tag such as `prod`, `latest` or `latest_published`. */
  readonly version?: number | string;
}

/** An answer to Retell. Every field left out leaves that to the agent bound to the number. */
export type Answer =
  | {
      readonly outcome: "accept";
      readonly agent?: AgentRef | undefined;
      readonly variables?: Readonly<Record<string, string>> | undefined;
      readonly metadata?: Readonly<Record<string, unknown>> | undefined;
      readonly override?: Readonly<Record<string, unknown>> | undefined;
    }
  | { readonly outcome: "reject" };

/** Lets the call through to the agent bound to the number. */
export const PASS: Answer = { outcome: "accept" };

/** The JSON object that Retell expects for `answer`. */
export function answerBody(channel: Channel, answer: Answer): Record<string, unknown> {
  return { [channel === "call" ? "call_inbound" : "chat_inbound"]: answerFields(answer) };
}

function answerFields(answer: Answer): Record<string, unknown> {
  // Alone: Retell validates the fields beside `reject` too, and one bad value would cancel the rejection.
  if (answer.outcome === "reject") return { reject: true };
  const { agent, variables, metadata, override } = answer;
  const fields: Record<string, unknown> = {};
  if (agent) fields.override_agent_id = agent.id;
  if (agent?.version !== undefined) fields.override_agent_version = agent.version;
  if (isFilled(variables)) fields.dynamic_variables = variables;
  if (isFilled(metadata)) fields.metadata = metadata;
  if (isFilled(override)) fields.agent_override = override;
  return fields;
}

function isFilled(object: Readonly<Record<string, unknown>> | undefined): boolean {
  return object !== undefined && Object.keys(object).length > 0;
}
