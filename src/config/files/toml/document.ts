/** The TOML text of a configuration, its values, and where they stand. */
import { parse, TomlError } from "smol-toml";
import type { Path } from "../../findings/findings.ts";
import { locator } from "../../findings/locate.ts";
import { DEEPEST, putAsWritten, type ValueProblem } from "./as-written.ts";
import { type SyntaxProblem, syntaxProblem } from "./syntax-problem.ts";

/** A table as it was written, before anything is known of its shape. */
export type RawTable = { [key: string]: unknown };

/** The values of a TOML text, and those that could not be kept. */
export interface ParsedDocument {
  readonly values: RawTable;
  readonly problems: readonly ValueProblem[];
}

/** Reads the values of a TOML text; dates and times become text, as do the numbers of variables. */
export function parseDocument(text: string): ParsedDocument | { readonly problem: SyntaxProblem } {
  try {
    const values = parse(text, { integersAsBigInt: "asNeeded", maxDepth: DEEPEST }) as RawTable;
    const written = putAsWritten(values, text);
    if ("tooDeep" in written) return { problem: depthProblem(locator(text)(written.tooDeep, "key")) };
    return { values, problems: written.problems };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const isDepth = error.message.includes("excessively nested");
    return { problem: isDepth ? depthProblem(error) : syntaxProblem(error, text) };
  }
}

function depthProblem({ line, column }: Pick<SyntaxProblem, "line" | "column">): SyntaxProblem {
  const message = `this is nested deeper than ${DEEPEST} levels`;
  return { line, column, message, hint: "is there an extra bracket or dot?", related: undefined };
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

/**
 * Takes the value at `path` out of the document, so that nothing more is said about it: it is undefined from then on,
 * which no TOML value is. So items behind it keep their places, and it is not missing either.
 *
 * @returns whether there was a value
 */
export function removeAt(values: RawTable, path: Path): boolean {
  if (valueAt(values, path) === undefined) return false;
  const parent = valueAt(values, path.slice(0, -1));
  const key = path.at(-1);
  if (key === undefined || typeof parent !== "object" || parent === null) return false;
  (parent as Record<string | number, unknown>)[key] = undefined;
  return true;
}

/**
 * Replaces every text that has `part` in it, in place; where there is nothing in its place, it is taken out as by
 * {@link removeAt}.
 */
export function replaceTexts(
  values: RawTable,
  part: string,
  replace: (text: string, path: Path) => string | undefined,
): void {
  // A path is made only for those, since most texts have none.
  const way: (string | number)[] = [];
  const replaced = (value: unknown, key: string | number): unknown => {
    if (typeof value === "string") return value.includes(part) ? replace(value, [...way, key]) : value;
    if (typeof value !== "object" || value === null) return value;
    way.push(key);
    walk(value as RawTable | unknown[]);
    way.pop();
    return value;
  };
  const walk = (holder: RawTable | unknown[]): void => {
    if (Array.isArray(holder)) {
      for (let at = 0; at < holder.length; at++) {
        const value = holder[at];
        const result = replaced(value, at);
        if (result !== value) holder[at] = result;
      }
      return;
    }
    // What the TOML library makes has nothing but its own keys.
    for (const key in holder) {
      const value = holder[key];
      const result = replaced(value, key);
      if (result !== value) holder[key] = result;
    }
  };
  walk(values);
}
