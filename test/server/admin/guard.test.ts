import { describe, expect, test } from "bun:test";
import { Hono } from "hono";
import { guard } from "../../../src/server/admin/guard.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

async function ask(
  token: string | undefined,
  headers: Readonly<Record<string, string>>,
  method = "GET",
): Promise<number> {
  const app = new Hono();
  app.use(guard(() => token));
  app.all("*", (c) => c.text("let in"));
  const response = await app.request("/", { method, headers });
  return response.status;
}

describe("without a token", () => {
  test.each([
    ["an IPv4 address", "127.0.0.1:8788"],
    ["an IPv6 address", "[::1]:8788"],
    ["an address without a port", "10.0.0.1"],
    ["localhost", "localhost:8788"],
    ["localhost in capitals", "LOCALHOST"],
  ])("%s as host is let in", async (_what, host) => {
    expect(await ask(undefined, { host })).toBe(200);
  });

  test("a client that names no host, as that of a socket may, is let in", async () => {
    expect(await ask(undefined, {})).toBe(200);
  });

  test.each([
    ["a name", "evil.example"],
    ["a name that begins like an address", "127.0.0.1.evil.example:8788"],
    ["a name that ends like localhost", "evil.localhost.example"],
    ["a name in brackets", "[evil.example]:8788"],
  ])("%s as host is refused: it may have been given this address", async (_what, host) => {
    expect(await ask(undefined, { host })).toBe(421);
  });
});

describe("with a token", () => {
  test.each([
    ["as a bearer token", { authorization: `Bearer ${TOKEN}` }],
    ["whatever the scheme's case", { authorization: `bearer ${TOKEN}` }],
    ["as a password", { authorization: `Basic ${btoa(`admin:${TOKEN}`)}` }],
    ["as a password without a user", { authorization: `Basic ${btoa(`:${TOKEN}`)}` }],
    ["under a name", { authorization: `Bearer ${TOKEN}`, host: "switchhook.monitoring.svc" }],
  ])("one who shows it %s is let in", async (_what, headers) => {
    expect(await ask(TOKEN, headers)).toBe(200);
  });

  test.each([
    ["nothing", {}],
    ["another", { authorization: `Bearer ${TOKEN}0` }],
    ["a part of it", { authorization: `Bearer ${TOKEN.slice(1)}` }],
    ["it as a user", { authorization: `Basic ${btoa(`${TOKEN}:`)}` }],
    ["it in another scheme", { authorization: `Digest ${TOKEN}` }],
    ["it in no scheme", { authorization: TOKEN }],
  ])("one who shows %s is asked for it", async (_what, headers) => {
    expect(await ask(TOKEN, headers)).toBe(401);
  });
});

describe("whatever the token", () => {
  test.each([
    ["of another origin", "https://evil.example"],
    ["of another port", "http://127.0.0.1:1"],
    ["of a page without an origin", "null"],
  ])("a request of a page %s is refused", async (_what, origin) => {
    expect(await ask(undefined, { host: "127.0.0.1:8788", origin })).toBe(403);
  });

  test("the page's own requests are let in", async () => {
    expect(await ask(undefined, { host: "127.0.0.1:8788", origin: "http://127.0.0.1:8788" })).toBe(200);
  });

  test("a change needs a header that no form can send", async () => {
    expect(await ask(undefined, { host: "localhost" }, "POST")).toBe(403);
    expect(await ask(undefined, { host: "localhost", "x-switchhook": "1" }, "POST")).toBe(200);
  });
});
