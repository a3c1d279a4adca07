/** Reporting what is wrong on the lines of a text file. */
import type { Findings } from "../../findings/findings.ts";

/** A line of a text file, from 1; and where on it something begins, if it does not have the line for itself. */
export type LinePlace = number | { readonly line: number; readonly column: number };

/** The number of the line. */
export function lineOf(place: LinePlace): number {
  return typeof place === "number" ? place : place.line;
}

/** Reports something wrong on a line of a text file, with a caret under `part` or the whole line. */
export type ReportLine = (
  place: LinePlace,
  message: string,
  part?: string,
  hint?: Hint,
  severity?: "error" | "warning",
) => void;

/** What may be meant; a function where that takes time to find, and is asked only if it is shown. */
export type Hint = string | undefined | (() => string | undefined);

/** So many lines of a file are reported one by one: whoever gives the wrong file has seen enough. */
const MOST_REPORTED = 1000;

/** The line of that number, from 1. */
export type LineAt = (line: number) => string;

/** The lines of a text, which is taken apart when the first is asked for. */
export function linesIn(text: string): LineAt {
  let lines: readonly string[] | undefined;
  return (line) => {
    lines ??= text.split("\n");
    return lines[line - 1] ?? "";
  };
}

/** Reports what is wrong in a text file, up to a thousand errors and a thousand warnings. */
export class LineReports {
  readonly #file: string;
  readonly #lineAt: LineAt;
  readonly #findings: Findings;
  readonly #count = { error: 0, warning: 0 };

  /** @param file as messages name it */
  constructor(file: string, lineAt: LineAt, findings: Findings) {
    this.#file = file;
    this.#lineAt = lineAt;
    this.#findings = findings;
  }

  /** Whether the file has so many errors that the rest of it need not be read: it is refused anyway. */
  readonly isFull = (): boolean => this.#count.error > MOST_REPORTED;

  /** How many errors the file has. */
  get errors(): number {
    return this.#count.error;
  }

  readonly report: ReportLine = (place, message, part, hint, severity = "error") => {
    const count = ++this.#count[severity];
    if (count <= MOST_REPORTED) this.#put(place, message, part, hint, severity);
    else if (count === MOST_REPORTED + 1) {
      const rest = severity === "error" ? "the rest was not checked" : "further ones are not listed";
      const most = MOST_REPORTED.toLocaleString("en-US");
      this.#put(
        place,
        `more than ${most} ${severity}s in this file; ${rest}`,
        undefined,
        undefined,
        severity,
      );
    }
  };

  #put(place: LinePlace, message: string, part?: string, hint?: Hint, severity?: "error" | "warning"): void {
    const line = lineOf(place);
    const excerpt = this.#lineAt(line);
    const from = typeof place === "number" ? 0 : place.column - 1;
    const found = part ? excerpt.indexOf(part, from) : -1;
    const length = found >= 0 && part ? part.length : typeof place === "number" ? excerpt.length : 1;
    const column = (found >= 0 ? found : from) + 1;
    const where = { file: this.#file, line, column, length: Math.max(1, length), excerpt };
    this.#findings.errorInFile(where, message, typeof hint === "function" ? hint() : hint, severity);
  }
}
