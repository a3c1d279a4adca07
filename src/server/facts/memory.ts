/** What is remembered of earlier calls: those that limits count, those that may be tried again, and who called when. */
import type { Arrival } from "../../routing/arrival.ts";
import type { CallerHistory } from "../../routing/circumstances.ts";
import type { LimitPlan } from "../../routing/plan.ts";
import { type Counters, LocalCounters } from "./counters.ts";
import type { FoundByTries } from "./found.ts";
import { type Retriable, Retries } from "./retries.ts";
import { Arrived, type Kept, newNotes, packNotes, RecalledTry, type Try, takeOver } from "./try.ts";

/**
 * How long a call waits for what was recorded before this process, in milliseconds. Retell gives an answer ten seconds, and
 * look-ups may need some of them.
 */
export const RESTORE_PATIENCE_MS = 6000;

/** A call that was tried before this process began. */
export interface EarlierTry extends Retriable {
  readonly firstMs: number;
  /** What limits said, by name. */
  readonly verdicts: ReadonlyMap<string, boolean>;
  readonly history: CallerHistory | undefined;
  /** What look-ups said; undefined where they are to be asked anew. */
  readonly found: FoundByTries | undefined;
}

/** How long callers are remembered where nobody says, in milliseconds: what `[history] keep` is by default. */
const DEFAULT_KEEP_MS = 90 * 86_400_000;

/** Remembers calls across reloads of the configuration. Bounded, whatever callers do. */
export class Memory {
  readonly #local: LocalCounters;
  readonly #counters: Counters;
  readonly #retries = new Retries<Kept>({
    pack: packNotes,
    unpack: (firstMs) => ({ ...newNotes(firstMs), isCounted: true }),
  });
  #restored: Promise<void> | undefined;

  /**
   * @param local what counts by itself, and is restored after a restart
   * @param counters what calls are counted by
   */
  constructor(local: LocalCounters = new LocalCounters(), counters: Counters = local) {
    this.#local = local;
    this.#counters = counters;
    local.keep(new Map(), DEFAULT_KEEP_MS);
  }

  /**
   * Puts the limits of a configuration in force; those that are defined as before keep what they counted.
   *
   * @param keepMs how long callers are remembered, in milliseconds
   */
  keep(limits: ReadonlyMap<string, LimitPlan>, keepMs: number = DEFAULT_KEEP_MS): void {
    this.#local.keep(limits, keepMs);
  }

  /**
   * Gathers what is known of a call that has arrived, and recognises one that is tried again. A promise only where other
   * machines are asked about it; it never rejects.
   *
   * @param nowMs milliseconds since the epoch
   * @param tickMs milliseconds of a clock that is never set, such as `performance.now()`
   */
  recall(arrival: Arrival, nowMs: number, tickMs: number): Try | Promise<Try> {
    const attempt = this.#retries.seen(arrival.call, tickMs);
    const isRetry = attempt.notes !== undefined;
    attempt.notes ??= newNotes(nowMs);
    const kept = attempt.notes;
    const arrived = new Arrived(arrival, attempt, kept, nowMs, tickMs);
    const counted = kept.counted ?? (isRetry ? this.#local : this.#counters).open(arrived);
    if (!(counted instanceof Promise)) return new RecalledTry(arrived, counted, isRetry);
    kept.counted = counted;
    return counted.then((counted) => {
      if (counted.first && !isRetry) takeOver(kept, counted.first);
      if (!kept.isCounted) kept.counted = counted;
      return new RecalledTry(arrived, counted, isRetry || counted.first !== undefined);
    });
  }

  /**
   * Begins to take in what is known of calls before this process, the oldest first. What calls add meanwhile comes behind
   * it, once the function that is returned is called.
   */
  beginRestoring(): () => void {
    const release = this.#local.holdBack();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#restored = promise;
    return () => {
      this.#restored = undefined;
      release();
      resolve();
    };
  }

  /** What to wait for before a call is decided, where its route asks for what is still being read; else undefined. */
  restoringFor({ next }: Arrival): Promise<void> | undefined {
    if (!this.#restored || this.#counters.isShared || "refused" in next) return undefined;
    const { limits, history } = next.route.asks;
    return limits.length > 0 || history ? this.#restored : undefined;
  }

  /** Whether what is known of calls before this process is still being read. */
  get isRestoring(): boolean {
    return this.#restored !== undefined;
  }

  /** Takes in an earlier call of a caller. The parameters are those of {@link LocalCounters.restoreCaller}. */
  restoreCaller(client: string, caller: string, atMs: number, agent: string | undefined): void {
    this.#local.restoreCaller(client, caller, atMs, agent);
  }

  /** Takes in an earlier call that a limit counted. The parameters are those of {@link LocalCounters.restoreCount}. */
  restoreCount(id: string, plan: LimitPlan, key: string, atMs: number): void {
    this.#local.restoreCount(id, plan, key, atMs);
  }

  /** Takes in a call that may be tried again. @param tickMs as {@link recall} has it, of the time `nowMs` */
  restoreTry(call: EarlierTry, nowMs: number, tickMs: number): void {
    const { firstMs, verdicts, history, found } = call;
    const notes: Kept = {
      ...newNotes(firstMs),
      ...{ verdicts: new Map(verdicts), found, history, isCounted: true },
    };
    this.#retries.restore(call, tickMs - Math.max(0, nowMs - firstMs), notes);
  }
}
