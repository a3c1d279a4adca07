/** Calls that there is little to say about, in columns of numbers. */
import { Index } from "./columns.ts";

/** What is kept of a call. */
export interface PackedCall {
  readonly firstMs: number;
  readonly note: number;
}

/**
 * Calls in the order in which they are put, each with a number beside it: 24 bytes a call and a place in an index, where
 * objects took three hundred and had to be looked through by every garbage collection.
 *
 * Calls are told apart by a digest (`digestOf`), 53 bits that nobody outside can foresee: of a thousand million calls, one in a hundred times one
 * is taken for another.
 */
export class PackedCalls {
  // A ring; its pages are given by the system once they are used.
  readonly #digests: Float64Array;
  readonly #firstMs: Float64Array;
  readonly #notes: Float64Array;
  readonly #index = new Index();
  readonly #hashOf = (row: number) => (this.#digests[row] ?? 0) >>> 0;
  #first = 0;
  #size = 0;

  /** @param most how many there can be; beyond that, the oldest is forgotten */
  constructor(most: number) {
    this.#digests = new Float64Array(most);
    this.#firstMs = new Float64Array(most);
    this.#notes = new Float64Array(most);
  }

  get size(): number {
    return this.#size;
  }

  /** When the one that was put longest ago was first tried. */
  get oldestMs(): number | undefined {
    return this.#size === 0 ? undefined : this.#firstMs[this.#first];
  }

  get(digest: number): PackedCall | undefined {
    const row = this.#find(digest);
    return row < 0 ? undefined : { firstMs: this.#firstMs[row] ?? 0, note: this.#notes[row] ?? 0 };
  }

  /** Puts a call, in place of the former one of that digest. */
  put(digest: number, firstMs: number, note: number): void {
    const former = this.#find(digest);
    // It stays in the ring, and is not found any more.
    if (former >= 0) this.#index.remove(former, this.#hashOf);
    if (former >= 0) this.#digests[former] = NOBODY;
    if (this.#size === this.#digests.length) this.forgetOldest();
    const row = (this.#first + this.#size) % this.#digests.length;
    this.#digests[row] = digest;
    this.#firstMs[row] = firstMs;
    this.#notes[row] = note;
    this.#index.insert(row, this.#hashOf);
    this.#size++;
  }

  forgetOldest(): void {
    if (this.#size === 0) return;
    if (this.#digests[this.#first] !== NOBODY) this.#index.remove(this.#first, this.#hashOf);
    this.#first = (this.#first + 1) % this.#digests.length;
    this.#size--;
  }

  #find(digest: number): number {
    return this.#index.find(digest >>> 0, (row) => this.#digests[row] === digest);
  }
}

/** No digest. */
const NOBODY = -1;
