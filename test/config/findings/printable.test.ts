import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  printable,
  printableJson,
  printableLines,
  shortened,
} from "../../../src/config/findings/printable.ts";

test.each([
  ["an escape sequence", "\u001b[2J", "\\u001b[2J"],
  ["a carriage return and a line feed", "a\r\nb", "a\\u000d\\u000ab"],
  ["the control characters above ASCII", "\u007f\u009b", "\\u007f\\u009b"],
  ["line and paragraph separators", "\u2028\u2029", "\\u2028\\u2029"],
  ["a change of direction", "\u202eabc\u2069", "\\u202eabc\\u2069"],
  ["what cannot be seen", "agent_1\u200b\ufeff", "agent_1\\u200b\\ufeff"],
  ["half of a character", "\ud83d", "\\ud83d"],
  ["a tag, which has two code units", "\u{e0041}", "\\udb40\\udc41"],
  ["a tab as it is", "a\tb", "a\tb"],
  ["ordinary text of any language as it is", 'Zoë "😀" 👩‍👧 עברית', 'Zoë "😀" 👩‍👧 עברית'],
])("shown is %s", (_name, text, shown) => {
  expect(printable(text)).toBe(shown);
});

test("a text of several lines keeps its line feeds only", () => {
  expect(printableLines("a\n\u001bb\r\n")).toBe("a\n\\u001bb\\u000d\n");
});

test("nothing that commands a terminal is in JSON, and it means the same", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const json = printableJson({ [text]: [text] });
      expect(json).not.toMatch(/[^\P{C}\n\p{Cn}\p{Co}\u200d]/u);
      expect(JSON.parse(json)).toEqual({ [text]: [text] });
    }),
  );
});

test("a text is shortened in its middle, to the length that was asked for at most", () => {
  expect(shortened("abcdefghij", 10)).toBe("abcdefghij");
  expect(shortened("abcdefghijk", 10)).toBe("abcdef…ijk");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 4, max: 20 }), (text, most) => {
      const short = shortened(text, most);
      expect(short.length).toBeLessThanOrEqual(most);
      expect(short.isWellFormed()).toBe(true);
    }),
  );
});
