import { afterAll, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { openClient } from "../../../src/outbound/client.ts";
import type { Message } from "../../../src/server/notices/message.ts";
import { type Pace, Receiver } from "../../../src/server/notices/receiver.ts";
import { until } from "../../harness.ts";
import { receive } from "./receiver-server.ts";

const client = openClient();
afterAll(() => client.close());

const PACE: Pace = { pausesMs: [5, 10], attemptMs: 600_000, withinMs: 600_000 };
/** For receivers that do not answer. */
const IMPATIENT: Pace = { ...PACE, attemptMs: 1500 };

function message(url: string, body = "hello", says: Partial<Message> = {}): Message {
  return { url, headers: { "content-type": "text/plain" }, body, key: undefined, ca: undefined, ...says };
}

/** A receiver that is told by the code under test, and what that reports. */
function told(pace: Pace = PACE) {
  const reports: string[] = [];
  const receiver = new Receiver(
    client,
    {
      delivered: () => void reports.push("delivered"),
      failed: (reason, tries) => void reports.push(`failed after ${tries}: ${reason}`),
      dropped: () => void reports.push("dropped"),
    },
    pace,
  );
  const count = (report: string) => reports.filter((each) => each === report).length;
  return { receiver, reports, count, idle: () => until(() => receiver.pending === 0) };
}

/** A server that speaks no HTTP but what `answer` writes. */
async function rawServer(answer: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", () => {
      requests++;
      answer(socket);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/`,
    requests: () => requests,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

const status = (code: number, body = "", headers: Record<string, string> = {}) =>
  new Response(body, { status: code, headers });

describe("a message", () => {
  test("is posted once where it is taken", async () => {
    await using server = receive();
    const { receiver, reports, idle } = told();
    receiver.tell(message(`${server.url}/hook?a=1`, "body", { headers: { "x-a": "1" } }));
    await idle();
    expect(reports).toEqual(["delivered"]);
    expect(server.hits.map(({ method, target, body }) => [method, target, body])).toEqual([
      ["POST", "/hook?a=1", "body"],
    ]);
    expect(server.hits[0]?.headers.get("x-a")).toBe("1");
    expect(server.hits[0]?.headers.get("x-switchhook-signature")).toBeNull();
  });

  test.each([201, 202, 204])("is taken with a status of %i", async (code) => {
    await using server = receive(() => new Response(null, { status: code }));
    const { receiver, reports, idle } = told();
    receiver.tell(message(server.url));
    await idle();
    expect(reports).toEqual(["delivered"]);
  });

  test.each([500, 502, 503, 408, 429])("is sent again after a status of %i", async (code) => {
    await using server = receive((at) => (at === 0 ? status(code) : undefined));
    const { receiver, reports, idle } = told();
    receiver.tell(message(server.url));
    await idle();
    expect(reports).toEqual(["delivered"]);
    expect(server.bodies()).toEqual(["hello", "hello"]);
  });

  test("is sent three times at most", async () => {
    await using server = receive(() => status(500, "out of order"));
    const { receiver, reports, idle } = told();
    receiver.tell(message(server.url));
    await idle();
    expect(reports).toEqual(["failed after 3: status 500: out of order"]);
    expect(server.hits).toHaveLength(3);
  });

  test.each([400, 401, 404, 410, 422])("is not sent again after a status of %i", async (code) => {
    await using server = receive(() => status(code, "no\n  such   channel"));
    const { receiver, reports, idle } = told();
    receiver.tell(message(server.url));
    await idle();
    expect(reports).toEqual([`failed after 1: status ${code}: no such channel`]);
  });

  test("is sent again when the receiver has asked to be told, and no sooner", async () => {
    let firstMs = 0;
    await using server = receive(() => {
      firstMs ||= performance.now();
      return performance.now() - firstMs < 900 ? status(429, "", { "retry-after": "1" }) : undefined;
    });
    const { receiver, reports, idle } = told();
    receiver.tell(message(server.url));
    await idle();
    expect(reports).toEqual(["delivered"]);
    expect(server.hits).toHaveLength(2);
  });

  test.each(["7200", new Date(Date.now() + 7_200_000).toUTCString()])(
    "is given up where the receiver asks to wait longer than a message is tried: %s",
    async (retryAfter) => {
      await using server = receive(() => status(503, "", { "retry-after": retryAfter }));
      const { receiver, reports, idle } = told();
      receiver.tell(message(server.url));
      await idle();
      expect(reports).toEqual(["failed after 1: status 503"]);
      receiver.stop();
    },
  );

  test("is given up where a receiver does not answer", async () => {
    await using server = receive(() => new Promise<Response>(() => {}));
    const { receiver, reports, idle } = told(IMPATIENT);
    receiver.tell(message(server.url));
    await idle();
    expect(reports).toEqual(["failed after 3: no answer within 1.5 s"]);
    expect(server.hits).toHaveLength(3);
  });

  test("is given up where nothing listens", async () => {
    const server = receive();
    await server[Symbol.asyncDispose]();
    const { receiver, reports, idle } = told();
    receiver.tell(message(server.url));
    await idle();
    expect(reports).toEqual(["failed after 3: connection refused"]);
  });

  test("follows a redirect on the same server, with its body", async () => {
    await using server = receive((at) => (at === 0 ? status(307, "", { location: "/there" }) : undefined));
    const { receiver, reports, idle } = told();
    receiver.tell(message(server.url));
    await idle();
    expect(reports).toEqual(["delivered"]);
    expect(server.hits.map(({ method, target, body }) => [method, target, body])).toEqual([
      ["POST", "/", "hello"],
      ["POST", "/there", "hello"],
    ]);
  });

  test("goes to no other server", async () => {
    await using other = receive();
    await using server = receive(() => status(307, "", { location: other.url }));
    const { receiver, reports, idle } = told();
    receiver.tell(message(server.url));
    await idle();
    expect(reports).toEqual([`failed after 1: redirected to another server (${other.url})`]);
    expect(other.hits).toEqual([]);
  });

  test("is delivered with a status of 200, whatever comes behind it", async () => {
    await using large = receive(() => new Response("x".repeat(1_000_000)));
    await using broken = await rawServer((socket) => {
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf");
    });
    await using endless = await rawServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf");
    });
    for (const [url, pace] of [
      [large.url, PACE],
      [broken.url, PACE],
      [endless.url, IMPATIENT],
    ] as const) {
      const { receiver, reports, idle } = told(pace);
      receiver.tell(message(url));
      await idle();
      expect(reports).toEqual(["delivered"]);
    }
    expect([large.hits.length, broken.requests(), endless.requests()]).toEqual([1, 1, 1]);
  });

  test("is given up where the answer is not HTTP", async () => {
    await using server = await rawServer((socket) => socket.end("hello\r\n\r\n"));
    const { receiver, reports, idle } = told();
    receiver.tell(message(server.url));
    await idle();
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatch(/^failed after 3: /);
  });
});

describe("a receiver", () => {
  test("that is slow is told a few at once, and in the end everything", async () => {
    let open = 0;
    let most = 0;
    const four = Promise.withResolvers<void>();
    await using server = receive(async () => {
      most = Math.max(most, ++open);
      if (open === 4) four.resolve();
      // The first wait for each other.
      await four.promise;
      await Bun.sleep(5);
      open--;
      return status(200);
    });
    const { receiver, count, idle } = told();
    for (let at = 0; at < 50; at++) receiver.tell(message(server.url, String(at)));
    await idle();
    expect([most, count("delivered"), server.hits.length]).toEqual([4, 50, 50]);
  });

  test("that answers nothing has a bounded queue, and hears the latest when it does", async () => {
    const gate = Promise.withResolvers<void>();
    await using server = receive(async () => {
      await gate.promise;
      return status(200);
    });
    const { receiver, count, idle } = told();
    for (let at = 0; at < 5_000; at++) receiver.tell(message(server.url, String(at)));
    expect([receiver.pending, count("dropped")]).toEqual([1_004, 3_996]);
    gate.resolve();
    await idle();
    expect(count("delivered")).toBe(1_004);
    const heard = new Set(server.bodies().map(Number));
    expect(heard).toEqual(new Set([0, 1, 2, 3, ...Array.from({ length: 1_000 }, (_, at) => 4_000 + at)]));
  });

  test("has a queue that is bounded in characters too", async () => {
    await using server = receive(() => new Promise<Response>(() => {}));
    const { receiver, count } = told();
    const body = "x".repeat(1024 * 1024);
    for (let at = 0; at < 20; at++) receiver.tell(message(server.url, body));
    expect([receiver.pending, count("dropped")]).toEqual([7, 13]);
    expect(receiver.characters).toBeLessThanOrEqual(4 * 1024 * 1024);
    receiver.stop();
  });

  test("that asks to wait is told nothing else meanwhile", async () => {
    let isPaused = false;
    let early = 0;
    await using server = receive((at) => {
      if (isPaused) early++;
      if (at > 0) return undefined;
      isPaused = true;
      setTimeout(() => {
        isPaused = false;
      }, 900);
      return status(429, "", { "retry-after": "1" });
    });
    const { receiver, count, idle } = told();
    receiver.tell(message(server.url, "first"));
    await until(() => isPaused);
    // By then it has heard that it must wait.
    await Bun.sleep(400);
    for (let at = 0; at < 10; at++) receiver.tell(message(server.url, String(at)));
    await idle();
    expect([early, count("delivered")]).toEqual([0, 11]);
  });

  test("that is stopped is told nothing more, and nothing is reported", async () => {
    await using server = receive(() => new Promise<Response>(() => {}));
    const { receiver, reports } = told();
    for (let at = 0; at < 20; at++) receiver.tell(message(server.url));
    await until(() => server.hits.length === 4);
    expect(receiver.pending).toBe(20);
    receiver.stop();
    await until(() => receiver.pending === 0);
    expect([reports, server.hits.length]).toEqual([[], 4]);
  });
});
