/** Reading files of lines in pieces, so that a large one needs little memory and holds up nobody for long. */
import { open } from "node:fs/promises";

/** Some whole lines of a file. */
export interface Piece {
  /** Each line with its end. */
  readonly text: string;
  /** How much of the file is read by now, in bytes. */
  readonly bytesRead: number;
}

/** How much is read at once, in bytes: some hundred records, which take about a millisecond. */
const PIECE_BYTES = 256 * 1024;

/** The longest line, in bytes; a longer one is no record, and counts as a line that is torn. */
const LONGEST_LINE = 4 * 1024 * 1024;

/**
 * Reads a file from its beginning to its end, or to `endAt` bytes. What follows the last end of a line is a line that was
 * torn, or is still being written, and is left out.
 *
 * @returns how many bytes were left out at the end
 * @throws where the file cannot be read
 */
export async function* piecesOf(
  path: string,
  endAt = Number.POSITIVE_INFINITY,
): AsyncGenerator<Piece, number> {
  const file = await open(path, "r");
  try {
    let rest: Buffer = Buffer.alloc(0);
    let position = 0;
    for (;;) {
      const length = Math.min(PIECE_BYTES, endAt - position);
      if (length <= 0) return rest.length;
      const buffer = Buffer.allocUnsafe(length);
      const { bytesRead } = await file.read(buffer, 0, length, position);
      if (bytesRead === 0) return rest.length;
      position += bytesRead;
      const read = buffer.subarray(0, bytesRead);
      const end = read.lastIndexOf(NEWLINE) + 1;
      if (end === 0) {
        // What is too long is cut, and so stays a line that nobody can read.
        rest = rest.length > LONGEST_LINE ? rest : Buffer.concat([rest, read]);
        continue;
      }
      const text = rest.toString() + read.toString("utf8", 0, end);
      rest = Buffer.from(read.subarray(end));
      yield { text, bytesRead: position };
    }
  } finally {
    await file.close();
  }
}

const NEWLINE = 10;
