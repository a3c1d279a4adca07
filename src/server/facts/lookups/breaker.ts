/** Leaving a service alone that fails time after time. */

/** After so many failures in a row nobody asks. */
const MOST_FAILURES = 5;
/** For so long, in milliseconds; then one request tries whether it is well again. */
const PAUSE_MS = 10_000;

/** A turn to ask: like any other, or to find out whether the service is well again. */
export type Turn = "usual" | "probe";

/** What a breaker tells; plain data. */
export type BreakerChange =
  /** Nobody asks for `pauseMs`, and longer where it is not well by then. `reason` is that of the last failure. */
  | { readonly kind: "opened"; readonly failures: number; readonly reason: string; readonly pauseMs: number }
  /** It is asked again, `afterMs` later. */
  | { readonly kind: "closed"; readonly afterMs: number };

/**
 * Counts failures in a row, and says when to stop asking. While a probe is under way nobody else asks: a caller must not
 * wait for a service that is most likely still broken.
 */
export class Breaker {
  readonly #tell: (change: BreakerChange) => void;
  #failures = 0;
  #openedMs: number | undefined;
  #probeMs = 0;
  #isProbing = false;

  constructor(tell: (change: BreakerChange) => void) {
    this.#tell = tell;
  }

  /** Whether it is asked no more. */
  get isOpen(): boolean {
    return this.#openedMs !== undefined;
  }

  /**
   * A turn to ask, or undefined where nobody may. Whoever takes one must say how it went with {@link settled}.
   *
   * @param tickMs milliseconds of a clock that is never set
   */
  take(tickMs: number): Turn | undefined {
    if (this.#openedMs === undefined) return "usual";
    if (this.#isProbing || tickMs < this.#probeMs) return undefined;
    this.#isProbing = true;
    return "probe";
  }

  /** Says how a turn went: the reason of its failure, or undefined where there was an answer. */
  settled(turn: Turn, reason: string | undefined, tickMs: number): void {
    if (turn === "probe") this.#isProbing = false;
    if (reason === undefined) {
      this.#failures = 0;
      if (this.#openedMs === undefined) return;
      const afterMs = tickMs - this.#openedMs;
      this.#openedMs = undefined;
      this.#tell({ kind: "closed", afterMs });
      return;
    }
    if (turn === "probe") this.#probeMs = tickMs + PAUSE_MS;
    // Those that were under way when it opened say nothing new.
    if (this.#openedMs !== undefined) return;
    this.#failures++;
    if (this.#failures < MOST_FAILURES) return;
    this.#openedMs = tickMs;
    this.#probeMs = tickMs + PAUSE_MS;
    this.#tell({ kind: "opened", failures: this.#failures, reason, pauseMs: PAUSE_MS });
  }
}
