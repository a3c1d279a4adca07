import { expect, test } from "bun:test";
import { exposed, exposedHistogram, exposedHistograms } from "../../../src/server/admin/exposition.ts";
import { Histogram } from "../../../src/server/observe/metrics/histogram.ts";

test("a metric is its help, its type and its samples", () => {
  const text = exposed("counter", "calls_total", "Calls.", [
    [{}, 3],
    [{ client: "acme", agent: "a" }, 0.5],
  ]);
  expect(text).toBe(
    '# HELP calls_total Calls.\n# TYPE calls_total counter\ncalls_total 3\ncalls_total{client="acme",agent="a"} 0.5\n',
  );
});

test("what a label says stays in its quotes", () => {
  const text = exposed("gauge", "g", "G.", [[{ a: 'quote " backslash \\ line\nend' }, 1]]);
  expect(text).toEndWith('\ng{a="quote \\" backslash \\\\ line\\nend"} 1\n');
});

test("a histogram counts in each bucket what lies in it or below, its bound included", () => {
  const histogram = new Histogram();
  for (const ms of [0.001, 0.1, 0.1000001, 20_000]) histogram.observe(ms);
  const lines = exposedHistogram("h", "H.", histogram).split("\n");
  expect(lines).toContain('h_bucket{le="0.00001"} 1');
  expect(lines).toContain('h_bucket{le="0.0001"} 2');
  expect(lines).toContain('h_bucket{le="0.00025"} 3');
  expect(lines).toContain('h_bucket{le="10"} 3');
  expect(lines).toContain('h_bucket{le="+Inf"} 4');
  expect(lines).toContain("h_count 4");
  expect(Number(lines.find((line) => line.startsWith("h_sum "))?.slice(6))).toBeCloseTo(20.0002, 4);
});

test("histograms of one name share help and type, and are told apart by their labels", () => {
  const [a, b] = [new Histogram(), new Histogram()];
  a.observe(1);
  const text = exposedHistograms("h", "H.", [
    [{ of: "a" }, a],
    [{ of: "b" }, b],
  ]);
  expect(text.split("# TYPE h histogram")).toHaveLength(2);
  expect(text).toContain('h_bucket{of="a",le="0.001"} 1\n');
  expect(text).toContain('h_count{of="a"} 1\n');
  expect(text).toContain('h_bucket{of="b",le="+Inf"} 0\n');
  expect(exposedHistograms("h", "H.", [])).toBe("# HELP h H.\n# TYPE h histogram\n");
});
