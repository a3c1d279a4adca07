import { heapStats } from "bun:jsc";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Packing } from "../../../src/server/facts/known-calls.ts";
import { type Retriable, Retries } from "../../../src/server/facts/retries.ts";

const START = Date.UTC(2026, 7, 3);
const withId = (id: string): Retriable => ({ channel: "call", from: "+12137771234", to: "+12137771235", id });
const without: Retriable = { channel: "call", from: "+12137771234", to: "+12137771235", id: undefined };

describe("a call that comes twice", () => {
  /** The first, the second, the milliseconds between them, and whether the second is a retry. */
  const cases: readonly (readonly [string, Retriable, Retriable, number, boolean])[] = [
    ["with the same id", withId("call_1"), withId("call_1"), 10_000, true],
    ["with the same id, ten minutes later", withId("call_1"), withId("call_1"), 600_000, true],
    ["with the same id, later still", withId("call_1"), withId("call_1"), 600_001, false],
    ["with the same id, whoever calls", withId("call_1"), { ...withId("call_1"), from: "" }, 1, true],
    ["with another id", withId("call_1"), withId("call_2"), 1, false],
    ["without an id", without, without, 10_000, true],
    ["without an id, a minute later", without, without, 60_000, true],
    ["without an id, later still", without, without, 60_001, false],
    ["with an empty id", { ...without, id: "" }, without, 1, true],
    ["from someone else", without, { ...without, from: "+12137771236" }, 1, false],
    ["to another number", without, { ...without, to: "+12137771236" }, 1, false],
    ["as a text", without, { ...without, channel: "chat" }, 1, false],
    ["once with an id and once without", withId("call_1"), without, 1, false],
    [
      "from names that run together alike",
      { ...without, from: 'a","b', to: "c" },
      { ...without, from: "a", to: 'b","c' },
      1,
      false,
    ],
  ];
  test.each(cases)("%s", (_, first, second, waitMs, isRetry) => {
    const retries = new Retries<string>();
    const tried = retries.seen(first, START);
    expect(retries.seen(second, START + waitMs) === tried).toBe(isRetry);
  });
});

test("a retry finds what was decided on the first try", () => {
  const retries = new Retries<{ agent: string }>();
  const first = retries.seen(withId("call_1"), START);
  expect(first).toEqual({ firstMs: START, notes: undefined });
  first.notes = { agent: "night" };
  const second = retries.seen(withId("call_1"), START + 10_000);
  expect(second).toBe(first);
  expect(second).toEqual({ firstMs: START, notes: { agent: "night" } });
});

test("the time runs from the first try, however often the call is tried", () => {
  const retries = new Retries<string>();
  const firsts = [0, 25_000, 50_000, 75_000, 100_000].map((at) => retries.seen(without, START + at).firstMs);
  expect(firsts.map((firstMs) => firstMs - START)).toEqual([0, 0, 0, 75_000, 75_000]);
});

/** Keeps numbers as what they are. */
const PACKED: Packing<number> = { pack: (number) => number, unpack: (number) => number };

test.each([
  ["few", undefined, 0],
  ["few, whose notes are packed", PACKED, 0],
  ["many, whose notes are packed", PACKED, 70],
  [
    "many, some of whose notes are packed",
    { ...PACKED, pack: (number) => (number % 2 ? number : undefined) },
    70,
  ],
] as const satisfies readonly (readonly [string, Packing<number> | undefined, number])[])(
  "against a slow look at every call before, of %s",
  (_, packing, others) => {
    const call = fc.record({
      channel: fc.constantFrom<Retriable["channel"]>("call", "chat"),
      from: fc.constantFrom("+1", "+2"),
      to: fc.constantFrom("+3", "+4"),
      id: fc.constantFrom(undefined, undefined, "x", "y"),
    });
    const step = fc.record({ call, wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 200_000 })) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const retries = new Retries<number>(packing);
        const firsts: { call: Retriable; at: number; number: number }[] = [];
        let now = START;
        for (const [number, { call, wait }] of steps.entries()) {
          now += wait;
          for (let other = 0; other < others; other++)
            retries.seen(withId(`${number} ${other}`), now).notes = other;
          const before = firsts.find(({ call: known, at }) =>
            call.id
              ? known.id === call.id && now - at <= 600_000
              : known.id === undefined &&
                now - at <= 60_000 &&
                known.channel === call.channel &&
                known.from === call.from &&
                known.to === call.to,
          );
          if (!before) firsts.push({ call, at: now, number });
          const attempt = retries.seen(call, now);
          attempt.notes ??= number;
          expect(attempt.notes).toBe(before?.number ?? number);
          expect(attempt.firstMs).toBe(before?.at ?? now);
        }
      }),
      { numRuns: others === 0 ? 500 : 50 },
    );
  },
);

describe("of 150,000 calls in a minute", () => {
  /** The calls that are known afterwards. To look for the last first leaves the others where they are. */
  const known = (retries: Retries<number>, calls: readonly Retriable[]) =>
    calls
      .map((call, number) => ({ call, number }))
      .filter(({ number }) => number >= 49_990)
      .reverse()
      .filter(({ call }) => retries.seen(call, START + 60_000).firstMs < START + 60_000)
      .map(({ number }) => number);

  const ids = Array.from({ length: 150_000 }, (_, number) => withId(`call_${number}`));
  const callers = Array.from({ length: 150_000 }, (_, number) => ({ ...without, from: `+1${number}` }));
  const mixed = ids.map((call, number) => (number % 3 === 0 ? call : (callers[number] ?? call)));

  test.each([
    ["with ids", ids, undefined],
    ["without", callers, undefined],
    ["with and without", mixed, undefined],
    ["with and without, packed", mixed, PACKED],
  ] as const)("%s, the last 100,000 are remembered", (_, calls, packing) => {
    const retries = new Retries<number>(packing);
    for (const [number, call] of calls.entries()) retries.seen(call, START + number / 2.5).notes = number;
    const numbers = known(retries, calls);
    expect(numbers.length).toBe(100_000);
    expect(numbers.at(-1)).toBe(50_000);
  });
});

test.each([
  ["with ids", 600_001, (number: number) => withId(`call_${number}`)],
  ["without", 60_001, (number: number) => ({ ...without, from: `+1${number}` })],
] as const)(
  "calls %s release their memory once they are too old, whichever kind comes",
  (_, waitMs, call) => {
    const heapBytes = () => {
      Bun.gc(true);
      return heapStats().heapSize + heapStats().extraMemorySize;
    };
    const retries = new Retries<string>();
    const before = heapBytes();
    for (let number = 0; number < 100_000; number++) retries.seen(call(number), START);
    const full = heapBytes() - before;
    const other = retries.seen(withId("other"), START + waitMs);
    const left = heapBytes() - before;
    expect(retries.seen(withId("other"), START + waitMs)).toBe(other);
    expect(left).toBeLessThan(full / 2);
  },
);
