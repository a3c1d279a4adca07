import { expect, test } from "bun:test";
import { LabelledCounter } from "../../../../src/server/observe/metrics/series.ts";

type Counts = readonly (readonly [a: string, b: string, count: number])[];

function countsOf(counter: LabelledCounter<"a" | "b">): Counts {
  return Array.from(counter.series, ({ labels, count }) => [labels.a, labels.b, count]);
}

test("what has the same labels is counted together", () => {
  const counter = new LabelledCounter({ a: 9, b: 9 }, 99, "a");
  for (const [a, b] of [
    ["1", "x"],
    ["1", "x"],
    ["1", "y"],
  ] as const)
    counter.count({ a, b });
  expect(countsOf(counter)).toEqual([
    ["1", "x", 2],
    ["1", "y", 1],
  ]);
});

test("values of a label beyond the most are counted together, and those before stay apart", () => {
  const counter = new LabelledCounter({ a: 2, b: 9 }, 99, "a");
  for (const a of ["1", "2", "3", "4", "1"]) counter.count({ a, b: "x" });
  expect(countsOf(counter)).toEqual([
    ["1", "x", 2],
    ["2", "x", 1],
    ["other", "x", 2],
  ]);
});

test("there are never many more series than the most, whatever is counted", () => {
  const counter = new LabelledCounter({ a: 1000, b: 1000 }, 10, "a");
  for (let at = 0; at < 10_000; at++) counter.count({ a: String(at % 100), b: String(at % 77) });
  const counts = countsOf(counter);
  expect(counts).toHaveLength(11);
  expect(counts.reduce((sum, [, , count]) => sum + count, 0)).toBe(10_000);
  expect(counts.at(-1)?.slice(0, 2)).toEqual(["other", "other"]);
});

test("counts stay right where there are more combinations than are found at once", () => {
  const counter = new LabelledCounter({ a: 3, b: 2 }, 99, "a");
  for (let round = 0; round < 2; round++) {
    for (let at = 0; at < 12_000; at++) counter.count({ a: String(at), b: "x" });
  }
  expect(countsOf(counter)).toEqual([
    ["0", "x", 2],
    ["1", "x", 2],
    ["2", "x", 2],
    ["other", "x", 23_994],
  ]);
});

test("what has a series of its own keeps it when there are no more, however many combinations one value has", () => {
  const counter = new LabelledCounter({ a: 9, b: 99 }, 40, "a");
  for (let round = 0; round < 3; round++) {
    for (let at = 0; at < 50; at++) counter.count({ a: "1", b: String(at) });
  }
  expect(countsOf(counter)).toEqual([
    ...Array.from({ length: 40 }, (_, at) => ["1", String(at), 3] as const),
    ["other", "other", 30],
  ]);
});
