/** Calls in the order in which they came, packed: who made each, and when. */

/** How many places a page has. */
const PAGE = 16_384;

/**
 * What stands beside a place that holds no call, but how many seconds passed before the next one. Beside a call it is how
 * many seconds after the one before it came; where that is more, such a place comes between the two.
 */
const PAUSE = 255;

interface Page {
  /** The rows of callers; at a pause, its seconds. */
  readonly rows: Uint32Array;
  readonly seconds: Uint8Array;
}

/**
 * A queue of calls. Each takes 5 bytes, and those of a page are given back when its last call has left: a ring that grows
 * would be copied again and again, and half of it be empty.
 */
export class CallQueue {
  readonly #pages: Page[] = [];
  /** The place of the oldest call in the first page, and the one behind the newest in the last page. */
  #first = 0;
  #end = PAGE;
  #size = 0;
  #oldestSeconds = 0;
  #newestSeconds = 0;

  /** How many calls there are. */
  get size(): number {
    return this.#size;
  }

  /** When the oldest call came, in seconds since the epoch; undefined where there is none. */
  get oldestSeconds(): number | undefined {
    return this.#size === 0 ? undefined : this.#oldestSeconds;
  }

  /**
   * Adds the call that came last.
   *
   * @param row that of its caller, below 2^32
   * @param seconds since the epoch; a time before that of the call before it counts as the same
   */
  push(row: number, seconds: number): void {
    const passed = this.#size === 0 ? 0 : Math.max(0, seconds - this.#newestSeconds);
    if (this.#size === 0) this.#oldestSeconds = this.#newestSeconds = seconds;
    this.#newestSeconds += passed;
    this.#size++;
    if (passed >= PAUSE) this.#put(passed, PAUSE);
    this.#put(row, passed < PAUSE ? passed : 0);
  }

  /** Takes out the oldest call. @returns the row of its caller; undefined where there is none */
  shift(): number | undefined {
    if (this.#size === 0) return undefined;
    const row = this.#pages[0]?.rows[this.#first];
    this.#step();
    this.#size--;
    if (this.#size === 0) return row;
    if (this.#pages[0]?.seconds[this.#first] === PAUSE) {
      this.#oldestSeconds += this.#pages[0]?.rows[this.#first] ?? 0;
      this.#step();
    } else this.#oldestSeconds += this.#pages[0]?.seconds[this.#first] ?? 0;
    return row;
  }

  #put(value: number, seconds: number): void {
    if (this.#end === PAGE) {
      this.#pages.push({ rows: new Uint32Array(PAGE), seconds: new Uint8Array(PAGE) });
      this.#end = 0;
    }
    const page = this.#pages.at(-1);
    if (!page) return;
    page.rows[this.#end] = value;
    page.seconds[this.#end] = seconds;
    this.#end++;
  }

  /** Goes on to the next place. */
  #step(): void {
    if (++this.#first < PAGE) return;
    this.#pages.shift();
    this.#first = 0;
  }
}
