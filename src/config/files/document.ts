/** The TOML text of a configuration, its values, and where they stand. */
import { parse, TomlDate, TomlError } from "smol-toml";
import type { Path } from "../findings/findings.ts";

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
  const lines = text.split("\n").slice(0, error.line);
  const place = { line: error.line, column: error.column };
  if (found.includes("redefine")) {
    const firstLine = firstDefinition(lines);
    return { ...place, message: "this is already defined above", hint: undefined, firstLine };
  }
  const hint = hintFor(found, lines.at(-1) ?? "");
  return { ...place, message: `this is not TOML: ${found}`, hint, firstLine: undefined };
}

/** What most likely is the mistake. @param found what the parser says */
function hintFor(found: string, line: string): string | undefined {
  if (/key$|table array/.test(found)) {
    return line.trim().startsWith("[")
      ? 'write a table\'s name in brackets, and a number in quotes: [numbers."+12137771235"]'
      : "write key = value; a key with more than letters, digits, - and _ needs quotes";
  }
  if (found === "invalid value") {
    if (/\b(true|false)\b/i.test(line)) return "true and false are written in small letters";
    return /[“”„‘’]/.test(line)
      ? 'text needs straight quotes: key = "text"'
      : 'text needs quotes: key = "text"';
  }
  return HINTS.find(([words]) => words.test(found))?.[1];
}

const HINTS: readonly (readonly [words: RegExp, hint: string])[] = [
  [/in strings$|^unfinished string/, "is the closing quote missing?"],
  [/end of structure$|^unfinished (array|table)/, "is a quote, a comma or a closing bracket missing?"],
  [/end-of-line$/, 'write one key = value a line, and text in quotes: key = "text"'],
  [/escape/, "in double quotes a backslash is written twice"],
  [
    /numeric|losslessly$|zero$|underscore$|date/,
    'a phone number, an id or a time needs quotes: key = "text"',
  ],
];

/** The line, from 1, of an earlier definition of what the last of `lines` defines. */
function firstDefinition(lines: readonly string[]): number | undefined {
  const last = nameOf(lines.at(-1) ?? "");
  if (last === undefined) return undefined;
  // A key is looked for in its own table only.
  const start = last.startsWith("[") ? 0 : lines.findLastIndex((line) => nameOf(line)?.startsWith("[")) + 1;
  const at = lines.findIndex((line, index) => index >= start && nameOf(line) === last);
  return at >= 0 && at < lines.length - 1 ? at + 1 : undefined;
}

/** `[table]` or `key`, whichever a line begins with. */
function nameOf(line: string): string | undefined {
  return /^\s*(\[.*\])\s*(#.*)?$/.exec(line)?.[1] ?? /^\s*([^\s[#=][^=]*?)\s*=/.exec(line)?.[1];
}
