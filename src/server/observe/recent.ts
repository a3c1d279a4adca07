/** The latest calls, for those who look at the server. */
import { WaitingLines } from "../waiting-lines.ts";
import { jsonOf } from "./json/call-json.ts";
import type { AnsweredCall } from "./observer.ts";
import type { CallRecord } from "./record.ts";

/** So many calls are kept. */
export const MOST_RECENT = 200;

/** So many bytes are kept of their records: callers choose how long theirs is. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Keeps the records of the latest calls. A call that is tried again is one call. */
export class RecentCalls {
  /**
   * One record a line: as bytes, since an object for each would outlive the next collection of what is new, and then be garbage
   * until the next one of everything. When the newer ones are enough, the older ones are forgotten all at once.
   */
  #older = new WaitingLines();
  #newer = new WaitingLines();
  /** How many the newer ones are. */
  #newerCount = 0;
  #count = 0;

  /** How many calls were noted so far: it changes with every one. */
  get count(): number {
    return this.#count;
  }

  readonly answered = (call: AnsweredCall): void => {
    if (!call.isRetry) this.#put(`${jsonOf(call).record}\n`);
  };

  /** Takes in calls of before this process, the oldest first. */
  restore(records: readonly CallRecord[]): void {
    const since = this.#lines();
    const count = this.#count + records.length;
    this.#forgetAll();
    for (const record of records.slice(-MOST_RECENT)) this.#put(`${JSON.stringify(record)}\n`);
    for (const line of since) this.#put(`${line}\n`);
    this.#count = count;
  }

  /** The newest first, {@link MOST_RECENT} at most. */
  latest(most: number = MOST_RECENT): CallRecord[] {
    // Nobody but this class and a start, which has read them, puts any there.
    return this.#lines()
      .reverse()
      .slice(0, Math.min(most, MOST_RECENT))
      .map((line) => JSON.parse(line) as CallRecord);
  }

  #put(line: string): void {
    const size = this.#newer.size + line.length;
    if (this.#newerCount === MOST_RECENT || (this.#newerCount > 0 && size > MOST_BYTES / 2)) {
      [this.#older, this.#newer] = [this.#newer, this.#older];
      forget(this.#newer);
      this.#newerCount = 0;
    }
    this.#newer.add(line);
    this.#newerCount++;
    this.#count++;
    if (this.#older.size + this.#newer.size > MOST_BYTES) forget(this.#older);
  }

  #forgetAll(): void {
    forget(this.#older);
    forget(this.#newer);
    this.#newerCount = 0;
  }

  /** The oldest first. */
  #lines(): string[] {
    const text = [this.#older, this.#newer].map((lines) => Buffer.from(lines.bytes()).toString()).join("");
    return text.split("\n").slice(0, -1);
  }
}

function forget(lines: WaitingLines): void {
  lines.forget(lines.bytes().length);
}
