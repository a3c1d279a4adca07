/** What the app can do with a request: all that it can with one that the platform made. */
import { describe, expect, test } from "bun:test";
import { Exchange } from "../../../../src/server/http/exchange.ts";
import type { RequestFault } from "../../../../src/server/http/fault.ts";
import { parseHead } from "../../../../src/server/http/request/head.ts";

/** A request whose body has come, and the exchange that it belongs to. */
function requestOf(line: string, headers: readonly string[], body?: string) {
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = parseHead([`${line} HTTP/1.1`, "Host: x", ...headers, ...length].join("\r\n"));
  if (head.kind === "malformed request") throw new Error(head.problem);
  const exchange = new Exchange(head, () => {});
  if (body !== undefined) exchange.push(Buffer.from(body));
  return { exchange, request: exchange.request };
}

/** The same, where all of the body is there. */
function wholeRequest(line: string, headers: readonly string[], body?: string): Request {
  const { exchange, request } = requestOf(line, headers, body);
  exchange.body.end();
  return request;
}

describe("a request", () => {
  test("is a Request, with Headers", () => {
    const request = wholeRequest("GET /a?b", []);
    expect(request).toBeInstanceOf(Request);
    expect(request.headers).toBeInstanceOf(Headers);
  });

  test.each([
    ["/a/../b?c", "http://localhost/a/../b?c"],
    ["//a", "http://localhost//a"],
    ["http://y/z", "http://y/z"],
  ])("has the target %s as its URL, whatever Host says", (target, url) => {
    expect(wholeRequest(`GET ${target}`, []).url).toBe(url);
  });

  test("for `*` asks about the server as a whole", () => {
    expect(wholeRequest("OPTIONS *", []).url).toBe("http://localhost");
  });

  test("has its headers as the platform would have them", () => {
    const lines = ["X-A: 1", "x-b: 2", "X-a: 3", "X-Empty:"];
    const { headers } = wholeRequest("GET /", lines);
    const standard = new Headers(lines.map((line) => line.split(/:\s*/) as [string, string]));
    standard.append("host", "x");
    expect([...headers]).toEqual([...standard]);
    for (const name of ["x-a", "X-B", "x-empty", "x-none", "HOST"]) {
      expect([headers.get(name), headers.has(name)]).toEqual([standard.get(name), standard.has(name)]);
    }
    expect(Object.fromEntries(headers.entries())).toEqual(Object.fromEntries(standard));
  });

  test.each<[what: string, read: (request: Request) => Promise<unknown>, found: unknown]>([
    ["bytes", async (request) => Buffer.from(await request.arrayBuffer()).toString(), '{"a":"\u00e9"}'],
    ["text", (request) => request.text(), '{"a":"\u00e9"}'],
    ["JSON", (request) => request.json(), { a: "\u00e9" }],
    ["a blob", async (request) => (await request.blob()).size, 10],
    ["a copy", (request) => request.clone().text(), '{"a":"\u00e9"}'],
    ["a stream", (request) => new Response(request.body).text(), '{"a":"\u00e9"}'],
    ["a request made of it", (request) => new Request(request.url, request).text(), '{"a":"\u00e9"}'],
  ])("has its body as %s", async (_what, read, found) => {
    expect(await read(wholeRequest("POST /", ["Content-Type: application/json"], '{"a":"\u00e9"}'))).toEqual(
      found,
    );
  });

  test.each<[what: string, read: (request: Request) => Promise<string>]>([
    ["whole", async (request) => Buffer.from(await request.bytes()).toString()],
    ["as a stream", (request) => new Response(request.body).text()],
  ])("has a body that came in parts, read %s", async (_what, read) => {
    const { exchange, request } = requestOf("POST /", ["Content-Length: 9"]);
    const parts = ["ab", "cde", "f", "ghi"].map((part) => Buffer.from(part));
    exchange.push(parts[0] ?? Buffer.alloc(0));
    exchange.push(parts[1] ?? Buffer.alloc(0));
    const reading = read(request);
    for (const part of parts.slice(2)) {
      await Bun.sleep(0);
      exchange.push(part);
    }
    exchange.body.end();
    expect(await reading).toBe("abcdefghi");
    // What has come is nobody's to write to.
    expect(parts.map(String)).toEqual(["ab", "cde", "f", "ghi"]);
  });

  test("has a body that is read once", async () => {
    const request = wholeRequest("POST /", [], "abc");
    expect(request.bodyUsed).toBe(false);
    await request.arrayBuffer();
    expect(request.bodyUsed).toBe(true);
    await expect(request.arrayBuffer()).rejects.toThrow(TypeError);
    await expect(request.text()).rejects.toThrow(TypeError);
  });

  test("without a body has none", async () => {
    const request = wholeRequest("GET /", []);
    expect(request.body).toBeNull();
    expect((await request.arrayBuffer()).byteLength).toBe(0);
    expect(request.cache).toBeString();
  });

  test("tells when the client is gone", () => {
    const { exchange, request } = requestOf("POST /", [], "abc");
    let isTold = false;
    request.signal.addEventListener("abort", () => {
      isTold = true;
    });
    exchange.abort();
    expect([isTold, request.signal.aborted]).toEqual([true, true]);
    expect(requestOf("GET /", []).request.signal.aborted).toBe(false);
  });

  test.each<RequestFault>([
    { kind: "too slow" },
    { kind: "broken off" },
    { kind: "malformed request", status: 400, problem: "bad" },
  ])("whose body does not come whole fails to be read, with the reason: %j", async (fault) => {
    for (const read of [
      (request: Request) => request.arrayBuffer(),
      (request: Request) => request.body?.getReader().read(),
    ]) {
      const { exchange, request } = requestOf("POST /", [], "");
      const reading = read(request);
      exchange.body.fail(fault);
      await expect(reading).rejects.toMatchObject({ fault });
    }
  });
});
