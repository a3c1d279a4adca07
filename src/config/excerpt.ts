/** The lines of a configuration that diagnostics show. */
import { asterisks, type Secrets } from "./secrets.ts";

/** A table's header with nothing behind it but a comment. */
const PLAIN_HEADER = /^\s*\[+\s*[\w"'.+*-]+\s*\]+\s*(#|$)/;
const HEADER = /^\s*\[+\s*["'\w]/;
const RETELL_HEADER = /^\s*\[+\s*["']?retell\b/i;
/** What is followed by a secret: a key that is called one, or anything of `retell` in one line. */
const MARKER = /api.?key|(key|secret|token|password)["']?\s*[=:]|^\s*["']?retell["']?\s*(\.[^=]*)?=/i;
/** The beginning of a key and its value, or of a table. */
const BEGINNING = /^\s*([\w"'.-]+\s*=|\[+\s*["'\w])/;

/**
 * A line of a TOML text, with anything that may be an API key blanked to asterisks.
 *
 * Works on text that is not TOML too: a forgotten quote must not put a key into a log. Everything in `[retell]` but
 * `max_age`, and everything behind a key that is called a secret, is taken for one unless it is a template.
 *
 * @param line from 1
 * @param secrets what must not be shown wherever it stands
 */
export function excerptOf(text: string, line: number, secrets: Secrets): string | undefined {
  const lines = text.split("\n").slice(0, line);
  const shown = lines[line - 1];
  return shown === undefined ? undefined : secrets.blanked(blankFrom(shown, secretStart(shown, lines)));
}

/** Where on the last of `lines` a secret may begin. */
function secretStart(shown: string, lines: readonly string[]): number {
  if (PLAIN_HEADER.test(shown)) return shown.length;
  const marker = MARKER.exec(shown.replace(/\$\{[^}]*\}/g, (template) => " ".repeat(template.length)));
  if (marker) return marker.index + marker[0].length;

  const header = lines.findLast((earlier) => HEADER.test(earlier));
  if (header !== undefined && RETELL_HEADER.test(header)) {
    if (header === shown) return shown.search(/retell/i) + "retell".length;
    return /^\s*max_age\b/.test(shown) ? shown.length : Math.max(0, shown.indexOf("="));
  }
  // A line in the middle of an array or a text belongs to the key above it.
  const beginning = lines.findLast((earlier) => BEGINNING.test(earlier));
  return beginning !== undefined && beginning !== shown && MARKER.test(beginning) ? 0 : shown.length;
}

/** Keeps what stands before `from`, templates, keys of inline tables, and the punctuation of TOML. */
function blankFrom(line: string, from: number): string {
  const behind = line
    .slice(from)
    .replace(/(\$\{[^}]*\}|\w+(?= = ))|[^\s="'[\],{}]+/g, (part, kept) => kept ?? asterisks(part));
  return line.slice(0, from) + behind;
}
