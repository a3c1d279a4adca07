/** What broken proxies and hostile clients do to the line, while honest clients call on it without pause. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import Retell from "retell-sdk";
import { BINARY, callBody, directory, KEY, type RunningServer, serve } from "../../harness.ts";
import {
  chunk,
  connectRaw,
  destinationOf,
  headerOf,
  type RawConnection,
  requestHead,
} from "../../raw-http.ts";
import { type BusyLine, busyLine } from "../changes/busy-line.ts";

const CONFIG = `[server]
listen = "127.0.0.1:0"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[numbers."+12137771235"]
agent = "agent_1"
`;
const ANSWER = '{"call_inbound":{"override_agent_id":"agent_1"}}';

const stack = new AsyncDisposableStack();
let server: RunningServer;
let honest: BusyLine;
beforeAll(async () => {
  const files = stack.use(await directory({ "config.toml": CONFIG }));
  server = stack.use(await serve(BINARY, files.file("config.toml")));
});
afterAll(() => stack.disposeAsync());
// Whatever a test does, every honest call before, during and after it is answered, and rightly.
beforeEach(async () => {
  honest = busyLine(server.url);
  await honest.round();
});
afterEach(async () => {
  await honest.round();
  await honest.hangUp();
  expect(honest.failures).toEqual([]);
  expect([...honest.heard]).toEqual(["agent_1"]);
});

const connected = () => connectRaw(destinationOf(server.url));

type Lines = readonly (readonly [name: string, value: string])[];

/** A signed call: its head, with the lines that `framing` gives of its body, and the body. */
async function signedCall(framing: (body: string) => Lines = framed, version = "HTTP/1.1") {
  const body = callBody({ call_id: crypto.randomUUID() });
  const signature = ["X-Retell-Signature", await Retell.sign(body, KEY)] as const;
  const head = requestHead("POST /webhook", [["Host", "calls.example"], signature, ...framing(body)]);
  return { head: head.replace("HTTP/1.1", version), body };
}

function framed(body: string): Lines {
  return [["Content-Length", String(body.length)]];
}

/** A whole call in one piece. */
async function whole(version?: string): Promise<string> {
  const { head, body } = await signedCall(framed, version);
  return head + body;
}

/** Many connections on which the same is sent. */
async function many(count: number, send: (connection: RawConnection) => void): Promise<Disposable> {
  const connections = await Promise.all(Array.from({ length: count }, connected));
  for (const connection of connections) send(connection);
  return { [Symbol.dispose]: () => void connections.map((connection) => connection[Symbol.dispose]()) };
}

test("a proxy stalls in the middle of a hundred bodies", async () => {
  const request = await whole();
  using _stalled = await many(100, (connection) => connection.send(request.slice(0, -40)));
  await honest.round();
  await honest.round();
});

test("sixty clients send a byte a second: a call that comes to its end is answered, one that does not is given up", async () => {
  const request = await whole();
  const bodyAt = request.indexOf("\r\n\r\n") + 4;
  const statusesOf = async (from: number) => {
    const connections = await Promise.all(Array.from({ length: 20 }, connected));
    const statuses = connections.map(async (connection) => {
      using _dripping = dripping(connection, request, from);
      return (await connection.answer()).status;
    });
    return new Set(await Promise.all(statuses));
  };
  const heard = Promise.all([0, bodyAt, request.length - 5].map(statusesOf));
  await honest.round();
  await honest.round();
  expect(await heard).toEqual([new Set([408]), new Set([408]), new Set([200])]);
}, 120_000);

/** Sends a request up to a place at once, and a byte of the rest each second, until it is disposed of. */
function dripping(connection: RawConnection, request: string, from: number): Disposable {
  connection.send(request.slice(0, from));
  let at = from;
  const timer = setInterval(() => connection.send(request.slice(at, ++at)), 1000);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      connection[Symbol.dispose]();
    },
  };
}

test.each([
  ["one header of 1 MiB", `X-Long: ${"x".repeat(1 << 20)}`],
  ["1 MiB of headers", Array.from({ length: 16_384 }, (_, at) => `X-${at}: ${"y".repeat(52)}`).join("\r\n")],
  ["a target of 1 MiB", undefined],
])("%s: refused after 16 KiB, and not read to its end", async (_what, lines) => {
  using connection = await connected();
  const line = lines === undefined ? `POST /${"x".repeat(1 << 20)}` : "POST /webhook";
  connection.send(`${line} HTTP/1.1\r\nHost: x\r\n${lines ?? ""}\r\n\r\n`);
  const { status } = await connection.answer();
  expect([414, 431]).toContain(status);
  await connection.closed;
});

test("idle connections, ten thousand where the machine allows as many, cost no call and little memory", async () => {
  const limits = [process.pid, server.pid].map((pid) => descriptorLimit(pid));
  const count = Math.min(10_000, ...limits.map((limit) => limit - 500));
  if (count < 10_000) console.log(`only ${count} idle connections: there are not more descriptors`);
  const before = memoryOf(server.pid);
  const { hostname, port } = new URL(server.url);
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const opening = Array.from({ length: Math.min(500, count - sockets.length) }, () =>
      connect(Number(port), hostname),
    );
    await Promise.all(
      opening.map(
        (socket) => new Promise((resolve, reject) => socket.on("connect", resolve).on("error", reject)),
      ),
    );
    sockets.push(...opening);
  }
  await honest.round();
  await honest.round();
  expect(memoryOf(server.pid) - before).toBeLessThan(count * 20 * 1024);
  for (const socket of sockets) socket.destroy();
}, 120_000);

test("calls come through one connection in a row, of every form, before any answer is read", async () => {
  using connection = await connected();
  const { head, body } = await signedCall(() => [["Transfer-Encoding", "chunked"]]);
  const chunked = `${head}${chunk(body.slice(0, 7))}${chunk(body.slice(7))}0\r\n\r\n`;
  const plain = await whole();
  connection.send((chunked + plain).repeat(20));
  for (let count = 0; count < 40; count++)
    expect(await connection.answer()).toMatchObject({ status: 200, body: ANSWER });
});

test("a client asks whether to go on with its body; another one does, and sends it unasked", async () => {
  const { head, body } = await signedCall((body) => [...framed(body), ["Expect", "100-continue"]]);
  using patient = await connected();
  patient.send(head);
  expect((await patient.answer()).status).toBe(100);
  patient.send(body);
  expect(await patient.answer()).toMatchObject({ status: 200, body: ANSWER });
  using hasty = await connected();
  hasty.send(head + body);
  const first = await hasty.answer();
  const last = first.status === 100 ? await hasty.answer() : first;
  expect(last).toMatchObject({ status: 200, body: ANSWER });
});

test("HTTP/1.0, with and without keep-alive", async () => {
  using once = await connected();
  once.send(await whole("HTTP/1.0"));
  expect(await once.answer()).toMatchObject({ status: 200, body: ANSWER });
  await once.closed;
  using kept = await connected();
  const { head, body } = await signedCall(
    (body) => [...framed(body), ["Connection", "keep-alive"]],
    "HTTP/1.0",
  );
  for (let count = 0; count < 2; count++) {
    kept.send(head + body);
    const answer = await kept.answer();
    expect(answer).toMatchObject({ status: 200, body: ANSWER });
    expect(headerOf(answer, "connection")).toBe("keep-alive");
  }
});

test("a Content-Length that is too small: the signature does not fit, and what is left over is no request", async () => {
  using connection = await connected();
  const { head, body } = await signedCall((body) => [["Content-Length", String(body.length - 10)]]);
  connection.send(head + body);
  expect((await connection.answer()).status).toBe(401);
  connection.finish();
  expect((await connection.answer()).status).toBe(400);
  await connection.closed;
});

test("a Content-Length that is too large: what never comes is not made up", async () => {
  using connection = await connected();
  const { head, body } = await signedCall((body) => [["Content-Length", String(body.length + 10)]]);
  connection.send(head + body);
  connection.finish();
  expect((await connection.answer()).status).toBe(400);
  await connection.closed;
});

/** How many descriptors a process may have open. */
function descriptorLimit(pid: number): number {
  try {
    return Number(/^Max open files +(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, "utf8"))?.[1]);
  } catch {
    // macOS tells nobody; it allows 10,240 by default.
    return 2000;
  }
}

/** Its resident memory in bytes; 0 where the system does not tell. */
function memoryOf(pid: number): number {
  try {
    return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return 0;
  }
}
