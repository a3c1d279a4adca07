/** Templates: `${name}`, `${name|filter}`, `${name:-fallback}`, and `$${` for a literal `${`. */
import { FILTERS } from "./filters.ts";

/** A piece of a template: literal text, or a name to be replaced. */
export type Segment =
  | string
  | {
      readonly name: string;
      /** The names of what is made of the value, one after the other. */
      readonly filters: readonly string[];
      /** What stands in for a value that is empty after its filters; undefined where the template gives none. */
      readonly fallback: string | undefined;
      /** Where the `${` stands, and how long the whole is, in characters of the template. */
      readonly offset: number;
      readonly length: number;
    };

/** The pieces of a template, or what is wrong with it, and which part of it. */
export type TemplateReading =
  | { readonly segments: readonly Segment[] }
  | { readonly problem: string; readonly part?: string };

/** Splits a template into its pieces, or says what is wrong with it. `{{…}}` is Retell's and stays as it is. */
export function readTemplate(text: string): TemplateReading {
  const segments: Segment[] = [];
  let literal = "";
  let at = 0;
  while (at < text.length) {
    if (text.startsWith("$${", at)) {
      literal += "${";
      at += 3;
    } else if (text.startsWith("${", at)) {
      const end = endOf(text, at);
      if (end < 0) return { problem: 'a template "${" has no closing "}"; write "$${" for a literal "${"' };
      const inside = text.slice(at + 2, end);
      if (inside.includes("${")) {
        return {
          problem:
            'a template "${" must be closed by "}" before the next one begins; templates cannot be nested',
        };
      }
      const parts = partsOf(inside);
      const right = withFilterInFront(parts);
      if (right !== undefined) {
        const problem = `a filter must stand before ":-" and the fallback; write "${right}"`;
        return { problem, part: text.slice(at, end + 1) };
      }
      if (literal) segments.push(literal);
      literal = "";
      segments.push({ ...parts, offset: at, length: end + 1 - at });
      at = end + 1;
    } else {
      const next = text.indexOf("$", at + 1);
      const end = next < 0 ? text.length : next;
      // A guard is no part of what it stands in.
      literal += text.slice(at, end).replace(`$${GUARD}`, () => "$");
      at = end;
    }
  }
  if (literal) segments.push(literal);
  return { segments };
}

type Parts = Pick<Exclude<Segment, string>, "name" | "filters" | "fallback">;

/** What stands between `${` and `}`. Blanks around a `|` mean nothing. */
function partsOf(inside: string): Parts {
  const split = inside.indexOf(":-");
  const head = split < 0 ? inside : inside.slice(0, split);
  const [name = "", ...filters] = head.split("|");
  return {
    name: filters.length > 0 ? name.trim() : name,
    filters: filters.map((filter) => filter.trim()),
    fallback: split < 0 ? undefined : inside.slice(split + 2),
  };
}

/** The template as it should be where its fallback ends with filters; undefined where it does not. */
function withFilterInFront({ name, filters, fallback }: Parts): string | undefined {
  if (fallback === undefined) return undefined;
  const pieces = fallback.split("|");
  const start = pieces.findLastIndex((piece) => !Object.hasOwn(FILTERS, piece.trim())) + 1;
  // A text that is nothing but the name of a filter is a text.
  const late = pieces.slice(Math.max(1, start)).map((piece) => piece.trim());
  if (late.length === 0) return undefined;
  const text = pieces.slice(0, pieces.length - late.length).join("|");
  return `\${${[name, ...filters, ...late].join("|")}:-${text}}`;
}

/** Where the `}` of the template at `start` is; negative where there is none. Retell's `{{…}}` may stand inside. */
function endOf(text: string, start: number): number {
  let at = start + 2;
  for (;;) {
    const end = text.indexOf("}", at);
    const own = text.indexOf("{{", at);
    if (own < 0 || own > end) return end;
    const ownEnd = text.indexOf("}}", own);
    if (ownEnd < 0) return end;
    at = ownEnd + 2;
  }
}

/** Stands behind a `$` that is nothing but a dollar sign, whatever follows it. */
const GUARD = "\u0000";

/**
 * Writes `text` so that {@link readTemplate} reads it as nothing but itself, also where something else is put before
 * or behind it.
 */
export function escapeTemplate(text: string): string {
  // As a function: in a replacement that is text, "$" has meanings.
  return text.replaceAll("$", () => `$${GUARD}`);
}
