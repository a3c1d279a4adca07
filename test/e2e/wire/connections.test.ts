/** What clients do to their connections, and that no answer is lost by it. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import Retell from "retell-sdk";
import {
  ask,
  BINARY_AND_DENO,
  callBody,
  directory,
  KEY,
  type RunningServer,
  serve,
  until,
} from "../../harness.ts";
import { connectRaw, destinationOf, headerOf, type RawAnswer, requestHead } from "../../raw-http.ts";

setDefaultTimeout(120_000);

const CONFIG = `[server]
listen = "127.0.0.1:0"

[retell]
api_key = "\${env:RETELL_API_KEY}"

[numbers."+12137771235"]
agent = "agent_front"

[numbers."+12137770000"]
agent = "agent_patient"
delay = "1s"
`;

const HELD = "+12137770000";
const AT_ONCE = "+12137771235";
const PATIENT = '{"call_inbound":{"override_agent_id":"agent_patient"}}';
const FRONT = '{"call_inbound":{"override_agent_id":"agent_front"}}';

/** A signed call to a number, in bytes. */
async function callTo(number: string, ...headers: readonly (readonly [string, string])[]): Promise<string> {
  const body = callBody({ to_number: number, call_id: crypto.randomUUID() });
  const head = requestHead("POST /webhook", [
    ["Host", "localhost"],
    ...headers,
    ["Content-Length", String(body.length)],
    ["X-Retell-Signature", await Retell.sign(body, KEY)],
  ]);
  return head + body;
}

const said = ({ status, body }: RawAnswer) => [status, body];

describe.each(BINARY_AND_DENO)("%s", (_runtime, command) => {
  const stack = new AsyncDisposableStack();
  let server: RunningServer;
  beforeAll(async () => {
    const files = stack.use(await directory({ "config.toml": CONFIG }));
    server = stack.use(await serve(command, files.file("config.toml")));
  });
  afterAll(() => stack.disposeAsync());
  const connected = () => connectRaw(destinationOf(server.url));

  /** A connection with a call on it whose answer is held. */
  async function held(...headers: readonly (readonly [string, string])[]) {
    const connection = await connected();
    const before = server.log().split(HELD).length;
    connection.send(await callTo(HELD, ...headers));
    await until(() => server.log().split(HELD).length > before);
    return connection;
  }

  test("an answer that is held arrives, though a second request comes", async () => {
    using connection = await held();
    connection.send(await callTo(AT_ONCE));
    expect(said(await connection.answer())).toEqual([200, PATIENT]);
    expect(said(await connection.answer())).toEqual([200, FRONT]);
  });

  test("an answer that is held arrives, though a second one is held with it", async () => {
    using connection = await held();
    connection.send(await callTo(HELD));
    expect(said(await connection.answer())).toEqual([200, PATIENT]);
    expect(said(await connection.answer())).toEqual([200, PATIENT]);
  });

  test("an answer that is held arrives, though an empty line comes behind the request", async () => {
    using connection = await held();
    connection.send("\r\n");
    expect(said(await connection.answer())).toEqual([200, PATIENT]);
    connection.send(await callTo(AT_ONCE));
    expect(said(await connection.answer())).toEqual([200, FRONT]);
  });

  test("an answer that is held arrives, though the client has closed its side", async () => {
    using connection = await held();
    connection.finish();
    expect(said(await connection.answer())).toEqual([200, PATIENT]);
    await connection.closed;
  });

  test("an answer that is held arrives, though the client wants the connection closed after it", async () => {
    using connection = await held(["Connection", "close"]);
    const answer = await connection.answer();
    expect([...said(answer), headerOf(answer, "connection")]).toEqual([200, PATIENT, "close"]);
    await connection.closed;
  });

  test("a client that goes away while its answer is held costs nobody else", async () => {
    using connection = await held();
    connection.reset();
    expect(JSON.stringify(await ask(server.url))).toBe(FRONT);
    expect(server.log()).not.toContain('"level":"ERROR"');
  });

  test("a proxy keeps its connections, and sends one call after the other over each", async () => {
    const pool = await Promise.all(Array.from({ length: 4 }, connected));
    using stack = new DisposableStack();
    for (const connection of pool) stack.use(connection);
    // As nginx words it, with what its clients say of themselves.
    const headers = [
      ["X-Forwarded-For", "100.20.5.228"],
      ["Connection", ""],
      ["User-Agent", "axios/1.7.2"],
      ["Accept", "application/json, text/plain, */*"],
    ] as const;
    for (let round = 0; round < 10; round++) {
      await Promise.all(
        pool.map(async (connection) => {
          connection.send(await callTo(AT_ONCE, ...headers));
          const answer = await connection.answer();
          expect([...said(answer), headerOf(answer, "connection")]).toEqual([200, FRONT, undefined]);
        }),
      );
    }
  });

  test("a client waits to be told to go on with its body", async () => {
    using connection = await connected();
    const [head = "", body = ""] = (await callTo(AT_ONCE, ["Expect", "100-continue"])).split("\r\n\r\n");
    connection.send(`${head}\r\n\r\n`);
    expect((await connection.answer()).status).toBe(100);
    connection.send(body);
    expect(said(await connection.answer())).toEqual([200, FRONT]);
  });

  test.each([
    ["GET / HTTP/1.1\r\n\r\n", 400, "HTTP/1.1 needs a Host"],
    ["\x16\x03\x01\x02\x00\x01", 400, "this is TLS; send plain HTTP"],
    [
      "POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /",
      400,
      "there must be Content-Length or Transfer-Encoding, not both",
    ],
    [
      `GET / HTTP/1.1\r\nX: ${"y".repeat(20_000)}`,
      431,
      "request line and headers must not be larger than 16384 bytes",
    ],
  ])(
    "what is no request is answered with the reason, which the log has too: %j",
    async (bytes, status, error) => {
      using connection = await connected();
      connection.send(Buffer.from(bytes, "latin1"));
      const answer = await connection.answer();
      expect([answer.status, JSON.parse(answer.body)]).toEqual([status, { error }]);
      expect(headerOf(answer, "content-type")).toBe("application/json");
      await connection.closed;
      const reason = JSON.stringify(`this is not valid HTTP: ${error}`);
      await until(() =>
        server
          .log()
          .split("\n")
          .some((line) => line.includes('"WARN"') && line.includes(`"reason":${reason}`)),
      );
    },
  );
});
