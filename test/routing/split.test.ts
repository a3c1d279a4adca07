import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { chooseSide, type Side } from "../../src/routing/split.ts";

const sidesOf = (weights: Readonly<Record<string, number>>): (Side & { readonly target: string })[] =>
  Object.entries(weights).map(([name, weight]) => ({ name, weight, target: `agent_${name}` }));

const chosen = (weights: Readonly<Record<string, number>>, keys: readonly string[]) => {
  const sides = sidesOf(weights);
  return keys.map((key) => chooseSide(sides, key).name);
};

const countOf = (names: readonly string[], name: string) => names.filter((each) => each === name).length;

/** How far counts are from what the weights promise. */
function chiSquare(weights: Readonly<Record<string, number>>, names: readonly string[]): number {
  const sum = Object.values(weights).reduce((total, weight) => total + weight);
  return Object.entries(weights)
    .filter(([, weight]) => weight > 0)
    .map(([name, weight]) => ({ found: countOf(names, name), promised: (names.length * weight) / sum }))
    .reduce((total, { found, promised }) => total + (found - promised) ** 2 / promised, 0);
}

const numbers = (count: number) => Array.from({ length: count }, (_, at) => `+1213${5_500_000 + at}`);
const ALPHABET = "0123456789abcdef";
const callIds = (count: number) =>
  Array.from({ length: count }, (_, at) => {
    const digits = Array.from({ length: 24 }, (_, digit) => ALPHABET[(at * (digit * 2 + 7919)) % 16]);
    return `call_${digits.join("")}${at.toString(16).padStart(8, "0")}`;
  });

const KEYS = {
  "consecutive numbers": numbers(100_000),
  "numbers a thousand apart": Array.from({ length: 100_000 }, (_, at) => `+4930${10_000_000 + at * 1000}`),
  "call ids": callIds(100_000),
  "callers that hide their number, and SIP users": Array.from(
    { length: 100_000 },
    (_, at) => `sip:u${at}@x.org`,
  ),
};

const WEIGHTS: readonly Readonly<Record<string, number>>[] = [
  { sales: 50, sales_next: 50 },
  { sales: 90, sales_next: 10 },
  { sales: 99, sales_next: 1 },
  { a: 1, b: 2, c: 3 },
  { a: 0.25, b: 0.75 },
  { "1": 1, "2": 1, "3": 1, "4": 1, "5": 1, "6": 1, "7": 1, "8": 1, "9": 1, "10": 1 },
];

describe.each(Object.entries(KEYS))("%s", (_, keys) => {
  test.each(WEIGHTS)("are shared as the weights say: %j", (weights) => {
    // A fair choice exceeds this once in about a million tries, and an unfair one with ever more keys.
    const freedom = Object.keys(weights).length - 1;
    const bound = freedom === 1 ? 23.9 : freedom === 2 ? 27.6 : 45.1;
    expect(chiSquare(weights, chosen(weights, keys))).toBeLessThan(bound);
  });

  test("are shared so in every stretch too", () => {
    const weights = { a: 1, b: 1 };
    const names = chosen(weights, keys);
    const stretches = Array.from({ length: 100 }, (_, at) => names.slice(at * 1000, (at + 1) * 1000));
    const sum = stretches.map((stretch) => chiSquare(weights, stretch)).reduce((total, each) => total + each);
    // Chi-square with 100 degrees of freedom: less than 50 is as unlikely as more than 170, that is, very.
    expect(sum).toBeGreaterThan(50);
    expect(sum).toBeLessThan(170);
  });

  test("do not follow their neighbours", () => {
    const names = chosen({ a: 1, b: 1 }, keys);
    const same = names.filter((name, at) => name === names[at - 1]).length;
    expect(Math.abs(same / keys.length - 0.5)).toBeLessThan(0.01);
  });
});

test("a key's side is the same today and in every later version", () => {
  const keys = Array.from({ length: 64 }, (_, at) => `call_${at}`);
  expect(chosen({ a: 1, b: 1 }, keys).join("")).toBe(
    "aabaabaaabbbbbaabaabbbbbbabbaaaaaabbaaaaabbbababaaababbaabbbbbbb",
  );
});

test("the order of the sides does not matter", () => {
  const keys = numbers(10_000);
  expect(chosen({ c: 3, a: 1, b: 2 }, keys)).toEqual(chosen({ a: 1, b: 2, c: 3 }, keys));
});

test("only the proportion of the weights matters", () => {
  const keys = numbers(10_000);
  expect(chosen({ a: 9, b: 1 }, keys)).toEqual(chosen({ a: 90, b: 10 }, keys));
  expect(chosen({ a: 0.9, b: 0.1 }, keys)).toEqual(chosen({ a: 90, b: 10 }, keys));
});

describe("as few keys move as must", () => {
  const keys = numbers(100_000);
  const moves = (before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) => {
    const old = chosen(before, keys);
    return chosen(after, keys).flatMap((name, at) => (name === old[at] ? [] : [`${old[at]} to ${name}`]));
  };

  test("from 90/10 to 80/20, a tenth, to the side that has grown", () => {
    const moved = moves({ old: 90, new: 10 }, { old: 80, new: 20 });
    expect(new Set(moved)).toEqual(new Set(["old to new"]));
    expect(moved.length).toBeGreaterThan(9_500);
    expect(moved.length).toBeLessThan(10_500);
  });

  test("with a third side, only to it", () => {
    const moved = moves({ a: 60, b: 40 }, { a: 60, b: 40, c: 25 });
    expect(new Set(moved)).toEqual(new Set(["a to c", "b to c"]));
    expect(moved.length).toBeGreaterThan(19_500);
    expect(moved.length).toBeLessThan(20_500);
  });

  test("without a side, only from it", () => {
    const moved = moves({ a: 60, b: 40, c: 25 }, { a: 60, b: 40 });
    expect(new Set(moved)).toEqual(new Set(["c to a", "c to b"]));
  });

  test("whatever the weights, never to a side that has not grown against the one left", () => {
    const weight = fc.integer({ min: 0, max: 100 });
    const weights = fc.record({ a: weight, b: weight, c: weight, d: fc.integer({ min: 1, max: 100 }) });
    fc.assert(
      fc.property(weights, weights, fc.string(), (before, after, key) => {
        const from = chooseSide(sidesOf(before), key).name as keyof typeof before;
        const to = chooseSide(sidesOf(after), key).name as keyof typeof before;
        if (from !== to) expect(after[to] * before[from]).toBeGreaterThan(after[from] * before[to]);
      }),
      { numRuns: 2000 },
    );
  });
});

test("splits between sides of other names are independent", () => {
  const keys = numbers(100_000);
  const one = chosen({ a: 1, b: 1 }, keys);
  const other = chosen({ c: 1, d: 1 }, keys);
  const pairs = one.map((name, at) => `${name}${other[at]}`);
  expect(chiSquare({ ac: 1, ad: 1, bc: 1, bd: 1 }, pairs)).toBeLessThan(21.2);
});

test("where a name ends and the key begins matters", () => {
  const keys = numbers(10_000);
  const long = chosen({ a1: 1, b1: 1 }, keys).map((name) => name.slice(0, 1));
  const short = chosen(
    { a: 1, b: 1 },
    keys.map((key) => `1${key}`),
  );
  const same = long.filter((name, at) => name === short[at]).length;
  expect(Math.abs(same / keys.length - 0.5)).toBeLessThan(0.02);
});

test("a side without weight gets nothing, and one alone gets everything", () => {
  const keys = [...numbers(10_000), "", "anonymous", "\ud800", "電話"];
  expect(countOf(chosen({ a: 0, b: 1, c: 0.0001 }, keys), "a")).toBe(0);
  expect(countOf(chosen({ a: 0, b: 1 }, keys), "b")).toBe(keys.length);
  expect(countOf(chosen({ a: 0, b: Number.MIN_VALUE }, keys), "b")).toBe(keys.length);
  expect(chooseSide(sidesOf({ b: 1 }), "").target).toBe("agent_b");
});

test("a split without any weight is a fault of whoever asks", () => {
  expect(() => chooseSide([], "key")).toThrow("Cannot choose a side");
  expect(() => chooseSide(sidesOf({ a: 0, b: 0 }), "key")).toThrow("Cannot choose a side");
});
