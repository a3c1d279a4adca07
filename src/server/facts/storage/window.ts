/** The last few values, found by a number. */

/** No digest: those are never below 0. */
const NOBODY = -1;

/**
 * A ring of so many values, each with a digest, in the order in which they are put. All digests are looked at, side by
 * side: for some tens of them that is quicker than a Map that takes in a text and drops one with every call.
 */
export class Window<Value> {
  readonly #digests: Float64Array;
  readonly #values: (Value | undefined)[];
  #first = 0;
  #places = 0;
  #size = 0;

  /** @param most how many there can be; 2 to the power of something */
  constructor(most: number) {
    this.#digests = new Float64Array(most).fill(NOBODY);
    this.#values = Array.from({ length: most }, () => undefined);
  }

  /** How many values there are. */
  get size(): number {
    return this.#size;
  }

  /** Whether nothing can be put until the oldest is forgotten. */
  get isFull(): boolean {
    return this.#places === this.#digests.length;
  }

  /** The value that was put longest ago. */
  get oldest(): Value | undefined {
    return this.#values[this.#first];
  }

  /** Its digest. */
  get oldestDigest(): number | undefined {
    return this.#size === 0 ? undefined : this.#digests[this.#first];
  }

  /** The value of a digest. */
  get(digest: number): Value | undefined {
    const place = this.#digests.indexOf(digest);
    return place < 0 ? undefined : this.#values[place];
  }

  /** Puts a value, in place of the former one of that digest, as the newest. There must be room. */
  put(digest: number, value: Value): void {
    const former = this.#digests.indexOf(digest);
    if (former >= 0) this.#clear(former);
    const place = (this.#first + this.#places++) & (this.#digests.length - 1);
    this.#digests[place] = digest;
    this.#values[place] = value;
    this.#size++;
  }

  /** Forgets the value that was put longest ago, if there is any. */
  forgetOldest(): void {
    if (this.#size > 0) this.#clear(this.#first);
  }

  #clear(place: number): void {
    this.#digests[place] = NOBODY;
    this.#values[place] = undefined;
    this.#size--;
    // The first place is never an empty one.
    while (this.#places > 0 && this.#digests[this.#first] === NOBODY) {
      this.#first = (this.#first + 1) & (this.#digests.length - 1);
      this.#places--;
    }
  }
}
