import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { Pauses } from "../../../src/server/live/pauses.ts";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Fails so often, and returns the seconds after which each try came. */
function secondsBetweenTries(pauses: Pauses, tries: number): number[] {
  const seconds: number[] = [];
  for (let count = 0; count < tries; count++) {
    let isTried = false;
    pauses.fail();
    pauses.again(() => {
      isTried = true;
    });
    let waited = 0;
    for (; !isTried && waited < 100; waited++) jest.advanceTimersByTime(1000);
    seconds.push(waited);
  }
  return seconds;
}

test("pauses grow up to half a minute, and are short again after a success", () => {
  const pauses = new Pauses();
  expect(secondsBetweenTries(pauses, 7)).toEqual([1, 2, 4, 8, 16, 30, 30]);
  pauses.end();
  expect(secondsBetweenTries(pauses, 2)).toEqual([1, 2]);
});

test("only the first failure since a success is the first", () => {
  const pauses = new Pauses();
  expect([pauses.fail(), pauses.fail()]).toEqual([true, false]);
  pauses.end();
  expect(pauses.fail()).toBe(true);
});

test.each(["fail", "end"] as const)("nothing is tried after %s", (method) => {
  const pauses = new Pauses();
  const tried = jest.fn();
  pauses.fail();
  pauses.again(tried);
  pauses[method]();
  jest.advanceTimersByTime(60_000);
  expect(tried).not.toHaveBeenCalled();
});
