/** How many calls each client and each number had, by outcome. */
import type { Outcomes } from "../../observe/activity.ts";
import type { Metrics } from "../../observe/metrics/metrics.ts";

/** The calls of one client, or of one entry of `[numbers]`. */
export interface Total extends Outcomes {
  readonly name: string;
  readonly all: number;
}

/** The totals of a label, the most calls first. @param shown how a value is shown: those that look the same are one */
export function totalsBy(
  label: "client" | "number",
  { calls }: Metrics,
  shown: (value: string) => string = (value) => value,
): Total[] {
  const sums = new Map<string, { agent: number; pass: number; reject: number }>();
  for (const { labels, count } of calls.series) {
    const name = shown(labels[label]);
    const sum = sums.get(name) ?? { agent: 0, pass: 0, reject: 0 };
    sums.set(name, sum);
    const { outcome } = labels;
    // Where there are too many labels, not even the outcome is known.
    if (outcome === "agent" || outcome === "pass" || outcome === "reject") sum[outcome] += count;
  }
  return Array.from(sums, ([name, sum]) => ({ name, ...sum, all: sum.agent + sum.pass + sum.reject })).sort(
    (one, other) => other.all - one.all || one.name.localeCompare(other.name),
  );
}
