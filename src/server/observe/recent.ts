/** The latest calls, for those who look at the server. */
import type { AnsweredCall } from "./observer.ts";
import { type CallRecord, recordOf } from "./record.ts";

/** So many calls are kept. */
export const MOST_RECENT = 200;

/** So much text of theirs is kept, in UTF-16 code units: callers choose how long theirs is. */
const MOST_TEXT = 4 * 1024 * 1024;

/** Keeps the records of the latest calls. A call that is tried again is one call. */
export class RecentCalls {
  /** A ring: the next one takes the place of the oldest. */
  readonly #records: (CallRecord | undefined)[] = Array.from({ length: MOST_RECENT }, () => undefined);
  /** The place of the next one. */
  #next = 0;
  #size = 0;
  #textSize = 0;
  #count = 0;

  /** How many calls were noted so far: it changes with every one. */
  get count(): number {
    return this.#count;
  }

  readonly answered = (call: AnsweredCall): void => {
    if (!call.isRetry) this.#put(recordOf(call));
  };

  /** Takes in calls of before this process, the oldest first. */
  restore(records: readonly CallRecord[]): void {
    const since = this.latest().reverse();
    const count = this.#count + records.length;
    while (this.#size > 0) this.#forgetOldest();
    for (const record of [...records.slice(-MOST_RECENT), ...since]) this.#put(record);
    this.#count = count;
  }

  /** The newest first, {@link MOST_RECENT} at most. */
  latest(most: number = MOST_RECENT): CallRecord[] {
    const latest: CallRecord[] = [];
    for (let back = 1; back <= Math.min(most, this.#size); back++) {
      const record = this.#records[this.#placeOf(back)];
      if (record) latest.push(record);
    }
    return latest;
  }

  #put(record: CallRecord): void {
    if (this.#size === MOST_RECENT) this.#forgetOldest();
    this.#records[this.#next] = record;
    this.#next = (this.#next + 1) % MOST_RECENT;
    this.#size++;
    this.#count++;
    this.#textSize += textSizeOf(record);
    while (this.#textSize > MOST_TEXT && this.#size > 1) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const place = this.#placeOf(this.#size);
    const record = this.#records[place];
    if (record) this.#textSize -= textSizeOf(record);
    this.#records[place] = undefined;
    this.#size--;
  }

  /** The place of the so many newest. */
  #placeOf(back: number): number {
    return (this.#next - back + MOST_RECENT) % MOST_RECENT;
  }
}

/** How much text a record has that somebody else chose. */
function textSizeOf({ from, to, caller = "", id = "", reason, headers, lookups }: CallRecord): number {
  const short = from.length + to.length + caller.length + id.length + reason.length;
  return short + (headers || lookups ? JSON.stringify([headers, lookups]).length : 0);
}
