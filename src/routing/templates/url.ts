/** URLs with templates in their path and query. */
import type { NameContext } from "../names/value.ts";
import { compilePieces, type Fill } from "./fill.ts";

/**
 * Compiles a URL, whose scheme, host and port are literal. What fills a template is encoded, so that it is one value
 * wherever it stands: no slash in it begins another segment of the path, and no `&` another parameter.
 *
 * The result is undefined where a value would make a segment of the path `.` or `..`, which lead elsewhere: nothing is
 * asked then.
 *
 * @throws for a template that the configuration should have refused
 */
export function compileUrl(text: string, context: NameContext): Fill<string | undefined> {
  const pieces = compilePieces(text, context);
  if (pieces.every((piece) => typeof piece === "string")) {
    const constant = pieces.join("");
    return () => constant;
  }
  return (circumstances) => {
    const url = pieces
      .map((piece) => (typeof piece === "string" ? piece : encoded(piece(circumstances))))
      .join("");
    return leadsElsewhere(url) ? undefined : url;
  };
}

/**
 * All but letters, digits and `-._~` (RFC 3986, "unreserved"): services give a meaning of their own to quotation marks,
 * brackets and asterisks. Half of a surrogate pair, which a caller may send, has no encoding.
 */
function encoded(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A dot is a dot in whatever form: `%2e%2e` leads upwards as well. */
const DOTS = /\/(?:\.|%2e){1,2}(?:[/?#]|$)/i;

function leadsElsewhere(url: string): boolean {
  const [path = ""] = url.split(/[?#]/, 1);
  return DOTS.test(path);
}
