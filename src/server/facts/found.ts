/** What look-ups said about a call. */
import type { Facts } from "../../routing/circumstances.ts";
import type { Answered, LookupResult } from "../../routing/lookups/result.ts";

/** What a look-up said about a call. */
export interface LookupTold {
  /** `client/name`. */
  readonly id: string;
  readonly name: string;
  readonly result: LookupResult;
  /** How long this try waited for it, in milliseconds. */
  readonly ms: number;
  /** `first try`: what an earlier try of the call found; `nobody`: it is not asked about this call. */
  readonly from: Answered["from"] | "first try" | "nobody";
}

/** What is said about a call. */
export interface Found {
  readonly lookups: Facts["lookups"];
  readonly told: readonly LookupTold[];
}

/** For a call that asks for nothing. */
export const NOTHING_FOUND: Found = { lookups: new Map(), told: [] };

/**
 * What the tries of one call have in common, by what was asked: what is on its way, and what came, as JSON. The text takes
 * a fraction of the memory of what it says.
 */
export type FoundByTries = Map<string, Promise<Answered> | string>;
