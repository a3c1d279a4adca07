import { describe, expect, test } from "bun:test";
import { durationText, readDuration } from "../../../src/config/shape/duration.ts";

describe("a duration", () => {
  test.each([
    ["250ms", 250],
    ["4s", 4000],
    ["5m", 300_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
    ["0s", 0],
  ] as const)("%s is %d ms", (text, ms) => {
    expect(readDuration(text)).toBe(ms);
    expect(durationText(ms)).toBe(text);
  });
});
