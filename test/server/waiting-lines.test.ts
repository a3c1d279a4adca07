import { expect, test } from "bun:test";
import { linesIn, WaitingLines, wholeLines } from "../../src/server/waiting-lines.ts";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test("what waits is every line that was added, in order, without what was forgotten", () => {
  const lines = new WaitingLines();
  let expected = Buffer.alloc(0);
  for (let at = 0; at < 500; at++) {
    // Of one, two, three and four bytes a character, and half a pair.
    const line = `${at} ${["a", "é", "€", "\u{1f4de}", "\ud83d"][at % 5]?.repeat((at * 7) % 97)}\n`;
    lines.add(line);
    expected = Buffer.concat([expected, Buffer.from(line)]);
    if (at % 41 > 0) continue;
    expect(text(lines.bytes())).toBe(expected.toString());
    const count = Math.floor(expected.length * ((at % 4) / 3));
    lines.forget(count);
    expected = expected.subarray(count);
  }
  expect(text(lines.bytes())).toBe(expected.toString());
  expect(lines.size).toBe(expected.length);
});

test("a line of any length fits", () => {
  const lines = new WaitingLines();
  const line = `${"€".repeat(2_000_000)}\n`;
  for (let count = 0; count < 2; count++) lines.add(line);
  expect(linesIn(lines.bytes())).toBe(2);
  lines.forget(lines.size);
  lines.add("short\n");
  expect(text(lines.bytes())).toBe("short\n");
});

test("bytes that somebody reads stay as they are while lines are added", () => {
  const lines = new WaitingLines();
  lines.add("first\n");
  const bytes = lines.bytes();
  for (let at = 0; at < 10_000; at++) lines.add(`line ${at}\n`);
  lines.bytes();
  expect(text(bytes)).toBe("first\n");
});

test.each([
  ["a\nb\nc\n", 6, "a\nb\nc\n"],
  ["a\nb\nc\n", 5, "a\nb\n"],
  ["a\nb\nc\n", 4, "a\nb\n"],
  ["a\nb\nc\n", 3, "a\n"],
  ["long\nb\n", 2, "long\n"],
])("of %j, %i bytes at most are %j", (all, most, whole) => {
  expect(text(wholeLines(Buffer.from(all), most))).toBe(whole);
});

test("lines are counted by their ends", () => {
  expect(["", "a", "a\n", "\n\n", "a\nb"].map((all) => linesIn(Buffer.from(all)))).toEqual([0, 0, 1, 2, 1]);
});
