/** CSV without quotes, read from bytes: each line is a row, and nothing is made of a field that nobody asks for. */
import { eachLine } from "../lines.ts";

const [COMMA, HASH, SPACE, NOT_ASCII] = [0x2c, 0x23, 0x20, 0x80];

/** A row where it stands in the file. The same object is used for every row. */
export class PlainRow {
  bytes: Uint8Array = new Uint8Array();
  /** From 1. */
  line = 0;
  /** How many fields there are. */
  count = 0;
  /** Where each field begins and ends, without spaces around it. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** Whether every field begins and ends with a character of ASCII: only then are its spaces seen here. */
  isPlain = true;
  #start = 0;
  #end = 0;

  /** The text of a field. */
  text(at: number): string {
    return decoder.decode(this.bytes.subarray(this.starts[at] ?? 0, this.ends[at] ?? 0));
  }

  /** The texts of all fields. */
  fields(): string[] {
    const line = decoder.decode(this.bytes.subarray(this.#start, this.#end));
    return line.split(",").map((field) => field.trim());
  }

  /** Takes the line apart that stands from `start` to `end`. */
  take(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.count = 0;
    this.isPlain = true;
    let from = start;
    for (let at = start; at <= end; at++) {
      if (at < end && bytes[at] !== COMMA) continue;
      this.#add(from, at);
      from = at + 1;
    }
  }

  #add(start: number, end: number): void {
    let [from, to] = [start, end];
    while (from < to && isSpace(this.bytes[from])) from++;
    while (from < to && isSpace(this.bytes[to - 1])) to--;
    this.starts[this.count] = from;
    this.ends[this.count] = to;
    this.count++;
    if (from === to) return;
    if ((this.bytes[from] ?? 0) >= NOT_ASCII || (this.bytes[to - 1] ?? 0) >= NOT_ASCII) this.isPlain = false;
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Space, tab, vertical tab, form feed. */
function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

/** Whether a file is CSV without quotes. */
export function isPlainCsv(bytes: Uint8Array): boolean {
  return !bytes.includes(0x22);
}

/** Gives every row of a file without quotes to `take`, until that returns false. Blank lines and comments are none. */
export function eachPlainRow(bytes: Uint8Array, take: (row: PlainRow) => boolean): void {
  const row = new PlainRow();
  eachLine([bytes], (line, start, end) => {
    row.line++;
    if (start === end || line[start] === HASH) return true;
    row.take(line, start, end);
    const isBlank = row.count === 1 && row.starts[0] === row.ends[0];
    return isBlank || take(row);
  });
}
