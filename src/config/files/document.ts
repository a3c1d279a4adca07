/** The TOML text of a configuration, its values, and where they stand. */
import { parse, TomlDate, TomlError } from "smol-toml";
import type { Path } from "../findings/findings.ts";
import { type SyntaxProblem, syntaxProblem } from "./syntax-problem.ts";

/** A table as it was written, before anything is known of its shape. */
export type RawTable = { [key: string]: unknown };

/** Reads the values of a TOML text; dates and times become text. */
export function parseDocument(
  text: string,
): { readonly values: RawTable } | { readonly problem: SyntaxProblem } {
  try {
    return { values: withDatesAsText(parse(text)) as RawTable };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { problem: syntaxProblem(error, text) };
  }
}

/** The value at `path`, or undefined. */
export function valueAt(values: unknown, path: Path): unknown {
  let value = values;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/** Sets the value at `path`, whose table or array must be there. */
export function setAt(values: RawTable, path: Path, value: unknown): void {
  const key = path.at(-1);
  const parent = valueAt(values, path.slice(0, -1));
  if (key === undefined || typeof parent !== "object" || parent === null) return;
  (parent as Record<string | number, unknown>)[key] = value;
}

/** Stands for a removed item of an array, so that the items after it keep their places. */
const REMOVED = "\u0000removed";

/** Removes the value at `path`, so that nothing more is said about it. */
export function removeAt(values: RawTable, path: Path): void {
  const key = path.at(-1);
  const parent = valueAt(values, path.slice(0, -1));
  if (key === undefined || typeof parent !== "object" || parent === null) return;
  if (Array.isArray(parent)) setAt(values, path, REMOVED);
  else delete (parent as RawTable)[key];
}

/** The items of an array that were not removed, with their places. */
export function itemsOf(items: readonly string[]): { readonly at: number; readonly item: string }[] {
  return items.map((item, at) => ({ at, item })).filter(({ item }) => item !== REMOVED);
}

function withDatesAsText(value: unknown): unknown {
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map(withDatesAsText);
  if (typeof value === "object" && value !== null) {
    for (const [key, field] of Object.entries(value)) {
      const text = withDatesAsText(field);
      if (text !== field) (value as RawTable)[key] = text;
    }
  }
  return value;
}
