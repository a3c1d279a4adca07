/** What became of the notices to one receiver: counted, and said in the log where it begins to fail and ends to. */
import { log } from "../observe/log/log.ts";

/** What becomes of a notice: in the end it is one of these. */
export type NoticeResult = "delivered" | "failed" | "dropped";

/** How many notices came to each end. */
export type NoticeCounts = Readonly<Record<NoticeResult, number>>;

/** A receiver that fails now and then is spoken of once in that time, in milliseconds. */
const QUIET_MS = 60_000;

/** Follows how one receiver fares. */
export class Results {
  readonly #notify: string;
  readonly #now: () => number;
  readonly #counts = { delivered: 0, failed: 0, dropped: 0 };
  /** What was lost since the log last said how much. */
  #lost = { failed: 0, dropped: 0 };
  /** What is said of the receiver since it was well. */
  #said: "failed" | "dropped" | undefined;
  #quietUntilMs = Number.NEGATIVE_INFINITY;

  /**
   * @param notify the notice for people
   * @param now milliseconds of a clock that is never set
   */
  constructor(notify: string, now: () => number = () => performance.now()) {
    this.#notify = notify;
    this.#now = now;
  }

  get counts(): NoticeCounts {
    return this.#counts;
  }

  delivered(): void {
    this.#counts.delivered++;
    if (this.#said === undefined) return;
    this.#said = undefined;
    this.#quietUntilMs = this.#now() + QUIET_MS;
    log.info("notices are delivered again", { notify: this.#notify, ...this.#takeLost() });
  }

  /** It was not delivered, and is not tried again. @param reason why the last try failed */
  failed(reason: string, tries: number): void {
    this.#lose("failed");
    if (this.#said === "failed" || (this.#said === undefined && this.#isQuiet)) return;
    this.#said = "failed";
    log.warning("notices are not delivered", { notify: this.#notify, reason, tries });
  }

  /** It was not tried: more wait than are kept. */
  dropped(): void {
    this.#lose("dropped");
    if (this.#said !== undefined || this.#isQuiet) return;
    this.#said = "dropped";
    const message = "notices are dropped: calls come faster than the receiver takes them";
    log.warning(message, { notify: this.#notify });
  }

  /** No more is sent. @param pending how many are not sent for that reason */
  stopped(pending: number): void {
    this.#lose("dropped", pending);
    const lost = this.#takeLost();
    if (lost.failed + lost.dropped === 0) return;
    log.warning("notices were still not delivered when the server stopped", {
      notify: this.#notify,
      ...lost,
    });
  }

  #lose(how: "failed" | "dropped", count = 1): void {
    this.#counts[how] += count;
    this.#lost[how] += count;
  }

  get #isQuiet(): boolean {
    return this.#now() < this.#quietUntilMs;
  }

  #takeLost() {
    const lost = this.#lost;
    this.#lost = { failed: 0, dropped: 0 };
    return lost;
  }
}
