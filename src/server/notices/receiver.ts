/** One receiver of notices: what waits for it, and how it is told. */
import type { OutboundClient } from "../../outbound/client.ts";
import { log } from "../observe/log/log.ts";
import { ATTEMPT_MS, attempt, type Outcome } from "./attempt.ts";
import { type Message, sizeOf } from "./message.ts";
import type { Results } from "./results.ts";

/** When a receiver is told again. */
export interface Pace {
  /** How long to wait after each try that failed but the last, in milliseconds. */
  readonly pausesMs: readonly number[];
  /** How long one try may take, in milliseconds. */
  readonly attemptMs: number;
  /** After the first try of a message no other begins later than that, in milliseconds. */
  readonly withinMs: number;
}

/** Three tries within a minute; the last bridges the restart of a receiver. */
export const PACE: Pace = { pausesMs: [2_000, 25_000], attemptMs: ATTEMPT_MS, withinMs: 50_000 };

/** How many messages are sent to one receiver at once: a slow one takes no more of this process. */
const MOST_AT_ONCE = 4;
/** How many messages wait for one receiver, and how many characters they have. */
const MOST_WAITING = 1_000;
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** Told what became of each message. */
type Reports = Pick<Results, "delivered" | "failed" | "dropped">;

/**
 * Sends messages to one receiver, a few at once, and tries each again where that may help. Those that wait are bounded:
 * where there are too many, the oldest is dropped, so that a receiver that comes back hears the latest.
 */
export class Receiver {
  readonly #client: OutboundClient;
  readonly #reports: Reports;
  readonly #pace: Pace;
  readonly #stopped = new AbortController();
  readonly #waiting: Message[] = [];
  #characters = 0;
  #sending = 0;
  /** Until when the receiver asked not to be told anything, in milliseconds of `performance.now()`. */
  #pausedUntilMs = 0;

  constructor(client: OutboundClient, reports: Reports, pace: Pace = PACE) {
    this.#client = client;
    this.#reports = reports;
    this.#pace = pace;
  }

  /** How many characters wait. */
  get characters(): number {
    return this.#characters;
  }

  /** How many messages wait or are being sent. */
  get pending(): number {
    return this.#waiting.length + this.#sending;
  }

  /** Sends a message as soon as it can. */
  tell(message: Message): void {
    this.#waiting.push(message);
    this.#characters += sizeOf(message);
    this.#next();
    while (this.#waiting.length > MOST_WAITING || this.#characters > MOST_CHARACTERS) {
      if (!this.dropOldest()) return;
    }
  }

  /** Drops the message that waits for longest, if there is one. */
  dropOldest(): boolean {
    const dropped = this.#take();
    if (dropped) this.#reports.dropped();
    return dropped !== undefined;
  }

  /** Ends what is being sent, and forgets what waits; nothing of that is reported. */
  stop(): void {
    this.#waiting.length = 0;
    this.#characters = 0;
    this.#stopped.abort();
  }

  #take(): Message | undefined {
    const message = this.#waiting.shift();
    if (message) this.#characters -= sizeOf(message);
    return message;
  }

  #next(): void {
    while (this.#sending < MOST_AT_ONCE) {
      const message = this.#take();
      if (!message) return;
      this.#sending++;
      void this.#send(message)
        .catch((error: unknown) => log.error("a notice could not be sent", { error: String(error) }))
        .finally(() => {
          this.#sending--;
          this.#next();
        });
    }
  }

  async #send(message: Message): Promise<void> {
    const { signal } = this.#stopped;
    const { pausesMs, attemptMs, withinMs } = this.#pace;
    await this.#pause(this.#pausedUntilMs);
    const startMs = performance.now();
    for (let tries = 1; !signal.aborted; tries++) {
      const outcome = await attempt(this.#client, message, attemptMs, signal);
      if (signal.aborted) return;
      if (outcome.kind === "delivered") return this.#reports.delivered();
      this.#heed(outcome);
      const pauseMs = pausesMs[tries - 1];
      const untilMs = performance.now() + Math.max(pauseMs ?? 0, outcome.waitMs ?? 0);
      const isOver = Math.max(untilMs, this.#pausedUntilMs) > startMs + withinMs;
      if (pauseMs === undefined || !outcome.mayPass || isOver)
        return this.#reports.failed(outcome.reason, tries);
      await this.#pause(untilMs);
    }
  }

  /** Tells nothing to a receiver for as long as it asks, a minute at most. */
  #heed({ waitMs = 0 }: Outcome & { readonly kind: "failed" }): void {
    const untilMs = performance.now() + Math.min(waitMs, MOST_PAUSED_MS);
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs);
  }

  /** Waits until then, or until the receiver wants to be told again, in milliseconds of `performance.now()`. */
  async #pause(untilMs: number): Promise<void> {
    const { signal } = this.#stopped;
    for (;;) {
      const leftMs = Math.max(untilMs, this.#pausedUntilMs) - performance.now();
      if (leftMs <= 0 || signal.aborted) return;
      await sleep(leftMs, signal);
    }
  }
}

/** The longest that a receiver is listened to when it asks to wait, in milliseconds. */
const MOST_PAUSED_MS = 60_000;

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
