/** Columns of numbers that grow, and an index into them. */

/** How much longer a column gets when it is full. */
const GROWTH = 1.5;

/** A longer copy of a column. */
export function growFloats(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(Math.ceil(column.length * GROWTH));
  longer.set(column);
  return longer;
}

/** A longer copy of a column. */
export function growInts(column: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(Math.ceil(column.length * GROWTH));
  longer.set(column);
  return longer;
}

/** The hash of a row, as a whole number below 2^32. */
type HashOf = (row: number) => number;

/**
 * Finds rows by their hash: open addressing with linear probing, at most three quarters full. It holds the numbers of
 * rows and nothing else; what rows are equal, and what their hash is, whoever owns them says.
 */
export class Index {
  /** The number of a row, and one more; 0 where there is none. */
  #places = new Uint32Array(128);
  #size = 0;

  /** The row of a hash that is meant, or -1. */
  find(hash: number, isMeant: (row: number) => boolean): number {
    const mask = this.#places.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const place = this.#places[at] ?? 0;
      if (place === 0) return -1;
      if (isMeant(place - 1)) return place - 1;
    }
  }

  /** Adds a row that is not there. */
  insert(row: number, hashOf: HashOf): void {
    if ((this.#size + 1) * 4 > this.#places.length * 3) this.#double(hashOf);
    this.#put(row, hashOf(row));
    this.#size++;
  }

  /** Removes a row that is there. */
  remove(row: number, hashOf: HashOf): void {
    const mask = this.#places.length - 1;
    let hole = hashOf(row) & mask;
    while (this.#places[hole] !== row + 1) hole = (hole + 1) & mask;
    // What was pushed on by it moves up, so that no search ends early.
    for (let at = (hole + 1) & mask; this.#places[at] !== 0; at = (at + 1) & mask) {
      const place = this.#places[at] ?? 0;
      const home = hashOf(place - 1) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      this.#places[hole] = place;
      hole = at;
    }
    this.#places[hole] = 0;
    this.#size--;
  }

  #put(row: number, hash: number): void {
    const mask = this.#places.length - 1;
    let at = hash & mask;
    while (this.#places[at] !== 0) at = (at + 1) & mask;
    this.#places[at] = row + 1;
  }

  #double(hashOf: HashOf): void {
    const before = this.#places;
    this.#places = new Uint32Array(2 * before.length);
    for (let at = 0; at < before.length; at++) {
      const place = before[at] ?? 0;
      if (place > 0) this.#put(place - 1, hashOf(place - 1));
    }
  }
}
