import { describe, expect, test } from "bun:test";
import type { Call } from "../../../src/routing/callers/call.ts";
import type { LimitPlan } from "../../../src/routing/plan.ts";
import { Memory } from "../../../src/server/facts/memory.ts";

const MINUTE_MS = 60_000;
const ONCE: LimitPlan = { calls: 1, perMs: 60 * MINUTE_MS, by: "caller" };

const callOf = (fields: Partial<Call>): Call => ({
  ...{ channel: "call", from: "+12137771234", to: "+12137771235", id: undefined, boundAgentId: undefined },
  headers: {},
  ...fields,
});

/** Whether the limit is used up for a call that comes at `nowMs` and is decided by that. */
function isOver(memory: Memory, call: Call, nowMs: number, name = "once"): boolean {
  const { circumstances, count } = memory.recognise(call, nowMs);
  const over = circumstances.isOver({ name, plan: ONCE, key: call.from });
  count();
  return over;
}

describe("a call that is tried again", () => {
  test("is decided by the time and the draw of its first try", () => {
    const memory = new Memory();
    const first = memory.recognise(callOf({ id: "a" }), 1000);
    const second = memory.recognise(callOf({ id: "a" }), 5000);
    expect([second.firstMs, second.circumstances.nowMs]).toEqual([1000, 1000]);
    expect(second.circumstances.drawKey).toBe(first.circumstances.drawKey);
  });

  test("without an id is known by channel, caller and dialled number, for a minute", () => {
    const memory = new Memory();
    const draw = (fields: Partial<Call>, nowMs: number) =>
      memory.recognise(callOf(fields), nowMs).circumstances.drawKey;
    const first = draw({}, 0);
    expect(draw({}, MINUTE_MS)).toBe(first);
    for (const other of [{ channel: "chat" }, { from: "+12137770000" }, { to: "+12137770000" }] as const) {
      expect(draw(other, 0)).not.toBe(first);
    }
    expect(draw({}, MINUTE_MS + 1)).not.toBe(first);
  });

  test("hears of a limit what it heard at first, and counts once", () => {
    const memory = new Memory();
    expect(isOver(memory, callOf({ id: "a" }), 0)).toBe(false);
    expect(isOver(memory, callOf({ id: "b" }), 1)).toBe(true);
    expect(isOver(memory, callOf({ id: "a" }), 2)).toBe(false);
    expect(isOver(memory, callOf({ id: "b" }), ONCE.perMs + 1)).toBe(false);
  });
});

test("a call that one limit does not let by counts for none", () => {
  const memory = new Memory();
  isOver(memory, callOf({ id: "a" }), 0, "first");
  const { circumstances, count } = memory.recognise(callOf({ id: "b" }), 1);
  const ask = (name: string) => circumstances.isOver({ name, plan: ONCE, key: "+12137771234" });
  expect([ask("second"), ask("first")]).toEqual([false, true]);
  count();
  expect(isOver(memory, callOf({ id: "c" }), 2, "second")).toBe(false);
});

test("a call that was decided without asking a limit does not count", () => {
  const memory = new Memory();
  memory.recognise(callOf({ id: "a" }), 0).count();
  expect(isOver(memory, callOf({ id: "b" }), 1)).toBe(false);
});

test("a limit that is defined as before keeps what it counted, another starts anew", () => {
  const memory = new Memory();
  isOver(memory, callOf({ id: "a" }), 0);
  memory.keep(new Map([["once", { ...ONCE }]]));
  expect(isOver(memory, callOf({ id: "b" }), 1)).toBe(true);
  memory.keep(new Map());
  expect(isOver(memory, callOf({ id: "c" }), 2)).toBe(false);
});

test("of a long address no more than its beginning is remembered", () => {
  const memory = new Memory();
  const long = (end: string) => callOf({ from: `sip:${"x".repeat(50_000)}${end}` });
  expect(memory.recognise(long("a"), 0).circumstances.drawKey.length).toBeLessThan(500);
  expect(isOver(memory, { ...long("a"), id: "a" }, 0)).toBe(false);
  expect(isOver(memory, { ...long("b"), id: "b" }, 1)).toBe(true);
});
