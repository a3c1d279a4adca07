/** Texts in one piece of memory, which a thread hands to another without copying. Each is read when it is needed. */

/** Texts packed by {@link TextPacker}. Plain data. */
export interface PackedTexts {
  /** In UTF-8, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each ends in `bytes`. */
  readonly ends: Float64Array<ArrayBuffer>;
}

/** Packs texts, one by one. */
export class TextPacker {
  readonly #encoder = new TextEncoder();
  readonly #ends: number[] = [];
  #bytes = new Uint8Array(1024);
  #end = 0;

  /** How many there are. */
  get count(): number {
    return this.#ends.length;
  }

  add(text: string): void {
    // No character takes more than three bytes a UTF-16 code unit.
    const most = text.length * 3;
    if (this.#bytes.length - this.#end < most) {
      const grown = new Uint8Array((this.#bytes.length + most) * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#end += this.#encoder.encodeInto(text, this.#bytes.subarray(this.#end)).written;
    this.#ends.push(this.#end);
  }

  /** Those that were added. */
  build(): PackedTexts {
    return { bytes: this.#bytes.slice(0, this.#end), ends: new Float64Array(this.#ends) };
  }
}

/** The text at `index`, as it is in memory. */
export function bytesAt({ bytes, ends }: PackedTexts, index: number): Uint8Array {
  return bytes.subarray(ends[index - 1] ?? 0, ends[index]);
}
