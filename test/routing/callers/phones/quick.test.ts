import { expect, test } from "bun:test";
import fc from "fast-check";
import { phoneKey } from "../../../../src/routing/callers/phones/canonical.ts";
import { type CountryCode, readNumber } from "../../../../src/routing/callers/phones/phone.ts";
import { quickReader } from "../../../../src/routing/callers/phones/quick.ts";

/** Some that share the calling code of the United States. */
const NEIGHBOURS: readonly CountryCode[] = ["US", "CA", "PR", "JM", "BS", "DO", "AG", "GU"];
const COUNTRIES: readonly (CountryCode | undefined)[] = [undefined, "US", "DE", "MX", "BR", "IT"];

test("what is read the quick way is what the whole reader reads, without a word about it", () => {
  let quick = 0;
  fc.assert(
    fc.property(
      fc.stringMatching(/^\+?(1[2-9]|521?|549?|55119|440?|49|39|7|800|[1-9])[0-9]{4,11}$/),
      fc.constantFrom(...COUNTRIES),
      (text, country) => {
        const key = quickReader(country).keyIn(Buffer.from(`x${text}\r`), 1, text.length + 1);
        expect(quickReader(country).keyOf(text)).toBe(key);
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

test("a number ends where its digits do, whatever comes then", () => {
  const number = "+442079460958";
  for (let at = 1; at < number.length; at++) {
    for (let byte = 0; byte < 256; byte++) {
      const bytes = Buffer.from(`${number}\n`);
      bytes[at] = byte;
      const isDigit = /^\d$/.test(String.fromCharCode(byte));
      const key = quickReader(undefined).keyIn(bytes, 0, number.length);
      if (key !== undefined) expect(String(key)).toBe(bytes.toString("latin1", 1, number.length));
      if (!isDigit) expect(key).toBeUndefined();
      else if (at > 3) expect(key).toBeDefined();
    }
  }
});

test("numbers of North America are read the quick way as they are written there", () => {
  const separator = fc.constantFrom("", "-", " ", "  ", " -", ".", ")", "(");
  const written = fc
    .tuple(
      fc.constantFrom("", "1", "1-", "1 ", "+1 ", "01", "-", "("),
      fc.stringMatching(/^[0-9]{2,3}$/),
      fc.constantFrom(...["", "-", " ", ")", ") ", ")-", ".", "("]),
      fc.stringMatching(/^[0-9]{3}$/),
      separator,
      fc.stringMatching(/^[0-9]{4,5}$/),
      fc.constantFrom("", "", "", "", " ", "-", ")", ".0", "#"),
    )
    .map((parts) => parts.join(""));
  const usual = fc
    .tuple(
      fc.constantFrom(["", ""], ["(", ")"]),
      fc.stringMatching(/^[2-9][0-9]{2}$/),
      fc.constantFrom("", "-", " "),
      fc.stringMatching(/^[0-9]{3}$/),
      fc.constantFrom("", "-", " "),
      fc.stringMatching(/^[0-9]{4}$/),
    )
    .map(([[opening, closing], ...[area, first, office, second, line]]) =>
      [opening, area, closing, first, office, second, line].join(""),
    );
  fc.assert(
    fc.property(fc.oneof(written, usual), fc.constantFrom(...NEIGHBOURS), (text, country) => {
      const key = quickReader(country).keyOf(text);
      if (key === undefined) return;
      const read = readNumber(text, country);
      expect("number" in read && !read.warning && phoneKey(read.number.slice(1))).toBe(key);
    }),
    { numRuns: 3000 },
  );
  fc.assert(
    fc.property(usual, (text) => expect(quickReader("US").keyOf(text)).toBeDefined()),
    { numRuns: 200 },
  );
});

test.each([
  ["", undefined],
  ["2137771234", undefined],
  ["2137771234", "DE"],
  ["1137771234", "US"],
  ["11137771234", "US"],
  ["213777123", "US"],
  ["21377712345", "US"],
  ["2137771234 ext 5", "US"],
  ["213.777.1234", "US"],
  ["(2137771234", "US"],
  ["-2137771234", "US"],
  ["2137771234-", "US"],
  ["12137771234", undefined],
  ["+1213777123", undefined],
  ["+12137771234 # spam", undefined],
  ["+5105550123", "US"],
  ["+4402079460958", undefined],
  ["+4915112345678😀", "DE"],
  ["+491511234567890é", "DE"],
  ["(213) 777-1234😀", "US"],
  ["1-2-1-3-7-7-712345", "US"],
  ["1-2-1-3-7-7-7-1-2-3-4 and many more", "US"],
] as const)("%p, read in %p, is left to the whole reader", (text, country) => {
  expect(quickReader(country).keyOf(text)).toBeUndefined();
});
