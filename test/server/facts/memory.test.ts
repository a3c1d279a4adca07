import { describe, expect, test } from "bun:test";
import { receive } from "../../../src/routing/arrival.ts";
import type { Call } from "../../../src/routing/callers/call.ts";
import { decide } from "../../../src/routing/decide.ts";
import type { LimitPlan, RulePlan } from "../../../src/routing/plan.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import { Memory } from "../../../src/server/facts/memory.ts";
import { call, callers, line, plan, REJECT, rule, to } from "../../routing/plans.ts";
import { recalled } from "./recalled.ts";

const MINUTE_MS = 60_000;
const ONCE: LimitPlan = { calls: 1, perMs: 60 * MINUTE_MS, by: "caller" };
const TOO_OFTEN = rule({ when: { over: ["once"] }, target: REJECT });

/** Decides calls one after the other, as the webhook does, by rules that ask limits of one call an hour. */
function calls(memory = new Memory(), rules: readonly RulePlan[] = [TOO_OFTEN], names = ["once", "other"]) {
  const limits = Object.fromEntries(names.map((name) => [name, ONCE]));
  const table = compileTable(plan({ limits, numbers: [line("*", { target: to("agent_1"), rules })] }));
  const recall = (fields: Partial<Call>, nowMs: number) => {
    const arrival = receive(table, call({ id: undefined, ...fields }));
    const { facts, ...attempt } = recalled(memory, arrival, nowMs, nowMs);
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
      recalled(memory, arrival, firstMs, 1000);
      const { known, sinceFirstMs } = recalled(memory, arrival, firstMs + 2000 + setMs, 3000);
      expect([known.nowMs, sinceFirstMs]).toEqual([firstMs, 2000]);
    }
  });

  test("without an id is another call after a minute, where the clock was set back in between", () => {
    const memory = new Memory();
    const table = compileTable(plan({ numbers: [line("*", { target: to("agent_1") })] }));
    const arrival = receive(table, call({ id: undefined }));
    recalled(memory, arrival, 100 * MINUTE_MS, 0);
    expect(recalled(memory, arrival, 100 * MINUTE_MS, MINUTE_MS + 1).known.nowMs).toBe(100 * MINUTE_MS);
    expect(recalled(memory, arrival, 99 * MINUTE_MS, 2 * MINUTE_MS + 2).known.nowMs).toBe(99 * MINUTE_MS);
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

describe("a caller's history", () => {
  const ASKING = line("*", {
    target: to("agent_1", { name: "frontdesk" }),
    variables: { calls: "${history.calls}" },
    deny: callers("+19005550100"),
    rules: [rule({ when: { values: { "history.calls": [">= 5"] } }, target: REJECT })],
  });

  /** Decides calls a minute apart, and says what was known of the caller. */
  function asking(memory = new Memory(), numbers = [ASKING], timezone = "UTC") {
    const table = compileTable(plan({ numbers, timezone }));
    return (fields: Partial<Call>, minute: number) => {
      const arrival = receive(table, call({ id: undefined, ...fields }));
      const { known, count } = recalled(memory, arrival, minute * MINUTE_MS, minute * MINUTE_MS);
      count(decide(arrival, known));
      return known.history;
    };
  }

  test("counts earlier calls, rejected ones too, and knows the last one and who took it", () => {
    const history = asking();
    expect(history({}, 0)).toEqual({ calls: 0, last: undefined, lastAgent: undefined });
    for (let minute = 10; minute < 100; minute += 10) history({}, minute);
    expect(history({}, 24 * 60)).toEqual({ calls: 10, last: "1970-01-01", lastAgent: "frontdesk" });
    expect(history({}, 25 * 60)).toEqual({ calls: 11, last: "1970-01-02", lastAgent: "frontdesk" });
  });

  test("is the same for every try of a call, which counts once", () => {
    const history = asking();
    for (const minute of [0, 1, 2]) expect(history({ id: "a" }, minute)?.calls).toBe(0);
    expect(history({ id: "b" }, 3)?.calls).toBe(1);
  });

  test("is that of one caller, whatever the spelling, and of calls and texts alike", () => {
    const history = asking();
    history({ from: "+525512345678" }, 0);
    history({ from: "+5215512345678", to: "+12125550100" }, 10);
    expect(history({ from: "+525512345678" }, 20)?.calls).toBe(2);
    expect(history({ from: "+12125550123" }, 30)?.calls).toBe(0);
  });

  test("counts those who are not let in", () => {
    const memory = new Memory();
    const history = asking(memory);
    for (const minute of [0, 10]) expect(history({ from: "+19005550100" }, minute)).toBeUndefined();
    expect(asking(memory, [{ ...ASKING, deny: callers() }])({ from: "+19005550100" }, 20)?.calls).toBe(2);
  });

  test("is not known of those who hide their number", () => {
    const history = asking();
    for (const minute of [0, 10, 20]) expect(history({ from: "anonymous" }, minute)).toBeUndefined();
  });

  test("is not gathered where nothing asks for it, and yet remembered", () => {
    const memory = new Memory();
    const silent = asking(memory, [line("*", { target: to("agent_1") })]);
    for (const minute of [0, 10]) expect(silent({}, minute)).toBeUndefined();
    expect(asking(memory)({}, 20)?.calls).toBe(2);
  });

  test.each([
    ["a variable of a rule", { rules: [rule({ variables: { a: "${history.last}" } })] }],
    ["metadata", { metadata: { a: { b: ["${history.last_agent}"] } } }],
    ["a condition in `not`", { rules: [rule({ when: { not: { values: { "history.calls": ["0"] } } } })] }],
  ])("is gathered for %s", (_where, says) => {
    expect(asking(new Memory(), [line("*", { target: to("agent_1"), ...says })])({}, 0)).toBeDefined();
  });

  test("is gathered for a preset, whoever brings it", () => {
    const presets = { warm: { retell_llm: { begin_message: "${history.calls}" } } };
    const table = compileTable(plan({ presets, numbers: [line("*", { target: to("agent_1") })] }));
    expect(recalled(new Memory(), receive(table, call()), 0, 0).known.history).toBeDefined();
  });

  test("has the date of the last call in the time zone of the client", () => {
    const history = asking(new Memory(), [ASKING], "Pacific/Auckland");
    history({}, 13 * 60);
    expect(history({}, 14 * 60)?.last).toBe("1970-01-02");
  });

  test("forgets calls that are older than is to be kept", () => {
    const memory = new Memory();
    memory.keep(new Map(), 60 * MINUTE_MS);
    const history = asking(memory);
    for (const minute of [0, 30]) history({}, minute);
    expect(history({}, 60)?.calls).toBe(2);
    expect(history({}, 91)?.calls).toBe(1);
  });

  test("lets what was recorded come first, while calls are decided", () => {
    const memory = new Memory();
    const history = asking(memory);
    const finish = memory.beginRestoring();
    history({}, 100);
    memory.restoreCaller("", "+12137771234", 50 * MINUTE_MS, "sales");
    finish();
    expect(history({}, 110)).toEqual({ calls: 2, last: "1970-01-01", lastAgent: "frontdesk" });
  });
});
