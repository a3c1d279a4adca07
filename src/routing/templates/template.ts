/** Templates: `${name}`, `${name:-fallback}`, and `$${` for a literal `${`. */

/** A piece of a template: literal text, or a name to be replaced. */
export type Segment =
  | string
  | {
      readonly name: string;
      /** What stands in for a missing value; undefined where the template gives none. */
      readonly fallback: string | undefined;
      /** Where the `${` stands, and how long the whole is, in characters of the template. */
      readonly offset: number;
      readonly length: number;
    };

/** Splits a template into its pieces, or says what is wrong with it. `{{…}}` is Retell's and stays as it is. */
export function readTemplate(
  text: string,
): { readonly segments: readonly Segment[] } | { readonly problem: string } {
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
            'a template "${" must be closed by "}" before the next one begins; none can stand inside another',
        };
      }
      const split = inside.indexOf(":-");
      const name = split < 0 ? inside : inside.slice(0, split);
      if (literal) segments.push(literal);
      literal = "";
      segments.push({
        name,
        fallback: split < 0 ? undefined : inside.slice(split + 2),
        offset: at,
        length: end + 1 - at,
      });
      at = end + 1;
    } else {
      literal += text[at];
      at += text[at] === "$" && text[at + 1] === GUARD ? 2 : 1;
    }
  }
  if (literal) segments.push(literal);
  return { segments };
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
