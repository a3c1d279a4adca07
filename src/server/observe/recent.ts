/** The latest calls, for those who look at the server. */
import type { AnsweredCall } from "./observer.ts";
import { type CallRecord, recordOf } from "./record.ts";

/** So many calls are kept. */
export const MOST_RECENT = 200;

/** Keeps the records of the latest calls. A call that is tried again is one call. */
export class RecentCalls {
  /** The oldest first. */
  #records: CallRecord[] = [];
  #count = 0;

  /** How many calls were noted so far: it changes with every one. */
  get count(): number {
    return this.#count;
  }

  readonly answered = (call: AnsweredCall): void => {
    if (call.isRetry) return;
    this.#count++;
    this.#records.push(recordOf(call));
    // Not at every call: moving all of them costs more than keeping some in excess for a while.
    if (this.#records.length >= 2 * MOST_RECENT) this.#records = this.#records.slice(-MOST_RECENT);
  };

  /** Takes in calls of before this process, the oldest first. */
  restore(records: readonly CallRecord[]): void {
    this.#count += records.length;
    this.#records = [...records.slice(-MOST_RECENT), ...this.#records];
  }

  /** The newest first, {@link MOST_RECENT} at most. */
  latest(most: number = MOST_RECENT): CallRecord[] {
    const kept = Math.min(most, MOST_RECENT);
    return kept > 0 ? this.#records.slice(-kept).reverse() : [];
  }
}
