/** What zod finds wrong with a value, in words. */
import type * as z from "zod";
import { valueAt } from "../files/toml/document.ts";
import { didYouMean, type Findings, type Hint, type Path, quote } from "../findings/findings.ts";

/** One thing that is wrong, as zod says it. */
export type Issue = z.core.$ZodIssue;

/** One thing that is wrong, in words. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
  readonly hint: Hint | undefined;
}

/** What a value must be: the message of every issue whose schema gives none of its own. Hand it to `safeParse`. */
export const mustBe: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${typeWords(issue.expected)}`;
    case "invalid_value":
      return `must be ${issue.values.map(quote).join(" or ")}`;
    case "invalid_union":
      return `must be ${[...new Set(issue.errors.flatMap(expectedIn))].map(typeWords).join(" or ")}`;
    case "too_small":
      if (issue.origin === "array") return `must have at least ${entries(issue.minimum)}`;
      return issue.inclusive ? `must be ${issue.minimum} or more` : `must be more than ${issue.minimum}`;
    default:
      return undefined;
  }
};

/**
 * The issues that say most: for a value that fits no form of a union, those of the form that was meant, where that
 * can be told.
 */
export function preciseIssues(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const meant = issue.errors.find((form) => !form.some(isOfOtherForm));
  if (!meant) return [issue];
  return meant.flatMap((inner) => preciseIssues({ ...inner, path: [...issue.path, ...inner.path] }));
}

/**
 * Says an issue in words.
 *
 * @param values what was parsed with {@link mustBe}
 * @param base where in the document that is
 */
export function problemOf(issue: Issue, values: unknown, findings: Findings, base: Path = []): Problem {
  const path = pathOf(issue);
  const found = valueAt(values, path);
  if (found === undefined) {
    const message = missingWords(String(path.at(-1)), [...base, ...path.slice(0, -1)]);
    return { path, message, hint: undefined };
  }
  const isCount = issue.code === "too_small" && Array.isArray(found);
  // A custom message says what it needs to.
  const ending = issue.code === "custom" ? "" : `, found ${isCount ? found.length : findings.quote(found)}`;
  return { path, message: `${nameOf(path)} ${issue.message}${ending}`, hint: hintFor(issue, found) };
}

/** Where an issue stands. */
export function pathOf(issue: Issue): Path {
  return issue.path.filter((key) => typeof key !== "symbol");
}

/** `` `agent` ``, or ``an entry of `deny` `` */
export function nameOf(path: Path): string {
  const key = path.findLast((segment) => typeof segment === "string");
  if (key === undefined) return "the file";
  return typeof path.at(-1) === "number" ? `an entry of \`${key}\`` : `\`${key}\``;
}

/** What is said of a key that must be given. @param or the key that may be given in its place */
export function missingWords(key: string, table: Path, or?: string): string {
  const either = or === undefined ? "" : ` or \`${or}\``;
  return `\`${key}\`${either} is missing in ${tableName(table)}`;
}

/** `[numbers."+12137771235"]`, or `[[expect]]` for one of an array of tables. */
export function tableName(path: Path): string {
  const name = path
    .filter((key) => typeof key === "string")
    .map((key) => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key)))
    .join(".");
  return typeof path.at(-1) === "number" ? `[[${name}]]` : `[${name}]`;
}

/** Whether a value was found to be another form of a union: of another type, another word, or with another `type`. */
function isOfOtherForm({ code, path }: Issue): boolean {
  if (path.length === 0)
    return code === "invalid_type" || code === "invalid_value" || code === "invalid_union";
  return path.length === 1 && path[0] === "type" && (code === "invalid_value" || code === "custom");
}

/** The types that a form of a union would take. */
function expectedIn(form: readonly Issue[]): string[] {
  return form.flatMap((issue) => {
    if (issue.path.length > 0) return [];
    if (issue.code === "invalid_union") return issue.errors.flatMap(expectedIn);
    return issue.code === "invalid_type" ? [issue.expected] : [];
  });
}

function hintFor(issue: Issue, found: unknown): Hint | undefined {
  switch (issue.code) {
    case "invalid_type": {
      const key = String(issue.path.at(-1));
      const isRuleset = issue.path[0] === "rulesets" && issue.path.length === 2;
      // A number written as TOML writes numbers, where it is needed as text.
      if (issue.expected === "string" && typeof found === "number") {
        return DURATIONS.has(key)
          ? (written) => `with its unit, in quotes: "${written}s"`
          : (written) => `put it in quotes: "${written}"`;
      }
      return key === "expect" || key === "rules" || isRuleset
        ? "each begins with a line in double brackets: [[…]]"
        : undefined;
    }
    case "invalid_value": {
      const near = typeof found === "string" ? didYouMean(found, issue.values.map(String)) : undefined;
      // `reject = false` means to say nothing: the key is left out for that.
      return near ?? (found === false ? "leave the key out instead" : undefined);
    }
    default:
      return undefined;
  }
}

/** The keys that take a duration. */
const DURATIONS = new Set(["delay", "per", "max_age", "every", "timeout", "cache"]);

function entries(count: number | bigint): string {
  return `${count} ${count === 1 ? "entry" : "entries"}`;
}

function typeWords(expected: string): string {
  switch (expected) {
    case "string":
      return "text";
    case "array":
      return "an array";
    case "int":
      return "a whole number";
    case "object":
    case "record":
      return "a table";
    case "boolean":
      return "true or false";
    default:
      return `a ${expected}`;
  }
}
