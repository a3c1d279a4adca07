/** Making sets of phone keys, with no second copy of a long one at any moment. */
import type { PhoneKey } from "./canonical.ts";
import { keysIn, NO_KEYS, type PhoneKeys, packedKeys } from "./phone-keys.ts";

/** Keys that differ only in so many bits, the last ones, are in the same bucket. */
const BUCKET_BITS = 28;
/** Written out: of a power the engine does not know that it is a whole number, and adding a key takes six times as long. */
const BUCKET = 0x1000_0000;
/** The words of a set have more bits. */
const MORE_BITS = 32 - BUCKET_BITS;

/** So many words are in a block. */
const BLOCK = 128;

/** So many buckets are found without looking them up. */
const NEAR = 256;

/** There is a pause after so many sorted keys, which take a fraction of a millisecond, or after more of one bucket. */
const KEYS_A_PAUSE = 10_000;

/**
 * Gathers keys, in any order and as often as they come.
 *
 * They are in one piece of memory from the beginning, which becomes the set. It consists of blocks, and each block has keys
 * of one bucket only. In the end the blocks of each bucket are brought together, and its keys are sorted: the engine sorts
 * a copy, and this way it is one of a single bucket's keys.
 */
export class PhoneKeysBuilder {
  readonly #most: number;
  #words: Uint32Array<ArrayBuffer> = NO_KEYS;
  /** The bucket of each block. */
  readonly #owners: number[] = [];
  /** What the keys of each bucket have in common: their upper bits. */
  readonly #uppers: number[] = [];
  readonly #buckets = new Map<number, number>();
  /** By the end of their upper bits, the bucket found last: the upper bits of one country, or of a few, end differently. */
  #near = new Int32Array();
  /** Where the next key of each bucket goes; where a block begins, to a new one. */
  readonly #next: number[] = [];

  /** @param most how many keys to expect at most; fewer take no more memory, since that is taken as it is written to */
  constructor(most = 0) {
    this.#most = most;
  }

  add(key: PhoneKey): void {
    const upper = (key / BUCKET) | 0;
    const near = this.#near[upper % NEAR] ?? 0;
    const bucket = this.#uppers[near] === upper ? near : this.#findBucket(upper);
    const next = this.#next[bucket] ?? 0;
    const at = next % BLOCK === 0 ? this.#newBlock(bucket) : next;
    this.#words[at] = (key - upper * BUCKET) | 0;
    this.#next[bucket] = at + 1;
  }

  /** The set of what was added; the builder is of no use then. @param pause is called again and again */
  build(pause?: () => void): PhoneKeys {
    if (this.#owners.length === 0) return NO_KEYS;
    const words = this.#words;
    const blocks = Map.groupBy(this.#owners.keys(), (block) => this.#owners[block] ?? 0);
    const buckets = [...blocks].map(([bucket, own]) => ({
      upper: this.#uppers[bucket] ?? 0,
      blocks: own,
      count: (own.length - 1) * BLOCK + (((this.#next[bucket] ?? 0) - 1) % BLOCK) + 1,
    }));
    buckets.sort((a, b) => a.upper - b.upper);
    moveBlocks(
      words,
      buckets.flatMap(({ blocks }) => blocks),
    );
    const ends = new Map<number, number>();
    let start = 0;
    let end = 0;
    let unpaused = 0;
    for (const { upper, blocks, count } of buckets) {
      words.subarray(start, start + count).sort();
      end = settle(words, start, count, end, upper << BUCKET_BITS);
      ends.set(upper >>> MORE_BITS, end);
      start += blocks.length * BLOCK;
      unpaused += count;
      if (unpaused < KEYS_A_PAUSE) continue;
      pause?.();
      unpaused = 0;
    }
    return packedKeys(words, start, ends);
  }

  #findBucket(upper: number): number {
    const bucket = this.#buckets.get(upper) ?? this.#uppers.length;
    if (bucket === this.#uppers.length) {
      this.#uppers.push(upper);
      this.#next.push(0);
      this.#buckets.set(upper, bucket);
    }
    if (this.#near.length === 0) this.#near = new Int32Array(NEAR);
    this.#near[upper % NEAR] = bucket;
    return bucket;
  }

  /** @returns where it begins */
  #newBlock(bucket: number): number {
    const start = (this.#owners.push(bucket) - 1) * BLOCK;
    if (start + BLOCK > this.#words.length) {
      const longer = new Uint32Array(Math.max(this.#words.length * 2, this.#most, BLOCK));
      longer.set(this.#words);
      this.#words = longer;
    }
    return start;
  }
}

/** Moves blocks to other places. @param sources for each place the block that goes there; it is used up */
function moveBlocks(words: Uint32Array, sources: number[]): void {
  const held = new Uint32Array(BLOCK);
  for (let first = 0; first < sources.length; first++) {
    if (sources[first] === first) continue;
    held.set(words.subarray(first * BLOCK, (first + 1) * BLOCK));
    let place = first;
    for (;;) {
      const source = sources[place] ?? first;
      sources[place] = place;
      if (source === first) break;
      words.copyWithin(place * BLOCK, source * BLOCK, (source + 1) * BLOCK);
      place = source;
    }
    words.set(held, place * BLOCK);
  }
}

/** Moves `count` sorted words from `start` to `end`, each once, with `bits` set. @returns where they end */
function settle(words: Uint32Array, start: number, count: number, end: number, bits: number): number {
  let kept = end;
  let last = -1;
  for (let at = start; at < start + count; at++) {
    const word = words[at] ?? 0;
    if (word !== last) words[kept++] = word | bits;
    last = word;
  }
  return kept;
}

/** The set of these keys. */
export function keysOf(keys: Iterable<PhoneKey>): PhoneKeys {
  const builder = new PhoneKeysBuilder();
  for (const key of keys) builder.add(key);
  return builder.build();
}

/** The set of all keys that are in one of two. */
export function unionOfKeys(a: PhoneKeys, b: PhoneKeys): PhoneKeys {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const builder = new PhoneKeysBuilder();
  for (const key of keysIn(a)) builder.add(key);
  for (const key of keysIn(b)) builder.add(key);
  return builder.build();
}
