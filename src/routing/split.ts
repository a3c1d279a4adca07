/** Splits: which of several sides a call goes to, by weight, and always the same one for the same key. */

/** One side of a split. */
export interface Side {
  /** Unique within its split. Which keys a side gets depends on its name. */
  readonly name: string;
  /** Its share relative to the other sides' weights, which may have any sum. 0 or more; 0: it gets nothing. */
  readonly weight: number;
}

/**
 * Chooses the side for `key`, by weighted rendezvous hashing: the choice depends on nothing but the key and the
 * sides' names and weights, so it is the same after a restart and on every replica. Where weights or sides change, a
 * key moves only to a side whose weight has grown relative to that of the key's old side.
 *
 * @throws where no side has a weight above 0
 */
export function chooseSide<Chosen extends Side>(sides: readonly Chosen[], key: string): Chosen {
  let best: Chosen | undefined;
  let bestScore = 0;
  for (const side of sides) {
    // With -log(x) exponentially distributed, each side scores highest as often as its weight says.
    const score = side.weight / -Math.log(fractionOf(side.name, key));
    // The smallest of weights may score 0, and is a weight all the same.
    if (side.weight > 0 && (!best || score > bestScore)) {
      best = side;
      bestScore = score;
    }
  }
  if (!best) throw new Error("Cannot choose a side: one must have a weight above 0");
  return best;
}

/**
 * A number between 0 and 1, neither included, that looks random but depends only on the two texts.
 *
 * The hash is two lanes of MurmurHash3 (its x86 128-bit variant, by Austin Appleby, in the public domain), fed with
 * UTF-16 code units.
 */
function fractionOf(name: string, key: string): number {
  let a = 0;
  let b = 0;
  const add = (unit: number) => {
    a ^= Math.imul(rotate(Math.imul(unit, 0x239b961b), 15), 0xab0e9789);
    a = (Math.imul(rotate(a, 19) + b, 5) + 0x561ccd1b) | 0;
    b ^= Math.imul(rotate(Math.imul(unit, 0xab0e9789), 16), 0x38b34ae5);
    b = (Math.imul(rotate(b, 17) + a, 5) + 0x0bcaa747) | 0;
  };
  for (let at = 0; at < name.length; at++) add(name.charCodeAt(at));
  // No code unit is this large, so that ("ab", "c") is not ("a", "bc").
  add(0x10000);
  for (let at = 0; at < key.length; at++) add(key.charCodeAt(at));

  a ^= name.length + key.length;
  b ^= name.length + key.length;
  a = (a + b) | 0;
  b = (b + a) | 0;
  a = avalanche(a);
  b = avalanche(b);
  a = (a + b) | 0;
  b = (b + a) | 0;
  // 52 bits and a half: one bit more, and the largest could round to 1.
  const bits = (a >>> 12) * 2 ** 32 + (b >>> 0);
  return (bits + 0.5) / 2 ** 52;
}

function rotate(bits: number, by: number): number {
  return (bits << by) | (bits >>> (32 - by));
}

/** Lets every bit depend on every other. */
function avalanche(bits: number): number {
  let mixed = bits ^ (bits >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
