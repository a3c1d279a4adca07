import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { compileTests, readTest, testText } from "../../../src/routing/names/tests.ts";

function passes(tests: readonly string[], value: string): boolean {
  return compileTests(
    tests.map((text) => {
      const read = readTest(text);
      if ("problem" in read) throw new Error(read.problem);
      return read.test;
    }),
  )(value);
}

test.each<[tests: string[], value: string, expected: boolean]>([
  [["gold"], "gold", true],
  [["gold"], "GOLD", true],
  [["GOLD"], "gold", true],
  [["gold"], "golden", false],
  [["gold"], " gold", false],
  [["gold"], "", false],
  [["gold*"], "Golden", true],
  [["*gold"], "old gold", true],
  [["*gold"], "golden", false],
  [["*gold*"], "old GOLD coin", true],
  [["*gold*"], "silver", false],
  [["*"], "x", true],
  [["*"], "", false],
  [["**"], "", false],
  [[""], "", true],
  [[""], "x", false],
  [["silver", "gold*"], "goldish", true],
  [["Größe"], "GRÖSSE", false],
  [["señora"], "SEN\u0303ORA", true],
  [["< 5"], "4.9", true],
  [["<5"], "4", true],
  [["<5"], "5", false],
  [["<= 5"], "5.0", true],
  [["> -1"], "0", true],
  [[">=0.5"], ".5", true],
  [["> 5"], "six", false],
  [["> 5"], "", false],
  [["> 5"], " 7 ", true],
  [["> 5"], "0x10", false],
  [["> 5"], "Infinity", false],
  [["< 5", "> 10"], "11", true],
  [["< 5", "gold"], "gold", true],
  [["<sip:+1213*"], "<sip:+12137771234@host>", true],
  [["<five"], "<five", true],
  [["<"], "<", true],
])("%j of %j: %p", (tests, value, expected) => {
  expect(passes(tests, value)).toBe(expected);
});

describe("a test is refused", () => {
  test.each(["<= five", ">=five", "< five", "> 17:30", "<=", ">= ", "< 5 6"])(
    "that would compare numbers, and has none: %j",
    (text) => {
      expect(readTest(text)).toMatchObject({ problem: expect.stringContaining("compares numbers") });
    },
  );

  test.each(["go*ld", "*go*ld", "a**b"])("with a * in the middle: %j", (text) => {
    expect(readTest(text)).toMatchObject({
      problem: '"*" is allowed only at the beginning and the end of a value',
    });
  });
});

test("whatever a test is, it is read or refused, and written so that it is read as the same", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom("*", "<", ">", "=", " ", "5", ".", "a") }),
  );
  fc.assert(
    fc.property(text, (written) => {
      const read = readTest(written);
      if ("problem" in read || (read.test.kind === "text" && read.test.text === "")) return;
      expect(readTest(testText(read.test))).toEqual(read);
    }),
    { numRuns: 500 },
  );
});
