import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { escapeTemplate, readTemplate, type Segment } from "../../../src/routing/templates/template.ts";

/** Text with many of the signs that mean something in a template. */
const spiked = fc.oneof(
  fc.string({ unit: fc.constantFrom("$", "{", "}", ":", "-", "a", "é", "📞") }),
  fc.string({ unit: "binary" }),
);

function segmentsOf(text: string): readonly Segment[] {
  const read = readTemplate(text);
  if ("problem" in read) throw new Error(read.problem);
  return read.segments;
}

/** The pieces of a template, names as `<name>` or `<name|fallback>`. */
function piecesOf(text: string): string[] {
  return segmentsOf(text).map((segment) => {
    if (typeof segment === "string") return segment;
    const { name, fallback } = segment;
    return fallback === undefined ? `<${name}>` : `<${name}|${fallback}>`;
  });
}

describe("a template is read as its pieces:", () => {
  test.each<[text: string, pieces: string[]]>([
    ["", []],
    ["plain text", ["plain text"]],
    ["${from_number}", ["<from_number>"]],
    ["from ${from_number} to ${to_number}.", ["from ", "<from_number>", " to ", "<to_number>", "."]],
    ["${a}${b}", ["<a>", "<b>"]],
    ["${header.x-tier}", ["<header.x-tier>"]],
    ["${env:NAME}", ["<env:NAME>"]],
    ["${a:-b}", ["<a|b>"]],
    ["${a:-}", ["<a|>"]],
    ["${a:-b:-c}", ["<a|b:-c>"]],
    ["${env:NAME:-b}", ["<env:NAME|b>"]],
    ["${a:-two words, 5$}", ["<a|two words, 5$>"]],
    ["${a:b}", ["<a:b>"]],
    ["${a:-{}", ["<a|{>"]],
    ["${}", ["<>"]],
    ["${ a }", ["< a >"]],
    ["$${a}", ["${a}"]],
    ["$${", ["${"]],
    ["$$${a}", ["$${a}"]],
    ["$${a} ${b}", ["${a} ", "<b>"]],
    ["${a}$${b}", ["<a>", "${b}"]],
    ["$", ["$"]],
    ["$5", ["$5"]],
    ["$$", ["$$"]],
    ["{a}", ["{a}"]],
    ["$a}", ["$a}"]],
    ["}${a}}", ["}", "<a>", "}"]],
    ["Hi {{customer_name}}", ["Hi {{customer_name}}"]],
    ["{{${a}}}", ["{{", "<a>", "}}"]],
    ["${a}\n📞", ["<a>", "\n📞"]],
    ["${a:-Hi {{name}}}", ["<a|Hi {{name}}>"]],
    ["${a:-{{b}} and {{c}}} d", ["<a|{{b}} and {{c}}>", " d"]],
    ["${a:-{{b}", ["<a|{{b>"]],
    ["${a} {{b}}", ["<a>", " {{b}}"]],
    ["$5 and ${a}", ["$5 and ", "<a>"]],
  ])("%j", (text, pieces) => {
    expect(piecesOf(text)).toEqual(pieces);
  });

  test("with the place of each name in the text", () => {
    expect(segmentsOf("Hi ${a}, $${b} ${c:-d}!")).toEqual([
      "Hi ",
      { name: "a", filters: [], fallback: undefined, offset: 3, length: 4 },
      ", ${b} ",
      { name: "c", filters: [], fallback: "d", offset: 15, length: 7 },
      "!",
    ]);
  });
});

describe("a template has filters", () => {
  test.each<[text: string, name: string, filters: string[], fallback: string | undefined]>([
    ["${a|first}", "a", ["first"], undefined],
    ["${a|first|title}", "a", ["first", "title"], undefined],
    ["${a|first:-there}", "a", ["first"], "there"],
    ["${ a | first }", "a", ["first"], undefined],
    ["${a|}", "a", [""], undefined],
    ["${a:-yes|no}", "a", [], "yes|no"],
    ["${a:-title}", "a", [], "title"],
    ["${a|:-b}", "a", [""], "b"],
  ])("%j", (text, name, filters, fallback) => {
    expect(segmentsOf(text)).toEqual([{ name, filters, fallback, offset: 0, length: text.length }]);
  });

  test.each([
    ["${a:-there|title}", "${a|title:-there}"],
    ["${a|first:-there|title}", "${a|first|title:-there}"],
    ["${a:-x|y| first |title}", "${a|first|title:-x|y}"],
    ["${a:-|title}", "${a|title:-}"],
  ])("before the fallback, and %j is refused", (text, right) => {
    expect(readTemplate(`Hi ${text}`)).toEqual({
      problem: `a filter must stand before ":-" and the fallback; write "${right}"`,
      part: text,
    });
  });
});

describe("a template is refused where", () => {
  const unclosed = 'a template "${" has no closing "}"; write "$${" for a literal "${"';

  test.each(["${", "${a", "Hi ${a:-b", "${a} ${b", "$${a} ${b"])("it is not closed: %j", (text) => {
    expect(readTemplate(text)).toEqual({ problem: unclosed });
  });

  test.each(["${a:-${b}}", "${a:-${b:-c}}", "${a${b}}", "${a and ${b}", "${a:-$${b}}"])(
    "another begins inside it: %j",
    (text) => {
      expect(readTemplate(text)).toEqual({
        problem:
          'a template "${" must be closed by "}" before the next one begins; templates cannot be nested',
      });
    },
  );
});

test("whatever the text, it is read or refused, and each name stands where it is said to stand", () => {
  fc.assert(
    fc.property(spiked, (text) => {
      const read = readTemplate(text);
      if ("problem" in read) return;
      let end = 0;
      for (const segment of read.segments) {
        if (typeof segment === "string") {
          expect(segment).not.toBe("");
          continue;
        }
        const { name, fallback, offset, length } = segment;
        expect(offset).toBeGreaterThanOrEqual(end);
        end = offset + length;
        expect(text.slice(offset, end)).toBe(`\${${name}${fallback === undefined ? "" : `:-${fallback}`}}`);
      }
    }),
    { numRuns: 1000 },
  );
});

describe("an escaped text", () => {
  test("is read as nothing but itself", () => {
    fc.assert(
      fc.property(spiked, (text) => {
        expect(readTemplate(escapeTemplate(text))).toEqual({ segments: text === "" ? [] : [text] });
      }),
      { numRuns: 1000 },
    );
  });

  test("is read so beside others, and beside templates", () => {
    fc.assert(
      fc.property(spiked, spiked, (one, other) => {
        expect(piecesOf(escapeTemplate(one) + escapeTemplate(other))).toEqual([one + other].filter(Boolean));
        expect(piecesOf(`${escapeTemplate(one)}\${a}${escapeTemplate(other)}`)).toEqual(
          [one, "<a>", other].filter(Boolean),
        );
      }),
      { numRuns: 1000 },
    );
  });

  test("stays as it is where there is nothing to escape", () => {
    for (const text of ["", "plain", "{{name}}", "{a}", "}", "\u0000"])
      expect(escapeTemplate(text)).toBe(text);
  });
});
