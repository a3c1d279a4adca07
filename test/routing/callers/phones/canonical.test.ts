import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { getCountries, getExampleNumber } from "libphonenumber-js/min";
import examples from "libphonenumber-js/mobile/examples";
import { keyText, phoneKey, spellingsOf } from "../../../../src/routing/callers/phones/canonical.ts";

const keyOf = (number: string) => keyText(phoneKey(number.slice(1)));

describe("the canonical form", () => {
  test.each<[what: string, number: string, canonical: string]>([
    ["Mexico's 1", "+5215512345678", "+525512345678"],
    ["Argentina's 9", "+5491123456789", "+541123456789"],
    ["the ninth digit of a Brazilian mobile", "+5511987654321", "+551187654321"],
    ["a British trunk zero", "+4402079460958", "+442079460958"],
    ["a German trunk zero", "+49030901820", "+4930901820"],
  ])("is without %s", (_what, number, canonical) => {
    expect(keyOf(number)).toBe(canonical);
  });

  test.each<[what: string, number: string]>([
    ["a Mexican number", "+525512345678"],
    ["an Argentine landline", "+541123456789"],
    ["a Brazilian landline", "+551132345678"],
    ["the zero that Italian numbers begin with", "+390612345678"],
    ["a number of the United States", "+12125550100"],
    ["a short code", "+12345"],
  ])("keeps %s as it is", (_what, number) => {
    expect(keyOf(number)).toBe(number);
  });

  test("of the canonical form is itself, whatever the digits", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9][0-9]{0,14}$/), (digits) => {
        const once = keyOf(`+${digits}`);
        expect(keyOf(once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  test("tells the numbers of all countries apart, and is one of their spellings", () => {
    const seen = new Map<string, string>();
    for (const country of getCountries()) {
      const number = getExampleNumber(country, examples)?.number as string | undefined;
      if (!number) continue;
      const canonical = keyOf(number);
      expect(seen.get(canonical) ?? number).toBe(number);
      seen.set(canonical, number);
      expect(spellingsOf(phoneKey(number.slice(1)))).toContain(canonical);
      expect(spellingsOf(phoneKey(number.slice(1)))).toContain(number);
    }
    expect(seen.size).toBeGreaterThan(200);
  });

  test("is that of each of its spellings", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^(52|54|55|44)[1-9][0-9]{7,10}$/), (digits) => {
        const key = phoneKey(digits);
        for (const spelling of spellingsOf(key)) expect(keyOf(spelling)).toBe(keyText(key));
      }),
      { numRuns: 2000 },
    );
  });
});
