/** How many calls were decided lately, and how. */
import type { Decision } from "../../routing/decision.ts";
import type { AnsweredCall } from "./observer.ts";

/** What became of calls. */
export type Outcomes = Readonly<Record<Decision["outcome"], number>>;

/** How long each count is for, in milliseconds. */
const BUCKET_MS = 60_000;
/** How many of them are kept: those of a day. */
const BUCKETS = 24 * 60;

/** Counts of the last day, minute by minute. */
export class Activity {
  /** By minute of the day in UTC. */
  readonly #buckets: { startMs: number; agent: number; pass: number; reject: number }[] = [];
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A call that is tried again is one call. */
  readonly answered = ({ decision, isRetry }: AnsweredCall): void => {
    if (!isRetry) this.count(decision.outcome, this.#now());
  };

  /** Counts a call that was decided at a time; one that is older than a day is left out. */
  count(outcome: Decision["outcome"], atMs: number): void {
    const startMs = Math.floor(atMs / BUCKET_MS) * BUCKET_MS;
    const at = (startMs / BUCKET_MS) % BUCKETS;
    const bucket = this.#buckets[at];
    if (bucket?.startMs === startMs) bucket[outcome]++;
    // What is of a day before does not take away what was counted since; but a clock that was ahead may have counted what
    // is still to come.
    else if (!bucket || bucket.startMs < startMs || bucket.startMs > this.#now()) {
      this.#buckets[at] = { startMs, agent: 0, pass: 0, reject: 0, [outcome]: 1 };
    }
  }

  /** The calls of the last `ms` milliseconds, a day at most, to the minute. */
  within(ms: number): Outcomes {
    return this.#sum(this.#now() - ms, this.#now() + 1);
  }

  /** The calls of each of the last hours, the oldest first; `startMs` is when an hour began, and the last is under way. */
  hours(count: number): readonly (Outcomes & { readonly startMs: number })[] {
    const hourMs = 3_600_000;
    const currentMs = Math.floor(this.#now() / hourMs) * hourMs;
    return Array.from({ length: count }, (_, at) => {
      const startMs = currentMs - (count - 1 - at) * hourMs;
      return { startMs, ...this.#sum(startMs, startMs + hourMs) };
    });
  }

  #sum(fromMs: number, toMs: number): Outcomes {
    const sum = { agent: 0, pass: 0, reject: 0 };
    for (const bucket of this.#buckets) {
      if (!bucket || bucket.startMs < fromMs || bucket.startMs >= toMs) continue;
      sum.agent += bucket.agent;
      sum.pass += bucket.pass;
      sum.reject += bucket.reject;
    }
    return sum;
  }
}
