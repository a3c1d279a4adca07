/** Limits: counters of calls over a sliding window, in memory. */
import type { LimitPlan } from "../../routing/plan.ts";
import { Remembered } from "./storage/remembered.ts";

/** How many keys of a limit are remembered; beyond that, the one that has been silent for longest is forgotten. */
const MOST_KEYS = 100_000;

/** What has been counted of one limit. */
interface Counters {
  readonly plan: LimitPlan;
  readonly byKey: Remembered<RecentTimes>;
}

/**
 * The counters of all limits, each known by its name and definition. They outlive the configuration: what is counted
 * of a limit stays for as long as its definition does.
 *
 * A call counts within the window that ends now: `(nowMs - perMs, nowMs]`. A clock that is put back costs at most the
 * count: what was counted at a time that is now to come counts as if it were counted now, or, where that time is a
 * whole window or more to come, no longer.
 */
export class Limits {
  readonly #byName = new Map<string, Counters>();

  /**
   * Whether the window already holds as many calls as the limit takes. Counts nothing and forgets nothing.
   *
   * @param key the caller or the dialled number, as the plan's `by` says
   * @param nowMs milliseconds since 1970
   */
  isOver(name: string, plan: LimitPlan, key: string, nowMs: number): boolean {
    const counters = this.#byName.get(name);
    if (!counters || !isSame(counters.plan, plan)) return false;
    return counters.byKey.get(key)?.areAllWithin(plan, nowMs) ?? false;
  }

  /** Counts a call. The parameters are those of {@link isOver}. */
  count(name: string, plan: LimitPlan, key: string, nowMs: number): void {
    let counters = this.#byName.get(name);
    if (!counters || !isSame(counters.plan, plan)) {
      counters = { plan, byKey: new Remembered() };
      this.#byName.set(name, counters);
    }
    const { byKey } = counters;
    const times = byKey.get(key) ?? new RecentTimes();
    times.add(plan, nowMs);
    byKey.put(key, times);
    const isOld = (silent: RecentTimes | undefined) => silent && silent.latestMs <= nowMs - plan.perMs;
    while (byKey.size > MOST_KEYS || isOld(byKey.oldest)) byKey.forgetOldest();
  }

  /** Forgets the counters of every limit that is not in `plans`, by its name and with the same definition. */
  keep(plans: ReadonlyMap<string, LimitPlan>): void {
    for (const [name, counters] of this.#byName) {
      const plan = plans.get(name);
      if (!plan || !isSame(counters.plan, plan)) this.#byName.delete(name);
    }
  }
}

function isSame(a: LimitPlan, b: LimitPlan): boolean {
  return a === b || (a.calls === b.calls && a.perMs === b.perMs && a.by === b.by);
}

/**
 * When the latest calls of one key were counted: as many of them as the limit takes, since no more are needed to tell
 * whether it is reached. A ring that grows and shrinks with what lies within the window.
 */
class RecentTimes {
  #ring: number[] = [0];
  #first = 0;
  #size = 0;

  /** The latest time, in milliseconds since 1970; -Infinity where there is none. */
  get latestMs(): number {
    return this.#size === 0 ? Number.NEGATIVE_INFINITY : this.#at(this.#size - 1);
  }

  /** Whether as many calls as the limit takes lie within its window. */
  areAllWithin({ calls, perMs }: LimitPlan, nowMs: number): boolean {
    // The times are in order, so the first and the last speak for all.
    return this.#size >= calls && this.#at(0) > nowMs - perMs && this.latestMs < nowMs + perMs;
  }

  /** Adds a call, and forgets those outside the window. */
  add({ calls, perMs }: LimitPlan, nowMs: number): void {
    while (this.#size > 0 && this.latestMs >= nowMs + perMs) this.#size--;
    for (let at = this.#size - 1; at >= 0 && this.#at(at) > nowMs; at--) this.#set(at, nowMs);
    while (this.#size > 0 && (this.#size >= calls || this.#at(0) <= nowMs - perMs)) {
      this.#first = (this.#first + 1) % this.#ring.length;
      this.#size--;
    }
    if (this.#size === this.#ring.length) this.#resize(Math.min(2 * this.#size, calls));
    else if (this.#ring.length > 4 * (this.#size + 1)) this.#resize(2 * (this.#size + 1));
    this.#size++;
    this.#set(this.#size - 1, nowMs);
  }

  #at(index: number): number {
    return this.#ring[(this.#first + index) % this.#ring.length] ?? Number.NaN;
  }

  #set(index: number, timeMs: number): void {
    this.#ring[(this.#first + index) % this.#ring.length] = timeMs;
  }

  #resize(length: number): void {
    this.#ring = Array.from({ length }, (_, index) => (index < this.#size ? this.#at(index) : 0));
    this.#first = 0;
  }
}
