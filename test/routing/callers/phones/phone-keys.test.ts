import { expect, test } from "bun:test";
import fc from "fast-check";
import type { PhoneKey } from "../../../../src/routing/callers/phones/canonical.ts";
import { countOf, hasKey, keysIn, NO_KEYS } from "../../../../src/routing/callers/phones/phone-keys.ts";
import {
  keysOf,
  PhoneKeysBuilder,
  unionOfKeys,
} from "../../../../src/routing/callers/phones/phone-keys-builder.ts";

/** Numbers and short codes, many of which share their upper bits, or stand at the edge of where these change. */
const anyKey: fc.Arbitrary<PhoneKey> = fc
  .oneof(
    fc.integer({ min: 100, max: 999_999 }),
    fc.integer({ min: 12_010_000_000, max: 12_010_000_200 }),
    fc.integer({ min: 1_000_000, max: 999_999_999_999_999 }),
    fc
      .tuple(fc.integer({ min: 1, max: 232_830 }), fc.integer({ min: -2, max: 2 }))
      .map(([high, by]) => high * 2 ** 32 + by),
  )
  .map((key) => key as PhoneKey);
const manyKeys = fc.array(anyKey, { maxLength: 300 });

test("a packed set has what a Set has of the same keys, once and in order", () => {
  fc.assert(
    fc.property(manyKeys, manyKeys, (keys, others) => {
      const set = new Set(keys);
      const packed = keysOf(keys);
      expect([...keysIn(packed)]).toEqual([...set].sort((a, b) => a - b));
      expect(countOf(packed)).toBe(set.size);
      for (const key of [...keys, ...others]) expect(hasKey(packed, key)).toBe(set.has(key));
      for (const key of keys) expect(hasKey(packed, key + 1)).toBe(set.has((key + 1) as PhoneKey));
    }),
  );
});

test("two sets together have what is in one of them", () => {
  fc.assert(
    fc.property(manyKeys, manyKeys, (a, b) => {
      expect([...keysIn(unionOfKeys(keysOf(a), keysOf(b)))]).toEqual([...keysIn(keysOf([...a, ...b]))]);
    }),
  );
});

test("the same keys are the same set, in whatever order and as often as they come", () => {
  fc.assert(
    fc.property(manyKeys, (keys) => {
      expect(keysOf([...keys, ...keys.toReversed()])).toEqual(keysOf(keys));
    }),
  );
});

test("a set without keys takes no memory, and has none", () => {
  expect(keysOf([])).toBe(NO_KEYS);
  expect([countOf(NO_KEYS), [...keysIn(NO_KEYS)], hasKey(NO_KEYS, 12_137_771_234)]).toEqual([0, [], false]);
});

test("a key takes four bytes, and a little for what many have in common", () => {
  const keys = Array.from({ length: 200_000 }, (_, at) => (12_010_000_000 + at * 39_119) as PhoneKey);
  const packed = keysOf(keys);
  expect(packed.byteLength).toBeLessThan(200_000 * 4 + 100);
  expect(keys.every((key) => hasKey(packed, key))).toBe(true);
  expect(keys.some((key) => hasKey(packed, key + 1))).toBe(false);
});

test("a long set is in order and each key there once, however many were expected", () => {
  // In steps that leave out none and come back: the factor and the count have no factor in common.
  const count = 100_003;
  const keyAt = (at: number) => (12_010_000_000 + ((at * 7919) % count) * 39_119) as PhoneKey;
  const sorted = Array.from({ length: count }, (_, at) => (12_010_000_000 + at * 39_119) as PhoneKey);
  for (const [most, twice] of [
    [0, 0],
    [1, 50_000],
    [count, 300],
    [4 * count, 0],
  ] as const) {
    const builder = new PhoneKeysBuilder(most);
    for (let at = 0; at < count + twice; at++) builder.add(keyAt(at % count));
    let pauses = 0;
    const keys = builder.build(() => pauses++);
    expect([...keysIn(keys)]).toEqual(sorted);
    // For every 10,000 keys or so.
    expect(pauses).toBeGreaterThan(3);
  }
});

test("a long set stays where its keys were gathered, unless most of that is of no use", () => {
  const gathered = (count: number, times: number) => {
    const builder = new PhoneKeysBuilder(50_000);
    for (let time = 0; time < times; time++) {
      for (let at = 0; at < count; at++) builder.add((12_137_000_000 + at) as PhoneKey);
    }
    return builder.build();
  };
  expect(gathered(40_000, 1).buffer.byteLength).toBe(50_000 * 4);
  expect(gathered(10_000, 4).buffer.byteLength).toBeLessThan(41_000);
  expect(gathered(2, 1).buffer.byteLength).toBe(5 * 4);
});
