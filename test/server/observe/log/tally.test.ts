import { expect, test } from "bun:test";
import { type Sum, Tally } from "../../../../src/server/observe/log/tally.ts";
import { until } from "../../../harness.ts";

const LONG_MS = 3_600_000;

test("the first ten of a kind are told in full, the others summed up, by kind", () => {
  const sums: Sum[] = [];
  const tally = new Tally((sum) => sums.push(sum), LONG_MS);
  let told = 0;
  for (let count = 0; count < 1000; count++) {
    if (tally.admits("wrong key")) told++;
    if (count < 12 && tally.admits("path")) told++;
    if (count < 3 && tally.admits("method")) told++;
  }
  expect([told, sums]).toEqual([23, []]);
  tally.flush();
  expect(sums).toEqual([{ counts: { "wrong key": 990, path: 2 }, seconds: 3600 }]);
  expect(tally.admits("path")).toBe(true);
  tally.flush();
  expect(sums).toHaveLength(1);
});

test("a period ends by itself", async () => {
  const sums: Sum[] = [];
  const tally = new Tally((sum) => sums.push(sum), 20);
  for (let count = 0; count < 11; count++) tally.admits("a");
  await until(() => sums.length === 1);
  expect(sums).toEqual([{ counts: { a: 1 }, seconds: 0.02 }]);
});
