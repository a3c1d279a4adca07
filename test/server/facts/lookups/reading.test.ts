import { describe, expect, test } from "bun:test";
import type { LookupResult } from "../../../../src/routing/lookups/result.ts";
import { readAnswer } from "../../../../src/server/facts/lookups/reading.ts";

const MISSING: LookupResult = { kind: "missing" };
const found = (value: Extract<LookupResult, { kind: "found" }>["value"]): LookupResult => ({
  kind: "found",
  value,
});
const failed = (reason: string): LookupResult => ({ kind: "failed", reason });

function read(status: number, body: string | Uint8Array, at = ""): LookupResult {
  const answer = { kind: "received", status, headers: {}, body: Buffer.from(body) } as const;
  return readAnswer(answer, at === "" ? [] : at.split("."));
}

describe("an answer means", () => {
  test.each([
    [200, '{"plan":"gold"}', "", found({ plan: "gold" })],
    [201, '{"plan":"gold"}', "", found({ plan: "gold" })],
    [200, '\uFEFF {"plan":"gold"}\r\n', "", found({ plan: "gold" })],
    [200, '{"data":[{"plan":"gold"}]}', "data.0", found({ plan: "gold" })],
    [200, '{"data":[{"plan":"gold"}]}', "data", found([{ plan: "gold" }])],
    [200, '{"0":{"plan":"gold"}}', "0", found({ plan: "gold" })],
    [200, '"gold"', "", found({ value: "gold" })],
    [200, '{"a":0}', "a", found({ value: 0 })],
    [200, '{"a":false}', "a", found({ value: false })],
    [200, '{"a":""}', "a", found({ value: "" })],
    [404, "<html>", "", MISSING],
    [204, "", "", MISSING],
    [200, "", "", MISSING],
    [200, " \n", "", MISSING],
    [200, "null", "", MISSING],
    [200, "[]", "", MISSING],
    [200, "{}", "", MISSING],
    [200, '{"data":[]}', "data.0", MISSING],
    [200, '{"data":null}', "data.0", MISSING],
    [200, '{"data":"text"}', "data.0", MISSING],
    [200, '{"data":{}}', "data", MISSING],
    [200, '{"data":[1]}', "data.length", MISSING],
    [200, '{"data":{"a":1}}', "data.toString", MISSING],
    [200, '{"data":{"a":1}}', "__proto__", MISSING],
    [200, "<html>", "", failed("the answer is not JSON")],
    [200, '{"a":1', "", failed("the answer is not JSON")],
    [500, '{"plan":"gold"}', "", failed("status 500")],
    [401, "", "", failed("status 401")],
    [304, "", "", failed("status 304")],
  ] as const)("%d %s at %p: %p", (status, body, at, result) => {
    expect(read(status, body, at)).toEqual(result);
  });

  test.each([
    ['{"id":9007199254740993}', "9007199254740993"],
    ['{"id":-1234567890123456789012}', "-1234567890123456789012"],
    ['{"id":9007199254740991}', 9_007_199_254_740_991],
    ['{"id":0.1234567890123456}', 0.1234567890123456],
  ])("%s: a whole number that would become another one is a text", (body, id) => {
    expect(read(200, body)).toEqual(found({ id }));
  });

  test("that bytes which are no text cost no more than their own place", () => {
    expect(read(200, Buffer.from('{"name":"Zo\xEB"}', "latin1"))).toEqual(found({ name: "Zo\uFFFD" }));
  });

  test.each([
    ["[", "]"],
    ['{"a":', "}"],
  ])("a failure where %s is nested without sense", (open, close) => {
    const nested = (levels: number) => `${open.repeat(levels)}1${close.repeat(levels)}`;
    expect(read(200, nested(100)).kind).toBe("found");
    for (const levels of [101, 1000, 40_000])
      expect(read(200, nested(levels))).toEqual(failed("the answer is nested more than 100 levels deep"));
    expect(read(200, open.repeat(40_000))).toEqual(failed("the answer is not JSON"));
  });

  test("a failure where there was none", () => {
    expect(readAnswer({ kind: "failed", failure: { kind: "refused" } }, [])).toEqual(
      failed("connection refused"),
    );
  });
});
