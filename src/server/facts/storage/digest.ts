/** Telling texts apart by a number. */

/** Where digests of this process begin: nobody outside can look for two texts with the same one. */
const [SEED_LOW = 0, SEED_HIGH = 0] = crypto.getRandomValues(new Uint32Array(2));

/** A number of 53 bits, which are as good as random, that stands for a text as long as this process lives. */
export function digestOf(text: string): number {
  let [low, high] = [SEED_LOW, SEED_HIGH];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x9e3779b1);
    high = Math.imul(high ^ code, 0x5f356495);
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return (high & 0x1f_ffff) * 0x1_0000_0000 + (low >>> 0);
}
