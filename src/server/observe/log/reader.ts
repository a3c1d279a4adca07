/** Who reads the log. */
import { fstatSync } from "node:fs";

/** Who reads what a server writes to standard error: a person, the journal of systemd, or a program. */
export type LogReader = "terminal" | "journal" | "program";

/**
 * Who reads a descriptor.
 *
 * @param journalStream `$JOURNAL_STREAM`: the device and the inode of the journal's end, where there is one
 */
export function readerOf(
  descriptor: number,
  isTerminal: boolean,
  journalStream: string | undefined,
): LogReader {
  if (isTerminal) return "terminal";
  if (!journalStream) return "program";
  try {
    const { dev, ino } = fstatSync(descriptor);
    // Whoever sends the log elsewhere leaves the variable as it is.
    return journalStream === `${dev}:${ino}` ? "journal" : "program";
  } catch {
    return "program";
  }
}
