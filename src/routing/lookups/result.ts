/** What look-ups say. Plain data. */

/** Anything that JSON can say. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** What became of one look-up. */
export type LookupResult =
  /** What stands where the caller's record is expected; a scalar `x` there is `{ value: x }`. */
  | { readonly kind: "found"; readonly value: JsonValue }
  /** There is no record of the caller, or nothing to ask for: `null`, `[]`, `{}`, an empty body, a 404. */
  | { readonly kind: "missing" }
  /** There was no answer, or none that can be used; `reason` says why, in a few words and without secrets. */
  | { readonly kind: "failed"; readonly reason: string };

/** What became of one look-up that was asked, and where it came from. */
export type Answered = LookupResult & {
  /** How long it took, in milliseconds. */
  readonly ms: number;
  /** `shared`: from a request that was under way already; `breaker`: not asked, since it failed too often. */
  readonly from: "network" | "cache" | "breaker" | "shared";
};
