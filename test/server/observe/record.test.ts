import { describe, expect, test } from "bun:test";
import type { Call } from "../../../src/routing/callers/call.ts";
import type { Facts } from "../../../src/routing/circumstances.ts";
import { explainCall } from "../../../src/routing/decide.ts";
import type { LookupResult } from "../../../src/routing/lookups/result.ts";
import type { RoutingPlan } from "../../../src/routing/plan.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import { recordOf } from "../../../src/server/observe/record.ts";
import { call as callOf, line, plan, REJECT, rule, texts, to } from "../../routing/plans.ts";

const NOW_MS = Date.UTC(2026, 6, 1, 12, 34, 56, 789);
const FACTS: Facts = {
  nowMs: NOW_MS,
  drawKey: "call_1",
  over: new Set(),
  flags: new Set(),
  history: undefined,
  lookups: new Map(),
};
function record(
  routing: RoutingPlan,
  call: Partial<Call> = {},
  verdicts: Record<string, boolean> = {},
  over: ReadonlySet<string> = new Set(),
) {
  const facts = { ...FACTS, over };
  const { arrival, decision } = explainCall(compileTable(routing), callOf(call), facts);
  return recordOf({
    event: arrival.call,
    arrival,
    facts,
    verdicts: new Map(Object.entries(verdicts)),
    decision,
    lookups: [],
    isRetry: false,
    config: "0123456789ab",
    ms: 0.12345,
    decisionMs: 0.1,
  });
}

test("it has of what look-ups found what the configuration uses, and what became of the others", () => {
  const routing = plan({
    lookups: { crm: {}, billing: {}, sheet: {} },
    numbers: [
      line("*", {
        target: to("agent_1"),
        variables: { plan: "${lookup.crm.plan}", tag: "${lookup.crm.tags.1}", due: "${lookup.billing.due}" },
        rules: [rule({ when: { lookups: { sheet: ["found"] } } })],
      }),
    ],
  });
  const value = { plan: "gold", tags: ["a", "b"], secret: "x", constructor: "y" };
  const lookups = new Map<string, LookupResult>([
    ["/crm", { kind: "found", value }],
    ["/billing", { kind: "failed", reason: "503" }],
    ["/sheet", { kind: "found", value: { name: "Ann" } }],
  ]);
  const facts = { ...FACTS, lookups };
  const { arrival, decision } = explainCall(compileTable(routing), callOf({}), facts);
  const made = recordOf({
    ...{ event: arrival.call, arrival, facts, verdicts: new Map(), decision, lookups: [] },
    ...{ isRetry: false, config: "0123456789ab", ms: 1, decisionMs: 1 },
  });
  expect(JSON.parse(JSON.stringify(made.lookups))).toEqual({
    crm: { kind: "found", value: { plan: "gold", tags: { "1": "b" } } },
    billing: { kind: "failed", reason: "503" },
    sheet: { kind: "found", value: {} },
  });
});

const LIMITED = plan({
  numbers: [
    line("+12137771235", {
      target: to("agent_1", { name: "frontdesk", version: "prod" }),
      rules: [rule({ when: { over: ["hourly"] }, target: REJECT })],
      sms: texts({ target: REJECT }),
    }),
  ],
  limits: { hourly: { calls: 3, perMs: 3_600_000, by: "caller" } },
});

describe("the record of a call", () => {
  test("says what came in, what was decided, and why", () => {
    const headers = { "x-tier": "gold" };
    const made = record(LIMITED, { headers, boundAgentId: "agent_9" }, { hourly: false });
    expect(JSON.parse(JSON.stringify(made))).toEqual({
      v: 1,
      time: "2026-07-01T12:34:56.789Z",
      client: "",
      caller: "+12137771234",
      outcome: "agent",
      agent: "frontdesk",
      counted: ["hourly"],
      channel: "call",
      from: "+12137771234",
      to: "+12137771235",
      id: "call_1",
      agent_id: "agent_9",
      headers: { "x-tier": "gold" },
      override_agent_id: "agent_1",
      override_agent_version: "prod",
      entry: "+12137771235",
      reason: "the number's own target (after 1 rule not met)",
      limits: { hourly: false },
      config: "0123456789ab",
      ms: 0.123,
    });
  });

  test("leaves out what has no value: a withheld caller, an agent that is not bound, an id that is not sent", () => {
    expect(record(plan({}), { channel: "chat", from: "anonymous", id: undefined })).toEqual({
      v: 1,
      time: "2026-07-01T12:34:56.789Z",
      client: "",
      outcome: "pass",
      channel: "text",
      from: "anonymous",
      to: "+12137771235",
      reason:
        "dialled number: +12137771235 matches no entry of [numbers]; such calls pass: Retell's bound agent takes them",
      config: "0123456789ab",
      ms: 0.123,
    });
  });

  test("says which rule rejected a call, that counts for no limit then", () => {
    const made = record({ ...LIMITED }, {}, { hourly: true }, new Set(["hourly"]));
    expect(made).toMatchObject({ outcome: "reject", rule: "rule 1", limits: { hourly: true } });
    const written = JSON.parse(JSON.stringify(made));
    expect(written).not.toHaveProperty("counted");
    expect(written).not.toHaveProperty("agent");
  });

  test("names the bound agent of a call that is passed", () => {
    expect(record(plan({}), { boundAgentId: "agent_9" })).toMatchObject({
      outcome: "pass",
      agent: "agent_9",
    });
    const named = plan({ agentNames: { agent_9: "frontdesk" } });
    expect(record(named, { boundAgentId: "agent_9" })).toMatchObject({
      ...{ outcome: "pass", agent: "frontdesk", agent_id: "agent_9" },
    });
  });
});
