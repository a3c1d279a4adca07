/** Summing up what comes too often to be told one by one. */

/** How many of a kind are told in full in a period. */
const TOLD_IN_FULL = 10;
/** How long a period is, in milliseconds. */
const PERIOD_MS = 10_000;

/** What was not told in full in a period. */
export interface Sum {
  /** How many of each kind. */
  readonly counts: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/**
 * Lets the first few of each kind through in a period, counts the others, and sums them up at its end. The kinds must
 * be few, and must not be chosen by whoever floods.
 */
export class Tally {
  readonly #tell: (sum: Sum) => void;
  readonly #periodMs: number;
  #seen = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (sum: Sum) => void, periodMs: number = PERIOD_MS) {
    this.#tell = tell;
    this.#periodMs = periodMs;
  }

  /** Whether one of this kind is to be told in full. */
  admits(kind: string): boolean {
    if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.flush(), this.#periodMs);
      // It is no reason to go on living.
      this.#timer.unref();
    }
    const count = (this.#seen.get(kind) ?? 0) + 1;
    this.#seen.set(kind, count);
    return count <= TOLD_IN_FULL;
  }

  /** Ends the period now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const more = [...this.#seen].filter(([, count]) => count > TOLD_IN_FULL);
    this.#seen = new Map();
    if (more.length === 0) return;
    const counts = Object.fromEntries(more.map(([kind, count]) => [kind, count - TOLD_IN_FULL]));
    this.#tell({ counts, seconds: this.#periodMs / 1000 });
  }
}
