/** Sets of phone keys, packed into four bytes each, so that a list of millions is no matter. */
import type { PhoneKey } from "./canonical.ts";

/**
 * A set of keys. Plain data, in one piece of memory, which threads hand to each other without copying.
 *
 * A key has up to 50 bits. Those above the lower 32 are the same for many keys, so each such *high* is kept once: first
 * come the *lows*, ascending within a high; then the highs, ascending; then for each where its lows end; and at last how
 * many highs there are. An empty set has no words at all.
 */
export type PhoneKeys = Uint32Array<ArrayBuffer> & { readonly __brand: "PhoneKeys" };

const LOW = 2 ** 32;

/** The set without keys. */
export const NO_KEYS: PhoneKeys = new Uint32Array() as PhoneKeys;

/** How many keys a set has. */
export function countOf(keys: PhoneKeys): number {
  return keys.length === 0 ? 0 : highsStart(keys);
}

/** Whether a set has a key; allocates nothing. */
export function hasKey(keys: PhoneKeys, key: number): boolean {
  if (keys.length === 0) return false;
  const first = highsStart(keys);
  const highs = wordAt(keys, keys.length - 1);
  const high = Math.floor(key / LOW);
  const at = find(keys, first, first + highs, high);
  if (at < 0) return false;
  const start = at === first ? 0 : wordAt(keys, at + highs - 1);
  return find(keys, start, wordAt(keys, at + highs), key - high * LOW) >= 0;
}

/** The keys of a set, ascending. */
export function* keysIn(keys: PhoneKeys): Generator<PhoneKey, undefined> {
  if (keys.length === 0) return;
  const first = highsStart(keys);
  const highs = wordAt(keys, keys.length - 1);
  let at = 0;
  for (let place = first; place < first + highs; place++) {
    const base = wordAt(keys, place) * LOW;
    for (const end = wordAt(keys, place + highs); at < end; at++) {
      yield (base + wordAt(keys, at)) as PhoneKey;
    }
  }
}

/** Where the highs begin, and so how many lows there are; not for an empty set. */
function highsStart(keys: PhoneKeys): number {
  return keys.length - 1 - 2 * wordAt(keys, keys.length - 1);
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

/** Sets up to so many words have memory of their own length. */
const SHORT_WORDS = 1024;

/**
 * The set whose lows are at the beginning of `words`, which are used up.
 *
 * @param written so many words were written to: the memory of the others is not taken
 * @param ends where the lows of each high end; highs ascend
 */
export function packedKeys(
  words: Uint32Array<ArrayBuffer>,
  written: number,
  ends: ReadonlyMap<number, number>,
): PhoneKeys {
  const tail = [...ends.keys(), ...ends.values(), ends.size];
  const lows = tail.at(-2) ?? 0;
  const length = lows + tail.length;
  const isTight = length <= words.length && written < length * 1.1;
  const keys = length > SHORT_WORDS && isTight ? words.subarray(0, length) : new Uint32Array(length);
  if (keys.buffer !== words.buffer) keys.set(words.subarray(0, lows));
  keys.set(tail, lows);
  return keys as PhoneKeys;
}
