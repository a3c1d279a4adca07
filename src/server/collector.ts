/** Collecting garbage early, and giving memory back: an engine lets garbage grow to twice what is in use, and keeps what it took. */
import type { Observer } from "./observe/observer.ts";

/**
 * After so many calls, what they left behind is collected, some 15 KB each. That takes 1 to 2 ms, as it does when the engine
 * collects by itself, after four times as many calls, for which it keeps four times the memory.
 */
const NEW_CALLS = 500;

/**
 * What outlives such a collection and is no longer used adds up until everything is looked through. At so much, in bytes, that
 * is done though calls wait: for 30 ms, once in tens of thousands of calls.
 */
const MOST_GARBAGE = 12 * 1024 * 1024;

/** After fewer calls, a pause is not used: there is nothing to gain. */
const MANY_CALLS = 1000;

/** A time without calls, in milliseconds. */
const QUIET_MS = 2000;

/**
 * With more than this in use, in bytes, everything is left to the engine: a call that comes meanwhile would wait for some 2 ms
 * a MiB, and little of so much is given back.
 */
const LARGEST_HEAP = 48 * 1024 * 1024;

/** What the engine can be asked. Sizes are in bytes, as of the last collection. */
export interface Heap {
  /** How much is in use; garbage counts that the last collection did not look for. */
  used(): number;
  /** Collects what is new and no longer used. @returns how much is in use now */
  collectNew(): number;
  /** Collects everything that is no longer used. @returns how much is in use now */
  collectAll(): number;
  /** The same, and gives it back to the system. */
  release(): void;
}

/** Has the engine collect after so many calls, and in the first pause after many. */
export class Collector implements Pick<Observer, "answered"> {
  readonly #heap: Heap;
  readonly #looking: ReturnType<typeof setInterval>;
  /** Calls since what is new was collected. */
  #newCalls = 0;
  /** Calls since memory was given back, and how many those were at the last look. */
  #calls = 0;
  #callsBefore = 0;
  /** The least that was in use: what is more than this is likely to be garbage. */
  #least = Number.POSITIVE_INFINITY;

  constructor(heap: Heap) {
    this.#heap = heap;
    this.#looking = setInterval(() => this.#look(), QUIET_MS);
    this.#looking.unref();
  }

  readonly answered = (): void => {
    this.#calls++;
    if (++this.#newCalls < NEW_CALLS) return;
    this.#newCalls = 0;
    if (this.#isLarge) return;
    // Once all observers have been told: until then, all calls of the turn are in use, and would outlive it.
    setImmediate(() => this.#collectNew());
  };

  close(): void {
    clearInterval(this.#looking);
  }

  #collectNew(): void {
    const used = this.#heap.collectNew();
    this.#least = Math.min(this.#least, used);
    if (used > this.#least + MOST_GARBAGE) this.#least = this.#heap.collectAll();
  }

  #look(): void {
    if (this.#calls >= MANY_CALLS && this.#calls === this.#callsBefore) {
      this.#calls = 0;
      if (!this.#isLarge) this.#heap.release();
    }
    this.#callsBefore = this.#calls;
  }

  get #isLarge(): boolean {
    return this.#heap.used() > LARGEST_HEAP;
  }
}
