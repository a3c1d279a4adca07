import { expect, test } from "bun:test";
import fc from "fast-check";
import { eachLine, endsAt } from "../../../src/config/files/lines.ts";

/** The lines that are given of a text in UTF-8 that comes in pieces of these sizes, in turn. */
function linesOf(text: string, sizes: readonly number[], isTakenAtSight = false): string[] {
  const bytes = Buffer.from(text);
  // Each piece is overwritten by the next, as that of a file is.
  const buffer = Buffer.alloc(Math.max(...sizes));
  const pieces = (function* () {
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const size = bytes.copy(buffer, 0, at, at + (sizes[turn % sizes.length] ?? 1));
      at += size;
      yield buffer.subarray(0, size);
    }
  })();
  const lines: string[] = [];
  const take = (line: Uint8Array, start: number, end: number) =>
    lines.push(Buffer.from(line.slice(start, end)).toString()) > 0;
  // Lines of nothing but digits are taken at sight, or none at all.
  const takeAtSight = (line: Uint8Array, start: number) => {
    let end = start;
    while (end < line.length && /\d/.test(String.fromCharCode(line[end] ?? 0))) end++;
    if (!endsAt(line, end)) return -1;
    take(line, start, end);
    return end;
  };
  eachLine(pieces, take, isTakenAtSight ? takeAtSight : undefined);
  return lines;
}

test("whatever the pieces are, the lines are those of the whole text, taken at sight or not", () => {
  const anyText = fc
    .array(fc.oneof(fc.constantFrom("\n", "\r", "\r\n", "+12137771234", "7", "é", "𝄞"), fc.string()))
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(anyText, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (text, sizes) => {
      const whole = text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
      if (whole.at(-1) === "") whole.pop();
      expect(linesOf(text, sizes)).toEqual(whole);
      expect(linesOf(text, sizes, true)).toEqual(whole);
      expect(linesOf(`\ufeff${text}`, sizes)).toEqual(linesOf(text.replace(/^\ufeff/, ""), sizes));
    }),
    { numRuns: 2000 },
  );
});

test("whoever has seen enough is given no more", () => {
  let given = 0;
  eachLine([Buffer.from("a\nb\nc\n"), Buffer.from("d\n")], () => ++given < 2);
  expect(given).toBe(2);
});
