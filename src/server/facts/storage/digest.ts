/** Telling texts apart by a number. */
import { keyOf } from "../key.ts";

/**
 * Where digests of this process begin, and what they are multiplied by: whoever does not know these cannot look for two
 * texts with the same digest. The factors are odd, so that no bit is lost, and no two of them are alike in their last three.
 */
const [SEED_LOW = 0, SEED_HIGH = 0, LOW = 0, HIGH = 0] = crypto.getRandomValues(new Uint32Array(4));
const [FACTOR_LOW, FACTOR_HIGH] = [(LOW & ~7) | 3, (HIGH & ~7) | 5];

/** In a text of many thousand characters, powers of a factor recur, whatever it is: so longer ones are hashed first. */
const LONGEST = 256;

/** A number of 53 bits, which are as good as random, that stands for a text as long as this process lives. */
export function digestOf(text: string): number {
  const short = text.length > LONGEST ? keyOf(text) : text;
  let [low, high] = [SEED_LOW, SEED_HIGH];
  for (let at = 0; at < short.length; at++) {
    const code = short.charCodeAt(at);
    low = Math.imul(low ^ code, FACTOR_LOW);
    high = Math.imul(high ^ code, FACTOR_HIGH);
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return (high & 0x1f_ffff) * 0x1_0000_0000 + (low >>> 0);
}
