/** Giving memory back once many calls have been answered: an engine keeps what it took for them. */
import type { Observer } from "./observe/observer.ts";

/** After fewer calls there is nothing to gain. */
const MANY_CALLS = 1000;

/** A time without calls, in milliseconds. */
const QUIET_MS = 2000;

/**
 * Collects everything that is no longer used in the first pause after many calls. That takes tens of
 * milliseconds, and calls wait meanwhile: so it is never done between them.
 */
export class Collector implements Pick<Observer, "answered"> {
  readonly #collect: () => void;
  readonly #looking: ReturnType<typeof setInterval>;
  /** Since it was done. */
  #calls = 0;
  #callsBefore = 0;

  /** @param collect collects everything, and gives it back to the system */
  constructor(collect: () => void) {
    this.#collect = collect;
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
      this.#collect();
    }
    this.#callsBefore = this.#calls;
  }
}
