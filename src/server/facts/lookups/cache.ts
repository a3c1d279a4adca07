/** Answers of look-ups, remembered for a while. */
import type { LookupResult } from "../../../routing/lookups/result.ts";
import { Remembered } from "../storage/remembered.ts";

/** How many answers are remembered, and how many bytes of them; beyond either, the oldest are forgotten. */
const MOST_ANSWERS = 20_000;
const MOST_BYTES = 32 * 1024 * 1024;
/** What an answer takes beside its text: roughly. */
const OVERHEAD_BYTES = 300;

/** Whose answers are counted together. */
export interface Owner {
  cached: number;
}

interface Entry {
  readonly owner: Owner;
  readonly atMs: number;
  readonly goodForMs: number;
  /** What was found, as JSON: that takes a fraction of the memory, and nobody can change it. Undefined for missing. */
  readonly text: string | undefined;
}

/** What was found or missing, by what was asked. Bounded, whatever services answer. */
export class Cache {
  readonly #byKey = new Remembered<Entry>();
  #bytes = 0;

  /**
   * An answer that is not older than `cacheMs`.
   *
   * @param tickMs milliseconds of a clock that is never set
   */
  get(key: string, cacheMs: number, tickMs: number): Exclude<LookupResult, { kind: "failed" }> | undefined {
    const entry = this.#byKey.get(key);
    if (!entry || tickMs - entry.atMs >= cacheMs) return undefined;
    return entry.text === undefined ? { kind: "missing" } : { kind: "found", value: JSON.parse(entry.text) };
  }

  /** Remembers an answer for `cacheMs`; a failure is none. */
  put(key: string, owner: Owner, result: LookupResult, cacheMs: number, tickMs: number): void {
    if (cacheMs <= 0 || result.kind === "failed") return;
    const text = result.kind === "found" ? JSON.stringify(result.value) : undefined;
    this.#count(this.#byKey.get(key), -1);
    const entry = { owner, atMs: tickMs, goodForMs: cacheMs, text };
    this.#byKey.put(key, entry);
    this.#count(entry, 1);
    const isOld = (oldest: Entry | undefined) => oldest && tickMs - oldest.atMs >= oldest.goodForMs;
    while (this.#byKey.size > MOST_ANSWERS || this.#bytes > MOST_BYTES || isOld(this.#byKey.oldest)) {
      this.#count(this.#byKey.oldest, -1);
      this.#byKey.forgetOldest();
    }
  }

  #count(entry: Entry | undefined, sign: 1 | -1): void {
    if (!entry) return;
    entry.owner.cached += sign;
    this.#bytes += sign * (OVERHEAD_BYTES + 2 * (entry.text?.length ?? 0));
  }
}
