/** Giving memory back once many calls have been answered: an engine keeps what it took for them. */
import type { Observer } from "./observe/observer.ts";

/** After fewer calls there is nothing to gain. */
const MANY_CALLS = 1000;

/** A time without calls, in milliseconds. */
const QUIET_MS = 2000;

/**
 * With more than this in use, in bytes, nothing is collected: a call that comes meanwhile would wait for some 2 ms a MiB,
 * and little of so much is given back.
 */
const LARGEST_HEAP = 40 * 1024 * 1024;

/** What the engine can be asked. */
export interface Heap {
  /** How much of it is in use, in bytes. */
  used(): number;
  /** Collects everything that is no longer used, and gives it back to the system. */
  release(): void;
}

/**
 * Collects everything that is no longer used in the first pause after many calls. That takes tens of
 * milliseconds, and calls wait meanwhile: so it is never done between them, nor where it would take longer.
 */
export class Collector implements Pick<Observer, "answered"> {
  readonly #heap: Heap;
  readonly #looking: ReturnType<typeof setInterval>;
  /** Since it was done. */
  #calls = 0;
  #callsBefore = 0;

  constructor(heap: Heap) {
    this.#heap = heap;
    this.#looking = setInterval(() => this.#look(), QUIET_MS);
    this.#looking.unref();
  }

  readonly answered = (): void => {
    this.#calls++;
  };

  close(): void {
    clearInterval(this.#looking);
  }

  #look(): void {
    if (this.#calls >= MANY_CALLS && this.#calls === this.#callsBefore) {
      this.#calls = 0;
      if (this.#heap.used() <= LARGEST_HEAP) this.#heap.release();
    }
    this.#callsBefore = this.#calls;
  }
}
