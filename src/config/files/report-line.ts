/** Reporting what is wrong on the lines of a text file. */
import type { Findings } from "../findings/findings.ts";

/** Reports something wrong on a line of a text file, with a caret under `part` or the whole line. */
export type ReportLine = (
  line: number,
  message: string,
  part?: string,
  hint?: Hint,
  severity?: "error" | "warning",
) => void;

/** What may be meant; a function where that takes time to find, and is asked only if it is shown. */
export type Hint = string | undefined | (() => string | undefined);

/** So many lines of a file are reported one by one: whoever gives the wrong file has seen enough. */
const MOST_REPORTED = 1000;

/** Reports what is wrong in a text file, up to a thousand errors and a thousand warnings. */
export class LineReports {
  readonly #file: string;
  readonly #text: string;
  readonly #findings: Findings;
  #lines: readonly string[] | undefined;
  readonly #count = { error: 0, warning: 0 };

  /** @param file as messages name it */
  constructor(file: string, text: string, findings: Findings) {
    this.#file = file;
    this.#text = text;
    this.#findings = findings;
  }

  /** Whether the file has so many errors that the rest of it need not be read: it is refused anyway. */
  get isFull(): boolean {
    return this.#count.error > MOST_REPORTED;
  }

  readonly report: ReportLine = (line, message, part, hint, severity = "error") => {
    const count = ++this.#count[severity];
    if (count <= MOST_REPORTED) this.#put(line, message, part, hint, severity);
    else if (count === MOST_REPORTED + 1) {
      const rest = severity === "error" ? "the rest was not checked" : "further ones are not listed";
      const most = MOST_REPORTED.toLocaleString("en-US");
      this.#put(line, `more than ${most} ${severity}s in this file; ${rest}`, undefined, undefined, severity);
    }
  };

  #put(line: number, message: string, part?: string, hint?: Hint, severity?: "error" | "warning"): void {
    this.#lines ??= this.#text.split("\n");
    const excerpt = this.#lines[line - 1] ?? "";
    const at = part ? Math.max(0, excerpt.indexOf(part)) : 0;
    const length = Math.max(1, part && excerpt.includes(part) ? part.length : excerpt.length);
    const place = { file: this.#file, line, column: at + 1, length, excerpt };
    this.#findings.errorInFile(place, message, typeof hint === "function" ? hint() : hint, severity);
  }
}
