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

/**
 * Takes the value at `path` out of the document, so that nothing more is said about it: it is undefined from then on,
 * which no TOML value is. So items behind it keep their places, and it is not missing either.
 *
 * @returns whether there was a value
 */
export function removeAt(values: RawTable, path: Path): boolean {
  if (valueAt(values, path) === undefined) return false;
  setAt(values, path, undefined);
  return true;
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
