import { describe, expect, test } from "bun:test";
import { receive } from "../../../src/routing/arrival.ts";
import type { Call } from "../../../src/routing/callers/call.ts";
import { decide } from "../../../src/routing/decide.ts";
import type { LimitPlan, RulePlan } from "../../../src/routing/plan.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import { Memory } from "../../../src/server/facts/memory.ts";
import { call, line, plan, REJECT, rule, to } from "../../routing/plans.ts";

const MINUTE_MS = 60_000;
const ONCE: LimitPlan = { calls: 1, perMs: 60 * MINUTE_MS, by: "caller" };
const TOO_OFTEN = rule({ when: { over: ["once"] }, target: REJECT });

/** Decides calls one after the other, as the webhook does, by rules that ask limits of one call an hour. */
function calls(memory = new Memory(), rules: readonly RulePlan[] = [TOO_OFTEN], names = ["once", "other"]) {
  const limits = Object.fromEntries(names.map((name) => [name, ONCE]));
  const table = compileTable(plan({ limits, numbers: [line("*", { target: to("agent_1"), rules })] }));
  const recall = (fields: Partial<Call>, nowMs: number) => {
    const arrival = receive(table, call({ id: undefined, ...fields }));
    const { facts, ...attempt } = memory.recall(arrival, nowMs, nowMs);
    return { arrival, ...attempt, facts: facts(new Map()) };
  };
  const outcome = (fields: Partial<Call>, nowMs: number) => {
    const { arrival, facts, count } = recall(fields, nowMs);
    const decision = decide(arrival, facts);
    count(decision);
    return decision.outcome;
  };
  return { memory, recall, outcome };
}

describe("a call that is tried again", () => {
  test("is decided by the time and the draw of its first try", () => {
    const { recall } = calls();
    const first = recall({ id: "a" }, 1000);
    const second = recall({ id: "a" }, 5000);
    expect([second.sinceFirstMs, second.facts.nowMs]).toEqual([4000, 1000]);
    expect(second.facts.drawKey).toBe(first.facts.drawKey);
  });

  test.each([
    ["is set back by a minute", -MINUTE_MS],
    ["is set back by a day", -24 * 60 * MINUTE_MS],
    ["is set forward by a day", 24 * 60 * MINUTE_MS],
  ])("is known, and has waited since its first try, where the clock %s in between", (_how, setMs) => {
    const memory = new Memory();
    const table = compileTable(plan({ numbers: [line("*", { target: to("agent_1") })] }));
    for (const id of ["a", undefined]) {
      const arrival = receive(table, call({ id }));
      const firstMs = 5000 * MINUTE_MS;
      memory.recall(arrival, firstMs, 1000);
      const { known, sinceFirstMs } = memory.recall(arrival, firstMs + 2000 + setMs, 3000);
      expect([known.nowMs, sinceFirstMs]).toEqual([firstMs, 2000]);
    }
  });

  test("without an id is another call after a minute, where the clock was set back in between", () => {
    const memory = new Memory();
    const table = compileTable(plan({ numbers: [line("*", { target: to("agent_1") })] }));
    const arrival = receive(table, call({ id: undefined }));
    memory.recall(arrival, 100 * MINUTE_MS, 0);
    expect(memory.recall(arrival, 100 * MINUTE_MS, MINUTE_MS + 1).known.nowMs).toBe(100 * MINUTE_MS);
    expect(memory.recall(arrival, 99 * MINUTE_MS, 2 * MINUTE_MS + 2).known.nowMs).toBe(99 * MINUTE_MS);
  });

  test("without an id is known by channel, caller and dialled number, for a minute", () => {
    const { recall } = calls();
    const draw = (fields: Partial<Call>, nowMs: number) => recall(fields, nowMs).facts.drawKey;
    const first = draw({}, 0);
    expect(draw({}, MINUTE_MS)).toBe(first);
    for (const other of [{ channel: "chat" }, { from: "+12137770000" }, { to: "+12137770000" }] as const) {
      expect(draw(other, 0)).not.toBe(first);
    }
    expect(draw({}, MINUTE_MS + 1)).not.toBe(first);
  });

  test("hears of a limit what it heard at first, and counts once", () => {
    const { outcome } = calls();
    expect(outcome({ id: "a" }, 0)).toBe("agent");
    expect(outcome({ id: "b" }, 1)).toBe("reject");
    expect(outcome({ id: "a" }, 2)).toBe("agent");
    expect(outcome({ id: "b" }, 3)).toBe("reject");
    expect(outcome({ id: "c" }, ONCE.perMs + 1)).toBe("agent");
    expect(outcome({ id: "d" }, ONCE.perMs + 2)).toBe("reject");
  });
});

describe("a call counts", () => {
  const night = rule({ when: { over: ["once"] }, target: to("agent_night") });
  const other = rule({ when: { over: ["other"] }, target: REJECT });

  test("for every limit that was asked, also where one lets it through to somebody else", () => {
    const both = rule({ when: { over: ["once", "other"] }, target: to("agent_night") });
    const { memory, outcome } = calls(undefined, [both]);
    outcome({ id: "a" }, 0);
    // `once` is reached from here on, and `other` is asked beside it.
    memory.keep(new Map([["once", ONCE]]));
    outcome({ id: "b" }, 1);
    const { outcome: later } = calls(memory, [other]);
    expect(later({ id: "c" }, 2)).toBe("reject");
  });

  test("for none where it is rejected", () => {
    const { memory, outcome } = calls(undefined, [other, TOO_OFTEN]);
    calls(memory, [TOO_OFTEN]).outcome({ id: "a" }, 0);
    expect(outcome({ id: "b" }, 1)).toBe("reject");
    expect(calls(memory, [other]).outcome({ id: "c" }, 2)).toBe("agent");
  });

  test("for none where no limit was asked", () => {
    const { memory, outcome } = calls(undefined, [rule({}), TOO_OFTEN]);
    expect(outcome({ id: "a" }, 0)).toBe("agent");
    expect(calls(memory).outcome({ id: "b" }, 1)).toBe("agent");
  });

  test("for no limit behind the rule that decides", () => {
    const { memory, outcome } = calls(undefined, [night, other]);
    outcome({ id: "a" }, 0);
    outcome({ id: "b" }, 1);
    memory.keep(new Map([["other", ONCE]]));
    expect(calls(memory, [TOO_OFTEN]).outcome({ id: "c" }, 2)).toBe("agent");
  });
});

test("a limit that is defined as before keeps what it counted, another starts anew", () => {
  const { memory, outcome } = calls();
  outcome({ id: "a" }, 0);
  memory.keep(new Map([["/once", { ...ONCE }]]));
  expect(outcome({ id: "b" }, 1)).toBe("reject");
  memory.keep(new Map());
  expect(outcome({ id: "c" }, 2)).toBe("agent");
});

test("of a long address the whole counts, and little is remembered", () => {
  const { recall, outcome } = calls();
  const long = (end: string) => ({ from: `sip:${"x".repeat(50_000)}${end}` });
  expect(recall(long("a"), 0).facts.drawKey.length).toBeLessThan(500);
  expect(outcome({ ...long("a"), id: "a" }, 0)).toBe("agent");
  expect(outcome({ ...long("b"), id: "b" }, 1)).toBe("agent");
  expect(outcome({ ...long("a"), id: "c" }, 2)).toBe("reject");
});
