/** An index of rows. */

/** The hash of a row, as a whole number below 2^32. */
type HashOf = (row: number) => number;

/**
 * Finds rows by their hash: open addressing with linear probing, at most three quarters full. It holds the numbers of
 * rows and nothing else; what rows are equal, and what their hash is, whoever owns them says.
 *
 * A search goes from `homeOf` its hash from place to place until it meets the row that is meant, or a place without one.
 * It is the owner's loop: a function that is called for each row would be made for each call, and takes longer.
 */
export class RowIndex {
  readonly #hashOf: HashOf;
  /** The number of a row, and one more; 0 where there is none. */
  #places = new Uint32Array(128);
  #size = 0;

  constructor(hashOf: HashOf) {
    this.#hashOf = hashOf;
  }

  /** The place where the search for a hash begins. */
  homeOf(hash: number): number {
    return hash & (this.#places.length - 1);
  }

  /** The place where a search goes on. */
  after(place: number): number {
    return (place + 1) & (this.#places.length - 1);
  }

  /** The row at a place; -1 where there is none. */
  rowAt(place: number): number {
    return (this.#places[place] ?? 0) - 1;
  }

  /** Adds a row that is not there. */
  insert(row: number, hash: number): void {
    if ((this.#size + 1) * 4 > this.#places.length * 3) this.#double();
    this.#put(row, hash);
    this.#size++;
  }

  /** Removes a row that is there. */
  remove(row: number, hash: number): void {
    const places = this.#places;
    const mask = places.length - 1;
    let hole = hash & mask;
    while (places[hole] !== row + 1) hole = (hole + 1) & mask;
    // What was pushed on by it moves up, so that no search ends early.
    for (let at = (hole + 1) & mask; places[at] !== 0; at = (at + 1) & mask) {
      const place = places[at] ?? 0;
      const home = this.#hashOf(place - 1) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      places[hole] = place;
      hole = at;
    }
    places[hole] = 0;
    this.#size--;
  }

  #put(row: number, hash: number): void {
    const places = this.#places;
    const mask = places.length - 1;
    let at = hash & mask;
    while (places[at] !== 0) at = (at + 1) & mask;
    places[at] = row + 1;
  }

  #double(): void {
    const before = this.#places;
    this.#places = new Uint32Array(2 * before.length);
    for (const place of before) if (place > 0) this.#put(place - 1, this.#hashOf(place - 1));
  }
}
