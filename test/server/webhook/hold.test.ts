import { expect, test } from "bun:test";
import { Holds } from "../../../src/server/webhook/hold.ts";

/** Whether a promise is settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol("open");
  return (await Promise.race([promise, Promise.resolve(open)])) !== open;
}

const never = new AbortController().signal;
const LONG_MS = 3_600_000;

test("an answer that need not be held is not", async () => {
  await new Holds().wait(0, never);
  await new Holds().wait(-5, never);
});

test("an answer is held for its time", async () => {
  const startMs = performance.now();
  await new Holds().wait(50, never);
  // Timers may be early by the fraction of a millisecond that they are rounded by.
  expect(performance.now() - startMs).toBeGreaterThan(45);
});

test("a client that hangs up is waited for no longer", async () => {
  const client = new AbortController();
  const held = new Holds().wait(LONG_MS, client.signal);
  expect(await isSettled(held)).toBe(false);
  client.abort();
  await held;
  await new Holds().wait(LONG_MS, client.signal);
});

test("all are let go at once, and none is held from then on", async () => {
  const holds = new Holds();
  const held = [holds.wait(LONG_MS, never), holds.wait(LONG_MS, never)];
  holds.releaseAll();
  await Promise.all(held);
  await holds.wait(LONG_MS, never);
});
