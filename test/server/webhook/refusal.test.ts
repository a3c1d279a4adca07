import { describe, expect, test } from "bun:test";
import { Exchange } from "../../../src/server/http/exchange.ts";
import type { RequestFault } from "../../../src/server/http/fault.ts";
import { malformed } from "../../../src/server/http/fault.ts";
import { parseHead } from "../../../src/server/http/request/head.ts";
import { readBody } from "../../../src/server/webhook/body.ts";
import { refusalResponse } from "../../../src/server/webhook/refusal.ts";

/** A POST whose body is 4 bytes, or in chunks. */
function exchangeOf(framing: string): Exchange {
  const head = parseHead(`POST / HTTP/1.1\r\nHost: x\r\n${framing}`);
  if (head.kind === "malformed request") throw new Error(head.problem);
  return new Exchange(head, () => {});
}

describe("a body that does not come whole", () => {
  test.each<[fault: RequestFault, status: number, error: string]>([
    [{ kind: "too slow" }, 408, "the request took too long to arrive"],
    [{ kind: "broken off" }, 400, "the body ended early"],
    [malformed("a chunk is odd"), 400, "a chunk is odd"],
  ])("is answered with the reason: %j", async (fault, status, error) => {
    for (const framing of ["Content-Length: 4", "Transfer-Encoding: chunked"]) {
      const { request, body } = exchangeOf(framing);
      const reading = readBody(request);
      body.push(Buffer.from("ab"));
      body.fail(fault);
      const read = await reading;
      expect(read).toEqual(fault);
      if (read instanceof Uint8Array) continue;
      const response = refusalResponse({ ...read, address: undefined });
      expect([response.status, await response.json()]).toEqual([status, { error }]);
    }
  });
});

test("a body of exactly the limit is read, and of a longer one no more than that", async () => {
  const whole = exchangeOf("Transfer-Encoding: chunked");
  whole.body.push(Buffer.alloc(64 * 1024));
  whole.body.end();
  expect(await readBody(whole.request)).toHaveLength(64 * 1024);
  const longer = exchangeOf("Transfer-Encoding: chunked");
  longer.body.push(Buffer.alloc(64 * 1024 + 1));
  expect(await readBody(longer.request)).toEqual({ kind: "too large" });
});
