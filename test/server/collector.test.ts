import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { Collector } from "../../src/server/collector.ts";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A collector, with how often it collected. */
function counting(usedMiB = 20) {
  let collected = 0;
  const collector = new Collector({
    used: () => usedMiB * 1024 * 1024,
    release: () => {
      collected++;
    },
  });
  const calls = (count: number) => {
    for (let at = 0; at < count; at++) collector.answered();
  };
  return { collector, calls, collected: () => collected };
}

test("collects in the first pause after many calls, and once", () => {
  const { collector, calls, collected } = counting();
  calls(1000);
  jest.advanceTimersByTime(2000);
  // There were calls since the last look.
  expect(collected()).toBe(0);
  jest.advanceTimersByTime(2000);
  expect(collected()).toBe(1);
  jest.advanceTimersByTime(60_000);
  expect(collected()).toBe(1);
  calls(1000);
  jest.advanceTimersByTime(4000);
  expect(collected()).toBe(2);
  collector.close();
});

test("never collects between calls, however many there are", () => {
  const { collector, calls, collected } = counting();
  for (let look = 0; look < 100; look++) {
    calls(1000);
    jest.advanceTimersByTime(2000);
  }
  expect(collected()).toBe(0);
  collector.close();
});

test("collects nothing after few calls, but adds them up", () => {
  const { collector, calls, collected } = counting();
  calls(999);
  jest.advanceTimersByTime(60_000);
  expect(collected()).toBe(0);
  calls(1);
  jest.advanceTimersByTime(4000);
  expect(collected()).toBe(1);
  collector.close();
});

test("does nothing any more once it is closed", () => {
  const { collector, calls, collected } = counting();
  calls(1000);
  collector.close();
  jest.advanceTimersByTime(60_000);
  expect(collected()).toBe(0);
});

test("collects nothing where so much is in use that calls would wait for long", () => {
  const { collector, calls, collected } = counting(41);
  calls(1000);
  jest.advanceTimersByTime(60_000);
  expect(collected()).toBe(0);
  collector.close();
});
