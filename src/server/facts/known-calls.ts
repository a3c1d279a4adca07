/** The calls that a retry may come of. */
import { PackedCalls } from "./storage/packed-calls.ts";
import { Remembered } from "./storage/remembered.ts";
import { Window } from "./storage/window.ts";

/** A call that has been asked about: one record for its first try and every retry. */
export interface Attempt<Notes> {
  /** When the first try came, in milliseconds of the clock that `Retries.seen` is given. */
  readonly firstMs: number;
  /** What whoever decides wants to know again at the next try, once it has put it here. */
  notes: Notes | undefined;
}

/** How notes that say little are kept as a number. */
export interface Packing<Notes> {
  /** The number; undefined where that would not say everything, or the call is still under way. */
  readonly pack: (notes: Notes) => number | undefined;
  readonly unpack: (packed: number) => Notes;
}

/** So many of the latest calls are kept as they are: most of them are still under way. */
const LATEST = 64;

/** Calls in the order of their first tries, found by the digest of what tells them apart. */
export class KnownCalls<Notes> {
  readonly #packing: Packing<Notes> | undefined;
  readonly #latest = new Window<Attempt<Notes>>(LATEST);
  /** Those before, which are packed; and those of them that cannot be, or were tried again since. */
  readonly #packed: PackedCalls;
  readonly #whole = new Remembered<Attempt<Notes>, number>();

  constructor(packing: Packing<Notes> | undefined, most: number) {
    this.#packing = packing;
    this.#packed = new PackedCalls(most);
  }

  get size(): number {
    return this.#latest.size + this.#whole.size + this.#packed.size;
  }

  /** When the oldest was first tried; undefined where there is none. */
  get oldestMs(): number | undefined {
    return this.#packed.oldestMs === undefined && this.#whole.size === 0
      ? this.#latest.oldest?.firstMs
      : Math.min(
          this.#packed.oldestMs ?? Number.POSITIVE_INFINITY,
          this.#whole.oldest?.firstMs ?? Number.POSITIVE_INFINITY,
        );
  }

  /** @param digest as `digestOf` makes it */
  get(digest: number): Attempt<Notes> | undefined {
    const attempt = this.#latest.get(digest) ?? this.#whole.get(digest);
    if (attempt) return attempt;
    const packed = this.#packed.get(digest);
    if (!packed || !this.#packing) return undefined;
    // What is noted of it from now on is for all further tries.
    const unpacked = { firstMs: packed.firstMs, notes: this.#packing.unpack(packed.note) };
    this.#whole.put(digest, unpacked);
    return unpacked;
  }

  /** Takes in a call, in place of the former one of that digest; calls come in the order of their first tries. */
  put(digest: number, attempt: Attempt<Notes>): void {
    if (this.#latest.isFull) this.#pack();
    this.#latest.put(digest, attempt);
  }

  forgetOldest(): void {
    const { oldestMs } = this;
    if (this.#packed.oldestMs === oldestMs && this.#packed.size > 0) this.#packed.forgetOldest();
    else if (this.#whole.size > 0) this.#whole.forgetOldest();
    else this.#latest.forgetOldest();
  }

  #pack(): void {
    const { oldestDigest: digest, oldest: attempt } = this.#latest;
    if (digest === undefined || !attempt) return;
    this.#latest.forgetOldest();
    // What is still known of a former call with this digest would be found before.
    this.#whole.forget(digest);
    const { firstMs, notes } = attempt;
    const note = notes === undefined ? undefined : this.#packing?.pack(notes);
    if (note === undefined) this.#whole.put(digest, attempt);
    else this.#packed.put(digest, firstMs, note);
  }
}
