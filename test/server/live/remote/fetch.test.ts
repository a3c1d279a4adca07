import { expect, setDefaultTimeout, test } from "bun:test";
import { gzipSync } from "node:zlib";
import type { RemoteSource } from "../../../../src/config/files/remote.ts";
import { type OutboundClient, openClient } from "../../../../src/outbound/client.ts";
import {
  type Answer,
  fetchRemote,
  LIMIT_BYTES,
  type Validators,
} from "../../../../src/server/live/remote/fetch.ts";
import { remoteServer } from "../../../remote-server.ts";
import { source } from "./sources.ts";

setDefaultTimeout(120_000);

const NEVER = new AbortController().signal;

async function ask(of: RemoteSource, validators?: Validators, client: OutboundClient = openClient()) {
  try {
    return await fetchRemote(of, validators, client, NEVER);
  } finally {
    client.close();
  }
}

function textOf(answer: Answer): string | undefined {
  return answer.kind === "fetched" ? new TextDecoder().decode(answer.content.bytes.slice()) : undefined;
}

test("an answer is fetched with its type and validators, and asked for again on the condition that it changed", async () => {
  await using web = remoteServer({ "/list": { body: "+12137770001\n", type: "Text/CSV; charset=utf-8" } });
  const first = await ask(source(`${web.origin}/list`));
  if (first.kind !== "fetched") throw new Error("It must be fetched");
  expect(textOf(first)).toBe("+12137770001\n");
  expect(first.content).toMatchObject({
    type: "text/csv",
    digest: new Bun.CryptoHasher("sha256").update("+12137770001\n").digest("hex"),
  });
  expect(await ask(source(`${web.origin}/list`), first.validators)).toEqual({ kind: "unchanged" });
  web.put("/list", "+12137770002\n");
  expect(textOf(await ask(source(`${web.origin}/list`), first.validators))).toBe("+12137770002\n");
});

test("a server that knows only dates is asked by date", async () => {
  const date = "Fri, 27 Nov 2026 10:00:00 GMT";
  await using web = remoteServer({
    "/list": (request) =>
      request.headers.get("if-modified-since") === date
        ? new Response(null, { status: 304 })
        : new Response("+12137770001", { headers: { "last-modified": date } }),
  });
  const first = await ask(source(`${web.origin}/list`));
  if (first.kind !== "fetched") throw new Error("It must be fetched");
  expect(first.validators).toEqual({ etag: undefined, lastModified: date });
  expect(await ask(source(`${web.origin}/list`), first.validators)).toEqual({ kind: "unchanged" });
});

test("headers go to the server that the configuration names, and to no other one that it redirects to", async () => {
  await using sheet = remoteServer({ "/export?gid=0": "number\n+12137770001\n" });
  await using docs = remoteServer({
    "/pub?output=csv": () => Response.redirect("/again", 302),
    "/again": () => Response.redirect(`${sheet.origin}/export?gid=0`, 307),
  });
  const headers = { authorization: "Bearer token-0123456789", "x-key": "k" };
  const answer = await ask(source(`${docs.origin}/pub?output=csv`, headers));
  expect(textOf(answer)).toBe("number\n+12137770001\n");
  expect(docs.requests.map(({ headers }) => headers.get("authorization"))).toEqual([
    "Bearer token-0123456789",
    "Bearer token-0123456789",
  ]);
  expect(sheet.requests.map(({ headers }) => [headers.get("authorization"), headers.get("x-key")])).toEqual([
    [null, null],
  ]);
});

test.each<[what: string, status: number, headers: Record<string, string>, problem: string]>([
  ["not there", 404, {}, "status 404"],
  ["broken", 500, {}, "status 500"],
  ["not for everybody", 401, {}, "status 401: the server wants other credentials, or none of these"],
  [
    "sent in part",
    206,
    { "content-range": "0-999/24567" },
    "status 206: the server sent only a part (0-999/24567)",
  ],
  ["unchanged, though nobody said since when", 304, {}, "status 304"],
])("what is %s has failed", async (_what, status, headers, problem) => {
  await using web = remoteServer({
    "/list": () => new Response(status === 304 ? null : "x", { status, headers }),
  });
  expect(await ask(source(`${web.origin}/list`))).toEqual({ kind: "failed", problem });
});

test("a server that does not answer has failed", async () => {
  await using web = remoteServer({});
  await web.stop();
  expect(await ask(source(`${web.origin}/list`))).toEqual({ kind: "failed", problem: "connection refused" });
});

test("an answer may have 64 MiB and not more, also where it came compressed", async () => {
  const huge = gzipSync(new Uint8Array(LIMIT_BYTES + 1).fill(0x2b));
  await using web = remoteServer({
    "/list": { body: new Uint8Array(LIMIT_BYTES).fill(0x2b) },
    "/huge": () =>
      new Response(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(1 << 20)) })),
    "/bomb": () => new Response(huge, { headers: { "content-encoding": "gzip" } }),
  });
  const whole = await ask(source(`${web.origin}/list`));
  expect(whole.kind === "fetched" && whole.content.bytes.length).toBe(LIMIT_BYTES);
  for (const path of ["/huge", "/bomb"]) {
    expect(await ask(source(web.origin + path))).toEqual({
      kind: "failed",
      problem: "the answer is larger than 64 MiB",
    });
  }
});
