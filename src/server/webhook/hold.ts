/** Holding answers back, so that it rings for a while first. */

/** Answers that are being held. */
export class Holds {
  readonly #releases = new Set<() => void>();
  #isReleased = false;

  /** Resolves after `ms`, or at once when the client hangs up or {@link releaseAll} is called. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0 || this.#isReleased || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const release = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", release);
        this.#releases.delete(release);
        resolve();
      };
      const timer = setTimeout(release, ms);
      signal.addEventListener("abort", release);
      this.#releases.add(release);
    });
  }

  /** Lets every answer go, and holds none from now on. */
  releaseAll(): void {
    this.#isReleased = true;
    for (const release of [...this.#releases]) release();
  }
}
