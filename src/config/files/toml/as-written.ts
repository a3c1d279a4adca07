/** The values of a TOML text where what the library reads is not what is written: numbers that mean texts, dates. */
import { TomlDate } from "smol-toml";
import { PLAIN_NAMES } from "../../../routing/names/name.ts";
import type { Path } from "../../findings/findings.ts";
import { type Locate, locator } from "../../findings/locate.ts";

type Table = { [key: string]: unknown };

/** A value that cannot be taken as it is written. */
export interface ValueProblem {
  readonly path: Path;
  readonly message: string;
  readonly hint: string | undefined;
}

/** The deepest that anything may stand, in keys and places in arrays from the top of the file. */
export const DEEPEST = 32;

/** What came of putting what is written in the place of what was read. */
export type AsWritten =
  | { readonly problems: readonly ValueProblem[] }
  /** The way to something that stands deeper than {@link DEEPEST}. */
  | { readonly tooDeep: Path };

/**
 * Puts what is written in the place of what was read, in `values`: dates and times become text, and so do the numbers
 * of variables, which are text on the wire, and those that conditions compare values with (`1.10` is not `1.1`). What
 * cannot be kept as it is written is undefined from then on. Nothing is to be made of a document that is too deep.
 */
export function putAsWritten(values: Table, text: string): AsWritten {
  const problems: ValueProblem[] = [];
  let locate: Locate | undefined;
  let isOdd: boolean | undefined;
  const written = (path: Path, read: unknown) => {
    locate ??= locator(text);
    return locate.written(path) ?? String(read);
  };

  /** The value to keep; undefined for one that is reported. */
  const kept = (value: unknown, path: Path): unknown => {
    const isKeptText = isText(path);
    if (value instanceof TomlDate) {
      const date = written(path, value.toISOString());
      if (isPossible(date)) return isKeptText ? date : date.replace(/^(\S{10})[ t]/, "$1T");
      problems.push({ path: [...path], message: `not a valid date or time: ${date}`, hint: undefined });
      return undefined;
    }
    if (typeof value === "bigint" && !isKeptText) {
      // Digits without quotes in [retell] may be a key.
      const number = path[0] === "retell" ? undefined : written(path, value);
      const message = `${number ?? "this"} is too large to be stored exactly`;
      const hint = number === undefined ? "put it in quotes" : `put it in quotes: "${number}"`;
      problems.push({ path: [...path], message, hint });
      return undefined;
    }
    const isNumber = typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value));
    if (!isKeptText || !isNumber) return value;
    // Looking for a hundred thousand places takes seconds.
    isOdd ??= ODD_NUMBER.test(text);
    return !isOdd && Number.isInteger(value) ? String(value) : written(path, value);
  };

  // Of a hundred thousand tables, none needs a path of its own.
  const way: (string | number)[] = [];
  /** @returns whether something in it stands too deep: `way` leads there */
  const walk = (holder: Table | unknown[]): boolean => {
    if (way.length > DEEPEST) return true;
    if (Array.isArray(holder)) {
      for (let at = 0; at < holder.length; at++) if (look(holder as unknown as Table, at)) return true;
      return false;
    }
    // What the TOML library makes has nothing but its own keys.
    for (const key in holder) if (look(holder, key)) return true;
    return false;
  };
  const look = (holder: Table, key: string | number): boolean => {
    const value = holder[key];
    if (typeof value === "string" || typeof value === "boolean") return false;
    way.push(key);
    const isTable = typeof value === "object" && value !== null && !(value instanceof TomlDate);
    if (isTable) {
      if (walk(value as Table)) return true;
    } else {
      const result = kept(value, way);
      if (result !== value) holder[key] = result;
    }
    way.pop();
    return false;
  };
  return walk(values) ? { tooDeep: way } : { problems };
}

/** Whether a number at `path` is meant as a text: it is a variable, or what a condition compares a value with. */
function isText(path: Path): boolean {
  const [table] = path;
  if (table === "defaults") return path.length === 3 && path[1] === "variables";
  if (table === "expect") return path.length === 4 && path[2] === "variables";
  if (table !== "numbers" && table !== "rulesets") return false;
  // What is called so in metadata or presets is something else.
  const inner = table === "rulesets" ? ["rules", ...path.slice(2)] : path.slice(path[2] === "sms" ? 3 : 2);
  const isInRule = inner[0] === "rules";
  const [key, ...rest] = isInRule ? inner.slice(2) : inner;
  if (key === "variables") return rest.length === 1;
  return isInRule && key === "when" && isValue(rest[0] === "not" ? rest.slice(1) : rest);
}

/** Whether a condition compares a value with what stands at `path` in its `when`. */
function isValue([condition, ...rest]: Path): boolean {
  switch (condition) {
    case "schedule":
    case "lookup":
      return rest.length > 1;
    case "contact":
    case "header":
    case "now":
    case "history":
      return rest.length > 0;
    case "forwarded_from":
      return false;
    default:
      return PLAIN_NAMES.some((name) => name === condition);
  }
}

/** A number that may be printed otherwise than it is written; one at the beginning of a line may follow a comment. */
const ODD_NUMBER = /(?:[=,[]\s*|^[ \t]*)(?:\+|-0|-?\d+[._eExob])/m;

/** A date, a time, or both. */
const MOMENT =
  /^(?:(\d{4})-(\d\d)-(\d\d))?(?:[Tt ]?(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?(?:[Zz]|[+-](\d\d):(\d\d))?$/;

/** Whether a date and a time exist; the TOML library takes 2026-02-30 for 2026-03-02. */
function isPossible(written: string): boolean {
  const match = MOMENT.exec(written);
  if (!match) return false;
  const [year, month, day, hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const isTime = hour < 24 && minute < 60 && second < 60 && offsetHour < 24 && offsetMinute < 60;
  if (year === undefined || month === undefined || day === undefined) return isTime;
  const lastDay = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  return isTime && month >= 1 && month <= 12 && day >= 1 && day <= lastDay;
}
