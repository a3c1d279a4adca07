import { expect, test } from "bun:test";
import fc from "fast-check";
import { timeText } from "../../../src/server/observe/time-text.ts";

test("says what Date says, whatever was asked for before", () => {
  const time = fc.oneof(
    // Times of a few seconds, and of all years that have four digits.
    fc.integer({ min: 1_700_000_000_000, max: 1_700_000_003_000 }),
    fc.integer({ min: Date.UTC(0), max: Date.UTC(9999, 11, 31) }),
    fc.constantFrom(-1, 0, 999, 1000, -1000, -999),
  );
  fc.assert(
    fc.property(fc.array(time, { maxLength: 20 }), (times) => {
      for (const ms of times) expect(timeText(ms)).toBe(new Date(ms).toISOString());
    }),
    { numRuns: 500 },
  );
});

test("throws for what is no time, as Date does", () => {
  for (const ms of [Number.NaN, Number.POSITIVE_INFINITY, 1e18])
    expect(() => timeText(ms)).toThrow(RangeError);
});
