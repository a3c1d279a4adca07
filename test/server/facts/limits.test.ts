import { heapStats } from "bun:jsc";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { LimitPlan } from "../../../src/routing/plan.ts";
import { Limits } from "../../../src/server/facts/limits.ts";

const START = Date.UTC(2026, 7, 3);
const plan = (calls: number, perMs: number): LimitPlan => ({ calls, perMs, by: "caller" });

describe("a limit of three calls in a hundred milliseconds", () => {
  const three = plan(3, 100);
  /** When calls were counted, when it is asked, and whether the limit is reached then. */
  const cases: readonly (readonly [readonly number[], number, boolean])[] = [
    [[], 0, false],
    [[0, 1], 1, false],
    [[0, 1, 2], 2, true],
    [[0, 1, 2], 99, true],
    // The window is (now - 100, now]: after a hundred milliseconds a call is out of it.
    [[0, 1, 2], 100, false],
    [[0, 0, 0], 99, true],
    [[0, 0, 0], 100, false],
    [[0, 50, 99, 100], 100, true],
    [[0, 50, 99, 100], 149, true],
    [[0, 50, 99, 100], 150, false],
    // Calls beyond the limit are counted too, and keep it reached.
    [[0, 10, 20, 90, 95], 119, true],
    [[0, 10, 20, 90, 95], 120, false],
  ];
  test.each(cases)("counted at %j, at %d: %p", (counted, now, over) => {
    const limits = new Limits();
    for (const at of counted) limits.count("three", three, "a", START + at);
    expect(limits.isOver("three", three, "a", START + now)).toBe(over);
  });
});

test("to ask counts nothing, and forgets nothing", () => {
  const limits = new Limits();
  const one = plan(1, 100);
  for (let at = 0; at < 10; at++) expect(limits.isOver("one", one, "a", START + at)).toBe(false);
  limits.count("one", one, "a", START);
  expect(limits.isOver("one", one, "a", START + 1000)).toBe(false);
  expect(limits.isOver("one", one, "a", START - 1000)).toBe(false);
  expect(limits.isOver("one", one, "a", START + 50)).toBe(true);
});

test("every key and every limit has a counter of its own", () => {
  const limits = new Limits();
  limits.count("one", plan(1, 100), "a", START);
  expect(limits.isOver("one", plan(1, 100), "a", START)).toBe(true);
  expect(limits.isOver("one", plan(1, 100), "b", START)).toBe(false);
  expect(limits.isOver("other", plan(1, 100), "a", START)).toBe(false);
});

describe("at a reload", () => {
  const eight = plan(8, 100);
  /** The definition afterwards, and whether what was counted before is still known. */
  const cases: readonly (readonly [string, LimitPlan | undefined, boolean])[] = [
    ["the same", { ...eight }, true],
    ["more calls", { ...eight, calls: 9 }, false],
    ["another window", { ...eight, perMs: 101 }, false],
    ["by something else", { ...eight, by: "number" }, false],
    ["gone", undefined, false],
  ];
  test.each(cases)("a limit that is %s", (_, after, known) => {
    const limits = new Limits();
    for (let at = 0; at < 9; at++) limits.count("eight", eight, "a", START);
    limits.keep(new Map(after ? [["eight", after]] : []));
    expect(limits.isOver("eight", after ?? eight, "a", START)).toBe(known);
    // What is forgotten stays so, even where a later reload brings the old definition back.
    limits.keep(new Map([["eight", eight]]));
    expect(limits.isOver("eight", eight, "a", START)).toBe(known);
  });

  test("a limit whose definition has changed counts anew, even before its counters were looked through", () => {
    const limits = new Limits();
    limits.count("one", plan(1, 100), "a", START);
    expect(limits.isOver("one", plan(1, 200), "a", START)).toBe(false);
    limits.count("one", plan(1, 200), "a", START);
    expect(limits.isOver("one", plan(1, 200), "a", START + 150)).toBe(true);
  });
});

describe("against a slow count of every call", () => {
  const calls = fc.integer({ min: 1, max: 12 });
  const perMs = fc.integer({ min: 1, max: 50 });
  const key = fc.constantFrom("a", "b", "c");

  test("with a clock that only goes on", () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 20 }), key, counts: fc.boolean() });
    fc.assert(
      fc.property(calls, perMs, fc.array(step, { maxLength: 200 }), (calls, perMs, steps) => {
        const limits = new Limits();
        const counted: { key: string; at: number }[] = [];
        let now = START;
        for (const { wait, key, counts } of steps) {
          now += wait;
          const within = counted.filter(
            (call) => call.key === key && call.at > now - perMs && call.at <= now,
          );
          expect(limits.isOver("limit", plan(calls, perMs), key, now)).toBe(within.length >= calls);
          if (counts) {
            limits.count("limit", plan(calls, perMs), key, now);
            counted.push({ key, at: now });
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test("with a clock that jumps about", () => {
    const step = fc.record({ now: fc.integer({ min: 0, max: 150 }), counts: fc.boolean() });
    fc.assert(
      fc.property(calls, perMs, fc.array(step, { maxLength: 100 }), (calls, perMs, steps) => {
        const limits = new Limits();
        let counted: number[] = [];
        for (const { now, counts } of steps) {
          const within = counted.filter((at) => at > now - perMs && at < now + perMs);
          expect(limits.isOver("limit", plan(calls, perMs), "a", now)).toBe(within.length >= calls);
          if (counts) {
            limits.count("limit", plan(calls, perMs), "a", now);
            const known = counted
              .filter((at) => at > now - perMs && at < now + perMs)
              .map((at) => Math.min(at, now));
            counted = [...known, now].slice(-calls);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("a clock that is put back", () => {
  const HOUR = 3_600_000;

  test("by less than the window leaves a limit reached for one window more", () => {
    const limits = new Limits();
    const two = plan(2, 2 * HOUR);
    limits.count("two", two, "a", START);
    limits.count("two", two, "a", START);
    const now = START - HOUR;
    expect(limits.isOver("two", two, "a", now)).toBe(true);
    limits.count("two", two, "a", now);
    expect(limits.isOver("two", two, "a", now + 2 * HOUR - 1)).toBe(true);
    expect(limits.isOver("two", two, "a", now + 2 * HOUR)).toBe(false);
  });

  test("by years does not shut anybody out for years", () => {
    const limits = new Limits();
    const two = plan(2, HOUR);
    const wrong = START + 10 * 365 * 24 * HOUR;
    for (let call = 0; call < 5; call++) limits.count("two", two, "a", wrong);
    expect(limits.isOver("two", two, "a", START)).toBe(false);
    limits.count("two", two, "a", START);
    expect(limits.isOver("two", two, "a", START)).toBe(false);
    limits.count("two", two, "a", START + 1);
    expect(limits.isOver("two", two, "a", START + 1)).toBe(true);
  });
});

test("a limit of 100,000 calls by all is exact to the call", () => {
  const limits = new Limits();
  const all: LimitPlan = { calls: 100_000, perMs: 1_000_000, by: "all" };
  for (let at = 0; at < 99_999; at++) limits.count("all", all, "", START + at);
  expect(limits.isOver("all", all, "", START + 99_999)).toBe(false);
  for (let at = 99_999; at < 250_000; at++) limits.count("all", all, "", START + at);
  // The last 100,000 were counted from 150,000 to 249,999.
  expect(limits.isOver("all", all, "", START + 1_149_999)).toBe(true);
  expect(limits.isOver("all", all, "", START + 1_150_000)).toBe(false);
});

test("of 150,000 callers the last 100,000 to call are remembered", () => {
  const limits = new Limits();
  const one = plan(1, 86_400_000);
  const caller = (number: number) => `+1${2_130_000_000 + number}`;
  const isKnown = (number: number) => limits.isOver("one", one, caller(number), START + 400_000);
  for (let number = 0; number < 150_000; number++) {
    limits.count("one", one, caller(number), START + number);
    // One of them calls again and again, and so is never silent for long.
    if (number % 1000 === 0) limits.count("one", one, caller(7), START + number);
  }
  const known = Array.from({ length: 150_000 }, (_, number) => number).filter(isKnown);
  expect(known.length).toBe(100_000);
  expect(known.slice(0, 2)).toEqual([7, 50_001]);
});

test("limits do not push out each other's callers", () => {
  const limits = new Limits();
  const one = plan(1, 86_400_000);
  limits.count("quiet", one, "a", START);
  for (let number = 0; number < 101_000; number++) limits.count("busy", one, String(number), START);
  expect(limits.isOver("quiet", one, "a", START)).toBe(true);
});

describe("memory is released", () => {
  const heapBytes = () => {
    Bun.gc(true);
    return heapStats().heapSize + heapStats().extraMemorySize;
  };

  test("when callers have been silent for a whole window", () => {
    const limits = new Limits();
    const one = plan(1, 1000);
    const before = heapBytes();
    for (let number = 0; number < 100_000; number++) limits.count("one", one, `+1${number}`, START);
    const full = heapBytes() - before;
    limits.count("one", one, "+2", START + 1000);
    const left = heapBytes() - before;
    expect(limits.isOver("one", one, "+2", START + 1000)).toBe(true);
    expect(left).toBeLessThan(full / 2);
  });

  test("when callers call less than before", () => {
    const limits = new Limits();
    const many = plan(1000, 1000);
    const callers = Array.from({ length: 1000 }, (_, number) => `+1${number}`);
    const before = heapBytes();
    for (const caller of callers) {
      for (let call = 0; call < 1000; call++) limits.count("many", many, caller, START);
    }
    const full = heapBytes() - before;
    for (const caller of callers) limits.count("many", many, caller, START + 999);
    for (const caller of callers) limits.count("many", many, caller, START + 1500);
    const left = heapBytes() - before;
    expect(limits.isOver("many", many, "+11", START + 1500)).toBe(false);
    expect(left).toBeLessThan(full / 2);
  });
});
