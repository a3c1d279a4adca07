/** When the machine was too busy to run the soak itself: what is late then says nothing of the program. */

/** How late the soak's own timer must be, or an answer of the admin listener, in milliseconds. */
const LATE_MS = 1000;
/** How long what happened then may be felt, in milliseconds: time-outs, and look-ups that are left alone. */
const FELT_MS = 20_000;
const TICK_MS = 100;

/** Notes when the machine was too busy. */
export class Starved implements Disposable {
  readonly #spells: { readonly fromMs: number; readonly untilMs: number }[] = [];
  #lastMs = performance.now();
  readonly #timer = setInterval(() => {
    const nowMs = performance.now();
    this.took(this.#lastMs + TICK_MS, nowMs);
    this.#lastMs = nowMs;
  }, TICK_MS);

  /** Something took so long that takes no time on a machine that has some. In milliseconds of `performance.now()`. */
  took(fromMs: number, untilMs: number): void {
    if (untilMs - fromMs > LATE_MS) this.#spells.push({ fromMs, untilMs });
  }

  /** How many such spells there were. */
  get count(): number {
    return this.#spells.length;
  }

  /** Whether what ended at a time may have suffered from one. */
  covers(atMs: number): boolean {
    return this.#spells.some(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs + FELT_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
