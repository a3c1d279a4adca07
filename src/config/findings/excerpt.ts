/** The lines of a configuration that diagnostics show. */
import type { Diagnostic } from "./findings.ts";
import { shortened } from "./printable.ts";
import { asterisks, type Secrets } from "./secrets.ts";

/** A table's header with nothing behind it but a comment. */
const PLAIN_HEADER = /^\s*\[+\s*[\w"'.+*-]+\s*\]+\s*(#|$)/;
const HEADER = /^\s*\[+\s*["'\w]/;
const RETELL_HEADER = /^\s*\[+\s*["']?retell\b/i;
/** What is followed by a secret: a key that is called one, or anything of `retell` in one line. */
const MARKER =
  /api.?key|(key|secret|token|password|authorization|cookie)["']?\s*[=:]|^\s*["']?retell["']?\s*(\.[^=]*)?=/i;
/** Headers of requests that this program makes; those of calls, in `[[expect]]` and `when.header`, are no secrets. */
const HEADERS_HEADER = /^\s*\[+\s*(?!["']?expect\b).*\bheaders["']?\s*\]/i;
const HEADERS = /\bheaders["']?\s*(\.[^=]{0,99})?=/i;
const OPEN_HEADERS = /\bheaders["']?\s*=\s*\{\s*(#.*)?$/i;
const EXPECT_HEADER = /^\s*\[+\s*["']?expect\b/i;
/** Where a notice goes: whoever knows the path behind the host may post there. */
const NOTIFY_HEADER = /^\s*\[+\s*["']?notify\b/i;
const URL_HOST = /\burl["']?\s*=.{0,99}?:\/\/[^/"'\s]*/i;
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
  return excerptsOf(text, secrets)(line);
}

/** {@link excerptOf} for any number of lines of one text: the way back to what a line belongs to is gone once. */
export function excerptsOf(text: string, secrets: Secrets): (line: number) => string | undefined {
  const lines = text.split("\n");
  const header = latest(lines, HEADER);
  const beginning = latest(lines, BEGINNING);
  const excerpts = new Map<number, string>();
  return (line) => {
    const shown = lines[line - 1];
    if (shown === undefined) return undefined;
    let excerpt = excerpts.get(line);
    if (excerpt === undefined) {
      const start = secretStart(shown, header[line - 1], beginning[line - 1]);
      excerpt = secrets.blanked(blankFrom(shown, start));
      excerpts.set(line, excerpt);
    }
    return excerpt;
  };
}

/** For each line, the latest one up to it that `form` fits. */
function latest(lines: readonly string[], form: RegExp): (string | undefined)[] {
  let found: string | undefined;
  let isOpen = false;
  return lines.map((line) => {
    if (/^\s*[}[]/.test(line)) isOpen = false;
    if (!isOpen && form.test(line)) {
      found = line;
      // The lines of headers over several lines have keys of their own.
      isOpen = OPEN_HEADERS.test(line);
    }
    return found;
  });
}

/** Where on a line a secret may begin. @param header of the table that it is in @param beginning of its value */
function secretStart(shown: string, header: string | undefined, beginning: string | undefined): number {
  if (PLAIN_HEADER.test(shown)) return shown.length;
  const bare = shown.replace(/\$\{[^}]*\}/g, (template) => " ".repeat(template.length));
  const isExpect = header !== undefined && EXPECT_HEADER.test(header);
  const marker = MARKER.exec(bare) ?? (isExpect ? null : HEADERS.exec(bare));
  if (marker) return marker.index + marker[0].length;
  if (header !== undefined && header !== shown && HEADERS_HEADER.test(header)) {
    return Math.max(0, bare.indexOf("="));
  }
  const host = header !== undefined && NOTIFY_HEADER.test(header) ? URL_HOST.exec(bare) : null;
  if (host) return host.index + host[0].length;

  if (header !== undefined && RETELL_HEADER.test(header)) {
    if (header === shown) return shown.search(/retell/i) + "retell".length;
    return /^\s*max_age\b/.test(shown) ? shown.length : Math.max(0, shown.indexOf("="));
  }
  // A line in the middle of an array or a text belongs to the key above it.
  const isSecret = (line: string) => MARKER.test(line) || (!isExpect && HEADERS.test(line));
  return beginning !== undefined && beginning !== shown && isSecret(beginning) ? 0 : shown.length;
}

/** Longer lines are not shown whole: an array of thousands of numbers may stand on one, and each may be wrong. */
const LONGEST_EXCERPT = 240;
/** How much of a longer line is shown before what is at fault. */
const BEFORE = 60;

/** The longest message, hint or note; they quote what files hold, which may be of any length. */
const LONGEST_TEXT = 600;

/** Cuts the texts of a diagnostic to a sane size, and a long excerpt to what stands around the fault. */
export function bounded(diagnostic: Diagnostic): Diagnostic {
  const { message, hint, related } = diagnostic;
  return {
    ...withShortExcerpt(diagnostic),
    message: shortened(message, LONGEST_TEXT),
    hint: hint === undefined ? undefined : shortened(hint, LONGEST_TEXT),
    related: related && { ...related, message: shortened(related.message, LONGEST_TEXT) },
  };
}

function withShortExcerpt(diagnostic: Diagnostic): Diagnostic {
  const { excerpt, column } = diagnostic;
  if (excerpt === undefined || excerpt.length <= LONGEST_EXCERPT) return diagnostic;
  const from = Math.max(0, Math.min(column - 1 - BEFORE, excerpt.length - LONGEST_EXCERPT));
  const to = from + LONGEST_EXCERPT;
  const left = from > 0 ? "…" : "";
  const right = to < excerpt.length ? "…" : "";
  const kept = excerpt.slice(from + left.length, to - right.length);
  return { ...diagnostic, excerpt: left + kept + right, excerptFrom: from + 1 };
}

/** Keeps what stands before `from`, templates, keys of inline tables, and the punctuation of TOML. */
function blankFrom(line: string, from: number): string {
  const behind = line
    .slice(from)
    .replace(/(\$\{[^}]*\}|[\w-]+(?= = ))|[^\s="'[\],{}]+/g, (part, kept) => kept ?? asterisks(part));
  return line.slice(0, from) + behind;
}
