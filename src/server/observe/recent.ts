/** The latest calls, for those who look at the server. */
import type { AnsweredCall } from "./observer.ts";
import { type CallRecord, recordOf } from "./record.ts";

/** So many calls are kept. */
export const MOST_RECENT = 200;

/** So much text of theirs is kept, in UTF-16 code units: callers choose how long theirs is. */
const MOST_TEXT = 4 * 1024 * 1024;

/** Keeps the records of the latest calls. A call that is tried again is one call. */
export class RecentCalls {
  /** The oldest first; some more than are shown, until they are dropped together. */
  #records: CallRecord[] = [];
  #textSize = 0;
  #count = 0;

  /** How many calls were noted so far: it changes with every one. */
  get count(): number {
    return this.#count;
  }

  readonly answered = (call: AnsweredCall): void => {
    if (call.isRetry) return;
    this.#count++;
    const record = recordOf(call);
    this.#records.push(record);
    this.#textSize += textSizeOf(record);
    // Not at every call: moving all of them costs more than keeping some in excess for a while.
    if (this.#records.length >= 2 * MOST_RECENT || this.#textSize > MOST_TEXT) this.#drop();
  };

  /** Takes in calls of before this process, the oldest first. */
  restore(records: readonly CallRecord[]): void {
    this.#count += records.length;
    this.#records = [...records.slice(-MOST_RECENT), ...this.#records];
    this.#drop();
  }

  /** The newest first, {@link MOST_RECENT} at most. */
  latest(most: number = MOST_RECENT): CallRecord[] {
    const kept = Math.min(most, MOST_RECENT);
    return kept > 0 ? this.#records.slice(-kept).reverse() : [];
  }

  /** Drops the oldest: of much text half, so that this is not to be done at the next call again. */
  #drop(): void {
    const latest = this.#records.slice(-MOST_RECENT);
    const sizes = latest.map(textSizeOf);
    const whole = sizes.reduce((sum, size) => sum + size, 0);
    const most = whole > MOST_TEXT ? MOST_TEXT / 2 : MOST_TEXT;
    let [from, size] = [0, whole];
    for (; size > most && from < latest.length - 1; from++) size -= sizes[from] ?? 0;
    this.#records = latest.slice(from);
    this.#textSize = size;
  }
}

/** How much text a record has that somebody else chose. */
function textSizeOf({ from, to, caller = "", id = "", reason, headers, lookups }: CallRecord): number {
  const short = from.length + to.length + caller.length + id.length + reason.length;
  return short + (headers || lookups ? JSON.stringify([headers, lookups]).length : 0);
}
