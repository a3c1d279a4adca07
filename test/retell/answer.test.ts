import { describe, expect, expectTypeOf, test } from "bun:test";
import fc from "fast-check";
import type { CallRegisterPhoneCallParams } from "retell-sdk/resources/call";
import * as v from "valibot";
import { type Answer, answerBody, PASS } from "../../src/retell/answer.ts";
import { documentedBody } from "./documented.ts";

describe("tells Retell", () => {
  test.each<[name: string, answer: Answer, fields: Record<string, unknown>]>([
    ["to reject, and nothing else", { outcome: "reject" }, { reject: true }],
    ["nothing, to let the call pass", PASS, {}],
    ["an agent by its id", { outcome: "accept", agent: { id: "agent_1" } }, { override_agent_id: "agent_1" }],
    [
      "an agent with a version number",
      { outcome: "accept", agent: { id: "agent_1", version: 3 } },
      { override_agent_id: "agent_1", override_agent_version: 3 },
    ],
    [
      "an agent with version 0",
      { outcome: "accept", agent: { id: "agent_1", version: 0 } },
      { override_agent_id: "agent_1", override_agent_version: 0 },
    ],
    [
      "an agent with a tag for a version",
      { outcome: "accept", agent: { id: "agent_1", version: "latest_published" } },
      { override_agent_id: "agent_1", override_agent_version: "latest_published" },
    ],
    [
      "variables",
      { outcome: "accept", variables: { plan: "gold", empty: "" } },
      { dynamic_variables: { plan: "gold", empty: "" } },
    ],
    [
      "metadata, of any shape",
      { outcome: "accept", metadata: { tenant: "acme", ids: [1, { a: null }] } },
      { metadata: { tenant: "acme", ids: [1, { a: null }] } },
    ],
    [
      "overrides, with Retell's own templates untouched",
      { outcome: "accept", override: { retell_llm: { begin_message: "Hi {{name}}" } } },
      { agent_override: { retell_llm: { begin_message: "Hi {{name}}" } } },
    ],
    [
      "everything at once",
      {
        outcome: "accept",
        agent: { id: "agent_1", version: "prod" },
        variables: { plan: "gold" },
        metadata: { tenant: "acme" },
        override: { agent: { voice_speed: 1.1 } },
      },
      {
        override_agent_id: "agent_1",
        override_agent_version: "prod",
        dynamic_variables: { plan: "gold" },
        metadata: { tenant: "acme" },
        agent_override: { agent: { voice_speed: 1.1 } },
      },
    ],
    [
      "nothing of groups that are empty",
      { outcome: "accept", agent: undefined, variables: {}, metadata: {}, override: {} },
      {},
    ],
    [
      "nothing of groups that are undefined",
      { outcome: "accept", variables: undefined, metadata: undefined, override: undefined },
      {},
    ],
  ])("%s", (_, answer, fields) => {
    expect(answerBody("call", answer)).toStrictEqual({ call_inbound: fields });
    expect(answerBody("chat", answer)).toStrictEqual({ chat_inbound: fields });
  });
});

test("whatever the answer, it is one that Retell documents", () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue());
  const answer: fc.Arbitrary<Answer> = fc.oneof(
    fc.constant<Answer>({ outcome: "reject" }),
    fc.record(
      {
        outcome: fc.constant("accept" as const),
        agent: fc.oneof(
          fc.record({ id: fc.string({ minLength: 1 }) }),
          fc.record({ id: fc.string({ minLength: 1 }), version: fc.oneof(fc.nat(), fc.string()) }),
        ),
        variables: fc.dictionary(fc.string(), fc.string()),
        metadata: object,
        override: object,
      },
      { requiredKeys: ["outcome"] },
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom("call", "chat"), answer, (channel, answer) => {
      const body: unknown = JSON.parse(JSON.stringify(answerBody(channel, answer)));
      expect(v.safeParse(documentedBody(channel, answer.outcome), body).issues).toBeUndefined();
    }),
  );
});

test("the types leave no room for an answer that Retell would refuse", () => {
  type Accept = Extract<Answer, { outcome: "accept" }>;
  expectTypeOf<NonNullable<Accept["variables"]>>().toEqualTypeOf<Readonly<Record<string, string>>>();
  expectTypeOf<Extract<Answer, { outcome: "reject" }>>().toEqualTypeOf<{ readonly outcome: "reject" }>();
  expectTypeOf<NonNullable<Accept["agent"]>["version"]>().toEqualTypeOf<number | string | undefined>();
  // An override as the SDK types it can be answered as it is.
  expectTypeOf<{ readonly [Group in keyof CallRegisterPhoneCallParams.AgentOverride]: unknown }>().toExtend<
    NonNullable<Accept["override"]>
  >();
});
