/** Connections over real sockets, with an app that answers as the test says. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import type { RequestFault } from "../../../../src/server/http/fault.ts";
import { PATIENCE, type Patience } from "../../../../src/server/http/limits.ts";
import { listen } from "../../../../src/server/http/listening/listener.ts";
import { jsonResponse } from "../../../../src/server/http/response.ts";
import type { Service } from "../../../../src/server/http/service.ts";
import { directory, until } from "../../../harness.ts";
import { chunk, connectRaw, destinationOf, headerOf, requestHead } from "../../../raw-http.ts";

/** A request that the app has got, and how it is answered. */
interface Asked {
  readonly request: Request;
  readonly peer: string | undefined;
  answer(response: Response): void;
  fail(error: unknown): void;
}

/** A listener whose app answers `PATH` at once, but what begins with `/held`: that the test answers itself. */
async function listening(patience: Partial<Patience> = {}, app?: (request: Request) => Promise<Response>) {
  const asked: Asked[] = [];
  const refused: RequestFault[] = [];
  const failures: unknown[] = [];
  const service: Service = {
    answer(request, peer) {
      const { promise, resolve, reject } = Promise.withResolvers<Response>();
      asked.push({ request, peer, answer: resolve, fail: reject });
      if (app) return app(request);
      return new URL(request.url).pathname.startsWith("/held")
        ? promise
        : new Response(new URL(request.url).pathname);
    },
    refuse(fault) {
      refused.push(fault);
      return new Response(fault.kind, { status: fault.kind === "malformed request" ? fault.status : 408 });
    },
    failed: (error) => failures.push(error),
  };
  const listener = await listen({ kind: "tcp", host: "127.0.0.1", port: 0 }, service, {
    patience: { ...PATIENCE, ...patience },
  });
  const destination = destinationOf(listener.origin);
  return {
    asked,
    refused,
    failures,
    stop: listener.stop,
    connect: () => connectRaw(destination),
    [Symbol.asyncDispose]: () => listener.stop(0),
  };
}

const HOST = [["Host", "x"]] as const;
const get = (path: string, ...headers: readonly (readonly [string, string])[]) =>
  requestHead(`GET ${path}`, [...HOST, ...headers]);
const post = (path: string, length: number, ...headers: readonly (readonly [string, string])[]) =>
  requestHead(`POST ${path}`, [...HOST, ["Content-Length", String(length)], ...headers]);
const readWhole = async (request: Request) => new Response(await request.arrayBuffer());
const readStream = async (request: Request) => new Response(await new Response(request.body).bytes());

describe("while an answer is held", () => {
  test.each<[what: string, bytes: string]>([
    ["a second request", get("/second")],
    ["an empty line", "\r\n"],
    ["half of a second request", get("/second").slice(0, 20)],
  ])("%s does not cost it", async (_what, bytes) => {
    await using server = await listening();
    using connection = await server.connect();
    connection.send(get("/held"));
    await until(() => server.asked.length === 1);
    connection.send(bytes);
    await Bun.sleep(20);
    server.asked[0]?.answer(new Response("first"));
    expect((await connection.answer()).body).toBe("first");
    if (bytes !== get("/second"))
      connection.send(bytes.length > 2 ? get("/second").slice(20) : get("/second"));
    expect((await connection.answer()).body).toBe("/second");
  });

  test("a client that closes its side gets it, and the end of the connection", async () => {
    await using server = await listening();
    using connection = await server.connect();
    connection.send(get("/held"));
    connection.finish();
    await until(() => server.asked.length === 1);
    await Bun.sleep(20);
    expect(server.asked[0]?.request.signal.aborted).toBe(false);
    server.asked[0]?.answer(new Response("first"));
    expect((await connection.answer()).body).toBe("first");
    await connection.closed;
  });

  test("a client that breaks the connection off is given up", async () => {
    await using server = await listening();
    using connection = await server.connect();
    connection.send(get("/held") + get("/held"));
    await until(() => server.asked.length === 2);
    const [, second] = server.asked;
    connection.reset();
    await until(() => server.asked.every(({ request }) => request.signal.aborted));
    second?.answer(new Response("too late"));
    expect(server.failures).toEqual([]);
  });

  test("further requests are answered in the order in which they came, whichever is ready first", async () => {
    await using server = await listening();
    using connection = await server.connect();
    connection.send(`${get("/held/1") + post("/held/2", 3)}abc${get("/3")}`);
    await until(() => server.asked.length === 3);
    server.asked[1]?.answer(new Response("2"));
    await Bun.sleep(20);
    server.asked[0]?.answer(new Response("1"));
    for (const body of ["1", "2", "/3"]) expect((await connection.answer()).body).toBe(body);
  });

  test("what comes behind eight requests waits, and is answered after them", async () => {
    await using server = await listening();
    using connection = await server.connect();
    connection.send(get("/held").repeat(20));
    await until(() => server.asked.length === 8);
    await Bun.sleep(20);
    expect(server.asked).toHaveLength(8);
    connection.finish();
    for (let at = 0; at < 20; at++) {
      await until(() => server.asked.length > at);
      server.asked[at]?.answer(new Response(String(at)));
      expect((await connection.answer()).body).toBe(String(at));
      expect(server.asked.length).toBeLessThanOrEqual(at + 9);
    }
    await connection.closed;
  });

  test("what is no request is answered after it", async () => {
    await using server = await listening();
    using connection = await server.connect();
    connection.send(`${get("/held")}nonsense\r\n\r\n`);
    await until(() => server.refused.length === 1);
    server.asked[0]?.answer(new Response("first"));
    expect((await connection.answer()).body).toBe("first");
    const refusal = await connection.answer();
    expect([refusal.status, headerOf(refusal, "connection")]).toEqual([400, "close"]);
    await connection.closed;
  });
});

describe("an answer", () => {
  test("has a length and a date, and says nothing of a connection that is kept", async () => {
    await using server = await listening();
    using connection = await server.connect();
    connection.send(get("/held"));
    await until(() => server.asked.length === 1);
    const headers = { "content-type": "application/json", "x-a": "b", "transfer-encoding": "x", date: "x" };
    server.asked[0]?.answer(new Response('{"a":"caf\u00e9 \u{1f600}"}', { status: 401, headers }));
    const answer = await connection.answer();
    expect([answer.status, answer.body]).toEqual([401, '{"a":"caf\u00e9 \u{1f600}"}']);
    expect(headerOf(answer, "content-length")).toBe("18");
    expect(headerOf(answer, "x-a")).toBe("b");
    const date = headerOf(answer, "date") ?? "";
    expect(new Date(date).toUTCString()).toBe(date);
    expect(Math.abs(Date.parse(date) - Date.now())).toBeLessThan(60_000);
    expect(answer.headers.map(([name]) => name).sort()).toEqual([
      "content-length",
      "content-type",
      "date",
      "x-a",
    ]);
  });

  test("may be of bytes, of nothing, or a stream", async () => {
    await using server = await listening();
    using connection = await server.connect();
    const bodies = [new Uint8Array([0, 0xff, 0x80]), null, new Blob(["ab", "cd"]).stream()];
    for (const [at, body] of bodies.entries()) {
      connection.send(get("/held"));
      await until(() => server.asked.length === at + 1);
      server.asked[at]?.answer(new Response(body));
      expect(headerOf(await connection.answer(), "content-length")).toBe(["3", "0", "4"][at] ?? "");
    }
  });

  test("to HEAD has the length and no body", async () => {
    await using server = await listening();
    using connection = await server.connect();
    connection.send(requestHead("HEAD /abc", HOST) + get("/d", ["Connection", "close"]));
    const [head = "", next = ""] = (await connection.rest()).split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n(.+\r\n)*content-length: 4/);
    expect(next).toStartWith("HTTP/1.1 200 OK\r\n");
  });

  test("to `Connection: close` is the last", async () => {
    await using server = await listening();
    using connection = await server.connect();
    connection.send(get("/1", ["Connection", "close"]) + get("/2"));
    const answer = await connection.answer();
    expect([answer.body, headerOf(answer, "connection")]).toEqual(["/1", "close"]);
    expect(await connection.rest()).toBe("");
    expect(server.asked).toHaveLength(1);
  });

  test("to HTTP/1.0 is the last, unless the client wants to keep the connection", async () => {
    await using server = await listening();
    using connection = await server.connect();
    connection.send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    expect(headerOf(await connection.answer(), "connection")).toBe("keep-alive");
    connection.send("GET /2 HTTP/1.0\r\n\r\n");
    expect(headerOf(await connection.answer(), "connection")).toBe("close");
    await connection.closed;
  });

  test("that fails, for a fault of ours, is a 500, and the connection goes on", async () => {
    await using server = await listening();
    using connection = await server.connect();
    connection.send(get("/held"));
    await until(() => server.asked.length === 1);
    const fault = new Error("a bug");
    server.asked[0]?.fail(fault);
    const answer = await connection.answer();
    expect([answer.status, answer.body]).toEqual([500, '{"error":"internal error"}']);
    expect(server.failures).toEqual([fault]);
    connection.send(get("/next"));
    expect((await connection.answer()).body).toBe("/next");
  });
});

describe("a body", () => {
  test.each([
    ["whole", readWhole],
    ["as a stream", readStream],
  ])("is read %s, however it comes", async (_how, app) => {
    await using server = await listening({}, app);
    using connection = await server.connect();
    connection.send(`${post("/", 5)}hello`);
    expect((await connection.answer()).body).toBe("hello");
    connection.send(post("/", 5));
    for (const part of "hello") {
      await Bun.sleep(2);
      connection.send(part);
    }
    expect((await connection.answer()).body).toBe("hello");
    connection.send(requestHead("POST /", [...HOST, ["Transfer-Encoding", "chunked"]]) + chunk("hel"));
    await Bun.sleep(5);
    connection.send(chunk("lo") + chunk(""));
    expect((await connection.answer()).body).toBe("hello");
    const large = "0123456789".repeat(100_000);
    connection.send(post("/", large.length) + large);
    expect((await connection.answer()).body).toBe(large);
  });

  test("is asked for where the client waits to be told to go on", async () => {
    await using server = await listening({}, readWhole);
    using connection = await server.connect();
    connection.send(post("/", 5, ["Expect", "100-continue"]));
    expect((await connection.answer()).status).toBe(100);
    connection.send("hello");
    expect((await connection.answer()).body).toBe("hello");
    // Who sends it without waiting is not told.
    connection.send(`${post("/", 5, ["Expect", "100-continue"])}again`);
    expect((await connection.answer()).body).toBe("again");
  });

  test("that nobody wants is not asked for, and the connection ends", async () => {
    await using server = await listening();
    using connection = await server.connect();
    connection.send(post("/refused", 5, ["Expect", "100-continue"]));
    const answer = await connection.answer();
    expect([answer.status, headerOf(answer, "connection")]).toEqual([200, "close"]);
    await connection.closed;
  });

  test("that nobody wants is skipped where it is short, and the connection is kept", async () => {
    await using server = await listening();
    using connection = await server.connect();
    connection.send(post("/refused", 60_000));
    expect((await connection.answer()).body).toBe("/refused");
    connection.send(`${"x".repeat(60_000)}${get("/next")}`);
    expect((await connection.answer()).body).toBe("/next");
  });

  test.each<[what: string, head: string, sent: string]>([
    ["with a long length", post("/refused", 10_000_000), ""],
    ["in chunks", requestHead("POST /refused", [...HOST, ["Transfer-Encoding", "chunked"]]), chunk("x")],
  ])(
    "that nobody wants, %s, ends the connection, and the client gets the answer all the same",
    async (_what, head, sent) => {
      await using server = await listening();
      using connection = await server.connect();
      connection.send(head + sent);
      await until(() => server.asked.length === 1);
      connection.send("x".repeat(1_000_000));
      const answer = await connection.answer();
      expect([answer.body, headerOf(answer, "connection")]).toEqual(["/refused", "close"]);
      await connection.closed;
    },
  );

  test("that nobody reads makes the client wait", async () => {
    await using server = await listening();
    using connection = await server.connect();
    connection.send(post("/held", 50_000_000));
    await until(() => server.asked.length === 1);
    const before = process.memoryUsage().arrayBuffers;
    connection.send(new Uint8Array(50_000_000));
    await Bun.sleep(200);
    // The client's bytes are in this process too.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000);
    server.asked[0]?.answer(new Response("enough"));
    expect((await connection.answer()).body).toBe("enough");
  });

  test.each<[what: string, bytes: string, fault: RequestFault]>([
    ["that the client ends early", `${post("/", 5)}he`, { kind: "broken off" }],
    [
      "of which a chunk is malformed",
      `${requestHead("POST /", [...HOST, ["Transfer-Encoding", "chunked"]])}x\r\n`,
      {
        kind: "malformed request",
        status: 400,
        problem: expect.stringContaining("size") as unknown as string,
      },
    ],
  ])("%s cannot be read, and whoever reads it answers that", async (_what, bytes, fault) => {
    for (const read of [readWhole, readStream]) {
      await using server = await listening({}, async (request) => {
        try {
          return await read(request);
        } catch (error) {
          return Response.json((error as { fault: unknown }).fault, { status: 400 });
        }
      });
      using connection = await server.connect();
      connection.send(bytes);
      connection.finish();
      const answer = await connection.answer();
      expect([answer.status, JSON.parse(answer.body)]).toEqual([400, fault]);
      expect(headerOf(answer, "connection")).toBe("close");
      await connection.closed;
    }
  });
});

describe("a client that takes too long", () => {
  test("between requests, is closed without a word", async () => {
    await using server = await listening({ idleMs: 2000 });
    using fresh = await server.connect();
    using used = await server.connect();
    used.send(get("/1"));
    expect((await used.answer()).body).toBe("/1");
    // Empty lines do not keep it alive.
    used.send("\r\n");
    expect([await fresh.rest(), await used.rest()]).toEqual(["", ""]);
    expect(server.refused).toEqual([]);
  });

  test("with its header lines, gets 408, however it spreads them", async () => {
    await using server = await listening({ headMs: 100 });
    using connection = await server.connect();
    const sending = setInterval(() => connection.send("x"), 10);
    connection.send("GET /");
    const answer = await connection.answer();
    clearInterval(sending);
    expect([answer.status, headerOf(answer, "connection")]).toEqual([408, "close"]);
    expect(server.refused).toEqual([{ kind: "too slow" }]);
    await connection.closed;
  });

  test("with its body, gets what the app answers to that", async () => {
    await using server = await listening({ bodyMs: 100 }, async (request) => {
      const fault = await request.arrayBuffer().catch((error: { fault: unknown }) => error.fault);
      return Response.json(fault, { status: 408 });
    });
    using connection = await server.connect();
    connection.send(post("/", 1000));
    const sending = setInterval(() => connection.send("x"), 10);
    const answer = await connection.answer();
    clearInterval(sending);
    expect([answer.status, answer.body]).toEqual([408, '{"kind":"too slow"}']);
    await connection.closed;
  });

  test("with a body that nobody wants, is closed", async () => {
    await using server = await listening({ bodyMs: 100 });
    using connection = await server.connect();
    connection.send(post("/refused", 1000));
    expect((await connection.answer()).body).toBe("/refused");
    await connection.closed;
  });

  test("to take its answers, is broken off", async () => {
    await using server = await listening({ answerMs: 100 }, async () => new Response("x".repeat(20_000_000)));
    using connection = await server.connect();
    connection.pause();
    connection.send(get("/"));
    await until(() => server.asked[0]?.request.signal !== undefined);
    await Bun.sleep(1000);
    connection.resume();
    await connection.closed;
    expect((await connection.rest()).length).toBeLessThan(20_000_000);
  });

  test.each(["abc", "caf\u00e9", "\u4f60\u597d"])(
    "to take its answers, and goes on in time, gets them whole: %s",
    async (word) => {
      const json = JSON.stringify(word.repeat(1_000_000));
      await using server = await listening({}, async () => jsonResponse(json));
      using connection = await server.connect();
      connection.pause();
      connection.send(get("/").repeat(2));
      await until(() => server.asked.length > 0);
      connection.resume();
      for (let at = 0; at < 2; at++) {
        const answer = await connection.answer();
        expect(headerOf(answer, "content-length")).toBe(String(Buffer.byteLength(json)));
        expect(answer.body === json).toBe(true);
      }
    },
  );

  test("to close its side, is broken off", async () => {
    await using server = await listening({ closeMs: 100 });
    using connection = await server.connect();
    connection.send(post("/refused", 10_000_000));
    await connection.answer();
    const sending = setInterval(() => connection.send("x".repeat(1000)), 10);
    await connection.brokenOff;
    clearInterval(sending);
  });

  test("an answer that is held has no time of its own", async () => {
    await using server = await listening({ idleMs: 1000, headMs: 1000, bodyMs: 1000 });
    using connection = await server.connect();
    connection.send(get("/held"));
    await until(() => server.asked.length === 1);
    await Bun.sleep(1500);
    server.asked[0]?.answer(new Response("late"));
    expect((await connection.answer()).body).toBe("late");
  });
});

test("a response that is a network error is no answer: the connection ends after the answers before it", async () => {
  await using server = await listening();
  using connection = await server.connect();
  connection.send(get("/held") + get("/held") + get("/3"));
  await until(() => server.asked.length === 3);
  server.asked[1]?.answer(Response.error());
  server.asked[0]?.answer(new Response("first"));
  expect((await connection.answer()).body).toBe("first");
  await connection.closed;
  expect(await connection.rest()).toBe("");
});

describe("stopping", () => {
  test("closes idle connections at once, finishes what is under way, and refuses new connections", async () => {
    const server = await listening();
    using idle = await server.connect();
    idle.send(get("/1"));
    await idle.answer();
    using held = await server.connect();
    held.send(get("/held"));
    using half = await server.connect();
    half.send(`${post("/half", 4)}ab`);
    await until(() => server.asked.length === 3);
    let isStopped = false;
    const stopped = server.stop(60_000).then(() => {
      isStopped = true;
    });
    await idle.closed;
    expect(await server.connect().catch(() => "refused")).toBe("refused");
    half.send("cd");
    const answer = await half.answer();
    expect(answer.body).toBe("/half");
    await half.closed;
    expect(isStopped).toBe(false);
    server.asked[1]?.answer(new Response("held"));
    const last = await held.answer();
    expect([last.body, headerOf(last, "connection")]).toEqual(["held", "close"]);
    await stopped;
  });

  test("lets a connection that was just accepted send its first request", async () => {
    const server = await listening();
    using fresh = await server.connect();
    using other = await server.connect();
    other.send(get("/1"));
    // By then, the connection before it is accepted too.
    await other.answer();
    const stopped = server.stop(60_000);
    await other.closed;
    fresh.send(get("/2"));
    const answer = await fresh.answer();
    expect([answer.body, headerOf(answer, "connection")]).toEqual(["/2", "close"]);
    await stopped;
  });

  test("waits no longer than a moment for one that sends nothing", async () => {
    const server = await listening();
    using silent = await server.connect();
    await server.stop(60_000);
    await silent.closed;
  });

  test("gives up what is not finished in time", async () => {
    const server = await listening();
    using half = await server.connect();
    half.send("GET / HT");
    using held = await server.connect();
    held.send(get("/held"));
    await until(() => server.asked.length === 1);
    await server.stop(50);
    await Promise.all([half.closed, held.closed]);
    await until(() => server.asked[0]?.request.signal.aborted === true);
  });
});

describe("listening", () => {
  const service: Service = {
    answer: () => new Response("ok"),
    refuse: () => new Response("no"),
    failed: () => {},
  };

  test("the address of the other end comes with each request", async () => {
    await using server = await listening();
    using connection = await server.connect();
    connection.send(get("/1"));
    await connection.answer();
    expect(server.asked[0]?.peer).toBe("127.0.0.1");
  });

  test("on a Unix socket there is none, and the socket is gone at the end", async () => {
    await using files = await directory({});
    const path = files.file("s.sock");
    const peers: unknown[] = [];
    const listener = await listen(
      { kind: "unix", path },
      {
        ...service,
        answer: (_request, peer) => {
          peers.push(peer);
          return new Response("ok");
        },
      },
    );
    expect(listener.origin).toBe(`unix:${path}`);
    using connection = await connectRaw({ path });
    connection.send(get("/1"));
    expect((await connection.answer()).body).toBe("ok");
    await listener.stop(1000);
    expect(peers).toEqual([undefined]);
    expect(existsSync(path)).toBe(false);
  });

  test.each([
    [
      { kind: "unix", path: "/nonexistent/s.sock" },
      "cannot listen on unix:/nonexistent/s.sock: there is no such directory",
    ],
    [
      { kind: "tcp", host: "192.0.2.1", port: 8787 },
      "cannot listen on http://192.0.2.1:8787: this machine does not have that address",
    ],
  ] as const)("an address that cannot be listened on is named with the reason: %#", async (address, said) => {
    expect(await listen(address, service).catch((error: Error) => error.message)).toBe(said);
  });

  test("an address in use is said to be", async () => {
    const first = await listen({ kind: "tcp", host: "127.0.0.1", port: 0 }, service);
    const port = Number(new URL(first.origin).port);
    const second = await listen({ kind: "tcp", host: "127.0.0.1", port }, service).catch(
      (error: Error) => error.message,
    );
    expect(second).toBe(
      `cannot listen on http://127.0.0.1:${port}: it is already in use; "ss -ltnp sport = :${port}" shows by which program`,
    );
    await first.stop(0);
  });
});
