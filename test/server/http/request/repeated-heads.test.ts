import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { HEADER_LINES_LIMIT } from "../../../../src/server/http/limits.ts";
import { parseHead } from "../../../../src/server/http/request/head.ts";
import { HeadReader } from "../../../../src/server/http/request/repeated-heads.ts";

const CALL = [
  "POST /webhook HTTP/1.1",
  "Host: calls.example",
  "Content-Type: application/json",
  "X-Retell-Signature: v=1,d=00",
  "Content-Length: 7",
];

/** Another call of the same proxy. */
const OTHER_CALL = callWith(3, "X-Retell-Signature: v=2,d=11").with(4, "Content-Length: 11");

/** What a head is: its values, and all that is known of it. */
function told(head: ReturnType<typeof parseHead>) {
  if (head.kind !== "head") return head;
  const { headers, ...rest } = head;
  return {
    ...rest,
    lines: [...headers.standard],
    count: headers.count,
    length: headers.get("content-length"),
  };
}

/** Two heads of one connection must be read as if each had come alone, in any order. */
function expectAlike(first: readonly string[], second: readonly string[]): void {
  const reader = new HeadReader();
  for (const head of [first, second, second, first, CALL, OTHER_CALL, first, second]) {
    const text = head.join("\r\n");
    expect(told(reader.repeated(text) ?? reader.read(text))).toEqual(told(parseHead(text)));
  }
}

function callWith(at: number, ...lines: string[]): string[] {
  return CALL.toSpliced(at, 1, ...lines);
}

describe("a head is read as if it had come alone, whatever came before it", () => {
  test.each([
    ["it is the same", CALL],
    ["another signature", callWith(3, "X-Retell-Signature:  \tv=22,d=11 \t")],
    ["no signature", callWith(3)],
    ["an empty signature", callWith(3, "X-Retell-Signature:")],
    ["two signatures", callWith(3, "X-Retell-Signature: a", "X-Retell-Signature: b")],
    ["another name of the same length", callWith(3, "X-Retell-Signaturf: v=1,d=00")],
    ["a name written otherwise", callWith(3, "x-retell-signature: v=1,d=00")],
    ["a line more", [...CALL, "X: y"]],
    ["a line less", CALL.slice(0, -1)],
    ["a line that begins alike", callWith(1, "Host: calls.example.org")],
    ["another host", callWith(1, "Host: other.example")],
    ["two hosts", callWith(2, "Host: calls.example")],
    ["no host", callWith(1)],
    ["another length", callWith(4, "Content-Length: 1234")],
    ["a length that is none", callWith(4, "Content-Length: 7x")],
    ["an empty length", callWith(4, "Content-Length:")],
    ["two lengths", callWith(2, "Content-Length: 7")],
    ["a list of lengths", callWith(4, "Content-Length: 7, 7")],
    ["chunks", callWith(4, "Transfer-Encoding: chunked")],
    ["chunks beside a length", callWith(2, "Transfer-Encoding: chunked")],
    ["the last request", callWith(2, "Connection: close")],
    ["a client that waits", callWith(2, "Expect: 100-continue")],
    ["another method", callWith(0, "GET /webhook HTTP/1.1")],
    ["another path that begins alike", callWith(0, "POST /webhook HTTP/1.11")],
    ["an older version", callWith(0, "POST /webhook HTTP/1.0")],
    ["a blank before a colon", callWith(3, "X-Retell-Signature : v=1,d=00")],
    ["a line that goes on", callWith(3, " X-Retell-Signature: v=1,d=00")],
    ["a line without a colon", callWith(3, "X-Retell-Signature")],
    ["the request line alone", CALL.slice(0, 1)],
    ["too many lines", [...CALL, ...Array.from({ length: HEADER_LINES_LIMIT }, () => "X: y")]],
    ["more than is remembered", [...CALL, `X: ${"y".repeat(4096)}`]],
  ])("%s", (_, head) => {
    expectAlike(CALL, head);
  });

  test("whatever its lines are", () => {
    const line = fc.oneof(
      fc.constantFrom(
        ...CALL,
        ...[
          "Host: b",
          "Content-Length: 8",
          "content-length: 7",
          "Connection: close",
          "Connection: keep-alive",
        ],
        ...["Transfer-Encoding: chunked", "Expect: 100-continue", "Expect: x", "X: \ty\t", "X:", "X : y", ""],
        ...["X-Retell-Signature: v=2,d=11", "GET / HTTP/1.0", "GET / HTTP/1.1"],
      ),
      fc.stringMatching(/^[\t\x20-\x7e]{0,12}$/),
    );
    const head = fc
      .tuple(fc.constantFrom(CALL[0] ?? "", "GET / HTTP/1.0"), fc.array(line, { maxLength: 6 }))
      .map(([first, rest]) => [first, ...rest]);
    const changed = fc.tuple(fc.nat(4), line).map(([at, other]) => callWith(at, other));
    const pair = fc.oneof(fc.tuple(head, head), fc.tuple(fc.constant(CALL), changed));
    fc.assert(
      fc.property(pair, ([first, second]) => expectAlike(first, second)),
      { numRuns: 2000 },
    );
  });
});

describe("a head repeats those before it", () => {
  /** Whether a head is taken for a repetition, after two that differ in the signature and the length. */
  const isRepeated = (...lines: readonly string[]) => {
    const reader = new HeadReader();
    for (const head of [CALL, OTHER_CALL]) reader.read(head.join("\r\n"));
    return reader.repeated(lines.join("\r\n")) !== undefined;
  };

  test("where the values differ that have differed before", () => {
    expect(isRepeated(...CALL)).toBe(true);
    expect(isRepeated(...callWith(3, "X-Retell-Signature: v=3,d=22").with(4, "Content-Length: 0"))).toBe(
      true,
    );
  });

  test.each([
    ["another value differs", callWith(2, "Content-Type: text/plain")],
    ["the length is none", callWith(4, "Content-Length: 7x")],
    ["a line is missing", callWith(3)],
    ["a line follows", [...CALL, "X: y"]],
    ["it ends early", CALL.slice(0, -1)],
    ["CR alone stands in a value", callWith(3, "X-Retell-Signature: v=1\r,d=00")],
    ["LF alone stands in a value", callWith(3, "X-Retell-Signature: v=1\n,d=00")],
    ["CR ends a value", callWith(3, "X-Retell-Signature: v=1\r")],
    ["a control character stands in a value", callWith(3, "X-Retell-Signature: v=1\0")],
    ["DEL stands in a value", callWith(3, "X-Retell-Signature: v=1\x7f")],
  ])("but not where %s", (_, head) => {
    expect(isRepeated(...head)).toBe(false);
  });

  test("but not where lines that decide how it is read differ, though they did so before", () => {
    const reader = new HeadReader();
    const [kept, last] = ["keep-alive", "close"].map((value) =>
      callWith(2, `Connection: ${value}`).join("\r\n"),
    );
    for (const text of [kept, last, kept]) reader.read(text ?? "");
    expect([reader.repeated(kept ?? "")?.isKept, reader.repeated(last ?? "")]).toEqual([true, undefined]);
  });
});
