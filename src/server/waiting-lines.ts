/** Lines of text that wait to be written somewhere. */

/** So many lines are encoded at a time, since each by itself takes twice as long. */
const TEXTS = 32;
/** So many bytes of UTF-8 a UTF-16 code unit takes at most. */
const BYTES_A_UNIT = 3;
const LEAST_MEMORY = 64 * 1024;
/** So many bytes are kept for lines to come, once nothing waits. */
const MOST_KEPT = 1024 * 1024;

const NEWLINE = 10;

/**
 * Lines in the order in which they came, as bytes of UTF-8. Under load, thousands wait: as texts they would outlive the next
 * collection of what is new, and then be garbage until the next one of everything.
 */
export class WaitingLines {
  /** The last few, which are not encoded yet. */
  #texts: string[] = [];
  #textSize = 0;
  #memory = Buffer.alloc(0);
  #size = 0;

  /** How much waits, in bytes; of the last few lines, in UTF-16 code units. */
  get size(): number {
    return this.#size + this.#textSize;
  }

  /** Takes a line with its end. */
  add(line: string): void {
    this.#textSize += line.length;
    if (this.#texts.push(line) === TEXTS) this.#encode();
  }

  /** What waits. The bytes are good until some are forgotten; lines that are added meanwhile leave them alone. */
  bytes(): Uint8Array {
    this.#encode();
    return this.#memory.subarray(0, this.#size);
  }

  /** Forgets so many bytes, the first ones: nobody may be reading them any more. */
  forget(count: number): void {
    this.#memory.copyWithin(0, count, this.#size);
    this.#size -= count;
    if (this.#size === 0 && this.#memory.length > MOST_KEPT) this.#memory = Buffer.alloc(0);
  }

  #encode(): void {
    if (this.#textSize === 0) return;
    const most = this.#size + BYTES_A_UNIT * this.#textSize;
    if (most > this.#memory.length) {
      // Whoever reads the bytes goes on reading the old ones.
      const longer = Buffer.allocUnsafeSlow(Math.max(most, 2 * this.#memory.length, LEAST_MEMORY));
      longer.set(this.#memory.subarray(0, this.#size));
      this.#memory = longer;
    }
    this.#size += this.#memory.write(this.#texts.join(""), this.#size);
    this.#texts = [];
    this.#textSize = 0;
  }
}

/** How many lines end in these bytes. */
export function linesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

/** As many of the bytes as fit, from the first on, up to the end of a line; the first line whole, however long it is. */
export function wholeLines(bytes: Uint8Array, most: number): Uint8Array {
  if (bytes.length <= most) return bytes;
  const end = bytes.lastIndexOf(NEWLINE, most - 1);
  return bytes.subarray(0, (end < 0 ? bytes.indexOf(NEWLINE, most) : end) + 1);
}
