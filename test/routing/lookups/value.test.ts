import { describe, expect, test } from "bun:test";
import { readGiven } from "../../../src/routing/lookups/given.ts";
import type { JsonValue } from "../../../src/routing/lookups/result.ts";
import { foundText } from "../../../src/routing/lookups/value.ts";

const RECORD: JsonValue = {
  ...{ plan: "gold", minutes: 2.5, vip: true, none: null, "": "empty", length: "l" },
  tags: ["a", ["b"], { x: "c" }],
  deep: { constructor: "own" },
};

describe("what was found has the text", () => {
  test.each([
    ["plan", "gold"],
    ["minutes", "2.5"],
    ["vip", "true"],
    ["none", undefined],
    ["tags", undefined],
    ["tags.0", "a"],
    ["tags.1.0", "b"],
    ["tags.2.x", "c"],
    ["tags.3", undefined],
    ["tags.-1", undefined],
    ["tags.00", undefined],
    ["tags.length", undefined],
    ["deep.constructor", "own"],
    ["constructor", undefined],
    ["__proto__", undefined],
    ["deep.__proto__.toString", undefined],
    ["plan.length", undefined],
    ["nobody.x", undefined],
  ])("%s: %j", (path, right) => {
    expect(foundText({ kind: "found", value: RECORD }, path.split("."))).toBe(right);
  });

  test("none where it is missing or failed", () => {
    expect(foundText({ kind: "missing" }, ["plan"])).toBeUndefined();
    expect(foundText({ kind: "failed", reason: "x" }, ["reason"])).toBeUndefined();
    expect(foundText(undefined, ["plan"])).toBeUndefined();
  });
});

describe("what is given as a result", () => {
  test.each<readonly [JsonValue, unknown]>([
    [{ plan: "gold" }, { kind: "found", value: { plan: "gold" } }],
    [["a"], { kind: "found", value: ["a"] }],
    [5, { kind: "found", value: { value: 5 } }],
    [false, { kind: "found", value: { value: false } }],
    [{}, { kind: "missing" }],
    [[], { kind: "missing" }],
    [null, { kind: "missing" }],
    ["missing", { kind: "missing" }],
    ["failed", { kind: "failed", reason: "given so" }],
  ])("%j is read", (value, right) => {
    expect(readGiven(value)).toEqual({ result: right } as ReturnType<typeof readGiven>);
  });

  test("must not be another word", () => {
    expect(readGiven("found")).toMatchObject({ hint: "give what is found" });
    expect(readGiven("gold")).toMatchObject({
      hint: 'a single value has the name `value`: { value = "gold" }',
    });
  });
});
