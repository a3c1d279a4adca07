import { expect, test } from "bun:test";
import { RecentCalls } from "../../../src/server/observe/recent.ts";
import { recordOf } from "../../../src/server/observe/record.ts";
import { line, plan, to } from "../../routing/plans.ts";
import { answered } from "../admin/seen.ts";

const ROUTING = plan({ numbers: [line("*", { target: to("agent_1") })] });
const call = (id: string) => answered(ROUTING, { id });

test("calls of before this process stand behind those that came while they were read", () => {
  const recent = new RecentCalls();
  recent.answered(call("new"));
  recent.restore(Array.from({ length: 300 }, (_, at) => recordOf(call(`old ${at}`))));
  const ids = recent.latest().map(({ id }) => id);
  expect(ids).toHaveLength(200);
  expect(ids.slice(0, 3)).toEqual(["new", "old 299", "old 298"]);
});

test("calls that came while few others were read are kept once", () => {
  const recent = new RecentCalls();
  for (const id of ["new 1", "new 2"]) recent.answered(call(id));
  recent.restore([recordOf(call("old"))]);
  expect(recent.latest().map(({ id }) => id)).toEqual(["new 2", "new 1", "old"]);
  expect(recent.count).toBe(3);
});

test("what has changed can be told by a count", () => {
  const recent = new RecentCalls();
  for (let at = 0; at < 1000; at++) recent.answered(call(String(at)));
  expect(recent.count).toBe(1000);
  expect(recent.latest(3).map(({ id }) => id)).toEqual(["999", "998", "997"]);
});

test("texts that callers make long are kept of fewer calls, and at least of the latest one", () => {
  const recent = new RecentCalls();
  const textKept = () => recent.latest().reduce((sum, record) => sum + JSON.stringify(record).length, 0);
  for (let at = 0; at < 50; at++) {
    recent.answered(answered(ROUTING, { id: String(at), from: `sip:${at}${"x".repeat(300_000)}` }));
    expect(textKept()).toBeLessThan(5_000_000);
  }
  expect(recent.latest(2).map(({ id }) => id)).toEqual(["49", "48"]);
  recent.answered(answered(ROUTING, { id: "long", headers: { "x-a": "x".repeat(9_000_000) } }));
  expect(recent.latest().map(({ id }) => id)).toEqual(["long"]);
  recent.answered(call("short"));
  expect(recent.latest(1)[0]?.id).toBe("short");
});

test("records of before this process are bounded alike", () => {
  const recent = new RecentCalls();
  const long = (at: number) => recordOf(answered(ROUTING, { id: String(at), to: "x".repeat(60_000) }));
  recent.restore(Array.from({ length: 300 }, (_, at) => long(at)));
  expect(recent.latest().length).toBeLessThan(100);
  expect(recent.latest(1)[0]?.id).toBe("299");
});
