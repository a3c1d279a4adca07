import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { getCountries, parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { CountryCode } from "../../../src/routing/callers/phones/phone.ts";
import { FILTERS } from "../../../src/routing/templates/filters.ts";

function filtered(name: string, text: string, country?: CountryCode): string {
  const filter = FILTERS[name];
  if (!filter) throw new Error(`There is no filter "${name}".`);
  return filter(text, country);
}

test("a number of North America is written and said as the tables of all countries have it", () => {
  const numbers = fc.stringMatching(/^\+1[2-9]\d{9}$/);
  fc.assert(
    fc.property(
      numbers,
      fc.constantFrom<CountryCode | undefined>("US", "JM", "GB", undefined),
      (number, country) => {
        const national = parsePhoneNumberFromString(number)?.formatNational() ?? "";
        const groups = national.match(/\d+/g) ?? [];
        const said = (country === "GB" ? ["1", ...groups] : groups).map((group) => [...group].join(" "));
        expect(filtered("national", number, country)).toBe(national);
        expect(filtered("spoken", number, country)).toBe(said.join(", "));
      },
    ),
  );
});

describe("a number at home is written and said as in its country:", () => {
  test.each<[country: CountryCode, text: string, national: string, international: string, spoken: string]>([
    ["US", "+12137771234", "(213) 777-1234", "+1 213 777 1234", "2 1 3, 7 7 7, 1 2 3 4"],
    ["US", "213.777.1234", "(213) 777-1234", "+1 213 777 1234", "2 1 3, 7 7 7, 1 2 3 4"],
    ["US", '"Acme" <sip:+12137771234@x>', "(213) 777-1234", "+1 213 777 1234", "2 1 3, 7 7 7, 1 2 3 4"],
    ["US", "+14165551234", "(416) 555-1234", "+1 416 555 1234", "4 1 6, 5 5 5, 1 2 3 4"],
    ["CA", "+12137771234", "(213) 777-1234", "+1 213 777 1234", "2 1 3, 7 7 7, 1 2 3 4"],
    ["GB", "+442079460958", "020 7946 0958", "+44 20 7946 0958", "0 2 0, 7 9 4 6, 0 9 5 8"],
    ["GB", "+4402079460958", "020 7946 0958", "+44 20 7946 0958", "0 2 0, 7 9 4 6, 0 9 5 8"],
    ["GB", "+447700900123", "07700 900123", "+44 7700 900123", "0 7 7 0 0, 9 0 0, 1 2 3"],
    ["DE", "+493090182000", "030 90182000", "+49 30 90182000", "0 3 0, 9 0 1 8, 2 0 0 0"],
    ["DE", "+4915123456789", "01512 3456789", "+49 1512 3456789", "0 1 5 1 2, 3 4 5, 6 7 8 9"],
    ["FR", "+33123456789", "01 23 45 67 89", "+33 1 23 45 67 89", "0 1, 2 3, 4 5, 6 7, 8 9"],
    ["ES", "+34912345678", "912 34 56 78", "+34 912 34 56 78", "9 1 2, 3 4, 5 6, 7 8"],
    ["IT", "+390612345678", "06 1234 5678", "+39 06 1234 5678", "0 6, 1 2 3 4, 5 6 7 8"],
    ["CH", "+41446681800", "044 668 18 00", "+41 44 668 18 00", "0 4 4, 6 6 8, 1 8, 0 0"],
    ["SE", "+46812345678", "08-123 456 78", "+46 8 123 456 78", "0 8, 1 2 3, 4 5 6, 7 8"],
    ["MX", "+525512345678", "55 1234 5678", "+52 55 1234 5678", "5 5, 1 2 3 4, 5 6 7 8"],
    ["MX", "+5215512345678", "55 1234 5678", "+52 55 1234 5678", "5 5, 1 2 3 4, 5 6 7 8"],
    ["AR", "+541123456789", "011 2345-6789", "+54 11 2345 6789", "0 1 1, 2 3 4 5, 6 7 8 9"],
    ["AR", "+5491123456789", "011 15-2345-6789", "+54 9 11 2345 6789", "0 1 1, 1 5, 2 3 4 5, 6 7 8 9"],
    ["AR", "011 15-2345-6789", "011 15-2345-6789", "+54 9 11 2345 6789", "0 1 1, 1 5, 2 3 4 5, 6 7 8 9"],
    ["BR", "+5511987654321", "(11) 98765-4321", "+55 11 98765 4321", "1 1, 9 8 7 6 5, 4 3 2 1"],
    ["BR", "+551187654321", "(11) 98765-4321", "+55 11 98765 4321", "1 1, 9 8 7 6 5, 4 3 2 1"],
    ["BR", "+551134567890", "(11) 3456-7890", "+55 11 3456 7890", "1 1, 3 4 5 6, 7 8 9 0"],
    ["AU", "+61412345678", "0412 345 678", "+61 412 345 678", "0 4 1 2, 3 4 5, 6 7 8"],
    ["JP", "+819012345678", "090-1234-5678", "+81 90 1234 5678", "0 9 0, 1 2 3 4, 5 6 7 8"],
    ["IN", "+919876543210", "098765 43210", "+91 98765 43210", "0 9 8 7 6 5, 4 3 2 1 0"],
    ["RU", "+74951234567", "8 (495) 123-45-67", "+7 495 123 45 67", "8, 4 9 5, 1 2 3, 4 5, 6 7"],
    ["SG", "+6591234567", "9123 4567", "+65 9123 4567", "9 1 2 3, 4 5 6 7"],
  ])("in %s, %p", (country, text, national, international, spoken) => {
    expect(filtered("national", text, country)).toBe(national);
    expect(filtered("international", text, country)).toBe(international);
    expect(filtered("spoken", text, country)).toBe(spoken);
  });
});

describe("a number abroad is said with its country code in front:", () => {
  test.each<[country: CountryCode | undefined, text: string, spoken: string]>([
    ["US", "+442079460958", "4 4, 2 0, 7 9 4 6, 0 9 5 8"],
    ["US", "+525512345678", "5 2, 5 5, 1 2 3 4, 5 6 7 8"],
    ["GB", "+12137771234", "1, 2 1 3, 7 7 7, 1 2 3 4"],
    ["DE", "+33123456789", "3 3, 1, 2 3, 4 5, 6 7, 8 9"],
    ["DE", "0033 1 23 45 67 89", "3 3, 1, 2 3, 4 5, 6 7, 8 9"],
    ["US", "+80012345678", "8 0 0, 1 2 3 4, 5 6 7 8"],
  ])("in %s, %p", (country, text, spoken) => {
    expect(filtered("spoken", text, country)).toBe(spoken);
  });

  test("but without a country nothing is abroad, save what belongs to no country", () => {
    expect(filtered("spoken", "+12137771234")).toBe("2 1 3, 7 7 7, 1 2 3 4");
    expect(filtered("spoken", "+442079460958")).toBe("0 2 0, 7 9 4 6, 0 9 5 8");
    expect(filtered("spoken", "+80012345678")).toBe("8 0 0, 1 2 3 4, 5 6 7 8");
  });
});

describe("of the digits of a number come", () => {
  test.each<[text: string, digits: string, last4: string, spoken: string]>([
    ["+12137771234", "12137771234", "1234", "2 1 3, 7 7 7, 1 2 3 4"],
    ["(213) 777-1234", "2137771234", "1234", "2 1 3, 7 7 7, 1 2 3 4"],
    ["sip:+12137771234@10.0.0.1", "12137771234", "1234", "2 1 3, 7 7 7, 1 2 3 4"],
    ["72345", "72345", "2345", "7 2 3 4 5"],
    ["911", "911", "911", "9 1 1"],
    ["4711-22", "471122", "1122", "4 7 1 1, 2 2"],
    ["+15555", "15555", "5555", "1 5 5 5 5"],
    ["1234567890123456", "1234567890123456", "3456", "1 2 3, 4 5 6, 7 8 9, 0 1 2, 3 4 5 6"],
    ["٠١٢٣", "0123", "0123", "0 1 2 3"],
  ])("%p", (text, digits, last4, spoken) => {
    expect(filtered("digits", text, "US")).toBe(digits);
    expect(filtered("last4", text, "US")).toBe(last4);
    expect(filtered("spoken", text, "US")).toBe(spoken);
  });
});

test.each([
  "",
  "alice",
  "sip:alice@example.com",
  "AC-1234",
  "1-800-FLOWERS",
  "anonymous",
  "call me at 5",
  "+",
  "#31#",
])("what is no number stays as it is: %p", (text) => {
  for (const name of ["national", "international", "digits", "last4", "spoken"]) {
    expect(filtered(name, text, "US")).toBe(text);
  }
});

test.each(["72345", "+15555", "+1213777123", "4711-22"])(
  "what is no phone number has no other form: %p",
  (text) => {
    for (const name of ["national", "international"]) expect(filtered(name, text, "US")).toBe(text);
  },
);

test.each<[name: string, text: string, result: string]>([
  ["first", "Ann Lee", "Ann"],
  ["first", "  Ann-Marie\u00a0Lee", "Ann-Marie"],
  ["first", "Lee, Ann", "Lee"],
  ["first", "Dr. Lee", "Dr."],
  ["first", ", Ann:; Lee", "Ann"],
  ["first", "", ""],
  ["first", " ", ""],
  ["upper", "josé straße", "JOSÉ STRASSE"],
  ["lower", "JOSÉ İ I", "josé i̇ i"],
  ["trim", "\t Ann  Lee\u00a0\n", "Ann  Lee"],
  ["title", "LEE", "Lee"],
  ["title", "ann  lee", "Ann  Lee"],
  ["title", "JOSÉ GARCÍA-LÓPEZ", "José García-López"],
  ["title", "O'BRIEN", "O'Brien"],
  ["title", "d’angelo", "D’Angelo"],
  ["title", "DON'T", "Don't"],
  ["title", "LEE'S", "Lee's"],
  ["title", "McDonald deWitt LEE", "McDonald deWitt Lee"],
  ["title", "42ND STREET", "42nd Street"],
  ["title", "E\u0301LAN", "E\u0301lan"],
  ["title", "ΟΔΥΣΣΕΥΣ", "Οδυσσευς"],
  ["title", "ßa", "Ssa"],
  ["title", "მარიამი", "მარიამი"],
  ["title", "李小龍", "李小龍"],
  ["title", "", ""],
])("%s makes of %p: %p", (name, text, result) => {
  expect(filtered(name, text)).toBe(result);
});

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(..."+0123456789 ()-./;:@<>\"\\'*#%eEx\u200b\ud800") }),
  fc
    .string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: 16 })
    .map((digits) => `+${digits}`),
);
const anyCountry = fc.constantFrom(undefined, ...getCountries());

test("every filter makes a text of every text", () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(FILTERS)), anyText, anyCountry, (name, text, country) => {
      expect(typeof filtered(name, text, country)).toBe("string");
    }),
    { numRuns: 2000 },
  );
});

test("a number that is said keeps the digits of the number that it was", () => {
  fc.assert(
    fc.property(anyText, anyCountry, (text, country) => {
      const spoken = filtered("spoken", text, country);
      const written = [text, filtered("national", text, country), filtered("international", text, country)];
      if (spoken !== text) {
        expect(spoken).toMatch(/^\d(?: \d)*(?:, \d(?: \d)*)*$/);
        expect([...written.map((form) => filtered("digits", form))]).toContain(spoken.replace(/\D/g, ""));
      }
    }),
    { numRuns: 2000 },
  );
});

test.each(["title", "upper", "lower", "trim", "first", "digits", "last4"])("%s twice is %s once", (name) => {
  fc.assert(
    fc.property(anyText, anyCountry, (text, country) => {
      const once = filtered(name, text, country);
      expect(filtered(name, once, country)).toBe(once);
    }),
  );
});
