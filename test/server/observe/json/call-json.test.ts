import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { InboundEvent } from "../../../../src/retell/event.ts";
import { jsonOf } from "../../../../src/server/observe/json/call-json.ts";
import type { AnsweredCall } from "../../../../src/server/observe/record.ts";
import { line, plan, rule, to } from "../../../routing/plans.ts";
import { answered } from "../../admin/seen.ts";

const ROUTING = plan({
  agentNames: { agent_9: 'the "bound" one' },
  numbers: [
    line("*", {
      target: to("agent_1"),
      rules: [
        rule({
          name: "old\u200b €",
          when: { header: { "x-tier": ["gold"] } },
          target: to("agent_2", { version: 3 }),
        }),
        rule({ when: { header: { "x-tier": ["none"] } }, target: { kind: "pass" } }),
      ],
    }),
  ],
});

/** What the record and the log say of a call. */
function said(call: AnsweredCall): {
  record: Record<string, unknown>;
  log: Record<string, unknown>;
  text: string;
} {
  const { record, log } = jsonOf(call);
  return { record: JSON.parse(record), log: JSON.parse(`{${log}}`), text: log };
}

/** A text that JSON, or a log on a terminal, may not have as it is. */
const oddText = fc.oneof(
  fc.constantFrom(
    "",
    "+12137771234",
    '"',
    "\\",
    "\u0000",
    "\u007f",
    "\u200b\u202e",
    "\ud83d",
    "é €",
    "\u2028",
  ),
  fc.string({ unit: "binary", maxLength: 8 }),
);

test("whatever a call is sent with comes back from its JSON, and the log shows nothing that commands a terminal", () => {
  const call = fc.record({ from: oddText, to: oddText, id: oddText, boundAgentId: oddText, tier: oddText });
  fc.assert(
    fc.property(call, ({ tier, ...sent }) => {
      const { record, log, text } = said(answered(ROUTING, { ...sent, headers: { "x-tier": tier } }));
      const { from, to, id, boundAgentId } = sent;
      // What JSON reads back of half a pair is that half.
      expect(record).toMatchObject({ from, to, agent_id: boundAgentId, headers: { "x-tier": tier } });
      expect(record.id).toBe(id === "" ? undefined : id);
      expect(log).toMatchObject({ from, to, id });
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
  );
});

describe("calls of one number", () => {
  const variants: Partial<InboundEvent>[] = (["call", "chat"] as const).flatMap((channel) =>
    [undefined, "agent_9", "agent_8"].flatMap((boundAgentId) =>
      ["gold", "none", "other"].map((tier) => ({ channel, boundAgentId, headers: { "x-tier": tier } })),
    ),
  );

  test("say each what it was decided, whichever came before", () => {
    const first = variants.map((of) => said(answered(ROUTING, of)));
    const again = variants.map((of) => said(answered(ROUTING, of)));
    expect(again).toEqual(first);
    expect(
      first.slice(0, 9).map(({ record }) => [record.outcome, record.agent, record.agent_id, record.rule]),
    ).toEqual([
      ["agent", "agent_2", undefined, "old\u200b €"],
      ["pass", undefined, undefined, "rule 2"],
      ["agent", "agent_1", undefined, undefined],
      ["agent", "agent_2", "agent_9", "old\u200b €"],
      ["pass", 'the "bound" one', "agent_9", "rule 2"],
      ["agent", "agent_1", "agent_9", undefined],
      ["agent", "agent_2", "agent_8", "old\u200b €"],
      ["pass", "agent_8", "agent_8", "rule 2"],
      ["agent", "agent_1", "agent_8", undefined],
    ]);
    expect(
      first.slice(9).every(({ record, log }) => record.channel === "text" && log.channel === "text"),
    ).toBe(true);
  });

  test("have the configuration that decided them, and what they took", () => {
    const call = answered(ROUTING);
    const configs = ["0123456789ab", "cdef01234567", "0123456789ab"].map(
      (config, at) => said({ ...call, config, ms: at + 0.1234 }).record,
    );
    expect(configs.map(({ config, ms }) => [config, ms])).toEqual([
      ["0123456789ab", 0.123],
      ["cdef01234567", 1.123],
      ["0123456789ab", 2.123],
    ]);
  });

  test("are told alike when there are more kinds of them than are remembered", () => {
    const told = (at: number) => said(answered(ROUTING, { boundAgentId: `agent ${at}` })).record.agent_id;
    for (let at = 0; at < 5000; at++) expect(told(at)).toBe(`agent ${at}`);
    expect(told(0)).toBe("agent 0");
  });
});

test("an id that is empty is one to the log, and none to the record; without one, both have none", () => {
  const empty = said(answered(ROUTING, { id: "" }));
  expect([empty.log.id, "id" in empty.record]).toEqual(["", false]);
  const without = said(answered(ROUTING, { id: undefined }));
  expect(["id" in without.log, "id" in without.record]).toEqual([false, false]);
});
