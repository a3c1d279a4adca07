/** Trying again what failed for a reason that may pass. */

/** How long to wait before it is tried again, in milliseconds: ever longer. */
const RETRY_MS = { first: 1000, longest: 30_000 } as const;

/** The pauses between tries, from the first failure until something succeeds. */
export class Pauses {
  #isFailing = false;
  #afterMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins with the first failure; what was to be tried is not tried now. @returns whether it is the first */
  fail(): boolean {
    const isFirst = !this.#isFailing;
    this.#isFailing = true;
    clearTimeout(this.#timer);
    return isFirst;
  }

  /** Tries after the next pause. */
  again(run: () => void): void {
    this.#afterMs = Math.min(this.#afterMs * 2 || RETRY_MS.first, RETRY_MS.longest);
    this.#timer = setTimeout(run, this.#afterMs);
  }

  /** Ends with a success, or where nobody waits for one any more. */
  end(): void {
    this.#isFailing = false;
    this.#afterMs = 0;
    clearTimeout(this.#timer);
  }
}
