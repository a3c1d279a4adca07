/** Sets of phone keys, packed into four bytes each, so that a list of millions is no matter. */
import type { PhoneKey } from "./canonical.ts";

/**
 * A set of keys. Plain data, in one piece of memory, which threads hand to each other without copying.
 *
 * A key has up to 50 bits. Those above the lower 32 are the same for many keys, so each such *high* is kept once: first
 * how many highs there are, then the highs, ascending; then for each where its keys end among the *lows*; then the lows,
 * ascending within a high. An empty set has no words at all.
 */
export type PhoneKeys = Uint32Array<ArrayBuffer> & { readonly __brand: "PhoneKeys" };

const LOW = 2 ** 32;

/** The set without keys. */
export const NO_KEYS: PhoneKeys = new Uint32Array() as PhoneKeys;

/** How many keys a set has. */
export function countOf(keys: PhoneKeys): number {
  return keys.length === 0 ? 0 : keys.length - 1 - 2 * wordAt(keys, 0);
}

/** Whether a set has a key; allocates nothing. */
export function hasKey(keys: PhoneKeys, key: number): boolean {
  if (keys.length === 0) return false;
  const highs = wordAt(keys, 0);
  const high = Math.floor(key / LOW);
  const at = find(keys, 1, 1 + highs, high);
  if (at < 0) return false;
  const lows = 1 + 2 * highs;
  const start = at === 1 ? 0 : wordAt(keys, highs + at - 1);
  return find(keys, lows + start, lows + wordAt(keys, highs + at), key - high * LOW) >= 0;
}

/** The keys of a set, ascending. */
export function* keysIn(keys: PhoneKeys): Generator<PhoneKey, undefined> {
  if (keys.length === 0) return;
  const highs = wordAt(keys, 0);
  const lows = 1 + 2 * highs;
  let at = 0;
  for (let place = 1; place <= highs; place++) {
    const base = wordAt(keys, place) * LOW;
    for (const end = wordAt(keys, highs + place); at < end; at++) {
      yield (base + wordAt(keys, lows + at)) as PhoneKey;
    }
  }
}

/** Where a word is among those from `start` to `end`, which ascend; negative where it is not. */
function find(words: Uint32Array, start: number, end: number, word: number): number {
  let low = start;
  let high = end - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = words[middle] ?? 0;
    if (found === word) return middle;
    if (found < word) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

function wordAt(words: Uint32Array, at: number): number {
  return words[at] ?? 0;
}

/** Gathers keys, in any order and as often as they come. */
export class PhoneKeysBuilder {
  readonly #groups = new Map<number, Group>();
  /** That of the key that came last: the next one is mostly of the same. */
  #last: Group | undefined;

  add(key: PhoneKey): void {
    const high = Math.floor(key / LOW);
    let group = this.#last;
    if (group?.high !== high) {
      group = this.#groups.get(high) ?? new Group(high);
      this.#groups.set(high, group);
      this.#last = group;
    }
    group.add(key - high * LOW);
  }

  /** The set of what was added; the builder is empty then. */
  build(): PhoneKeys {
    const groups = [...this.#groups.values()].sort((a, b) => a.high - b.high);
    this.#groups.clear();
    this.#last = undefined;
    if (groups.length === 0) return NO_KEYS;
    const lows = 1 + 2 * groups.length;
    const most = groups.reduce((sum, { count }) => sum + count, lows);
    const keys = new Uint32Array(most) as PhoneKeys;
    keys[0] = groups.length;
    let end = lows;
    for (const [place, group] of groups.entries()) {
      keys[1 + place] = group.high;
      end = group.moveTo(keys, end);
      keys[1 + groups.length + place] = end - lows;
    }
    return end === most ? keys : (keys.slice(0, end) as PhoneKeys);
  }
}

/** So many words are in one piece at most, so that little is moved while a set grows. */
const LARGEST_PIECE = 65_536;

/** Keys that have the same high: their lows, in pieces that are each as long as all before it. */
class Group {
  readonly high: number;
  count = 0;
  #pieces: Uint32Array<ArrayBuffer>[] = [];
  #open = new Uint32Array(16);
  #filled = 0;

  constructor(high: number) {
    this.high = high;
  }

  add(low: number): void {
    if (this.#filled === this.#open.length) {
      this.#pieces.push(this.#open);
      this.#open = new Uint32Array(Math.min(this.count, LARGEST_PIECE));
      this.#filled = 0;
    }
    this.#open[this.#filled++] = low;
    this.count++;
  }

  /** Puts the lows into `keys` from `start` on, sorted and each once; this group has none then. @returns where they end */
  moveTo(keys: Uint32Array, start: number): number {
    let end = start;
    for (const piece of [...this.#pieces, this.#open.subarray(0, this.#filled)]) {
      keys.set(piece, end);
      end += piece.length;
      // Given back now: a collector would only come by when all of them had been there twice.
      piece.buffer.transfer(0);
    }
    this.#pieces = [];
    const lows = keys.subarray(start, end).sort();
    let kept = 0;
    for (let at = 0; at < lows.length; at++) {
      const low = lows[at] ?? 0;
      if (kept === 0 || low !== lows[kept - 1]) lows[kept++] = low;
    }
    return start + kept;
  }
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
