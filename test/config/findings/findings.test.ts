import { describe, expect, test } from "bun:test";
import { didYouMean, quote } from "../../../src/config/findings/findings.ts";

describe("a suggestion", () => {
  const KNOWN = ["frontdesk", "sales", "id", "on", "night shift"];

  test.each([
    ["frontdsk", "frontdesk"],
    ["forntdesk", "frontdesk"],
    ["front-desk", "frontdesk"],
    ["slaes", "sales"],
    ["di", "id"],
    ["night_shift", "night shift"],
    ['sales"', "sales"],
  ])("for %j is %j", (name, near) => {
    expect(didYouMean(name, KNOWN)).toBe(`did you mean ${JSON.stringify(near)}?`);
  });

  test.each(["wombat", "", "frontdesk20000", "a"])("is not made for %j", (name) => {
    expect(didYouMean(name, ["frontdesk", "sales"])).toBeUndefined();
  });

  test("is never the name itself, nor made out of nothing", () => {
    expect(didYouMean("sales", ["sales"])).toBeUndefined();
    expect(didYouMean("sales", [])).toBeUndefined();
  });
});

test.each([
  ["text", '"text"'],
  ['a "quoted"\nline', '"a \\"quoted\\"\\nline"'],
  [5, "5"],
  [-1.5, "-1.5"],
  [Number.POSITIVE_INFINITY, "Infinity"],
  [Number.NaN, "NaN"],
  [true, "true"],
  [undefined, "nothing"],
  [[], "an array"],
  [{}, "a table"],
  ["x".repeat(58), `"${"x".repeat(58)}"`],
  ["x".repeat(59), `"${"x".repeat(56)}…"`],
])("%p is quoted as %j", (value, quoted) => {
  expect(quote(value)).toBe(quoted);
});
