/** What was opened on an earlier line of a TOML text and is still open where the text stops being TOML. */
import { skipString } from "../../findings/toml-scan.ts";

/** An array, an inline table or a text over several lines. */
export interface Opened {
  /** Where it was opened, from 1. */
  readonly line: number;
  readonly message: string;
  readonly hint: string;
  readonly isStructure: boolean;
}

/**
 * The innermost of what was opened on an earlier line than the last, and reaches into it.
 *
 * @param lines the text to the end of the line where the parser stopped
 * @param column where it stopped, from 1
 */
export function openedBefore(lines: readonly string[], column: number): Opened | undefined {
  const text = lines.join("\n");
  const lastStart = text.length - (lines.at(-1) ?? "").length;
  const stop = lastStart + column - 1;
  const open: number[] = [];
  // A text that was opened above, and that ends on this line: what follows may have been meant to be in it.
  let longText: { readonly start: number; readonly quotes: string } | undefined;
  const interesting = /["'#[\]{}]/g;
  for (let found = interesting.exec(text); found && found.index < stop; found = interesting.exec(text)) {
    const at = found.index;
    switch (found[0]) {
      case '"':
      case "'": {
        const end = skipString(text, at);
        if (at < lastStart && end > lastStart) longText = { start: at, quotes: text.slice(at, at + 3) };
        interesting.lastIndex = end;
        break;
      }
      case "#": {
        const end = text.indexOf("\n", at);
        interesting.lastIndex = end < 0 ? text.length : end;
        break;
      }
      case "[":
      case "{":
        open.push(at);
        break;
      default:
        open.pop();
    }
  }
  if (longText) return opened(text, longText.start, longText.quotes, false);
  const at = open.findLast((place) => place < lastStart);
  return at === undefined ? undefined : opened(text, at, text[at] ?? "", true);
}

function opened(text: string, at: number, what: string, isStructure: boolean): Opened {
  return {
    line: text.slice(0, at).split("\n").length,
    message: `\`${what}\` is opened here`,
    hint: isStructure
      ? `is the \`${what === "[" ? "]" : "}"}\` missing above?`
      : `are the closing ${what} missing above?`,
    isStructure,
  };
}
