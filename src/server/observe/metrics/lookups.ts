/** Counting what look-ups say, and how long they take. */
import type { LookupResult } from "../../../routing/lookups/result.ts";
import type { LookupTold } from "../../facts/found.ts";
import { Histogram } from "./histogram.ts";
import { OTHER } from "./series.ts";

/** How many look-ups are told apart. */
const MOST_LOOKUPS = 200;

/** What was counted of one look-up. */
export interface LookupCounts {
  readonly results: Record<LookupResult["kind"], number>;
  /** How long requests took, without answers that were remembered or not asked for. */
  readonly seconds: Histogram;
}

/** Counts by look-up. */
export class LookupCounters {
  readonly #byId = new Map<string, LookupCounts>();

  /** Has counts of these look-ups from now on, at zero until they are asked. */
  know(ids: Iterable<string>): void {
    for (const id of ids) this.#of(id);
  }

  /** Counts what a look-up said about a call, once however often the call is tried. */
  count({ id, result, ms, from }: LookupTold): void {
    if (from === "first try" || from === "nobody") return;
    const { results, seconds } = this.#of(id);
    results[result.kind]++;
    if (from === "network") seconds.observe(ms);
  }

  /** Everything that was counted, by the id of the look-up. */
  get counts(): Iterable<readonly [id: string, counts: LookupCounts]> {
    return this.#byId;
  }

  #of(id: string): LookupCounts {
    const known = this.#byId.get(id);
    if (known) return known;
    if (this.#byId.size >= MOST_LOOKUPS && id !== OTHER) return this.#of(OTHER);
    const counts = { results: { found: 0, missing: 0, failed: 0 }, seconds: new Histogram() };
    this.#byId.set(id, counts);
    return counts;
  }
}
