import { describe, expect, expectTypeOf, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import { type AgentRef, type Answer, answerText, type Given, PASS } from "../../src/retell/answer.ts";
import { documentedBody } from "./documented.ts";

const NOTHING: Given = { given: "" };

describe("tells Retell", () => {
  test.each<[name: string, answer: Answer, fields: Record<string, unknown>]>([
    ["to reject, and nothing else", { outcome: "reject" }, { reject: true }],
    ["nothing, to let the call pass", PASS, {}],
    [
      "an agent by its id",
      { outcome: "agent", agent: { id: "agent_1", version: undefined }, ...NOTHING },
      { override_agent_id: "agent_1" },
    ],
    [
      "an agent with a version number",
      { outcome: "agent", agent: { id: "agent_1", version: 3 }, ...NOTHING },
      { override_agent_id: "agent_1", override_agent_version: 3 },
    ],
    [
      "an agent with version 0",
      { outcome: "agent", agent: { id: "agent_1", version: 0 }, ...NOTHING },
      { override_agent_id: "agent_1", override_agent_version: 0 },
    ],
    [
      "an agent with a tag for a version",
      { outcome: "agent", agent: { id: "agent_1", version: "latest_published" }, ...NOTHING },
      { override_agent_id: "agent_1", override_agent_version: "latest_published" },
    ],
    [
      "variables",
      { ...PASS, given: '"dynamic_variables":{"plan":"gold","empty":""}' },
      { dynamic_variables: { plan: "gold", empty: "" } },
    ],
    [
      "metadata, of any shape",
      { ...PASS, given: '"metadata":{"tenant":"acme","ids":[1,{"a":null}]}' },
      { metadata: { tenant: "acme", ids: [1, { a: null }] } },
    ],
    [
      "overrides, with Retell's own templates untouched",
      { ...PASS, given: '"agent_override":{"retell_llm":{"begin_message":"Hi {{name}}"}}' },
      { agent_override: { retell_llm: { begin_message: "Hi {{name}}" } } },
    ],
    [
      "everything at once",
      {
        outcome: "agent",
        agent: { id: "agent_1", version: "prod" },
        given:
          '"dynamic_variables":{"plan":"gold"},"metadata":{"tenant":"acme"},"agent_override":{"agent":{"voice_speed":1.1}}',
      },
      {
        override_agent_id: "agent_1",
        override_agent_version: "prod",
        dynamic_variables: { plan: "gold" },
        metadata: { tenant: "acme" },
        agent_override: { agent: { voice_speed: 1.1 } },
      },
    ],
  ])("%s", (_, answer, fields) => {
    expect(answerText("call", answer)).toBe(JSON.stringify({ call_inbound: fields }));
    expect(answerText("chat", answer)).toBe(JSON.stringify({ chat_inbound: fields }));
  });
});

test("whatever the answer, it is one that Retell documents", () => {
  const table = fc.dictionary(fc.string(), fc.jsonValue());
  const tables = { metadata: table, agent_override: table };
  const variables = fc.dictionary(fc.string(), fc.string());
  const given = fc
    .record({ dynamic_variables: variables, ...tables }, { requiredKeys: [] })
    .map((members) => JSON.stringify(members).slice(1, -1));
  const agent = fc.record({
    id: fc.string({ minLength: 1 }),
    version: fc.oneof(fc.nat(), fc.string(), fc.constant(undefined)),
  });
  const answer: fc.Arbitrary<Answer> = fc.oneof(
    fc.constant<Answer>({ outcome: "reject" }),
    fc.record({ outcome: fc.constant("pass" as const), given }),
    fc.record({ outcome: fc.constant("agent" as const), agent, given }),
  );
  fc.assert(
    fc.property(fc.constantFrom("call", "chat"), answer, (channel, answer) => {
      const body: unknown = JSON.parse(answerText(channel, answer));
      expect(v.safeParse(documentedBody(channel, answer.outcome), body).issues).toBeUndefined();
    }),
  );
});

test("the types leave no room for a rejection that gives something", () => {
  expectTypeOf<Extract<Answer, { outcome: "reject" }>>().toEqualTypeOf<{ readonly outcome: "reject" }>();
  expectTypeOf<AgentRef["version"]>().toEqualTypeOf<number | string | undefined>();
});
