/** What is asked of a service about one call. Plain data. */

/** One look-up, with everything filled in that it says about the call. */
export interface LookupRequest {
  /** Unique among all look-ups: `client/name`, or `/name` for one of the main file. */
  readonly id: string;
  readonly url: string;
  readonly method: "GET" | "POST";
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string | undefined;
  /** The way through the answer to the caller's record: `["data", "0"]`. Empty: the whole answer. */
  readonly at: readonly string[];
  /** How long the service may take, in milliseconds. */
  readonly timeoutMs: number;
  /** How long an answer is remembered, in milliseconds; 0: not at all. */
  readonly cacheMs: number;
  /** Certificates of the authorities that are trusted besides the usual ones, as PEM. */
  readonly ca: string | undefined;
}

/**
 * Why a look-up is not asked about a call: it needs the number of a caller who withholds it; a value would make a part
 * of its path empty, `.` or `..`, and so ask for something else; or a secret that its URL is made of is not there.
 */
export type Unasked = "withheld" | "path" | "secret";
