/** The lines of a configuration that diagnostics show. */

/**
 * A line of a TOML text, with anything that may be an API key blanked to asterisks.
 *
 * Works on text that is not TOML too: a forgotten quote must not put a key into a log. Everything in `[retell]` but
 * `max_age`, and everything behind `api_key`, is taken for a key unless it is a template.
 *
 * @param line from 1
 */
export function excerptOf(text: string, line: number): string | undefined {
  const lines = text.split("\n");
  const shown = lines[line - 1];
  if (shown === undefined) return undefined;
  if (/^\s*\[/.test(shown) && !shown.includes("api_key")) return shown;

  const marker = shown.indexOf("api_key");
  if (marker >= 0) return blankFrom(shown, marker + "api_key".length);
  const header = lines.slice(0, line).findLast((earlier) => /^\s*\[[\w".]/.test(earlier));
  if (!header || !/^\s*\[\s*"?retell\b/.test(header) || /^\s*(max_age\b|#)/.test(shown)) return shown;
  const equals = shown.indexOf("=");
  return blankFrom(shown, equals < 0 ? 0 : equals);
}

/** Keeps what stands before `from`, templates, and the punctuation of TOML. */
function blankFrom(line: string, from: number): string {
  const behind = line.slice(from).replace(/\$\{[^}]*\}|[^\s="'[\],{}]+/g, (part) => {
    return part.startsWith("${") ? part : "*".repeat(part.length);
  });
  return line.slice(0, from) + behind;
}
