/** `[lookups]`: services that are asked about a call while the caller waits. Plain data. */
import type { JsonValue } from "./result.ts";

/** One of `[lookups.NAME]`. */
export interface LookupPlan {
  /**
   * Templates may stand in its path and query. Undefined where a command that needs no secret goes without the one that
   * the URL is made of: it cannot be asked then, though what it finds can be given.
   */
  readonly url: string | undefined;
  /** By the name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, in whose strings templates may stand; undefined: the request is a GET. */
  readonly body: JsonValue | undefined;
  /** The way through the answer to the caller's record; empty: the whole answer. */
  readonly at: readonly string[];
  /** In milliseconds. */
  readonly timeoutMs: number;
  /** How long an answer is remembered, in milliseconds; 0: not at all. */
  readonly cacheMs: number;
  /** Certificates of authorities, as PEM. */
  readonly ca: string | undefined;
}

/** What rules can ask about a look-up as a whole. */
export const LOOKUP_STATES = ["found", "missing", "failed"] as const;

/** One of {@link LOOKUP_STATES}. */
export type LookupState = (typeof LOOKUP_STATES)[number];
