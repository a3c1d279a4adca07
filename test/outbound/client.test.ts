import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { failureWords } from "../../src/outbound/failure.ts";
import {
  after,
  answer,
  type Behaviour,
  badServer,
  close,
  earlyHints,
  endMidway,
  flood,
  garbage,
  gzipBomb,
  hang,
  json,
  manyHeaders,
  redirect,
  reset,
  resetMidway,
  slowBody,
  slowHead,
} from "../bad-server.ts";
import { type Certificates, HAS_OPENSSL, makeCertificates } from "../certificates.ts";
import { type Directory, directory, until } from "../harness.ts";
import { SENDERS, startClient, type TestClient, type ToldResult } from "./clients.ts";

describe.each(SENDERS)("the client on %s", (_, command) => {
  let client: TestClient;
  beforeAll(() => {
    client = startClient(command);
  });
  afterAll(() => client[Symbol.dispose]());

  const BROKEN: readonly (readonly [what: string, behaviour: Behaviour, words: string])[] = [
    ["never answers", hang, "no answer within 0.5 s"],
    ["sends its headers a byte at a time", slowHead(50), "no answer within 0.5 s"],
    ["only says that it is about to answer", earlyHints(50), "no answer within 0.5 s"],
    ["sends its body a byte at a time", slowBody(50), "the answer did not end within 2 s"],
    ["closes without an answer", close, "the connection was closed before an answer"],
    ["resets without an answer", reset, "the connection was closed before an answer"],
    [
      "resets in the middle of the body",
      resetMidway,
      "the connection was closed in the middle of the answer",
    ],
    ["ends in the middle of the body", endMidway, "the connection was closed in the middle of the answer"],
    ["does not speak HTTP", garbage, "the answer is not HTTP"],
    ["sends a header for everything", manyHeaders(10_000), "the headers of the answer are too large"],
    ["says that its body is too large", answer(200, "x".repeat(1025)), "the answer is larger than 1 KiB"],
    ["never ends its body", flood, "the answer is larger than 1 KiB"],
    [
      "changes the protocol",
      (socket) => socket.write("HTTP/1.1 101 X\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
      "the connection was closed before an answer",
    ],
  ];
  test.each(BROKEN)("ends the connection, and says why, where a server %s", async (_, does, words) => {
    await using server = await badServer(does);
    // However busy the machine is, what answers is in time.
    const timeoutMs = 1000 * Number(/within (\S+) s/.exec(words)?.[1] ?? 10);
    expect(wordsOf(await client.send(server.origin, { timeoutMs }))).toBe(words);
    await until(() => server.open === 0);
  });

  const USELESS: readonly (readonly [what: string, behaviour: Behaviour, words: string])[] = [
    ["sends a gzip bomb", gzipBomb(500_000), "the answer is larger than 1 KiB"],
    [
      "says gzip and sends something else",
      answer(200, "hello", { "content-encoding": "gzip" }),
      "the answer cannot be decompressed (content-encoding: gzip)",
    ],
    [
      "compresses in its own way",
      answer(200, "hello", { "content-encoding": "zippy" }),
      "the answer cannot be decompressed (content-encoding: zippy)",
    ],
    ["redirects in a circle", redirect("/again"), "too many redirects"],
    [
      "redirects to another host",
      redirect("http://other.invalid/secret?x=1"),
      "redirected to another server (http://other.invalid)",
    ],
    [
      "redirects to another port",
      redirect("http://127.0.0.1:9/"),
      "redirected to another server (http://127.0.0.1:9)",
    ],
    ["redirects to another scheme", redirect("file:///etc/passwd"), "redirected to another server (file://)"],
  ];
  test.each(USELESS)("says why an answer is of no use where a server %s", async (_, does, words) => {
    await using server = await badServer(does);
    expect(wordsOf(await client.send(server.origin))).toBe(words);
    expect(server.open).toBe(1);
  });

  test("says what is wrong where nothing listens", async () => {
    const server = await badServer(hang);
    await server.stop();
    expect(wordsOf(await client.send(`${server.origin}/`))).toBe("connection refused");
  });

  test("says what is wrong where there is no such host", async () => {
    const sent = client.send("http://crm.invalid/");
    expect(wordsOf(await sent)).toBe("the host name crm.invalid cannot be resolved");
  });

  test("gives the answer of any status, with headers and body", async () => {
    await using server = await badServer({
      "/": answer(200, "hello", { etag: '"1"' }),
      "/500": answer(500, "broken"),
      "/304": (socket) => void socket.write("HTTP/1.1 304 X\r\n\r\n"),
      "/204": (socket) => void socket.write("HTTP/1.1 204 X\r\n\r\n"),
      "/last": (socket) => {
        socket.write("HTTP/1.1 200 X\r\nconnection: close\r\ncontent-length: 10\r\n\r\nhello");
        setTimeout(() => socket.end("hello"), 20);
      },
      "/old": (socket) => void socket.end("HTTP/1.0 200 X\r\n\r\nold"),
      "/chunked": (socket) =>
        void socket.write("HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
      "/closed": (socket) => void socket.end("HTTP/1.1 200 X\r\n\r\nuntil it is closed"),
    });
    const get = async (path: string) => {
      const result = await client.send(server.origin + path);
      return result.kind === "received" ? [result.status, result.headers.etag, result.body] : result;
    };
    expect(await get("/")).toEqual([200, '"1"', "hello"]);
    expect(await get("/500")).toEqual([500, undefined, "broken"]);
    expect(await get("/304")).toEqual([304, undefined, ""]);
    expect(await get("/204")).toEqual([204, undefined, ""]);
    expect(await get("/last")).toEqual([200, undefined, "hellohello"]);
    expect(await get("/old")).toEqual([200, undefined, "old"]);
    expect(await get("/chunked")).toEqual([200, undefined, "hello"]);
    expect(await get("/closed")).toEqual([200, undefined, "until it is closed"]);
    expect(await get("/nothing")).toEqual([404, undefined, ""]);
  });

  test("gives the status of a failure whose body is slow, large or broken off", async () => {
    await using server = await badServer({
      "/slow": slowBody(50, 503),
      "/large": answer(503, "x".repeat(2000)),
    });
    for (const path of ["/slow", "/large"]) {
      expect(await client.send(server.origin + path, { timeoutMs: 2000 })).toMatchObject({
        kind: "received",
        status: 503,
        body: "",
      });
    }
    await until(() => server.open === 0);
  });

  test.each(["gzip", "x-gzip", "GZIP"])("decompresses %s", async (encoding) => {
    await using server = await badServer(answer(200, gzipSync("hello"), { "content-encoding": encoding }));
    expect(await client.send(server.origin)).toMatchObject({ status: 200, body: "hello" });
    expect(server.requests[0]?.headers["accept-encoding"]).toBe("gzip");
  });

  test("sends headers and a body", async () => {
    await using server = await badServer(json({}));
    await client.send(`${server.origin}/a?b=c`, {
      method: "POST",
      headers: { authorization: "Bearer x", "content-type": "application/json" },
      body: '{"name":"Zoë"}',
    });
    expect(server.requests).toMatchObject([
      {
        method: "POST",
        path: "/a?b=c",
        headers: { authorization: "Bearer x", "content-length": "15", "user-agent": "switchhook" },
        body: '{"name":"Zoë"}',
      },
    ]);
  });

  test.each([301, 302, 307, 308])("follows a %d on the same server with the same request", async (status) => {
    await using server = await badServer({ "/": redirect("/there?x=1", status), "/there?x=1": json("here") });
    const request = { method: "POST", headers: { authorization: "Bearer x" }, body: "hello" } as const;
    expect(await client.send(`${server.origin}/`, request)).toMatchObject({ status: 200, body: '"here"' });
    expect(server.requests[1]).toMatchObject({
      method: "POST",
      headers: { authorization: "Bearer x" },
      body: "hello",
    });
  });

  test("follows a 303 with a GET", async () => {
    await using server = await badServer({ "/": redirect("/there", 303), "/there": json("here") });
    await client.send(`${server.origin}/`, { method: "POST", body: "hello" });
    expect(server.requests[1]).toMatchObject({ method: "GET", body: "" });
  });

  test("follows three redirects and no more", async () => {
    await using server = await badServer({
      "/4": redirect("/3"),
      "/3": redirect("/2"),
      "/2": redirect("/1"),
      "/1": redirect("/0"),
      "/0": json("here"),
    });
    expect(await client.send(`${server.origin}/3`)).toMatchObject({ status: 200 });
    expect(wordsOf(await client.send(`${server.origin}/4`))).toBe("too many redirects");
  });

  test("counts the time of all redirects together", async () => {
    await using server = await badServer({
      "/": after(1500, redirect("/1")),
      "/1": after(1500, redirect("/2")),
      "/2": json("too late"),
    });
    expect(wordsOf(await client.send(`${server.origin}/`, { timeoutMs: 2800 }))).toBe(
      "no answer within 2.8 s",
    );
    expect(server.requests.map(({ path }) => path)).toEqual(["/", "/1"]);
  });

  test("uses a connection again", async () => {
    await using server = await badServer(json({}));
    for (let time = 0; time < 5; time++) await client.send(server.origin);
    expect(server.accepted).toBe(1);
  });

  test("never sends a request that is late again", async () => {
    await using server = await badServer(json({}));
    await client.send(server.origin);
    server.behave(hang);
    const late = await client.send(`${server.origin}/late`, { timeoutMs: 2000 });
    expect(wordsOf(late)).toBe("no answer within 2 s");
    await until(() => server.open === 0);
    expect(server.requests.map(({ path }) => path)).toEqual(["/", "/late"]);
    expect(server.accepted).toBe(1);
  });

  test("sends a request again where the connection kept for it was closed", async () => {
    await using server = await badServer(json({}));
    await client.send(server.origin);
    let isFirst = true;
    server.behave((socket, request) => {
      // As if the server had closed it just when the request was on its way.
      if (isFirst) socket.resetAndDestroy();
      else json("here")(socket, request);
      isFirst = false;
    });
    expect(await client.send(server.origin)).toMatchObject({ status: 200, body: '"here"' });
    expect(server.accepted).toBe(2);
  });

  test("ends a request when told to", async () => {
    await using server = await badServer(hang);
    const end = new AbortController();
    const sent = client.send(server.origin, { timeoutMs: 30_000, signal: end.signal });
    await until(() => server.requests.length === 1);
    end.abort();
    expect(wordsOf(await sent)).toBe("cancelled");
    await until(() => server.open === 0);
  });

  test("reaches other servers while hundreds of requests hang", async () => {
    await using server = await badServer({ "/hang": hang, "/": json("here") });
    const hanging = Array.from({ length: 400 }, () =>
      client.send(`${server.origin}/hang`, { timeoutMs: 6000 }),
    );
    await until(() => server.requests.length === 400);
    expect(await client.send(`${server.origin}/`)).toMatchObject({ status: 200, body: '"here"' });
    expect(new Set((await Promise.all(hanging)).map(wordsOf))).toEqual(new Set(["no answer within 6 s"]));
    await until(() => server.open <= 1);
  });

  test("asks nothing of a URL that it cannot read", async () => {
    await using server = await badServer(json({}));
    expect(wordsOf(await client.send("crm.example"))).toBe("the URL cannot be read");
    expect(wordsOf(await client.send(server.origin.replace("http:", "ftp:")))).toContain("Protocol");
  });

  describe.skipIf(!HAS_OPENSSL)("over TLS", () => {
    let files: Directory;
    let certificates: Certificates;
    beforeAll(async () => {
      files = await directory({});
      certificates = makeCertificates(files.path);
    });
    afterAll(() => files[Symbol.asyncDispose]());

    const REFUSED: readonly (readonly [
      kind: Exclude<keyof Certificates, "ca">,
      withCa: boolean,
      words: string,
    ])[] = [
      ["selfSigned", false, "the server's certificate is self-signed"],
      ["good", false, "the server's certificate is from an unknown authority"],
      ["otherHost", true, "the server's certificate is for another host name"],
    ];
    test.each(REFUSED)("refuses a certificate: %s, with the authority's: %p", async (kind, withCa, words) => {
      await using server = await badServer(json({}), { tls: certificates[kind] });
      const { ca } = certificates;
      expect(wordsOf(await client.send(server.origin, withCa ? { ca } : {}))).toBe(words);
      expect(server.requests).toEqual([]);
    });

    test("refuses a stranger whatever the environment says", async () => {
      await using server = await badServer(json({}), { tls: certificates.selfSigned });
      using careless = startClient(command, { NODE_TLS_REJECT_UNAUTHORIZED: "0" });
      const sent = await careless.send(server.origin);
      expect(wordsOf(sent)).toBe("the server's certificate is self-signed");
    });

    test("refuses a certificate that has expired", async () => {
      await using server = await badServer(json({}), { tls: certificates.expired });
      const { ca } = certificates;
      // Deno's own reason is another one.
      expect(wordsOf(await client.send(server.origin, { ca }))).toMatch(
        /^the server's certificate (has|is) /,
      );
      expect(server.requests).toEqual([]);
    });

    test("trusts the authorities of `ca`, and uses a connection again", async () => {
      await using server = await badServer(json("here"), { tls: certificates.good });
      const { ca } = certificates;
      for (const host of ["127.0.0.1", "localhost"]) {
        for (let time = 0; time < 3; time++) {
          const url = server.origin.replace("127.0.0.1", host);
          expect(await client.send(url, { ca })).toMatchObject({
            status: 200,
            body: '"here"',
          });
        }
      }
      expect(server.accepted).toBe(2);
    });

    test("says what is wrong with a `ca`, and with a server that speaks no TLS", async () => {
      await using server = await badServer(close);
      const url = server.origin.replace("http:", "https:");
      expect(wordsOf(await client.send(url, { ca: "nonsense" }))).toBe(
        "the configured `ca` holds no usable certificate",
      );
      await using plain = await badServer({}, { greeting: "HTTP/1.1 400 X\r\n\r\n" });
      expect(wordsOf(await client.send(plain.origin.replace("http:", "https:")))).toBe(
        "the server does not speak TLS at this port",
      );
    });

    test("follows from http to https on the same host, but not back", async () => {
      const { ca } = certificates;
      await using secure = await badServer(json("here"), { tls: certificates.good });
      await using plain = await badServer(redirect(`${secure.origin}/`));
      expect(await client.send(plain.origin, { ca })).toMatchObject({ status: 200, body: '"here"' });
      secure.behave(redirect(`${plain.origin}/`));
      expect(wordsOf(await client.send(secure.origin, { ca }))).toStartWith("redirected to another server");
    });
  });
});

function wordsOf(result: ToldResult): string {
  return result.kind === "failed" ? failureWords(result.failure) : `answered ${result.status}`;
}
