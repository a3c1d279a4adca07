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
  // A ring of rows, in pages that are made when they are first used: few servers ever use all.
  readonly #most: number;
  readonly #pages: Float64Array[] = [];
  readonly #index = new Index();
  readonly #hashOf = (row: number) => this.#at(row, DIGEST) >>> 0;
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
    // It stays in the ring, and is not found any more.
    if (former >= 0) this.#index.remove(former, this.#hashOf);
    if (former >= 0) this.#pageOf(former)[placeOf(former, DIGEST)] = NOBODY;
    if (this.#size === this.#most) this.forgetOldest();
    const row = (this.#first + this.#size) % this.#most;
    const page = this.#pageOf(row);
    page[placeOf(row, DIGEST)] = digest;
    page[placeOf(row, FIRST_MS)] = firstMs;
    page[placeOf(row, NOTE)] = note;
    this.#index.insert(row, this.#hashOf);
    this.#size++;
  }

  forgetOldest(): void {
    if (this.#size === 0) return;
    if (this.#at(this.#first, DIGEST) !== NOBODY) this.#index.remove(this.#first, this.#hashOf);
    this.#first = (this.#first + 1) % this.#most;
    this.#size--;
  }

  #find(digest: number): number {
    return this.#index.find(digest >>> 0, (row) => this.#at(row, DIGEST) === digest);
  }

  /** What a row has in a column; 0 where it was never used. */
  #at(row: number, column: Column): number {
    return this.#pages[Math.floor(row / PAGE)]?.[placeOf(row, column)] ?? 0;
  }

  #pageOf(row: number): Float64Array {
    const at = Math.floor(row / PAGE);
    const page = this.#pages[at] ?? new Float64Array(PAGE * COLUMNS);
    this.#pages[at] = page;
    return page;
  }
}

/** How many rows a page has. */
const PAGE = 1024;

const COLUMNS = 3;
const DIGEST = 0;
const FIRST_MS = 1;
const NOTE = 2;
type Column = typeof DIGEST | typeof FIRST_MS | typeof NOTE;

/** Where a row's value stands in its page. */
function placeOf(row: number, column: Column): number {
  return (row % PAGE) * COLUMNS + column;
}

/** No digest. */
const NOBODY = -1;
