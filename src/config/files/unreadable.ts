/** Saying of a file that the configuration names why it cannot be read. */
import type { Findings, Path } from "../findings/findings.ts";
import { invalidWords, type Unreadable } from "./decode.ts";

/**
 * Reports a file that cannot be read: where it is named, or in the file itself where that has bytes that are not UTF-8.
 *
 * @param file as messages name it
 * @param path where it is named
 */
export function reportUnreadable(
  file: string,
  { problem, invalid }: Unreadable,
  path: Path,
  findings: Findings,
  verb: "read" | "fetch" = "read",
): void {
  if (!invalid) {
    findings.error(path, `cannot ${verb} "${file}": ${problem}`);
    return;
  }
  const { line, column, length, text } = invalid;
  const { message, hint } = invalidWords(invalid);
  findings.errorInFile({ file, line, column, length, excerpt: text.split("\n")[line - 1] }, message, hint);
}
