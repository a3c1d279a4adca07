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

  test.each([
    ["1.5s", 1500],
    ["0.25s", 250],
    ["1.005s", 1005],
    ["0.5m", 30_000],
  ] as const)("%s is %d ms", (text, ms) => {
    expect(readDuration(text)).toBe(ms);
  });

  test.each(["1.5ms", "1.s", ".5s", "1,5s", "1.0001s", "-1s", "1"])("%s is none", (text) => {
    expect(readDuration(text)).toBeUndefined();
  });
});
