import { expect, test } from "bun:test";
import fc from "fast-check";
import { phoneKey } from "../../../../src/routing/callers/phones/canonical.ts";
import { type CountryCode, readNumber } from "../../../../src/routing/callers/phones/phone.ts";
import { quickKey, quickKeyOf } from "../../../../src/routing/callers/phones/quick.ts";

const COUNTRIES: readonly (CountryCode | undefined)[] = [undefined, "US", "DE", "MX", "BR", "IT"];

test("what is read the quick way is what the whole reader reads, without a word about it", () => {
  let quick = 0;
  fc.assert(
    fc.property(
      fc.stringMatching(/^\+?(1[2-9]|521?|549?|55119|440?|49|39|7|800|[1-9])[0-9]{4,11}$/),
      fc.constantFrom(...COUNTRIES),
      (text, country) => {
        const key = quickKey(Buffer.from(`x${text}\r`), 1, text.length + 1, country);
        expect(quickKeyOf(text, country)).toBe(key);
        if (key === undefined) return;
        quick++;
        const read = readNumber(text, country);
        expect(read).not.toHaveProperty("warning");
        expect("number" in read && phoneKey(read.number.slice(1))).toBe(key);
      },
    ),
    { numRuns: 3000 },
  );
  expect(quick).toBeGreaterThan(100);
});

test.each([
  ["", undefined],
  ["12137771234", undefined],
  ["+1213777123", undefined],
  ["+12137771234 # spam", undefined],
  ["+5105550123", "US"],
  ["+4402079460958", undefined],
] as const)("%p, read in %p, is left to the whole reader", (text, country) => {
  expect(quickKeyOf(text, country)).toBeUndefined();
});
