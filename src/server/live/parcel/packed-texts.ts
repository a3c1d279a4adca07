/** Texts in one piece of memory, which a thread hands to another without copying. Each is read when it is needed. */

/** Texts packed by {@link TextPacker}. Plain data. */
export interface PackedTexts {
  /** In UTF-8, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each ends in `bytes`. */
  readonly ends: Float64Array<ArrayBuffer>;
}

/** So many characters are encoded together, which takes a third of the time. */
const TOGETHER = 65_536;

/** Packs texts. */
export class TextPacker {
  readonly #encoder = new TextEncoder();
  readonly #ends: number[] = [];
  /** Those that are not encoded yet. */
  #waiting: string[] = [];
  #waitingLength = 0;
  #bytes = new Uint8Array(1024);
  #end = 0;

  /** How many there are. */
  get count(): number {
    return this.#ends.length + this.#waiting.length;
  }

  add(text: string): void {
    this.#waiting.push(text);
    this.#waitingLength += text.length;
    if (this.#waitingLength >= TOGETHER) this.#encodeWaiting();
  }

  /** Those that were added. */
  build(): PackedTexts {
    this.#encodeWaiting();
    return { bytes: this.#bytes.slice(0, this.#end), ends: new Float64Array(this.#ends) };
  }

  #encodeWaiting(): void {
    const texts = this.#waiting;
    const start = this.#end;
    this.#encode(texts.join(""));
    const isAscii = this.#end - start === this.#waitingLength;
    if (!isAscii) this.#end = start;
    let end = start;
    for (const text of texts) {
      if (isAscii) end += text.length;
      else end = this.#encode(text);
      this.#ends.push(end);
    }
    this.#waiting = [];
    this.#waitingLength = 0;
  }

  /** @returns where the bytes of the text end */
  #encode(text: string): number {
    // No character takes more than three bytes a UTF-16 code unit.
    const most = text.length * 3;
    if (this.#bytes.length - this.#end < most) {
      const grown = new Uint8Array((this.#bytes.length + most) * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#end += this.#encoder.encodeInto(text, this.#bytes.subarray(this.#end)).written;
    return this.#end;
  }
}

/** The text at `index`, as it is in memory. */
export function bytesAt({ bytes, ends }: PackedTexts, index: number): Uint8Array {
  return bytes.subarray(ends[index - 1] ?? 0, ends[index]);
}
