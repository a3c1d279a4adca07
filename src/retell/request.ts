/** The request that Retell makes of an inbound call or text. */
import type { InboundEvent } from "./event.ts";

/** The body of Retell's request for `event`. @param timestampMs milliseconds since the epoch */
export function requestBody(event: InboundEvent, timestampMs: number): Record<string, unknown> {
  const { channel, from, to, id, boundAgentId, headers } = event;
  const parties = {
    ...(boundAgentId !== undefined && { agent_id: boundAgentId }),
    from_number: from,
    to_number: to,
  };
  const inbound =
    channel === "call"
      ? { call_id: id, ...parties, ...(Object.keys(headers).length > 0 && { custom_sip_headers: headers }) }
      : { chat_id: id, ...parties };
  const name = channel === "call" ? "call_inbound" : "chat_inbound";
  return { event: name, event_timestamp: timestampMs, [name]: inbound };
}
