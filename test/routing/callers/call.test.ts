import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { callerOf } from "../../../src/routing/callers/call.ts";
import type { CountryCode } from "../../../src/routing/callers/phones/phone.ts";
import { contact, contactsByKey } from "../plans.ts";

describe("a caller sent as", () => {
  test.each<
    [
      from: string,
      country: CountryCode | undefined,
      caller: { number: string | undefined; withheld: boolean; country: string | undefined },
    ]
  >([
    ["+12137771234", undefined, { number: "+12137771234", withheld: false, country: "US" }],
    ["(213) 777-1234", "US", { number: "+12137771234", withheld: false, country: "US" }],
    ["(213) 777-1234", undefined, { number: undefined, withheld: false, country: undefined }],
    ["+525512345678", "US", { number: "+525512345678", withheld: false, country: "MX" }],
    ["+80012345678", "US", { number: "+80012345678", withheld: false, country: undefined }],
    ["anonymous", "US", { number: undefined, withheld: true, country: undefined }],
    ["", "US", { number: undefined, withheld: true, country: undefined }],
    // By its digits this one would be a caller from Lesotho.
    ["+266696687", "US", { number: undefined, withheld: true, country: undefined }],
    // And this one a caller from California, if it were read as a number of the United States.
    ["7378742833", "US", { number: undefined, withheld: true, country: undefined }],
    ["alice", "US", { number: undefined, withheld: false, country: undefined }],
    ["sip:alice@example.com", "US", { number: undefined, withheld: false, country: undefined }],
    ["sip:+12137771234@example.com", undefined, { number: "+12137771234", withheld: false, country: "US" }],
  ])("%p, read in %p", (from, country, expected) => {
    const caller = callerOf(from, country, new Map());
    expect<unknown>({ number: caller.number, withheld: caller.withheld, country: caller.country }).toEqual(
      expected,
    );
    // The second look is answered from the first.
    expect<unknown>(caller.country).toBe(expected.country);
  });

  const ann = contact("+12137771234", ["Ann"]);
  // By its digits, the number of a caller from Lesotho; sent, it stands for a withheld one.
  const nobody = contact("+266696687", ["Nobody"]);
  const contacts = contactsByKey(ann, nobody);

  test.each(["+12137771234", "(213) 777-1234", "sip:+12137771234@example.com"])(
    "%p is the contact of that number",
    (from) => {
      expect(callerOf(from, "US", contacts).contact).toBe(ann);
    },
  );

  test.each(["+12137771235", "+266696687", "anonymous", "", "alice", "constructor"])(
    "%p is no contact",
    (from) => {
      expect(callerOf(from, "US", contacts).contact).toBeUndefined();
    },
  );

  test("anything is never both a number and withheld, and has a country only with what may be a number", () => {
    const from = fc.oneof(fc.string(), fc.stringMatching(/^\+?[0-9]{0,16}$/));
    fc.assert(
      fc.property(from, fc.constantFrom<CountryCode | undefined>(undefined, "US", "DE"), (from, country) => {
        const caller = callerOf(from, country, new Map());
        expect(caller.withheld && caller.number !== undefined).toBe(false);
        if (caller.key === undefined) expect(caller.country).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});
