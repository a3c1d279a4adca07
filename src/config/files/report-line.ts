/** Reporting what is wrong on the lines of a text file. */
import type { Findings } from "../findings/findings.ts";

/** Reports something wrong on a line of a text file, with a caret under `part` or the whole line. */
export type ReportLine = (
  line: number,
  message: string,
  part?: string,
  hint?: string,
  severity?: "error" | "warning",
) => void;

/** So many lines of a file are reported one by one: whoever gives the wrong file has seen enough. */
const MOST_REPORTED = 1000;

/** Reports what is wrong in a text file, and how many lines more there are beyond the first thousand. */
export class LineReports {
  readonly #file: string;
  readonly #text: string;
  readonly #findings: Findings;
  #lines: readonly string[] | undefined;
  #count = 0;
  #firstLeftOut: number | undefined;

  /** @param file as messages name it */
  constructor(file: string, text: string, findings: Findings) {
    this.#file = file;
    this.#text = text;
    this.#findings = findings;
  }

  readonly report: ReportLine = (line, message, part, hint, severity) => {
    this.#count++;
    if (this.#count > MOST_REPORTED) {
      this.#firstLeftOut ??= line;
      return;
    }
    this.#put(line, message, part, hint, severity);
  };

  /** To be called when the file is read. */
  end(): void {
    if (this.#firstLeftOut === undefined) return;
    const more = (this.#count - MOST_REPORTED).toLocaleString("en-US");
    this.#put(this.#firstLeftOut, `from here on, ${more} more mistakes in this file are not listed`);
  }

  #put(line: number, message: string, part?: string, hint?: string, severity?: "error" | "warning"): void {
    this.#lines ??= this.#text.split("\n");
    const excerpt = this.#lines[line - 1] ?? "";
    const at = part ? Math.max(0, excerpt.indexOf(part)) : 0;
    const length = Math.max(1, part && excerpt.includes(part) ? part.length : excerpt.length);
    const place = { file: this.#file, line, column: at + 1, length, excerpt };
    this.#findings.errorInFile(place, message, hint, severity);
  }
}
