import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { faultIn, skipBlank, valuesIn } from "../../../../../src/config/files/formats/json/scan.ts";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("a fault in JSON", () => {
  test.each<[text: string, offset: number, wanted: string]>([
    ["", 0, "a value"],
    ["nil", 0, "a value"],
    ["[1, 2", 5, '"," or "]"'],
    ["[1 2]", 3, '"," or "]"'],
    ["[1,]", 3, "a value"],
    ['{"a" 1}', 5, '":"'],
    ["{a: 1}", 1, "a key in double quotes"],
    ['{"a": 1,}', 8, "a key in double quotes"],
    ['["a]', 1, "a text with a closing quote"],
    ['["a\n"]', 3, "a text without line ends and tabs in it, or its closing quote"],
    ['["a\\x"]', 3, "an escape such as \\n"],
    ["[] []", 3, "the end of the text"],
    ["[01]", 2, '"," or "]"'],
  ])("in %j is at %d", (text, offset, wanted) => {
    expect(faultIn(text)).toMatchObject({ offset, wanted });
  });

  test("is found in every text that is no JSON, and in none that is", () => {
    const broken = fc
      .tuple(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.constantFrom("", ",", '"', "]", "{", "\\", "0", " ", "\n", "\u0085"),
      )
      .map(([text, at, put]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + put + text.slice(cut + (at % 2));
      });
    fc.assert(
      fc.property(fc.oneof(fc.json(), broken), (text) => {
        expect(faultIn(text) === undefined, text).toBe(isJson(text));
      }),
      { numRuns: 3000 },
    );
  });

  test("is found in what is nested by the hundred thousand", () => {
    expect(faultIn("[".repeat(100_000))).toMatchObject({ offset: 100_000 });
  });
});

test("every value inside an array or an object is told with its place", () => {
  fc.assert(
    fc.property(fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())), (value) => {
      const text = JSON.stringify(value, null, 1);
      const told: [string, unknown][] = [];
      valuesIn(text, skipBlank(text, 0), (key, start, end) =>
        told.push([String(key), JSON.parse(text.slice(start, end))]),
      );
      expect(told).toEqual(Object.entries(JSON.parse(text)));
    }),
  );
});
