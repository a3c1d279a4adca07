/** Requests from bytes: what is read, what is refused, and that it does not matter how the bytes are split. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { RequestReader } from "../../../../src/server/http/request/reader.ts";

/** What is read from bytes that come in these parts, in a form that can be compared; bodies that are there are taken whole, too. */
function read(...parts: readonly string[]): unknown[] {
  const inParts = readParts(parts, false);
  expect(readParts(parts, true)).toEqual(inParts);
  return inParts;
}

function readParts(parts: readonly string[], takesWhole: boolean): unknown[] {
  const reader = new RequestReader();
  const seen: unknown[] = [];
  let body = "";
  for (const part of parts) {
    reader.feed(Buffer.from(part, "latin1"));
    for (let received = reader.next(); received; received = reader.next()) {
      switch (received.kind) {
        case "head": {
          const { method, target, headers, framing, minor, isKept, awaitsContinue } = received;
          seen.push({
            method,
            target,
            headers: [...headers.standard],
            framing,
            minor,
            isKept,
            awaitsContinue,
          });
          const whole = takesWhole ? reader.takeWhole() : undefined;
          if (whole) seen.push(Buffer.from(whole).toString("latin1"));
          break;
        }
        case "body":
          body += Buffer.from(received.bytes).toString("latin1");
          break;
        case "end":
          seen.push(body);
          body = "";
          break;
        case "malformed request":
          seen.push(body, received);
          return seen;
      }
    }
  }
  if (!reader.isBetween) seen.push(["under way", body]);
  return seen;
}

const lines = (...all: readonly string[]) => `${all.join("\r\n")}\r\n\r\n`;
const get = (...headers: readonly string[]) => lines("GET / HTTP/1.1", "Host: x", ...headers);
const post = (body: string, ...headers: readonly string[]) =>
  lines("POST / HTTP/1.1", "Host: x", ...headers) + body;
const chunked = (body: string) => post(body, "Transfer-Encoding: chunked");
/** Status and problem of what is malformed. */
const refusal = (bytes: string): unknown[] => {
  const last = read(bytes).at(-1) as Record<string, unknown>;
  return [last.kind, last.status, last.problem];
};

describe("requests", () => {
  test("a request has a method, a target, headers and a body", () => {
    expect(
      read(post("hello", "Content-Length: 5", "X-A:1", "x-b: \t 2 3 \t", "X-Empty:", "X-A: caf\u00e9\u00a0")),
    ).toEqual([
      {
        method: "POST",
        target: "/",
        headers: [
          ["content-length", "5"],
          ["host", "x"],
          ["x-a", "1, caf\u00e9\u00a0"],
          ["x-b", "2 3"],
          ["x-empty", ""],
        ],
        framing: { kind: "length", bytes: 5 },
        minor: 1,
        isKept: true,
        awaitsContinue: false,
      },
      "hello",
    ]);
  });

  test.each([
    ["/", "GET"],
    ["//a/../b?c=d&e=%20", "GET"],
    ["/caf%C3%A9;'()[]{}|^`\"<>\\", "PROPFIND"],
    ["http://x", "GET"],
    ["HTTPS://u@[::1]:8/a?b", "POST"],
    ["*", "OPTIONS"],
    [`/${"x".repeat(8191)}`, "GET"],
  ])("the target %s is read", (target, method) => {
    expect(read(lines(`${method} ${target} HTTP/1.1`, "Host:"))).toMatchObject([{ method, target }, ""]);
  });

  test.each<[what: string, bytes: string, kept: boolean]>([
    ["in HTTP/1.1", get(), true],
    ["in a version to come", lines("GET / HTTP/1.7", "Host: x"), true],
    ["that says close", get("Connection: close"), false],
    ["that says close among others", get("Connection: upgrade ,  CLOSE", "Upgrade: h2c"), false],
    ["that wants to upgrade", get("Connection: Upgrade", "Upgrade: websocket"), true],
    ["in HTTP/1.0", lines("GET / HTTP/1.0"), false],
    ["in HTTP/1.0 that says keep-alive", lines("GET / HTTP/1.0", "Connection: Keep-Alive"), true],
  ])("whether the connection is kept after a request %s", (_what, bytes, isKept) => {
    expect(read(bytes)).toMatchObject([{ isKept }, ""]);
  });

  test.each<[what: string, bytes: string, body: string]>([
    ["of no bytes", post("", "Content-Length: 0"), ""],
    ["with a zero before its length", post("abc", "Content-Length: 003"), "abc"],
    ["without a length", post(""), ""],
    ["in chunks", chunked("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), "abcde"],
    ["in no chunk", chunked("0\r\n\r\n"), ""],
    [
      "in chunks of any letter case",
      chunked("A\r\n0123456789\r\na\r\n0123456789\r\n000\r\n\r\n"),
      "01234567890123456789",
    ],
    ["in chunks with extensions", chunked('1;a\r\nx\r\n1 ; b="c;d" ;e=f\r\ny\r\n0;g\r\n\r\n'), "xy"],
    ["in chunks that look like their ends", chunked("5\r\n0\r\n\r\n\r\n0\r\n\r\n"), "0\r\n\r\n"],
    ["in chunks with trailers", chunked("1\r\nx\r\n0\r\nContent-Length: 7\r\nX-Sum: 1\r\n\r\n"), "x"],
    ["in Chunked", post("1\r\nx\r\n0\r\n\r\n", "Transfer-Encoding: Chunked"), "x"],
  ])("a body %s is read, and the next request behind it", (_what, bytes, body) => {
    expect(read(`${bytes}${get()}`)).toMatchObject([{ method: "POST" }, body, { method: "GET" }, ""]);
  });

  test.each([1, 2, 100])("%d empty lines before a request are no part of it", (count) => {
    expect(read("\r\n".repeat(count) + get())).toMatchObject([{ method: "GET" }, ""]);
  });

  test.each([
    ["wanted", post("", "Expect: 100-Continue", "Content-Length: 1"), true],
    ["without a body", get("Expect: 100-continue"), false],
    ["in HTTP/1.0", lines("POST / HTTP/1.0", "Expect: 100-continue", "Content-Length: 1"), false],
  ])("whether a client waits to be told to go on: %s", (_what, bytes, awaitsContinue) => {
    expect(read(bytes)[0]).toMatchObject({ awaitsContinue });
  });

  test("as much as is allowed is read", () => {
    const headers = Array.from({ length: 99 }, (_, at) => `X-${at}: 1`);
    expect(read(get(...headers))).toHaveLength(2);
    const size = get("X: ").length;
    expect(read(get(`X: ${"y".repeat(16 * 1024 - size)}`))).toHaveLength(2);
  });
});

describe("what is no request", () => {
  const line = (text: string) => lines(text, "Host: x");
  test.each<[what: string, bytes: string, status: number, problem: RegExp]>([
    // The first line.
    [
      "no target",
      line("GET HTTP/1.1"),
      400,
      /first line must be METHOD TARGET HTTP\/1.1, not "GET HTTP\/1.1"/,
    ],
    ["no version", line("GET /"), 400, /first line/],
    ["two blanks", line("GET  / HTTP/1.1"), 400, /first line/],
    ["a blank at the end", line("GET / HTTP/1.1 "), 400, /first line/],
    ["a blank at the start", line(" GET / HTTP/1.1"), 400, /first line/],
    ["a tab", line("GET\t/ HTTP/1.1"), 400, /first line/],
    ["a version in lower case", line("GET / http/1.1"), 400, /first line/],
    ["a long version", line("GET / HTTP/1.10"), 400, /first line/],
    ["a method that is no token", line("G(T / HTTP/1.1"), 400, /first line/],
    ["a target beyond ASCII", line("GET /caf\u00e9 HTTP/1.1"), 400, /first line/],
    ["the PROXY protocol", line("PROXY TCP4 127.0.0.1 127.0.0.1 1 2"), 400, /not "PROXY TCP4/],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, /only HTTP\/1.0 and HTTP\/1.1/],
    ["HTTP/0.9", line("GET / HTTP/0.9"), 505, /only/],
    ["a long method", line(`${"G".repeat(33)} / HTTP/1.1`), 400, /method must not be longer than 32/],
    ["a long target", line(`GET /${"x".repeat(8192)} HTTP/1.1`), 414, /target must not be longer than 8192/],
    ["a target that is no path", line("GET webhook HTTP/1.1"), 400, /must be a path such as \/webhook/],
    ["a star", line("GET * HTTP/1.1"), 400, /must be a path/],
    ["a URL without a host", line("GET http:///x HTTP/1.1"), 400, /must be a path/],
    ["a URL of another kind", line("GET ftp://x/ HTTP/1.1"), 400, /must be a path/],
    ["a tunnel", line("CONNECT x:443 HTTP/1.1"), 400, /must be a path/],
    ["a tunnel to a path", line("CONNECT /x HTTP/1.1"), 400, /must be a path/],
    ["TLS", "\x16\x03\x01\x02", 400, /this is TLS; send plain HTTP/],
    // Header lines.
    ["no Host", lines("GET / HTTP/1.1"), 400, /HTTP\/1.1 needs a Host/],
    ["two Hosts", get("host: x"), 400, /no more than one Host/],
    ["a folded line", get("X: a", " b"), 400, /must not continue the line before/],
    ["a folded first line", lines("GET / HTTP/1.1", "\tHost: x"), 400, /must not continue/],
    ["a blank before the colon", get("Content-Length : 5"), 400, /no blank before the colon/],
    ["no colon", get("X-Y"), 400, /must be NAME: VALUE, not "X-Y"/],
    ["no name", get(": x"), 400, /must be NAME: VALUE/],
    ["a name that is no token", get("X(: y"), 400, /must be NAME: VALUE/],
    ["a name beyond ASCII", get("caf\u00e9: y"), 400, /must be NAME: VALUE/],
    ["LF alone", "GET / HTTP/1.1\nHost: x\r\n\r\n", 400, /not in LF alone/],
    ["LF alone in a header", get("X: a\nContent-Length: 5"), 400, /not in LF alone/],
    ["LF alone at the end", "GET / HTTP/1.1\r\nHost: x\n\n", 400, /not in LF alone/],
    ["LF alone before it", `\n${get()}`, 400, /not in LF alone/],
    ["CR alone", get("X: a\rContent-Length: 5"), 400, /not in CR alone/],
    ["CR alone before the end", "GET / HTTP/1.1\r\nHost: x\r\r\n\r\n", 400, /not in CR alone/],
    ["NUL", get("X: a\0b"), 400, /control character 0x00/],
    ["a control character", get("X: \x1b[2J"), 400, /control character 0x1b/],
    ["DEL", get("X: \x7f"), 400, /control character 0x7f/],
    ["101 header lines", get(...Array.from({ length: 100 }, (_, at) => `X${at}: 1`)), 431, /more than 100/],
    ["16 KiB and more", get(`X: ${"y".repeat(16 * 1024)}`), 431, /larger than 16384/],
    ["16 KiB without an end", `GET / HTTP/1.1\r\nX: ${"y".repeat(16 * 1024)}`, 431, /larger than 16384/],
    ["many empty lines", "\r\n".repeat(513), 400, /empty lines/],
    // Where the body ends.
    ["a length and chunks", post("", "Content-Length: 5", "Transfer-Encoding: chunked"), 400, /not both/],
    ["chunks and a length", post("", "Transfer-Encoding: chunked", "Content-Length: 5"), 400, /not both/],
    [
      "an empty length and chunks",
      post("", "Transfer-Encoding: chunked", "Content-Length:"),
      400,
      /not both/,
    ],
    ["chunks in HTTP/1.0", lines("POST / HTTP/1.0", "Transfer-Encoding: chunked"), 400, /HTTP\/1.0 has no/],
    [
      "two lengths",
      post("", "Content-Length: 5", "Content-Length: 6"),
      400,
      /no more than one Content-Length/,
    ],
    ["one length twice", post("", "Content-Length: 5", "Content-Length: 5"), 400, /no more than one/],
    ...["-1", "+1", "0x10", "1e3", "1, 1", "1 1", "", "1.0", "\u00b2", "9".repeat(16)].map(
      (length): [string, string, number, RegExp] => [
        `the length ${length}`,
        post("", `Content-Length: ${length}`),
        400,
        /must be a number of bytes/,
      ],
    ),
    ...[
      "gzip",
      "gzip, chunked",
      "chunked, chunked",
      "identity",
      "",
      "chunked;q=1",
      "xchunked",
      '"chunked"',
    ].map((coding): [string, string, number, RegExp] => [
      `the coding ${coding}`,
      post("", `Transfer-Encoding: ${coding}`),
      501,
      /must be chunked/,
    ]),
    [
      "chunked twice",
      post("", "Transfer-Encoding: chunked", "transfer-encoding: chunked"),
      501,
      /must be chunked/,
    ],
    // Chunks.
    ...["x", "", "-1", "+1", "0x1", " 1", "1 ", "1g", "123456789", "1 2", "1,2"].map(
      (size): [string, string, number, RegExp] => [
        `the size ${JSON.stringify(size)}`,
        chunked(`${size}\r\nabc`),
        400,
        /begin with its size/,
      ],
    ),
    ["a size line that ends in LF", chunked("1\nx"), 400, /must end in CR LF/],
    ["an extension with CR", chunked("1;a\rb\r\nx"), 400, /must end in CR LF/],
    ["a chunk that is longer", chunked("1\r\nxy\r\n"), 400, /as many bytes as its size/],
    ["a chunk that ends in LF", chunked("1\r\nx\n0\r\n\r\n"), 400, /as many bytes as its size/],
    ["a long extension", chunked(`1;${"x".repeat(1024)}`), 431, /too long/],
    [
      "many extensions",
      chunked(`1;${"x".repeat(1000)}\r\ny\r\n`.repeat(5)),
      400,
      /extensions must not be larger/,
    ],
    ["a folded trailer", chunked("0\r\nA: b\r\n c\r\n\r\n"), 400, /must not continue/],
    ["a trailer that is none", chunked("0\r\nA b\r\n\r\n"), 400, /NAME: VALUE/],
    ["a trailer that ends in LF", chunked("0\r\nA: b\n\r\n"), 400, /must end in CR LF/],
    ["101 trailers", chunked(`0\r\n${"A: b\r\n".repeat(101)}`), 431, /more than 100/],
    ["long trailers", chunked(`0\r\n${`A: ${"x".repeat(4000)}\r\n`.repeat(5)}`), 431, /too long/],
  ])("%s is refused, and it is said why", (_what, bytes, status, problem) => {
    expect(refusal(bytes)).toEqual(["malformed request", status, expect.stringMatching(problem)]);
  });

  test("what is quoted is short", () => {
    expect(String(refusal(line("x".repeat(5000)))[2]).length).toBeLessThan(150);
  });
});

describe("however the bytes are split", () => {
  const pieces = fc.constantFrom(
    get(),
    get("X: a", "Connection: close"),
    post("hello", "Content-Length: 5"),
    chunked("3;x\r\nabc\r\n0\r\nA: b\r\n\r\n"),
    "\r\n",
    "\r",
    "\n",
    "\r\n\r\n",
    "GET / HTTP/1.1\r\n",
    "Host: x\r\n",
    "Content-Length: 3\r\n",
    "0\r\n",
    "A: b\x00",
    ":",
    " ",
    "x".repeat(5000),
  );

  test("the same is read", () => {
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 12 }),
        fc.array(fc.nat(2000), { maxLength: 30 }),
        (parts, lengths) => {
          const bytes = parts.join("");
          const split: string[] = [];
          let at = 0;
          for (const length of lengths) {
            split.push(bytes.slice(at, at + length));
            at += length;
          }
          expect(read(...split, bytes.slice(at))).toEqual(read(bytes));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("the same is read byte by byte", () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 6 }), (parts) => {
        const bytes = parts.join("").slice(0, 3000);
        expect(read(...bytes)).toEqual(read(bytes));
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ["one byte more than is allowed", get(`X: ${"y".repeat(16 * 1024 - get("X: ").length + 1)}`)],
    ["as much as is allowed", get(`X: ${"y".repeat(16 * 1024 - get("X: ").length)}`)],
    ["CR CR at the limit", `GET / HTTP/1.1\r\nX: ${"y".repeat(16 * 1024 - 24)}\r\r\n\r\n`],
    ["too many empty lines", "\r\n".repeat(514) + get()],
  ])("the limits are the same: %s", (_what, bytes) => {
    expect(read(...bytes)).toEqual(read(bytes));
    expect(read(bytes.slice(0, 16_381), ...bytes.slice(16_381))).toEqual(read(bytes));
  });
});

describe("the requests of a connection", () => {
  const values = fc.oneof(
    fc.constantFrom("v=1,d=00", "v=2,d=11", "", " x ", "\ty\t", "\u00e9", "7"),
    fc.constantFrom("\r", "\n", "\0", "\x7f", "\r\n", "\r\n\r\n").map((end) => `v=1${end}`),
  );
  const requests = fc
    .tuple(values, values, fc.constantFrom("", "0123456", "01234567"), fc.constantFrom("", "", "", "X: y"))
    .map(([signature, sender, body, more]) =>
      post(
        body,
        ...[`X-Retell-Signature: ${signature}`, `X-Forwarded-For: ${sender}`],
        ...[`Content-Length: ${body.length}`, more].filter((line) => line !== ""),
      ),
    );

  test("are read as if each had come alone", () => {
    fc.assert(
      fc.property(fc.array(requests, { maxLength: 8 }), (all) => {
        const alone: unknown[] = [];
        for (const request of all) {
          const seen = read(request);
          alone.push(...seen);
          // A body that was read as a request, or what is none: what comes then depends on what came before.
          if (seen.length !== 2 || typeof seen[1] !== "string") return;
        }
        expect(read(...all)).toEqual(alone);
        expect(read(all.join(""))).toEqual(alone);
      }),
      { numRuns: 2000 },
    );
  });
});

test("an empty line in a body does not end a head, though the heads before ended there", () => {
  const call = (sender: string, body: string) =>
    post(body, `X-Forwarded-For: ${sender}`, `Content-Length: ${body.length}`);
  const calls = [call("192.0.2.1", "12"), call("192.0.2.2", "345")];
  // Where their heads ended, the body has what looks like the end of one.
  const shorter = call("x", "abc\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
  const alone = [...calls, shorter].flatMap((request) => read(request));
  expect(alone).toHaveLength(6);
  expect(read(`${calls.join("")}${shorter}`)).toEqual(alone);
});

describe("of what has been read, nothing is kept, however much came at once,", () => {
  test.each([
    ["between two requests", ""],
    ["with half a head behind it", "POST / HT"],
    ["with half a body behind it", post("ab", "Content-Length: 4")],
    ["with half a chunk behind it", chunked("4\r\nab")],
  ])("%s", (_what, more) => {
    const sent = get(`X: ${"x".repeat(8000)}`).repeat(64) + more;
    Bun.gc(true);
    const before = process.memoryUsage().arrayBuffers;
    const kept = Array.from({ length: 100 }, () => {
      const reader = new RequestReader();
      reader.feed(Buffer.from(sent));
      const parts: unknown[] = [reader];
      for (let received = reader.next(); received; received = reader.next()) {
        if (received.kind === "body") parts.push(received.bytes);
      }
      return parts;
    });
    Bun.gc(true);
    expect(kept).toHaveLength(100);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
  });
});

describe("a body", () => {
  const begun = (body: string, length = body.length) => {
    const reader = new RequestReader();
    reader.feed(Buffer.from(post(body, `Content-Length: ${length}`)));
    reader.next();
    return reader;
  };

  test("is there whole when all of it has come with its head", () => {
    const reader = begun("hello");
    expect(Buffer.from(reader.takeWhole() ?? []).toString()).toBe("hello");
    expect([reader.isBetween, reader.takeWhole(), reader.next()]).toEqual([true, undefined, undefined]);
    expect(begun("").takeWhole()).toEqual(new Uint8Array(0));
  });

  test("is not there whole while bytes are missing, or where it is more than waits for whoever reads it", () => {
    expect(begun("hello", 6).takeWhole()).toBeUndefined();
    expect(begun("x".repeat(65_536)).takeWhole()?.length).toBe(65_536);
    expect(begun("x".repeat(65_537)).takeWhole()).toBeUndefined();
  });

  test("is its own: what comes next does not change it", () => {
    const bytes = Buffer.from(post("hello", "Content-Length: 5"));
    const reader = new RequestReader();
    reader.feed(bytes);
    reader.next();
    const body = reader.takeWhole() ?? new Uint8Array(0);
    bytes.fill(0);
    expect(Buffer.from(body).toString()).toBe("hello");
  });
});
