import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type InboundEvent, type ReadEvent, readEvent } from "../../src/retell/event.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function read(body: unknown): ReadEvent {
  return readEvent(bytes(typeof body === "string" ? body : JSON.stringify(body)));
}

/** What `body` was read as; fails where it is no inbound event. */
function inbound(body: unknown): InboundEvent {
  const event = read(body);
  if (event.kind !== "inbound") throw new Error(`Not inbound: ${JSON.stringify(event)}`);
  return event.event;
}

/** As today's Retell sends it, with every field. */
const CALL = {
  event: "call_inbound",
  event_timestamp: 1_784_632_500_000,
  call_inbound: {
    call_id: "call_8f3b",
    agent_id: "agent_bound",
    agent_version: 3,
    from_number: "+12137771234",
    to_number: "+12137771235",
    custom_sip_headers: { "x-tier": "gold", diversion: "<sip:+12135550000@example.com>" },
  },
};
const TEXT = {
  event: "chat_inbound",
  event_timestamp: 1_784_632_500_000,
  chat_inbound: {
    chat_id: "chat_8f3b",
    agent_id: "agent_bound",
    agent_version: "prod",
    from_number: "+12137771234",
    to_number: "+12137771235",
  },
};

const callWith = (fields: object) => ({ ...CALL, call_inbound: { ...CALL.call_inbound, ...fields } });
const textWith = (fields: object) => ({ ...TEXT, chat_inbound: { ...TEXT.chat_inbound, ...fields } });

describe("reads", () => {
  test("a call with every field", () => {
    expect(inbound(CALL)).toEqual({
      channel: "call",
      from: "+12137771234",
      to: "+12137771235",
      id: "call_8f3b",
      boundAgentId: "agent_bound",
      headers: { "x-tier": "gold", diversion: "<sip:+12135550000@example.com>" },
    });
  });

  test("a text with every field", () => {
    expect(inbound(TEXT)).toEqual({
      channel: "chat",
      from: "+12137771234",
      to: "+12137771235",
      id: "chat_8f3b",
      boundAgentId: "agent_bound",
      headers: {},
    });
  });

  test("a call of an older Retell: no time, no id, no agent, no headers", () => {
    expect(inbound({ event: "call_inbound", call_inbound: { from_number: "+1", to_number: "+2" } })).toEqual({
      channel: "call",
      from: "+1",
      to: "+2",
      id: undefined,
      boundAgentId: undefined,
      headers: {},
    });
  });

  test("a text of an older Retell: no time, no id, no agent", () => {
    expect(inbound({ event: "chat_inbound", chat_inbound: { from_number: "+1", to_number: "+2" } })).toEqual({
      channel: "chat",
      from: "+1",
      to: "+2",
      id: undefined,
      boundAgentId: undefined,
      headers: {},
    });
  });

  test("a newer Retell's call, whose unknown fields are ignored", () => {
    const body = { ...callWith({ from_name: "Ann", legs: [1, 2] }), region: { name: "us" }, chat_inbound: 7 };
    expect(inbound(body)).toEqual(inbound(CALL));
  });

  test("a newer Retell's text, whose unknown fields are ignored", () => {
    const body = {
      ...textWith({ media: ["a.png"], custom_sip_headers: { "x-a": "1" } }),
      call_inbound: null,
    };
    expect(inbound(body)).toEqual(inbound(TEXT));
  });

  test.each(["anonymous", "", "+266696687", "sip:alice@example.com", "alice"])(
    "the caller %p as sent",
    (from) => {
      expect(inbound(callWith({ from_number: from })).from).toBe(from);
      expect(inbound(textWith({ from_number: from })).from).toBe(from);
    },
  );

  test("a body with a byte order mark before it", () => {
    expect(inbound(`\uFEFF${JSON.stringify(CALL)}`)).toEqual(inbound(CALL));
  });

  test("text outside ASCII as it is", () => {
    expect(inbound(callWith({ custom_sip_headers: { "x-name": "Jürgen 📞" } })).headers).toEqual({
      "x-name": "Jürgen 📞",
    });
  });
});

describe("an optional field in a form not known here counts as absent, and costs no call:", () => {
  const odd: readonly [value: unknown][] = [[null], [7], [true], [["a"]], [{ a: "b" }]];

  test.each(odd)("call_id %j", (value) => {
    expect(inbound(callWith({ call_id: value }))).toEqual({ ...inbound(CALL), id: undefined });
  });
  test.each(odd)("chat_id %j", (value) => {
    expect(inbound(textWith({ chat_id: value }))).toEqual({ ...inbound(TEXT), id: undefined });
  });
  test.each(odd)("agent_id %j", (value) => {
    expect(inbound(callWith({ agent_id: value }))).toEqual({ ...inbound(CALL), boundAgentId: undefined });
    expect(inbound(textWith({ agent_id: value }))).toEqual({ ...inbound(TEXT), boundAgentId: undefined });
  });
  test.each(odd)("agent_version %j", (value) => {
    expect(inbound(callWith({ agent_version: value }))).toEqual(inbound(CALL));
  });
  test.each(odd)("event_timestamp %j", (value) => {
    expect(inbound({ ...CALL, event_timestamp: value })).toEqual(inbound(CALL));
  });
  test.each([null, 7, true, "x-tier: gold"])("custom_sip_headers %j", (value) => {
    expect(inbound(callWith({ custom_sip_headers: value }))).toEqual({ ...inbound(CALL), headers: {} });
  });
  test("a header that is not text, without the others", () => {
    const headers = { "x-a": 1, "x-b": null, "x-c": ["c"], "x-d": { d: 1 }, "x-e": "e" };
    expect(inbound(callWith({ custom_sip_headers: headers })).headers).toEqual({ "x-e": "e" });
  });
});

describe("the headers of a call", () => {
  const headersOf = (json: string) =>
    inbound(
      `{"event":"call_inbound","call_inbound":{"from_number":"","to_number":"+1","custom_sip_headers":${json}}}`,
    ).headers;

  test("have their names in lower case, and their values as sent", () => {
    expect(headersOf('{"X-Tier":"GOLD","User-To-User":"AbC"}')).toEqual({
      "x-tier": "GOLD",
      "user-to-user": "AbC",
    });
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "can be named %s and do no harm",
    (name) => {
      const headers = headersOf(`{${JSON.stringify(name)}:"harm","x-a":"1"}`);
      expect(headers["x-a"]).toBe("1");
      expect(Object.getPrototypeOf(headers)).toBeNull();
      expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    },
  );

  test("do not inherit names that nobody sent", () => {
    expect(headersOf("{}").constructor).toBeUndefined();
  });
});

test.each(["call_ended", "call_analyzed", "call_started", "CALL_INBOUND", "call_inbound ", ""])(
  "takes the event %p for one of another kind of webhook",
  (event) => {
    expect(read({ ...CALL, event })).toEqual({ kind: "other", name: event });
  },
);

describe("says what is wrong with", () => {
  test.each<[body: unknown, problem: string]>([
    [{}, "event is missing"],
    [[], "event is missing"],
    [{ ...CALL, event: undefined }, "event is missing"],
    [{ ...CALL, event: null }, "event must be a string"],
    [{ ...CALL, event: 7 }, "event must be a string"],
    [{ ...CALL, event: ["call_inbound"] }, "event must be a string"],

    [{ event: "call_inbound" }, "call_inbound is missing"],
    [{ ...TEXT, event: "call_inbound" }, "call_inbound is missing"],
    [{ ...CALL, call_inbound: null }, "call_inbound must be an object"],
    [{ ...CALL, call_inbound: "+12137771234" }, "call_inbound must be an object"],
    [callWith({ from_number: undefined }), "call_inbound.from_number is missing"],
    [callWith({ from_number: null }), "call_inbound.from_number must be a string"],
    [callWith({ from_number: 12137771234 }), "call_inbound.from_number must be a string"],
    [callWith({ to_number: undefined }), "call_inbound.to_number is missing"],
    [callWith({ to_number: null }), "call_inbound.to_number must be a string"],
    [callWith({ to_number: { number: "+1" } }), "call_inbound.to_number must be a string"],
    [callWith({ to_number: "" }), "call_inbound.to_number must not be empty"],
    [{ ...CALL, call_inbound: {} }, "call_inbound.from_number is missing; call_inbound.to_number is missing"],
    [
      callWith({ from_number: 1, to_number: "" }),
      "call_inbound.from_number must be a string; call_inbound.to_number must not be empty",
    ],

    [{ event: "chat_inbound" }, "chat_inbound is missing"],
    [{ ...CALL, event: "chat_inbound" }, "chat_inbound is missing"],
    [{ ...TEXT, chat_inbound: 7 }, "chat_inbound must be an object"],
    [textWith({ from_number: undefined }), "chat_inbound.from_number is missing"],
    [textWith({ from_number: false }), "chat_inbound.from_number must be a string"],
    [textWith({ to_number: undefined }), "chat_inbound.to_number is missing"],
    [textWith({ to_number: "" }), "chat_inbound.to_number must not be empty"],

    ["null", "the body must be an object"],
    ["17", "the body must be an object"],
    ['"call_inbound"', "the body must be an object"],
    ["true", "the body must be an object"],

    ["", "the body must be JSON in UTF-8"],
    ["event=call_inbound", "the body must be JSON in UTF-8"],
    ["{event: 'call_inbound'}", "the body must be JSON in UTF-8"],
    [`${JSON.stringify(CALL)},`, "the body must be JSON in UTF-8"],
    [JSON.stringify(CALL).slice(0, -1), "the body must be JSON in UTF-8"],
  ])("%j", (body, problem) => {
    expect(read(body)).toEqual({ kind: "invalid", problem });
  });

  test("JSON in Latin-1", () => {
    const body = Buffer.from(JSON.stringify({ ...CALL, name: "Jürgen" }), "latin1");
    expect(readEvent(body)).toEqual({ kind: "invalid", problem: "the body must be JSON in UTF-8" });
  });

  test("JSON in UTF-16", () => {
    const body = Buffer.from(JSON.stringify(CALL), "utf16le");
    expect(readEvent(body)).toEqual({ kind: "invalid", problem: "the body must be JSON in UTF-8" });
  });

  test("a field that only `__proto__` would bring", () => {
    const body = '{"event":"call_inbound","__proto__":{"call_inbound":{"from_number":"","to_number":"+1"}}}';
    expect(read(body)).toEqual({ kind: "invalid", problem: "call_inbound is missing" });
  });
});

describe("never throws,", () => {
  const kinds = ["inbound", "other", "invalid"];

  test("whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        expect(kinds).toContain(readEvent(body).kind);
      }),
    );
  });

  test("whatever the JSON", () => {
    const fields = fc.record(
      {
        from_number: fc.oneof(fc.string(), fc.jsonValue()),
        to_number: fc.oneof(fc.string(), fc.jsonValue()),
        agent_id: fc.jsonValue(),
        call_id: fc.jsonValue(),
        chat_id: fc.jsonValue(),
        custom_sip_headers: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const event = fc.record(
      {
        event: fc.oneof(fc.constantFrom("call_inbound", "chat_inbound"), fc.jsonValue()),
        call_inbound: fc.oneof(fields, fc.jsonValue()),
        chat_inbound: fc.oneof(fields, fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(event, fc.jsonValue()), (json) => {
        const event = read(JSON.stringify(json));
        expect(kinds).toContain(event.kind);
        if (event.kind !== "inbound") return;
        expect(event.event.to).not.toBe("");
        for (const value of Object.values(event.event.headers)) expect(value).toBeString();
      }),
      { numRuns: 500 },
    );
  });

  test("however deep the JSON", () => {
    expect(read("[".repeat(65_000)).kind).toBe("invalid");
    expect(read(callWith({ more: JSON.parse("[".repeat(500) + "]".repeat(500)) })).kind).toBe("inbound");
  });
});
