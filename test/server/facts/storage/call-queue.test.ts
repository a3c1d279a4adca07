import { expect, test } from "bun:test";
import { CallQueue } from "../../../../src/server/facts/storage/call-queue.ts";
import { Random } from "../../../fuzz/random.ts";

// Some pages of calls, with pauses of all lengths between them, at most so many at a time.
test.each([1, 2, 300, 16_384, 40_000])(
  "%d calls leave in the order in which they came, each with its time",
  (most) => {
    const random = new Random(most);
    const queue = new CallQueue();
    const model: { readonly row: number; readonly seconds: number }[] = [];
    let oldest = 0;
    let seconds = 1_790_000_000;
    const leave = () => {
      const row = queue.shift();
      if (row !== model[oldest]?.row) expect(row).toBe(model[oldest]?.row);
      if (oldest < model.length) oldest++;
    };
    for (let step = 0; step < 100_000; step++) {
      // Now and then, none is left.
      if (random.once(20_000)) while (queue.size > 0) leave();
      if (random.once(5)) leave();
      else {
        if (model.length - oldest === most) leave();
        if (random.once(10)) seconds += random.pick([1, 254, 255, 256, 70_000, 200_000_000]);
        const row = random.pick([0, step, 2 ** 32 - 1]);
        queue.push(row, seconds);
        model.push({ row, seconds });
      }
      if (queue.size !== model.length - oldest) expect(queue.size).toBe(model.length - oldest);
      if (queue.oldestSeconds !== model[oldest]?.seconds)
        expect(queue.oldestSeconds).toBe(model[oldest]?.seconds);
    }
    while (queue.size > 0) leave();
    expect(oldest).toBe(model.length);
    expect(queue.shift()).toBeUndefined();
    expect(queue.oldestSeconds).toBeUndefined();
  },
);

test("a call whose clock was put back counts as of the same time as the one before", () => {
  const queue = new CallQueue();
  queue.push(1, 1000);
  queue.push(2, 400);
  queue.push(3, 1001);
  expect([queue.oldestSeconds, queue.shift()]).toEqual([1000, 1]);
  expect([queue.oldestSeconds, queue.shift()]).toEqual([1000, 2]);
  expect([queue.oldestSeconds, queue.shift()]).toEqual([1001, 3]);
});
