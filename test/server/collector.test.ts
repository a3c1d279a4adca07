import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { Collector } from "../../src/server/collector.ts";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const turn = () => new Promise((resolve) => setImmediate(resolve));

const MIB = 1024 * 1024;

/** A collector, and what it asks of a heap; every collection of what is new leaves so much garbage, and so much that is used. */
function collecting({ usedMiB = 20, leavesMiB = 0, growsMiB = 0 } = {}) {
  const asked = { new: 0, all: 0, release: 0 };
  let used = usedMiB * MIB;
  let kept = used;
  const collector = new Collector({
    used: () => used,
    collectNew() {
      asked.new++;
      kept += growsMiB * MIB;
      used += (leavesMiB + growsMiB) * MIB;
      return used;
    },
    collectAll() {
      asked.all++;
      used = kept;
      return used;
    },
    release: () => {
      asked.release++;
    },
  });
  /** A call is a turn. */
  const calls = async (count: number) => {
    for (let at = 1; at <= count; at++) {
      collector.answered();
      if (at % 500 === 0) await turn();
    }
  };
  return { collector, calls, asked };
}

test("gives memory back in the first pause after many calls, and once", async () => {
  const { collector, calls, asked } = collecting();
  await calls(1000);
  jest.advanceTimersByTime(2000);
  // There were calls since the last look.
  expect(asked.release).toBe(0);
  jest.advanceTimersByTime(2000);
  expect(asked.release).toBe(1);
  jest.advanceTimersByTime(60_000);
  expect(asked.release).toBe(1);
  await calls(1000);
  jest.advanceTimersByTime(4000);
  expect(asked.release).toBe(2);
  collector.close();
});

test("gives nothing back while calls come, however many there are", async () => {
  const { collector, calls, asked } = collecting();
  for (let look = 0; look < 100; look++) {
    await calls(1000);
    jest.advanceTimersByTime(2000);
  }
  expect(asked.release).toBe(0);
  collector.close();
});

test("gives nothing back after few calls, but adds them up", async () => {
  const { collector, calls, asked } = collecting();
  await calls(999);
  jest.advanceTimersByTime(60_000);
  expect(asked.release).toBe(0);
  await calls(1);
  jest.advanceTimersByTime(4000);
  expect(asked.release).toBe(1);
  collector.close();
});

test("collects what is new after every 500 calls, once the turn is over", async () => {
  const { collector, calls, asked } = collecting();
  await calls(499);
  await turn();
  expect(asked.new).toBe(0);
  await calls(1);
  expect(asked.new).toBe(0);
  await turn();
  expect(asked.new).toBe(1);
  await calls(5000);
  expect(asked).toEqual({ new: 11, all: 0, release: 0 });
  collector.close();
});

test("collects everything once 12 MiB of garbage have outlived that", async () => {
  const { collector, calls, asked } = collecting({ leavesMiB: 1 });
  // The first collection is what the others are compared with.
  await calls(13 * 500);
  expect(asked).toMatchObject({ new: 13, all: 0 });
  await calls(500);
  expect(asked).toMatchObject({ new: 14, all: 1 });
  await calls(12 * 500);
  expect(asked).toMatchObject({ new: 26, all: 1 });
  await calls(500);
  expect(asked).toMatchObject({ new: 27, all: 2 });
  collector.close();
});

test("collects everything once for every 12 MiB that came to stay, not again and again", async () => {
  const { collector, calls, asked } = collecting({ growsMiB: 1 });
  await calls(14 * 500);
  expect(asked).toMatchObject({ new: 14, all: 1 });
  await calls(12 * 500);
  expect(asked).toMatchObject({ new: 26, all: 1 });
  await calls(500);
  expect(asked).toMatchObject({ new: 27, all: 2 });
  // From here on, more than 48 MiB are in use.
  await calls(100 * 500);
  expect(asked).toMatchObject({ new: 29, all: 2 });
  collector.close();
});

test("leaves everything to the engine where so much is in use that calls would wait for long", async () => {
  const { collector, calls, asked } = collecting({ usedMiB: 49 });
  await calls(1000);
  jest.advanceTimersByTime(60_000);
  expect(asked).toEqual({ new: 0, all: 0, release: 0 });
  collector.close();
});

test("gives nothing back any more once it is closed", async () => {
  const { collector, calls, asked } = collecting();
  await calls(1000);
  collector.close();
  jest.advanceTimersByTime(60_000);
  expect(asked.release).toBe(0);
});
