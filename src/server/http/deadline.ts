/** What a connection waits for, and until when. */
import type { Patience } from "./limits.ts";

/** Which time each of the things has that a connection waits for; the app takes what it takes. */
const TIMES = {
  idle: "idleMs",
  head: "headMs",
  body: "bodyMs",
  app: undefined,
  "client reads": "answerMs",
  closing: "closeMs",
  closed: undefined,
} as const satisfies Record<string, keyof Patience | undefined>;

/** What a connection waits for. */
export type Phase = keyof typeof TIMES;

/** How long a connection waits for what it waits for. */
export class Deadline {
  readonly #patience: Patience;
  #phase: Phase = "idle";
  #request = 0;
  #endMs: number;

  constructor(patience: Patience) {
    this.#patience = patience;
    this.#endMs = performance.now() + patience.idleMs;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Whether nothing but the end of the connection is waited for. */
  get isLast(): boolean {
    return this.#phase === "closing" || this.#phase === "closed";
  }

  /** Whether it has waited long enough. @param nowMs as of `performance.now()` */
  isOver(nowMs: number): boolean {
    return nowMs >= this.#endMs;
  }

  /** Waits for something. What it waits for already is not waited for any longer, but for another request. */
  waitFor(phase: Phase, request: number): void {
    if (phase === this.#phase && request === this.#request) return;
    this.#phase = phase;
    this.#request = request;
    const time = TIMES[phase];
    this.#endMs = time === undefined ? Number.POSITIVE_INFINITY : performance.now() + this.#patience[time];
  }
}
