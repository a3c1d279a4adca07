/** Where a text stops being TOML, and what most likely is the mistake. */
import type { TomlError } from "smol-toml";
import { excerptOf } from "../../findings/excerpt.ts";
import { Secrets } from "../../findings/secrets.ts";
import { openedBefore } from "./unclosed.ts";

/** Where a TOML text stops being TOML. `line` and `column` count from 1. */
export interface SyntaxProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string | undefined;
  /** The line that has to do with it: of the same table defined before, or of what was opened and not closed. */
  readonly related: { readonly line: number; readonly message: string } | undefined;
}

/** Words an error of the parser. */
export function syntaxProblem(error: TomlError, text: string): SyntaxProblem {
  const found = error.message.split("\n", 1)[0]?.replace(/^Invalid TOML document: /, "") ?? "";
  const lines = text.split("\n").slice(0, error.line);
  const line = lines.at(-1) ?? "";
  const place = { line: error.line, column: error.column };
  if (found.includes("redefine")) {
    const clash = contactClash(lines) ?? lookupClash(lines);
    if (clash) return { ...place, ...clash, related: undefined };
    const first = firstDefinition(lines);
    const related = first === undefined ? undefined : { line: first, message: "first defined here" };
    return { ...place, message: "this is already defined above", hint: undefined, related };
  }
  const opened = openedBefore(lines, error.column);
  const related = opened && { line: opened.line, message: opened.message };
  const message = `this is not valid TOML: ${found}`;
  // What looks like a new table or a new key is one: what stands above it was not closed.
  if (opened && /^\s*(\[.*\]\s*(#.*)?$|[\w."'-]+\s*=)/.test(line)) {
    return { ...place, message, hint: opened.hint, related };
  }
  const value = bareValue(line, error.column, opened?.isStructure ?? false);
  // Never a part of a secret; and a number that is one needs no quotes, but something else around it.
  const isShown = value !== undefined && excerptOf(text, error.line, new Secrets()) === line;
  const isAtFault = isShown && !(/end of structure$|end-of-line$/.test(found) && NUMBER.test(value));
  const quoted = isAtFault ? `put it in quotes: "${value}"` : undefined;
  const hint = hintFor(found, line, quoted);
  return { ...place, message, hint, related: quoted === undefined ? related : undefined };
}

/** The lines of the table that the last of `lines` stands in. */
function tableAround(lines: readonly string[]): string {
  const start = lines.findLastIndex((line) => /^\s*\[/.test(line));
  return lines.slice(Math.max(0, start)).join("\n");
}

/** A look-up as a whole and something in it, both asked for by one rule. */
function lookupClash(lines: readonly string[]): Pick<SyntaxProblem, "message" | "hint"> | undefined {
  const table = tableAround(lines);
  const [, name, state] = /\blookup\.([\w-]+)\s*=\s*"(found|missing|failed)"/.exec(table) ?? [];
  if (name === undefined || !new RegExp(`\\blookup\\.${name}\\s*(?:\\.|=\\s*\\{)`).test(table))
    return undefined;
  const whole = `\`lookup.${name} = "${state}"\``;
  const message = `${whole} cannot stand beside a condition on what the look-up found`;
  const hint =
    state === "found"
      ? `leave out ${whole}: a value in it is there only where it was found`
      : `leave one of them out: a look-up that is ${state} has no values`;
  return { message, hint };
}

/** `contact` and one of its columns, both asked for by one rule: to TOML, `contact` is a table then, and cannot be a truth value. */
function contactClash(lines: readonly string[]): Pick<SyntaxProblem, "message" | "hint"> | undefined {
  const table = tableAround(lines);
  const whole = /\bcontact\s*=\s*(true|false)\b/.exec(table)?.[1];
  if (whole === undefined || !/\bcontact\s*(?:\.|=\s*\{)|\bcontact\s*\]/.test(table)) return undefined;
  const message = `\`contact = ${whole}\` cannot be combined with a condition on a column of the contacts`;
  const hint =
    whole === "true"
      ? "leave out `contact = true`: a condition on a column already implies it"
      : "leave one of them out: a caller who is not in the contacts has no columns";
  return { message, hint };
}

/** What most likely is the mistake. @param found what the parser says @param quoted the value as it should be */
function hintFor(found: string, line: string, quoted: string | undefined): string | undefined {
  if (/key$|table array/.test(found)) {
    return line.trim().startsWith("[")
      ? 'write a table\'s name in brackets, and a number in quotes: [numbers."+12137771235"]'
      : "write key = value; a key with more than letters, digits, - and _ needs quotes";
  }
  if (found === "invalid value") {
    if (/\b(true|false)\b/i.test(line)) return "write true and false in lower case";
    if (/=\s*(yes|no|on|off)\b/i.test(line)) return "write true or false; other words need quotes";
    return /[“”„‘’]/.test(line)
      ? 'text needs straight quotes: key = "text"'
      : (quoted ?? 'text needs quotes: key = "text"');
  }
  return quoted ?? HINTS.find(([words]) => words.test(found))?.[1];
}

const HINTS: readonly (readonly [words: RegExp, hint: string])[] = [
  [/in strings$|^unfinished string/, "is the closing quote missing?"],
  [/end of structure$|^unfinished (array|table)/, "is a quote, a comma or a closing bracket missing?"],
  [/end-of-line$/, 'write one key = value per line, with text in quotes: key = "text"'],
  [/escape/, "in double quotes, write a backslash twice"],
  [
    /numeric|losslessly$|zero$|underscore$|date/,
    'a phone number, an id or a time needs quotes: key = "text"',
  ],
];

/** What may be meant by a text that is in no quotes: a number, an id, a time or a word, with nothing else behind it. */
const BARE = /^[\w+(][^"'={}#“”„‘’]*$/;
/** A number, a truth value or a date, as TOML takes them. */
const NUMBER = /^(?:[+-]?\d[\d_.]*|true|false|\d{4}-\d\d-\d\d(?:[T ][\d:.]+Z?)?)$/;
/** A longer value is not repeated. */
const LONGEST = 60;
/** In a longer line, which no person wrote, no value is looked for. */
const LONGEST_LINE = 10_000;

/**
 * The value on a line that the parser stopped in, where it is one without quotes.
 *
 * @param column where it stopped, from 1
 * @param inStructure whether an array or an inline table was opened on a line above
 */
function bareValue(line: string, column: number, inStructure: boolean): string | undefined {
  if (line.length > LONGEST_LINE) return undefined;
  // Quoted texts, templates and comments hold nothing that begins or ends a value.
  const bare = line.replaceAll(/"(?:\\.|[^"\\])*"|'[^']*'|#.*$/g, (part) => "\u0000".repeat(part.length));
  let start = inStructure ? 0 : -1;
  let depth = inStructure ? 1 : 0;
  for (let at = 0; at < column - 1; at++) {
    const character = bare[at];
    // In a date with its zone a bracket stands behind the time.
    const isZone = character === "[" && start >= 0 && /[\dTZ:]/i.test(bare[at - 1] ?? "");
    if (character === "=" || character === "," || ((character === "[" || character === "{") && !isZone)) {
      start = at + 1;
    }
    if ((character === "[" || character === "{") && !isZone) depth++;
    else if (character === "]" || character === "}") depth--;
  }
  if (start < 0) return undefined;
  let end = start;
  for (let open = 0; end < bare.length; end++) {
    const character = bare[end];
    if (character === "[") open++;
    else if (character === "]" && open > 0) open--;
    else if (depth > 0 && /[,\]}]/.test(character ?? "")) break;
  }
  const value = bare.slice(start, end).replaceAll("\u0000", " ").trim();
  const isWhole = value === line.slice(start, end).replace(/#.*$/, "").trim();
  return isWhole && value.length <= LONGEST && BARE.test(value) ? value : undefined;
}

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
  return /^\s*(\[.*\])\s*(#.*)?$/.exec(line)?.[1] ?? /^\s*([^\s[#=][^=]*)=/.exec(line)?.[1]?.trimEnd();
}
