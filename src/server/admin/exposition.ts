/**
 * The text format of Prometheus, version 0.0.4:
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
import { BOUNDS_S, type Histogram } from "../observe/metrics/histogram.ts";

/** The content type of the format. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** A value, and what tells it apart from the others of its metric. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** A metric that is one value or several, in the text format. */
export function exposed(
  type: "counter" | "gauge",
  name: string,
  help: string,
  samples: readonly Sample[],
): string {
  return heading(name, help, type) + samples.map((sample) => line(name, sample)).join("");
}

/** A histogram in the text format. */
export function exposedHistogram(name: string, help: string, histogram: Histogram): string {
  return exposedHistograms(name, help, [[{}, histogram]]);
}

/** Several histograms of one name in the text format, and what tells them apart. */
export function exposedHistograms(
  name: string,
  help: string,
  histograms: readonly (readonly [labels: Sample[0], histogram: Histogram])[],
): string {
  const lines = histograms.flatMap(([labels, { cumulative, count, sum }]) => [
    ...BOUNDS_S.map((bound, at) => bucket(name, labels, String(bound), cumulative[at] ?? 0)),
    bucket(name, labels, "+Inf", count),
    line(`${name}_sum`, [labels, sum]),
    line(`${name}_count`, [labels, count]),
  ]);
  return heading(name, help, "histogram") + lines.join("");
}

function bucket(name: string, labels: Sample[0], le: string, count: number): string {
  return line(`${name}_bucket`, [{ ...labels, le }, count]);
}

function heading(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function line(name: string, [labels, value]: Sample): string {
  return `${name}${labelText(labels)} ${value}\n`;
}

/** What was made of labels: those of counters stay as they are from one scrape to the next, and a thousand of them are many. */
const labelTexts = new WeakMap<Sample[0], string>();

/** Labels as they stand in a line, in braces; nothing where there are none. */
export function labelText(labels: Sample[0]): string {
  const known = labelTexts.get(labels);
  if (known !== undefined) return known;
  let pairs = "";
  for (const label in labels) {
    pairs += `${pairs === "" ? "{" : ","}${label}="${escaped(labels[label] ?? "")}"`;
  }
  const text = pairs === "" ? "" : `${pairs}}`;
  labelTexts.set(labels, text);
  return text;
}

const SPECIAL = /[\\"\n]/;

function escaped(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replaceAll(/[\\"\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}
