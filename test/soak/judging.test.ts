/** The soak finds what it looks for. */
import { describe, expect, test } from "bun:test";
import { directory } from "../harness.ts";
import { objectionTo, type Sequence, type SoakCall } from "./expected.ts";
import { readHistory, readLog } from "./leavings.ts";
import { BLOCKED, Editions } from "./tables.ts";
import { type Sign, trendOf } from "./vital-signs.ts";

describe("an edition", () => {
  const editions = new Editions();
  editions.write(1, 0);
  editions.write(4, 1000);
  editions.know(1, 500);
  editions.know(4, 2000);

  test.each([
    ["was in force throughout", 1, 100, 200, undefined],
    ["came into force while the call was open", 4, 900, 2500, undefined],
    ["was replaced while the call was open", 1, 1900, 2500, undefined],
    ["is a bad one", 2, 100, 200, "edition 2 was never good"],
    ["was written later", 4, 100, 900, "edition 4 was written 100 ms later"],
    ["had been replaced", 1, 2100, 2200, "edition 4 had been in force for 100 ms, and edition 1 answered"],
  ] as const)("that %s", (_what, edition, fromMs, untilMs, objection) => {
    expect(editions.objection(edition, fromMs, untilMs)).toBe(objection);
  });
});

describe("an answer", () => {
  const call: SoakCall = {
    ...{ id: "call_1", line: "front", from: "+12137771001", isText: false, isOver: false, earlier: 0 },
  };
  const opened = { fromMs: 100, untilMs: 200 };
  const answer = (agent: string, variables: Record<string, string>) =>
    JSON.stringify({ call_inbound: { override_agent_id: agent, dynamic_variables: variables } });
  const right = { table: "1", caller: "1001", edition: "" };
  const crm = { ...call, line: "crm" } as const;
  const limited = { ...call, line: "limited", earlier: 2 } as const;
  const rejection = '{"call_inbound":{"reject":true}}';

  test.each([
    ["that is right", call, answer("agent_front_1", right), true],
    ["of another agent", call, answer("agent_front_2", right), false],
    ["with a variable too many", call, answer("agent_front_1", { ...right, plan: "" }), false],
    ["with a variable too few", call, answer("agent_front_1", { table: "1", caller: "1001" }), false],
    ["with another caller's digits", call, answer("agent_front_1", { ...right, caller: "1002" }), false],
    ["of a table that was never good", call, answer("agent_front_2", { ...right, table: "2" }), false],
    ["with the plan of the caller", crm, answer("agent_crm_1", { ...right, plan: "plan 001" }), true],
    ["with another caller's plan", crm, answer("agent_crm_1", { ...right, plan: "plan 002" }), false],
    ["with the right count", limited, answer("agent_limited_1", { ...right, calls: "2" }), true],
    ["with a wrong count", limited, answer("agent_limited_1", { ...right, calls: "3" }), false],
    [
      "that lets a call beyond the limit in",
      { ...limited, isOver: true },
      answer("agent_limited_1", right),
      false,
    ],
    ["that rejects a call beyond the limit", { ...limited, isOver: true }, rejection, true],
    ["that rejects a good caller", call, rejection, false],
    ["that lets a blocked caller in", { ...call, from: BLOCKED }, answer("agent_front_1", right), false],
  ] as const)("%s", (_what, asked, body, isRight) => {
    const sequence: Sequence = { tables: new Editions(), contacts: new Editions() };
    sequence.tables.write(1, 0);
    expect(objectionTo(body, asked, opened, sequence) === undefined).toBe(isRight);
  });
});

test("a history that lost a call, has one twice, in a wrong file, or of another table, is found out", async () => {
  const line = (id: string, config = "a") => JSON.stringify({ id, time: "2026-11-28T12:00:00Z", config });
  await using dir = await directory({
    "2026-11-28.jsonl": `${["1", "2", "2"].map((id) => line(id)).join("\n")}\n`,
    "2026-11-29.jsonl": `${line("3")}\n`,
  });
  const answered = new Map([
    ["1", "7"],
    ["2", "8"],
    ["4", "7"],
  ]);
  expect(readHistory(dir.path, answered).problems).toEqual([
    "2 had table 8, and its record names the configuration of table 7",
    "2 is recorded twice",
    "2 had table 8, and its record names the configuration of table 7",
    "3, of 2026-11-28T12:00:00Z, is in 2026-11-29.jsonl",
    "4 was answered, and is not recorded",
  ]);
});

test("errors in the log that no edit explains are found", () => {
  const lines = [
    '{"level":"ERROR","message":"configuration error"}',
    '{"level":"ERROR","message":"a fault"}',
  ];
  const { problems } = readLog(`${lines.join("\n")}\npanic: out of memory\n`);
  expect(problems).toEqual([lines[1] ?? "", "panic: out of memory"]);
});

test("a trend is the slope of the line through the values, a minute", () => {
  const signs = Array.from({ length: 60 }, (_, second): Sign => {
    return { second, atMs: 0, memoryBytes: 1000 + 10 * second + (second % 2), descriptors: 30 };
  });
  expect(trendOf(signs, ({ memoryBytes }) => memoryBytes).perMinute).toBeCloseTo(600, 0);
  expect(trendOf(signs, ({ descriptors }) => descriptors)).toMatchObject({
    perMinute: 0,
    least: 30,
    most: 30,
  });
});
