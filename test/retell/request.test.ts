import { expect, test } from "bun:test";
import fc from "fast-check";
import { type InboundEvent, readEvent } from "../../src/retell/event.ts";
import { requestBody } from "../../src/retell/request.ts";

const CALL: InboundEvent = {
  channel: "call",
  from: "+12137771234",
  to: "+12137771235",
  id: "call_8f3b",
  boundAgentId: "agent_bound",
  headers: { "x-tier": "gold" },
};

test("a call is asked about as Retell does", () => {
  expect(requestBody(CALL, 1_784_632_500_000)).toEqual({
    event: "call_inbound",
    event_timestamp: 1_784_632_500_000,
    call_inbound: {
      call_id: "call_8f3b",
      agent_id: "agent_bound",
      from_number: "+12137771234",
      to_number: "+12137771235",
      custom_sip_headers: { "x-tier": "gold" },
    },
  });
});

test("a text is asked about as Retell does", () => {
  expect(requestBody({ ...CALL, channel: "chat", id: "chat_8f3b", headers: {} }, 7)).toEqual({
    event: "chat_inbound",
    event_timestamp: 7,
    chat_inbound: {
      chat_id: "chat_8f3b",
      agent_id: "agent_bound",
      from_number: "+12137771234",
      to_number: "+12137771235",
    },
  });
});

test("leaves out what the call does not have", () => {
  const bare = { ...CALL, id: undefined, boundAgentId: undefined, headers: {} };
  expect(JSON.stringify(requestBody(bare, 7))).toBe(
    '{"event":"call_inbound","event_timestamp":7,"call_inbound":{"from_number":"+12137771234","to_number":"+12137771235"}}',
  );
});

test("what is written is read back as the same event", () => {
  const parties = {
    from: fc.string(),
    to: fc.string({ minLength: 1 }),
    id: fc.option(fc.string(), { nil: undefined }),
    boundAgentId: fc.option(fc.string(), { nil: undefined }),
  };
  const headerName = fc.stringMatching(/^x-[a-z0-9-]*$/);
  const event: fc.Arbitrary<InboundEvent> = fc.oneof(
    fc.record({
      channel: fc.constant("call" as const),
      ...parties,
      headers: fc.dictionary(headerName, fc.string(), { noNullPrototype: true }),
    }),
    fc.record({ channel: fc.constant("chat" as const), ...parties, headers: fc.constant({}) }),
  );
  fc.assert(
    fc.property(event, fc.nat(), (event, timestampMs) => {
      const body = new TextEncoder().encode(JSON.stringify(requestBody(event, timestampMs)));
      expect(readEvent(body)).toEqual({ kind: "inbound", event });
    }),
  );
});
