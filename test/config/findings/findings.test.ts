import { describe, expect, test } from "bun:test";
import { didYouMean, Findings, quote } from "../../../src/config/findings/findings.ts";

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

describe("what was found before", () => {
  const explains = (path: readonly string[], at: "key" | "value") => {
    const findings = new Findings();
    findings.error(path, "wrong", { at });
    return findings.explainMissing(["agents", "a"], "id");
  };

  test.each([
    ["the table itself is wrong", ["agents", "a"], "value", true],
    ["the key is wrong", ["agents", "a", "id"], "value", true],
    ["an unknown key may be its misspelling", ["agents", "a", "idd"], "key", true],
    ["the value of another key is wrong", ["agents", "a", "version"], "value", false],
    ["an unknown key stands in another table", ["agents", "b", "idd"], "key", false],
    ["an unknown key stands deeper", ["agents", "a", "b", "idd"], "key", false],
    ["all tables are wrong", ["agents"], "value", false],
  ] as const)("explains a missing key or not: %s", (_name, path, at, explained) => {
    expect(explains(path, at)).toBe(explained);
  });

  test("is nothing at the beginning", () => {
    expect(new Findings().explainMissing([], "id")).toBe(false);
  });
});
