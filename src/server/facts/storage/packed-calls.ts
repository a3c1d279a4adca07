/** Calls that there is little to say about, in columns of numbers. */
import { RowIndex } from "./row-index.ts";

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
  // A ring of rows, in pages that are made when they are first used: few servers ever use all.
  readonly #most: number;
  readonly #pages: Float64Array[] = [];
  readonly #index = new RowIndex((row) => hashOf(this.#at(row, DIGEST)));
  #first = 0;
  #size = 0;

  /** @param most how many there can be; beyond that, the oldest is forgotten */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#size;
  }

  /** When the one that was put longest ago was first tried. */
  get oldestMs(): number | undefined {
    return this.#size === 0 ? undefined : this.#at(this.#first, FIRST_MS);
  }

  get(digest: number): PackedCall | undefined {
    const row = this.#find(digest);
    return row < 0 ? undefined : { firstMs: this.#at(row, FIRST_MS), note: this.#at(row, NOTE) };
  }

  /** Puts a call, in place of the former one of that digest. */
  put(digest: number, firstMs: number, note: number): void {
    const former = this.#find(digest);
    if (former >= 0) {
      // It stays in the ring, and is not found any more.
      this.#index.remove(former, hashOf(digest));
      this.#pageOf(former)[placeOf(former, DIGEST)] = NOBODY;
    }
    if (this.#size === this.#most) this.forgetOldest();
    const row = this.#after(this.#first, this.#size);
    const page = this.#pageOf(row);
    page[placeOf(row, DIGEST)] = digest;
    page[placeOf(row, FIRST_MS)] = firstMs;
    page[placeOf(row, NOTE)] = note;
    this.#index.insert(row, hashOf(digest));
    this.#size++;
  }

  forgetOldest(): void {
    if (this.#size === 0) return;
    const digest = this.#at(this.#first, DIGEST);
    if (digest !== NOBODY) this.#index.remove(this.#first, hashOf(digest));
    this.#first = this.#after(this.#first, 1);
    this.#size--;
  }

  #find(digest: number): number {
    for (let place = this.#index.homeOf(hashOf(digest)); ; place = this.#index.after(place)) {
      const row = this.#index.rowAt(place);
      if (row < 0 || this.#at(row, DIGEST) === digest) return row;
    }
  }

  /** The row that comes so many after another in the ring. */
  #after(row: number, count: number): number {
    const sum = row + count;
    return sum < this.#most ? sum : sum - this.#most;
  }

  /** What a row has in a column; 0 where it was never used. */
  #at(row: number, column: Column): number {
    return this.#pages[row >>> PAGE_BITS]?.[placeOf(row, column)] ?? 0;
  }

  #pageOf(row: number): Float64Array {
    const at = row >>> PAGE_BITS;
    const page = this.#pages[at] ?? new Float64Array(PAGE * COLUMNS);
    this.#pages[at] = page;
    return page;
  }
}

/** How many rows a page has: 2 to the power of so much. */
const PAGE_BITS = 10;
const PAGE = 1 << PAGE_BITS;

const COLUMNS = 3;
const DIGEST = 0;
const FIRST_MS = 1;
const NOTE = 2;
type Column = typeof DIGEST | typeof FIRST_MS | typeof NOTE;

/** Where a row's value stands in its page. */
function placeOf(row: number, column: Column): number {
  return (row & (PAGE - 1)) * COLUMNS + column;
}

/** Digests are as good as random, so their last bits are. */
function hashOf(digest: number): number {
  return digest >>> 0;
}

/** No digest. */
const NOBODY = -1;
