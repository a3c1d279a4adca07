/** Counting how often something took how long. */

/** The upper bounds of the buckets, in seconds: from a decision in microseconds to an answer that Retell gives up on. */
export const BOUNDS_S = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
  0.5, 1, 2.5, 5, 10,
] as const;

/** A histogram over {@link BOUNDS_S}. */
export class Histogram {
  /** How many lie in each bucket and in none below it; the last is for what lies above every bound. */
  readonly #counts: number[] = Array(BOUNDS_S.length + 1).fill(0);
  #sumS = 0;

  /** Counts one. */
  observe(ms: number): void {
    const seconds = ms / 1000;
    let at = 0;
    while (at < BOUNDS_S.length && seconds > (BOUNDS_S[at] ?? 0)) at++;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sumS += seconds;
  }

  /** How many lie at or below each of {@link BOUNDS_S}. */
  get cumulative(): readonly number[] {
    let sum = 0;
    return this.#counts.slice(0, -1).map((count) => {
      sum += count;
      return sum;
    });
  }

  get count(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** In seconds. */
  get sum(): number {
    return this.#sumS;
  }
}
