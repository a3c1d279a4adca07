import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { getCountries } from "libphonenumber-js/min";
import {
  type CountryCode,
  countryCallingCode,
  countryOf,
  isCountryCode,
  isWithheld,
  readNumber,
  readSent,
} from "../../../../src/routing/callers/phones/phone.ts";
import { e164 } from "../../plans.ts";

/** Every word of Retell's for a withheld number, and what a keypad makes of it. */
const WITHHELD: readonly (readonly [word: string, keypad: string])[] = [
  ["anonymous", "266696687"],
  ["restricted", "7378742833"],
  ["blocked", "2562533"],
  ["unknown", "8656696"],
  ["unavailable", "86282452253"],
];

describe("a number as a person writes it:", () => {
  test.each<[text: string, country: CountryCode | undefined, number: string]>([
    ["+12137771234", undefined, "+12137771234"],
    ["+1 213 777 1234", undefined, "+12137771234"],
    ["+1 (213) 777-1234", undefined, "+12137771234"],
    ["+1.213.777.1234", undefined, "+12137771234"],
    ["(213) 777-1234", "US", "+12137771234"],
    ["213-777-1234", "US", "+12137771234"],
    ["2137771234", "US", "+12137771234"],
    ["1 213 777 1234", "US", "+12137771234"],
    ["011 44 20 7946 0958", "US", "+442079460958"],
    ["020 7946 0958", "GB", "+442079460958"],
    ["+44 (0)20 7946 0958", undefined, "+442079460958"],
    ["030 901820", "DE", "+4930901820"],
    ["0049 30 901820", "DE", "+4930901820"],
    ["0049 30 901820", "FR", "+4930901820"],
    ["06 1234 5678", "IT", "+390612345678"],
    ["+49 30 901820", "US", "+4930901820"],
    ["+800 1234 5678", undefined, "+80012345678"],
    ["+12135550123", undefined, "+12135550123"],
  ])("%p read in %p", (text, country, number) => {
    expect<unknown>(readNumber(text, country)).toEqual({ number });
    expect<unknown>(readSent(text, country).number).toBe(number);
  });

  test.each<[text: string, country: CountryCode | undefined, problem: string]>([
    ["2137771234", undefined, 'it has no "+" and the configuration sets no `country`'],
    ["911", "US", "it is too short for a phone number"],
    ["+1213777123", undefined, "it is too short for a phone number"],
    ["+121377712345", undefined, "it is too long for a phone number"],
    ["+1213777123456789012345", undefined, "it is too long for a phone number"],
    ["+44 2345 6789", undefined, "no phone number of that country has this length"],
    ["+999 1234 5678", undefined, "its country calling code is not in use"],
    ["+49 1", undefined, "it is too short for a phone number"],
    ["+80012345", undefined, "it is too short for a phone number"],
    ["", "US", "it is not a phone number"],
    ["+", "US", "it is not a phone number"],
    ["alice", "US", "it is not a phone number"],
    ["1-800-FLOWERS", "US", "it is not a phone number"],
    ["call +12137771234", "US", "it is not a phone number"],
    ["+12137771234 or so", "US", "it is not a phone number"],
    ["+12137771234, +12137771235", "US", "it is not a phone number"],
    ["++12137771234", "US", "it is not a phone number"],
    ["+1 213 777 1234 ext. 5", undefined, "it has an extension, and callers are matched by number only"],
  ])("%p read in %p is a problem", (text, country, problem) => {
    expect(readNumber(text, country)).toEqual({ problem });
  });

  test("no text makes it throw, and every number is E.164", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^\+?[0-9 ().*#;=x-]{0,25}$/));
    fc.assert(
      fc.property(text, fc.constantFrom(undefined, ...getCountries()), (text, country) => {
        const read = readNumber(text, country);
        if ("number" in read) expect(read.number).toMatch(/^\+[1-9]\d{1,14}$/);
        else expect(read.problem).toMatch(/^(it|its|no phone number|a spreadsheet) /);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a number as Retell sends it", () => {
  test("is taken as it is where it is E.164, in service or not", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+[1-9][0-9]{6,14}$/), (text) => {
        expect<unknown>(readSent(text, undefined).number).toBe(text);
        expect<unknown>(readSent(text, "DE").number).toBe(text);
      }),
    );
  });

  test.each([
    "",
    "anonymous",
    "alice",
    "sip:alice@example.com",
    "+",
    "+12137771234x",
    "+1234567890123456",
    "+1",
  ])("%p is none", (text) => {
    expect(readSent(text, "US").number).toBeUndefined();
  });

  test.each([
    "sip:+12137771234@example.com",
    "SIPS:+12137771234@[2001:db8::1]:5061;transport=tls",
    "tel:+12137771234;phone-context=example.com",
    "+12137771234@example.com",
    " +12137771234\n",
  ])("may be the user of an address, or have white space around it: %p", (text) => {
    expect<unknown>(readSent(text, undefined).number).toBe("+12137771234");
  });

  test("without a `+` needs to be told the country", () => {
    expect<unknown>(readSent("2137771234", "US").number).toBe("+12137771234");
    expect(readSent("2137771234", undefined).number).toBeUndefined();
  });
});

describe("withheld is", () => {
  test.each(
    WITHHELD.flatMap(([word, keypad]) => [
      word,
      word.toUpperCase(),
      word.slice(0, 1).toUpperCase() + word.slice(1),
      ` ${word} `,
      `+${word}`,
      keypad,
      `+${keypad}`,
      ` +${keypad} `,
      `sip:${word}@example.com`,
      `SIP:${word.toUpperCase()}@EXAMPLE.COM`,
      `sips:${word}@[2001:db8::1]:5061;transport=tls`,
      `${word}@example.com`,
      `sip:+${keypad}@example.com`,
      `sip:${keypad}@example.com`,
    ]),
  )("%p", (from) => {
    expect(isWithheld(from)).toBe(true);
  });

  test.each([
    "",
    " ",
    "+",
    "sip:@example.com",
    "sip:anonymous@anonymous.invalid",
    "Anonymous@localhost\n",
    "anonymous@one\ntwo",
    "tel:anonymous",
  ])("%p", (from) => {
    expect(isWithheld(from)).toBe(true);
  });

  test("every one of the words, in whatever case", () => {
    const word = fc
      .constantFrom(...WITHHELD.map(([word]) => word))
      .chain((text) => fc.mixedCase(fc.constant(text)));
    fc.assert(
      fc.property(word, (text) => {
        expect(isWithheld(text)).toBe(true);
      }),
    );
  });
});

describe("not withheld is", () => {
  test.each([
    "+12137771234",
    "12137771234",
    "alice",
    "0",
    "sip:alice@anonymous.invalid",
    "sip:unknown.caller@example.com",
    "anonymous1",
    "not anonymous",
    "anonymous, unknown",
    ...WITHHELD.flatMap(([word, keypad]) => [`${word}s`, `+1${keypad}`, `+${keypad}0`, `${keypad}0`]),
  ])("%p", (from) => {
    expect(isWithheld(from)).toBe(false);
  });

  test("any number with a keypad's number in it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...WITHHELD.map(([, keypad]) => keypad)),
        fc.stringMatching(/^[1-9]{1,3}$/),
        (keypad, digits) => {
          expect([isWithheld(`+${digits}${keypad}`), isWithheld(`+${keypad}${digits}`)]).toEqual([
            false,
            false,
          ]);
        },
      ),
    );
  });
});

describe("the country of a number", () => {
  test.each([
    ["+12137771234", "US"],
    ["+14165551234", "CA"],
    ["+18762345678", "JM"],
    ["+442079460958", "GB"],
    ["+441481960194", "GG"],
    ["+74951234567", "RU"],
    ["+77172123456", "KZ"],
    ["+525512345678", "MX"],
  ])("of %s is %s", (number, country) => {
    expect<unknown>(countryOf(e164(number))).toBe(country);
  });

  test.each(["+80012345678", "+999999999"])("of %s is not known", (number) => {
    expect(countryOf(e164(number))).toBeUndefined();
  });
});

describe("a country code", () => {
  test("is every country's that has phone numbers", () => {
    expect(getCountries().filter((code) => !isCountryCode(code))).toEqual([]);
  });

  test.each(["US", "MX", "GB", "DE"])("%p is one", (code) => {
    expect(isCountryCode(code)).toBe(true);
  });

  test.each(["", "us", "UK", "XX", "USA", "1", "*", "constructor", "__proto__"])("%p is none", (code) => {
    expect(isCountryCode(code)).toBe(false);
  });
});

test.each([
  ["+12137771234", "1"],
  ["+442079460958", "44"],
  ["+80012345678", "800"],
  ["+999999999", undefined],
  ["anonymous", undefined],
])("the country calling code of %p is %p", (number, code) => {
  expect<unknown>(countryCallingCode(number)).toBe(code);
});
