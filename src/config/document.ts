/** The TOML text of a configuration, its values, and where they stand. */
import { parse, TomlDate, TomlError } from "smol-toml";
import type { Path } from "./findings.ts";

/** A table as it was written, before anything is known of its shape. */
export type RawTable = { [key: string]: unknown };

/** Where a TOML text stops being TOML. `line` and `column` count from 1. */
export interface SyntaxProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string | undefined;
  /** The line where the same table was defined before. */
  readonly firstLine: number | undefined;
}

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

function syntaxProblem(error: TomlError, text: string): SyntaxProblem {
  const found = error.message.split("\n", 1)[0]?.replace(/^Invalid TOML document: /, "") ?? "";
  const place = { line: error.line, column: error.column, firstLine: undefined };
  if (found.includes("redefine")) {
    const firstLine = firstDefinition(text.split("\n"), error.line);
    return { ...place, message: "this is already defined above", hint: undefined, firstLine };
  }
  const hint = found === "invalid value" ? 'text needs quotes: key = "text"' : undefined;
  return { ...place, message: `this is not TOML: ${found}`, hint, firstLine: undefined };
}

/** The line, from 1, of an earlier table header equal to the one on `line`. */
function firstDefinition(lines: readonly string[], line: number): number | undefined {
  const header = lines[line - 1]?.trim();
  if (!header?.startsWith("[")) return undefined;
  const first = lines.findIndex((earlier) => earlier.trim() === header) + 1;
  return first > 0 && first < line ? first : undefined;
}
