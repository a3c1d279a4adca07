/** The answers that Retell documents. */
import * as v from "valibot";
import type { Answer } from "../../src/retell/answer.ts";
import type { Channel } from "../../src/retell/event.ts";

/** These fields, of these types, and no others. */
const ACCEPTED = v.strictObject({
  override_agent_id: v.optional(v.pipe(v.string(), v.nonEmpty())),
  override_agent_version: v.optional(v.union([v.pipe(v.number(), v.integer()), v.string()])),
  dynamic_variables: v.optional(v.record(v.string(), v.string())),
  metadata: v.optional(v.record(v.string(), v.unknown())),
  agent_override: v.optional(v.record(v.string(), v.unknown())),
});
/** Alone: Retell validates the fields beside it too, and one bad value would cancel the rejection. */
const REJECTED = v.strictObject({ reject: v.literal(true) });

/** The JSON object that Retell takes for an answer. */
export function documentedBody(channel: Channel, outcome: Answer["outcome"]) {
  return v.strictObject({
    [channel === "call" ? "call_inbound" : "chat_inbound"]: outcome === "reject" ? REJECTED : ACCEPTED,
  });
}
