/** How many calls each client and each number had lately. */
import type { Activity, Outcomes } from "./activity.ts";
import { OTHER } from "./metrics/series.ts";
import type { AnsweredCall } from "./observer.ts";
import type { CallRecord } from "./record.ts";

/** What totals tell calls apart by, as a record has it. */
export type Counted = Pick<CallRecord, "client" | "entry" | "outcome">;

/** The calls of one client, or of one entry of `[numbers]`. */
export interface Total extends Outcomes {
  /** As the configuration has it; empty: the main file, or no entry. */
  readonly name: string;
  readonly all: number;
}

/** How long each count is for, and how many of them are kept: as many as {@link Activity.hours} shows. */
const HOUR_MS = 3_600_000;
const HOURS = 24;
/** So many clients and numbers are told apart; calls of all others are counted together. */
const MOST_NAMES = 200;

/** Counts of the last 24 hours, the one under way included. */
export class Totals {
  readonly clients: Ranking;
  readonly numbers: Ranking;
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now;
    this.clients = new Ranking(now);
    this.numbers = new Ranking(now);
  }

  /** A call that is tried again is one call. */
  readonly answered = ({ decision, isRetry }: AnsweredCall): void => {
    if (!isRetry) this.count(decision, this.#now());
  };

  /** Counts a call that was decided at a time. */
  count({ client, entry, outcome }: Counted, atMs: number): void {
    this.clients.count(client, outcome, atMs);
    // The entry as it is written: a number that none matches is a caller's choice.
    this.numbers.count(entry ?? "", outcome, atMs);
  }
}

type Counts = Map<string, Record<keyof Outcomes, number>>;

/** Counts by name, those of every hour apart. */
class Ranking {
  /** By the start of the hour, in milliseconds since the epoch. */
  readonly #hours = new Map<number, Counts>();
  /** Those of the hour that was counted last. */
  #latest: { readonly startMs: number; readonly names: Counts } | undefined;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  count(name: string, outcome: keyof Outcomes, atMs: number): void {
    const startMs = Math.floor(atMs / HOUR_MS) * HOUR_MS;
    if (this.#latest?.startMs !== startMs) this.#latest = { startMs, names: this.#namesOf(startMs) };
    const { names } = this.#latest;
    let counts = names.get(name);
    if (!counts) {
      const known = names.size < MOST_NAMES ? name : OTHER;
      counts = names.get(known) ?? { agent: 0, pass: 0, reject: 0 };
      names.set(known, counts);
    }
    counts[outcome]++;
  }

  #namesOf(startMs: number): Counts {
    const known = this.#hours.get(startMs);
    if (known) return known;
    this.#drop();
    const names: Counts = new Map();
    this.#hours.set(startMs, names);
    return names;
  }

  /**
   * The totals, the most calls first.
   *
   * @param shown how a name is shown: those that look the same are one
   */
  ranked(shown: (name: string) => string = (name) => name): Total[] {
    this.#drop();
    const sums = new Map<string, Record<keyof Outcomes, number>>();
    for (const names of this.#hours.values()) {
      for (const [name, { agent, pass, reject }] of names) {
        const key = shown(name);
        const sum = sums.get(key) ?? { agent: 0, pass: 0, reject: 0 };
        sums.set(key, sum);
        sum.agent += agent;
        sum.pass += pass;
        sum.reject += reject;
      }
    }
    return Array.from(sums, ([name, sum]) => ({
      name,
      ...sum,
      all: sum.agent + sum.pass + sum.reject,
    })).sort((one, other) => other.all - one.all || one.name.localeCompare(other.name));
  }

  #drop(): void {
    const oldestMs = Math.floor(this.#now() / HOUR_MS) * HOUR_MS - (HOURS - 1) * HOUR_MS;
    for (const startMs of this.#hours.keys()) if (startMs < oldestMs) this.#hours.delete(startMs);
  }
}
