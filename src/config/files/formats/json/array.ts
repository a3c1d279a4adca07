/** The array in a JSON text, with the place of each of its items. */
import { lineFinder } from "../../../findings/locate.ts";
import type { LinePlace, ReportLine } from "../report-line.ts";
import { faultIn, skipBlank, valuesIn } from "./scan.ts";

/** An array, as it was found. */
export interface JsonArray {
  readonly items: readonly unknown[];
  /** Where an item begins. */
  readonly placeOf: (item: number) => LinePlace;
}

/**
 * Reads the array in a JSON text; undefined where it cannot be read, which is reported.
 *
 * @param at where it is: keys and numbers of items, with dots between them; undefined: the whole is one
 */
export function readJsonArray(
  text: string,
  at: string | undefined,
  report: ReportLine,
): JsonArray | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const { offset, wanted } = faultIn(text) ?? { offset: 0, wanted: "JSON" };
    report(lineFinder(text)({ start: offset, end: offset }), `this is not JSON: here must be ${wanted}`);
    return undefined;
  }
  const path = at === undefined ? [] : at.split(".");
  for (const [depth, key] of path.entries()) {
    const inner = childOf(value, key);
    if (inner === undefined) {
      const where = depth === 0 ? "the JSON" : `\`${path.slice(0, depth).join(".")}\``;
      report(1, `there is nothing at \`${at}\`: ${where} has no \`${key}\``, undefined, keysHint(value));
      return undefined;
    }
    value = inner;
  }
  if (!Array.isArray(value)) {
    const what = at === undefined ? "the JSON must be an array" : `at \`${at}\` there must be an array`;
    report(1, `${what}, found ${kindOf(value)}`, undefined, arrayHint(value, path));
    return undefined;
  }
  // Only where there is something to report.
  let find: ((item: number) => LinePlace) | undefined;
  const placeOf = (item: number) => {
    find ??= itemFinder(text, path);
    return find(item);
  };
  return { items: value, placeOf };
}

/** A value in words: `a table`, `null`. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : typeof value === "string" ? "text" : String(value);
}

function childOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

/** So many keys are named. */
const MOST_NAMED = 10;

function keysHint(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const keys = Object.keys(value);
  return keys.length === 0 ? undefined : `its keys: ${keys.slice(0, MOST_NAMED).join(", ")}`;
}

/** Where the array may be that was meant. */
function arrayHint(value: unknown, path: readonly string[]): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const near = Object.entries(value).find(([, inner]) => Array.isArray(inner));
  return near ? `say where it is: at = ${JSON.stringify([...path, near[0]].join("."))}` : keysHint(value);
}

function itemFinder(text: string, path: readonly string[]): (item: number) => LinePlace {
  const places = placesOf(text, path);
  const placeOf = lineFinder(text);
  return (item) => placeOf({ start: places[item] ?? 0, end: places[item] ?? 0 });
}

/** Where the items of the array at a path begin, in a text that is JSON. */
function placesOf(text: string, path: readonly string[]): number[] {
  let start = skipBlank(text, 0);
  for (const key of path) {
    let found = start;
    // Of a key that is there twice, the last counts.
    valuesIn(text, start, (name, begins) => {
      if (String(name) === key) found = begins;
    });
    start = found;
  }
  const places: number[] = [];
  valuesIn(text, start, (_item, begins) => places.push(begins));
  return places;
}
