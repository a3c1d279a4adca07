/** Counting what look-ups say. */
import type { LookupTold } from "../../facts/found.ts";
import { Histogram } from "./histogram.ts";
import { OTHER } from "./series.ts";

/** So many look-ups are told apart. */
const MOST = 200;

/** What is counted of one look-up. */
export interface LookupCounts {
  readonly found: number;
  readonly missing: number;
  readonly failed: number;
  /** How long its service took, where it was asked. */
  readonly seconds: Histogram;
}

/** The counters of all look-ups, by name: `crm`, or `acme/crm` for one of a client. */
export class LookupMetrics {
  readonly #byName = new Map<
    string,
    { found: number; missing: number; failed: number; seconds: Histogram }
  >();

  /** Makes sure that a look-up is there, at zero. @param id `client/name` */
  declare(id: string): void {
    this.#countsOf(id);
  }

  /** Counts what a look-up said about a call; another try of the same call says nothing new. */
  count({ id, result, ms, from }: LookupTold): void {
    if (from === "nobody" || from === "first try") return;
    const counts = this.#countsOf(id);
    counts[result.kind]++;
    if (from === "network") counts.seconds.observe(ms);
  }

  get byName(): ReadonlyMap<string, LookupCounts> {
    return this.#byName;
  }

  #countsOf(id: string) {
    const name = lookupLabel(id);
    const label = this.#byName.has(name) || this.#byName.size < MOST ? name : OTHER;
    const known = this.#byName.get(label);
    if (known) return known;
    const counts = { found: 0, missing: 0, failed: 0, seconds: new Histogram() };
    this.#byName.set(label, counts);
    return counts;
  }
}

/** What people call a look-up: `crm`, or `acme/crm` for one of a client. */
export function lookupLabel(id: string): string {
  return id.startsWith("/") ? id.slice(1) : id;
}
