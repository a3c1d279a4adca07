/** What every request gets, over real connections. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import Retell from "retell-sdk";
import {
  allowing,
  ask,
  BINARY_AND_DENO,
  callBody,
  type Directory,
  directory,
  environment,
  KEY,
  post,
  type RunningServer,
  run,
  serve,
  textBody,
  until,
} from "../../harness.ts";
import { chunk, connectRaw, destinationOf, headerOf, requestHead } from "../../raw-http.ts";

setDefaultTimeout(120_000);

const KIB = 1024;
const LIMIT = 64 * KIB;

/** Five lines, and a port of its own. */
const MINIMAL = `
[server]
listen = "127.0.0.1:0"

[retell]
api_key = "\${env:RETELL_API_KEY}"

[numbers."+12137771235"]
agent = "agent_12345"
`;

const ANSWER = '{"call_inbound":{"override_agent_id":"agent_12345"}}';

/** A signature as Retell makes it, of anything, at any time. */
function sign(body: string, timestamp: number | string = Date.now(), key: string = KEY): string {
  const digest = createHmac("sha256", key)
    .update(body)
    .update(String(Number(timestamp)))
    .digest("hex");
  return `v=${timestamp},d=${digest}`;
}

/** Posts a body with these headers and no other. */
function postWith(
  url: string,
  body: string | Uint8Array,
  headers: Record<string, string>,
): Promise<Response> {
  return fetch(url, { method: "POST", body, headers, signal: AbortSignal.timeout(30_000) });
}

/** A call as JSON of exactly `bytes` bytes. */
function callOfSize(bytes: number): string {
  const unpadded = callBody({ pad: "" });
  return callBody({ pad: "x".repeat(bytes - Buffer.byteLength(unpadded)) });
}

/** Everything of an answer but when it was given. */
async function withoutDate(response: Response): Promise<unknown> {
  const headers = [...response.headers].filter(([name]) => name !== "date").sort();
  return { status: response.status, headers, body: await response.text() };
}

/** A server of a configuration, for the tests around it. */
function served(command: readonly string[], config: string) {
  const stack = new AsyncDisposableStack();
  let files: Directory;
  let server: RunningServer;
  beforeAll(async () => {
    files = stack.use(await directory({ "config.toml": config }));
    server = stack.use(await serve(command, files.file("config.toml")));
  });
  afterAll(() => stack.disposeAsync());
  return {
    get url() {
      return server.url;
    },
    get destination() {
      return destinationOf(server.url);
    },
    log: () => server.log(),
  };
}

describe.each(BINARY_AND_DENO)("%s", (_runtime, command) => {
  describe("with the smallest configuration", () => {
    const server = served(command, MINIMAL);

    test("a call signed by Retell's SDK gets the agent and nothing else", async () => {
      const response = await post(server.url, callBody());
      expect(response.status).toBe(200);
      expect(await response.text()).toBe(ANSWER);
    });

    test("a call to a number without an entry, and a text, are left to the agent bound to the number", async () => {
      const call = await post(server.url, callBody({ to_number: "+12137770000" }));
      expect([call.status, await call.text()]).toEqual([200, '{"call_inbound":{}}']);
      const text = await post(server.url, textBody());
      expect([text.status, await text.text()]).toEqual([200, '{"chat_inbound":{}}']);
    });

    test("every answer is JSON, and none tells what program gives it", async () => {
      const responses = [
        await post(server.url, callBody()),
        await postWith(server.url, callBody(), {}),
        await fetch(server.url),
        await fetch(new URL("/elsewhere", server.url)),
        await postWith(server.url, "x".repeat(LIMIT + 1), {}),
      ];
      expect(responses.map(({ status }) => status)).toEqual([200, 401, 405, 404, 413]);
      for (const { headers } of responses) {
        expect(headers.get("content-type")).toBe("application/json");
        expect(headers.get("server")).toBeNull();
        expect(headers.get("x-powered-by")).toBeNull();
        expect(JSON.stringify([...headers])).not.toMatch(/bun|deno|hono|switchhook/i);
      }
    });

    test("every forged request gets one and the same 401", async () => {
      const body = callBody();
      const now = Date.now();
      const digest = sign(body, now).split("d=")[1] ?? "";
      const forged: [what: string, body: string, header: string | undefined][] = [
        ["no signature", body, undefined],
        ["an empty signature", body, ""],
        ["a signature that is none", body, "trust me"],
        ["a digest without a time", body, `d=${digest}`],
        ["a time without a digest", body, `v=${now}`],
        ["an empty digest", body, `v=${now},d=`],
        ["a short digest", body, `v=${now},d=${digest.slice(2)}`],
        ["a long digest", body, `v=${now},d=${digest}00`],
        ["a digest that is not hexadecimal", body, `v=${now},d=${"g".repeat(64)}`],
        ["a digest of zeros", body, `v=${now},d=${"0".repeat(64)}`],
        ["something behind the signature", body, `v=${now},d=${digest},x=1`],
        ["the parts the other way round", body, `d=${digest},v=${now}`],
        ["two signatures", body, `${sign(body, now)}, ${sign(body, now)}`],
        ["another key", body, sign(body, now, "key_of_somebody_else")],
        ["an empty key", body, sign(body, now, "")],
        ["a time that was not signed", body, `v=${now + 1},d=${digest}`],
        ["a body that was not signed", callBody({ from_number: "+12130000000" }), sign(body, now)],
        ["a body with one more byte", `${body} `, sign(body, now)],
        ["no body", "", sign(body, now)],
        ["six minutes old", body, sign(body, now - 6 * 60_000)],
        ["six minutes ahead", body, sign(body, now + 6 * 60_000)],
        ["in seconds instead of milliseconds", body, sign(body, Math.floor(now / 1000))],
        ["the epoch", body, sign(body, 0)],
        ["a time before the epoch", body, sign(body, -now)],
        ["a time beyond counting", body, `v=${"9".repeat(400)},d=${digest}`],
        ["a fraction of a millisecond", body, sign(body, `${now}.5`)],
        ["no JSON either", "not JSON", undefined],
        ["no call either", '{"event":"call_ended"}', `v=${now},d=${digest}`],
      ];
      const answers = new Map<string, unknown>();
      for (const [what, forgedBody, header] of forged) {
        const headers: Record<string, string> = header === undefined ? {} : { "x-retell-signature": header };
        answers.set(what, await withoutDate(await postWith(server.url, forgedBody, headers)));
      }
      const usual = answers.get("no signature");
      expect(usual).toMatchObject({ status: 401 });
      for (const [what, answer] of answers) expect({ what, answer }).toEqual({ what, answer: usual });
    });

    test("a signature is good exactly when Retell's SDK finds it good", async () => {
      const body = callBody();
      const now = Date.now();
      const upperCase = sign(body, now).replace(/[0-9a-f]{64}$/, (hex) => hex.toUpperCase());
      const headers = [
        sign(body, now),
        sign(body, now - 4 * 60_000),
        sign(body, now + 4 * 60_000),
        sign(body, now - 6 * 60_000),
        sign(body, `00${now}`),
        sign(body, `+${now}`),
        sign(body, ` ${now}`),
        sign(body, now.toExponential(15)),
        upperCase,
        upperCase.replace("v=", "V=").replace("d=", "D="),
        sign(body, now).replace(",", ", "),
        sign(body, now, "another"),
      ];
      const verdicts: boolean[] = [];
      for (const header of headers) {
        const { status } = await postWith(server.url, body, { "x-retell-signature": header });
        const verdict = await Retell.verify(body, KEY, header);
        expect({ header, status }).toEqual({ header, status: verdict ? 200 : 401 });
        verdicts.push(verdict);
      }
      expect(new Set(verdicts)).toEqual(new Set([true, false]));
    });

    test("the bytes count: a body that was parsed and written again is refused, unusual white space is not", async () => {
      const spaced = callBody().replaceAll(":", " :\t").replaceAll(",", ",\n  ");
      const accepted = await post(server.url, spaced);
      expect([accepted.status, await accepted.text()]).toEqual([200, ANSWER]);
      const rewritten = JSON.stringify(JSON.parse(spaced));
      const refused = await postWith(server.url, rewritten, { "x-retell-signature": sign(spaced) });
      expect(refused.status).toBe(401);
    });

    test.each([
      ["not JSON", "call_inbound", /JSON/],
      ["nothing", "", /JSON/],
      ["half of it", callBody().slice(0, -2), /JSON/],
      ["an array", "[]", /event/],
      ["null", "null", /object/],
      ["a call without an event", '{"call_inbound":{}}', /event is missing/],
      ["an event without its call", '{"event":"call_inbound"}', /call_inbound is missing/],
      [
        "a call that is a list",
        '{"event":"call_inbound","call_inbound":[]}',
        /from_number is missing.*to_number/,
      ],
      [
        "a call that is text",
        '{"event":"call_inbound","call_inbound":"+1"}',
        /call_inbound must be an object/,
      ],
      ["no caller", callBody({ from_number: undefined }), /call_inbound\.from_number is missing/],
      ["no dialled number", callBody({ to_number: undefined }), /call_inbound\.to_number is missing/],
      ["an empty dialled number", callBody({ to_number: "" }), /call_inbound\.to_number must not be empty/],
      ["a caller that is a number", callBody({ from_number: 12137771234 }), /from_number must be a string/],
      [
        "a text without a caller",
        textBody({ from_number: undefined }),
        /chat_inbound\.from_number is missing/,
      ],
    ])("a signed body with %s gets 400 and what is missing", async (_what, body, problem) => {
      const response = await post(server.url, body);
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: string }).error).toMatch(problem);
    });

    test("a signed body that is not UTF-8 gets 400", async () => {
      const body = Buffer.from(callBody({ from_number: "caf\u00e9" }), "latin1");
      const now = Date.now();
      const digest = createHmac("sha256", KEY).update(body).update(String(now)).digest("hex");
      const response = await postWith(server.url, body, { "x-retell-signature": `v=${now},d=${digest}` });
      expect(response.status).toBe(400);
    });

    test("a withheld caller is a caller", async () => {
      for (const from of ["", "anonymous", "+266696687"]) {
        expect(JSON.stringify(await ask(server.url, { from_number: from }))).toBe(ANSWER);
      }
    });

    test("fields that are not known, or of an unknown form, cost no call", async () => {
      const call = { call_id: 7, agent_version: { a: 1 }, custom_sip_headers: "none", from_carrier: null };
      expect(JSON.stringify(await ask(server.url, call))).toBe(ANSWER);
    });

    test("a signed event of another kind of webhook gets an empty answer, and a warning in the log", async () => {
      const response = await post(server.url, '{"event":"call_analyzed","call":{"call_id":"c1"}}');
      expect([response.status, await response.text()]).toEqual([200, "{}"]);
      await until(() => /"level":"WARN".*another kind of webhook.*call_analyzed/.test(server.log()));
    });

    test.each(["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])(
      "%s gets 405, and is told that POST is allowed",
      async (method) => {
        const body = method === "GET" || method === "HEAD" ? {} : { body: callBody() };
        const response = await fetch(server.url, { method, ...body });
        expect(response.status).toBe(405);
        expect(response.headers.get("allow")).toBe("POST");
      },
    );

    /** A signed call in raw bytes. */
    const rawCall = (
      line: string,
      headers: readonly (readonly [string, string])[] = [["Host", "localhost"]],
    ) => {
      const body = callBody();
      const lines = [
        ...headers,
        ["Content-Length", String(body.length)],
        ["X-Retell-Signature", sign(body)],
      ] as const;
      const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
      return `${line}\r\n${head}\r\n${body}`;
    };

    test.each(["/", "/webhook//", "/webhook/x", "/WEBHOOK", "//webhook", "/metrics"])(
      "a call to the path %s gets 404, and a warning with both paths in the log",
      async (path) => {
        using connection = await connectRaw(server.destination);
        connection.send(rawCall(`POST ${path} HTTP/1.1`));
        expect((await connection.answer()).status).toBe(404);
        const said = `"path":${JSON.stringify(path)},"wanted":"/webhook"`;
        await until(() =>
          server
            .log()
            .split("\n")
            .some((line) => line.includes('"WARN"') && line.includes(said)),
        );
      },
    );

    test.each<[what: string, line: string, headers: readonly (readonly [string, string])[]]>([
      ["with a slash more at the end of the path", "POST /webhook/ HTTP/1.1", [["Host", "localhost"]]],
      ["in HTTP/1.0 without Host", "POST /webhook HTTP/1.0", []],
      ["with an empty Host", "POST /webhook HTTP/1.1", [["Host", ""]]],
      ["with a Host that is none", "POST /webhook HTTP/1.1", [["Host", "[x y"]]],
      ["for a whole URL", "POST http://elsewhere.example/webhook HTTP/1.1", [["Host", "localhost"]]],
      [
        "for a whole URL with a query",
        "POST https://u@[::1]:8/webhook?a=/b HTTP/1.1",
        [["Host", "localhost"]],
      ],
    ])("a call %s is answered", async (_what, line, headers) => {
      using connection = await connectRaw(server.destination);
      connection.send(rawCall(line, headers));
      const answer = await connection.answer();
      expect([answer.status, answer.body]).toEqual([200, ANSWER]);
    });

    test("`/healthz` says `ok` to GET and HEAD, and tells other methods so", async () => {
      const url = new URL("/healthz", server.url);
      const got = await fetch(url);
      expect([got.status, await got.text()]).toEqual([200, "ok"]);
      expect(got.headers.get("content-type")).toStartWith("text/plain");
      const head = await fetch(url, { method: "HEAD" });
      expect([head.status, await head.text()]).toEqual([200, ""]);
      const posted = await post(String(url), callBody());
      expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    });

    test("a query behind the path makes no difference", async () => {
      expect(JSON.stringify(await ask(`${server.url}?tenant=1`))).toBe(ANSWER);
    });

    test("a body of exactly 64 KiB is read, and one byte more is refused", async () => {
      const largest = callOfSize(LIMIT);
      const accepted = await post(server.url, largest);
      expect([accepted.status, await accepted.text()]).toEqual([200, ANSWER]);
      const refused = await post(server.url, callOfSize(LIMIT + 1));
      expect(refused.status).toBe(413);
    });

    test("a chunked body of exactly 64 KiB is read, and one byte more is refused", async () => {
      for (const [size, status] of [
        [LIMIT, 200],
        [LIMIT + 1, 413],
      ] as const) {
        const body = callOfSize(size);
        using connection = await connectRaw(server.destination);
        const headers = [
          ["Host", "localhost"],
          ["Transfer-Encoding", "chunked"],
          ["X-Retell-Signature", sign(body)],
        ] as const;
        connection.send(requestHead("POST /webhook", headers));
        connection.send(chunk(body.slice(0, 1000)));
        connection.send(chunk(body.slice(1000)));
        if (status === 200) connection.send(chunk(""));
        expect((await connection.answer()).status).toBe(status);
      }
    });

    test.each([
      ["that says its length", [["Content-Length", String(1024 * KIB)]], "x".repeat(KIB)],
      ["that says its length and waits", [["Content-Length", String(1024 * KIB)]], ""],
      ["in chunks", [["Transfer-Encoding", "chunked"]], chunk("x".repeat(40 * KIB)).repeat(2)],
    ] as const)(
      "a body over 64 KiB %s is answered before it is sent to its end",
      async (_how, headers, part) => {
        using connection = await connectRaw(server.destination);
        connection.send(requestHead("POST /webhook", [["Host", "localhost"], ...headers]) + part);
        const answer = await connection.answer();
        expect(answer.status).toBe(413);
        expect(headerOf(answer, "connection")).toBe("close");
        await connection.closed;
      },
    );

    test.each(["-1", "0x10", "1e3", "1, 2"])(
      "a body %s bytes long gets 400 and the end of the connection",
      async (length) => {
        using connection = await connectRaw(server.destination);
        connection.send(
          requestHead("POST /webhook", [
            ["Host", "localhost"],
            ["Content-Length", length],
          ]),
        );
        expect((await connection.answer()).status).toBe(400);
        await connection.closed;
      },
    );

    test("one connection carries many calls", async () => {
      using connection = await connectRaw(server.destination);
      for (let round = 0; round < 20; round++) {
        const body = callBody({ call_id: `call_${round}` });
        const headers = [
          ["Host", "localhost"],
          ["Content-Length", String(body.length)],
          ["X-Retell-Signature", sign(body)],
        ] as const;
        connection.send(requestHead("POST /webhook", headers) + body);
        expect((await connection.answer()).body).toBe(ANSWER);
      }
    });

    test("a body may come in small pieces", async () => {
      using connection = await connectRaw(server.destination);
      const body = callBody();
      const headers = [
        ["Host", "localhost"],
        ["Content-Length", String(body.length)],
        ["X-Retell-Signature", sign(body)],
      ] as const;
      connection.send(requestHead("POST /webhook", headers));
      for (let at = 0; at < body.length; at += 40) {
        connection.send(body.slice(at, at + 40));
        await Bun.sleep(5);
      }
      expect((await connection.answer()).body).toBe(ANSWER);
    });

    test("clients that hang up in the middle of a body cost nothing", async () => {
      const half: (readonly [string, string])[][] = [
        [["Content-Length", "1000"]],
        [["Transfer-Encoding", "chunked"]],
      ];
      const before = server.log().length;
      for (let round = 0; round < 40; round++) {
        using connection = await connectRaw(server.destination);
        const headers = half[round % 2] ?? [];
        connection.send(requestHead("POST /webhook", [["Host", "localhost"], ...headers]));
        connection.send(round % 2 === 0 ? "x".repeat(500) : chunk("x".repeat(500)));
        // Half of them before the server has seen anything, half of them while it waits for the rest.
        if (round % 4 < 2) await Bun.sleep(5);
        connection.hangUp();
        expect(JSON.stringify(await ask(server.url))).toBe(ANSWER);
      }
      expect(server.log().slice(before)).not.toMatch(/"level":"ERROR"|"status":5\d\d/);
    });
  });

  describe("the log", () => {
    const server = served(command, MINIMAL);

    test("the log tells apart what is wrong with a signature", async () => {
      const body = callBody();
      const cases: [header: string | undefined, said: RegExp][] = [
        [undefined, /the request has no signature/],
        ["trust me", /the signature is malformed/],
        [sign(body, Date.now(), "another"), /was not made with a configured API key/],
        [sign(body, Date.now() - 400_000), /stale: made 40\d s ago, or the clocks differ by 40\d s/],
        [sign(body, Date.now() + 400_000), /the clocks differ by (400|39\d) s/],
      ];
      for (const [header, said] of cases) {
        await postWith(server.url, body, header === undefined ? {} : { "x-retell-signature": header });
        await until(() => said.test(server.log()));
      }
    });

    test("the log sums up a flood, whatever varies in it", async () => {
      const before = server.log().length;
      const floods = [
        (at: number) => postWith(server.url, callBody(), { "x-retell-signature": sign(`${at}`) }),
        (at: number) => postWith(new URL(`/${at}`, server.url).href, callBody(), {}),
        () => postWith(server.url, "x".repeat(LIMIT + 1), {}),
        (at: number) => post(server.url, `{"event":${at}}`),
      ];
      for (let at = 0; at < 40; at++) await Promise.all(floods.map((flood) => flood(at)));
      const lines = () => server.log().slice(before).split("\n");
      const summedUp = (kind: string) =>
        lines()
          .filter((line) => /\d+ more like these in the last 10 s/.test(line))
          .reduce((sum, line) => sum + ((JSON.parse(line) as Record<string, number>)[kind] ?? 0), 0);
      // A period may have ended in between: then the first ten of the next are told in full too.
      for (const kind of ["wrong key", "wrong path", "too large", "invalid"]) {
        await until(() => summedUp(kind) >= 20);
      }
      expect(lines().filter((line) => line.includes("request refused")).length).toBeLessThanOrEqual(80);
    });
  });

  describe("behind proxies, with allow_ips", () => {
    const server = served(
      command,
      `${MINIMAL}
[log]
level = "debug"
`.replace(
        'listen = "127.0.0.1:0"',
        `listen = "127.0.0.1:0"
allow_ips = ["100.20.5.228", "2001:db8:5::/48", "192.0.2.0/24", "127.0.0.3"]
trusted_proxies = ["127.0.0.1", "10.0.0.0/8", "fd00::/8"]`,
      ),
    );

    /** The status of a signed call from a peer with these headers. */
    async function statusFrom(peer: string, forwardedFor: readonly string[]): Promise<number> {
      using connection = await connectRaw(server.destination, peer);
      const body = callBody();
      const headers = [
        ["Host", "localhost"],
        ["Content-Length", String(body.length)],
        ["X-Retell-Signature", sign(body)],
        ...forwardedFor.map((value) => ["X-Forwarded-For", value] as const),
      ] as const;
      connection.send(requestHead("POST /webhook", headers) + body);
      return (await connection.answer()).status;
    }

    test.each<[what: string, forwardedFor: string[], status: number]>([
      ["no X-Forwarded-For", [], 403],
      ["an empty one", [""], 403],
      ["an address that is let in", ["100.20.5.228"], 200],
      ["an address in a block that is let in", ["192.0.2.77"], 200],
      ["an address that is not let in", ["198.51.100.1"], 403],
      ["a good address made up by the client", ["100.20.5.228, 198.51.100.1"], 403],
      ["a bad address made up by the client", ["198.51.100.1, 100.20.5.228"], 200],
      ["a good address made up in a line of its own", ["100.20.5.228", "198.51.100.1"], 403],
      ["a bad address made up in a line of its own", ["198.51.100.1", "100.20.5.228"], 200],
      ["a second trusted proxy", ["100.20.5.228, 10.1.2.3"], 200],
      ["more trusted proxies", ["100.20.5.228,10.1.2.3 ,  fd00::7,127.0.0.1"], 200],
      ["a stranger behind trusted proxies", ["100.20.5.228, 198.51.100.1, 10.1.2.3"], 403],
      ["trusted proxies only", ["10.1.2.3, 10.1.2.4"], 403],
      ["an IPv6 address in a block that is let in", ["2001:db8:5::1"], 200],
      ["the same written in full", ["2001:0DB8:0005:0000:0000:0000:0000:0001"], 200],
      ["an IPv6 address outside it", ["2001:db8:6::1"], 403],
      ["IPv4 written as IPv6", ["::ffff:100.20.5.228"], 200],
      ["IPv4 with a port", ["100.20.5.228:50123"], 200],
      ["IPv6 with a port", ["[2001:db8:5::1]:50123"], 200],
      ["IPv6 in brackets", ["[2001:db8:5::1]"], 200],
      ["a word", ["unknown"], 403],
      ["a word behind a good address", ["100.20.5.228, unknown"], 403],
      ["nothing behind a good address", ["100.20.5.228,"], 403],
      ["a name that begins like a good address", ["100.20.5.228.example.com"], 403],
      ["a number that is no address", ["100.20.5.2280"], 403],
      ["two addresses without a comma", ["100.20.5.228 100.20.5.228"], 403],
      ["a long list", [`${"100.20.5.228, ".repeat(500)}198.51.100.1`], 403],
    ])("from a trusted proxy, %s", async (_what, forwardedFor, status) => {
      expect(await statusFrom("127.0.0.1", forwardedFor)).toBe(status);
    });

    test.each<[peer: string, what: string, status: number]>([
      ["127.0.0.2", "is refused whatever it says of itself", 403],
      ["127.0.0.3", "is let in if it is in allow_ips", 200],
    ])("what %s, no trusted proxy, forwards is ignored: it %s", async (peer, _what, status) => {
      for (const forwardedFor of [[], ["100.20.5.228"], ["198.51.100.1"], ["127.0.0.1"], ["nonsense"]]) {
        expect(await statusFrom(peer, forwardedFor)).toBe(status);
      }
    });

    test("the address is looked at first: a stranger learns nothing of signatures, and sends no body", async () => {
      using connection = await connectRaw(server.destination, "127.0.0.2");
      connection.send(
        requestHead("POST /webhook", [
          ["Host", "localhost"],
          ["Content-Length", "60000"],
        ]),
      );
      expect((await connection.answer()).status).toBe(403);
      const unsigned = await postWith(server.url, callBody(), { "x-forwarded-for": "198.51.100.1" });
      expect(unsigned.status).toBe(403);
      const letIn = await postWith(server.url, callBody(), { "x-forwarded-for": "100.20.5.228" });
      expect(letIn.status).toBe(401);
    });

    test("the log names the address of the client, not of the proxy", async () => {
      await postWith(server.url, callBody(), { "x-forwarded-for": "192.0.2.55" });
      await until(() => /"status":401.*"address":"192\.0\.2\.55"/.test(server.log()));
    });
  });

  describe("with a list of keys", () => {
    const server = served(
      command,
      MINIMAL.replace('"${env:RETELL_API_KEY}"', '["${env:RETELL_API_KEY}", "key_second", "key_third"]'),
    );

    test.each([
      [KEY, 200],
      ["key_second", 200],
      ["key_third", 200],
      ["key_fourth", 401],
      [`${KEY}key_second`, 401],
    ])("a request signed with %s gets %d", async (key, status) => {
      expect((await post(server.url, callBody(), key)).status).toBe(status);
    });
  });

  describe("listening", () => {
    const configFor = (listen: string, more = "") =>
      MINIMAL.replace('listen = "127.0.0.1:0"', `listen = "${listen}"\n${more}`);

    test("on the IPv6 loopback address", async () => {
      await using files = await directory({ "config.toml": configFor("[::1]:0") });
      await using server = await serve(command, files.file("config.toml"));
      expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+\/webhook$/);
      expect(JSON.stringify(await ask(server.url))).toBe(ANSWER);
    });

    test("on every address, an IPv4 client is known by its IPv4 address", async () => {
      const config = configFor("[::]:0", 'allow_ips = ["100.20.5.228", "127.0.0.3"]');
      await using files = await directory({ "config.toml": config });
      await using server = await serve(allowing(command, "--allow-net=[::]"), files.file("config.toml"));
      const { port } = new URL(server.url);
      const url = `http://127.0.0.1:${port}/webhook`;
      const forwarded = { "x-forwarded-for": "100.20.5.228" };
      const signed = () => {
        const body = callBody();
        return { body, headers: { "x-retell-signature": sign(body) } };
      };
      const { body, headers } = signed();
      expect((await postWith(url, body, headers)).status).toBe(403);
      expect((await postWith(url, body, { ...headers, ...forwarded })).status).toBe(200);
      using connection = await connectRaw({ host: "127.0.0.1", port: Number(port) }, "127.0.0.3");
      const lines = Object.entries({ host: "localhost", "content-length": String(body.length), ...headers });
      connection.send(requestHead("POST /webhook", lines) + body);
      expect((await connection.answer()).status).toBe(200);
    });

    test("on a Unix socket that anyone may connect to", async () => {
      await using files = await directory({});
      const socket = files.file("hook.sock");
      await files.write("config.toml", configFor(`unix:${socket}`, 'allow_ips = ["100.20.5.228"]'));
      const onSocket = allowing(command, `--allow-net=unix:${socket}`);
      await using server = await serve(onSocket, files.file("config.toml"));
      expect(server.ready).toContain(`unix:${socket}`);
      expect(statSync(socket).mode & 0o777).toBe(0o666);
      const statusOf = async (forwardedFor: Record<string, string>) => {
        const body = callBody();
        const headers = { "x-retell-signature": sign(body), ...forwardedFor };
        const response = await fetch("http://localhost/webhook", {
          unix: socket,
          method: "POST",
          body,
          headers,
        });
        return response.status;
      };
      // Only a proxy of this machine can be at the other end.
      expect(await statusOf({ "x-forwarded-for": "100.20.5.228" })).toBe(200);
      expect(await statusOf({ "x-forwarded-for": "198.51.100.1" })).toBe(403);
      expect(await statusOf({})).toBe(403);
      expect(await server.stop()).toBe(0);
      expect(existsSync(socket)).toBe(false);
    });

    test.skipIf(!Bun.which("systemd-socket-activate")).each(["a port", "a Unix socket"])(
      "on %s that systemd passes, whatever the configuration says",
      async (what) => {
        await using files = await directory({ "config.toml": configFor("127.0.0.1:1") });
        const isPort = what === "a port";
        const place = isPort ? `127.0.0.1:${await freePort()}` : files.file("hook.sock");
        const url = isPort ? `http://${place}/webhook` : "http://localhost/webhook";
        const permitted = allowing(
          command,
          `--allow-env=${PASSED.join(",")}`,
          ...(isPort ? [] : [`--allow-net=unix:${place}`]),
        );
        // It starts the program once the first call waits in the socket.
        const child = Bun.spawn(
          [
            ...["systemd-socket-activate", `--listen=${place}`, "--fdname=webhook"],
            ...["--setenv=RETELL_API_KEY", ...permitted, "serve", "-c", files.file("config.toml")],
          ],
          { env: environment(), stdin: "ignore", stdout: "pipe", stderr: "pipe" },
        );
        const log = new Response(child.stderr).text();
        try {
          const call = async () => {
            const body = callBody();
            const headers = { "x-retell-signature": sign(body) };
            const more = isPort ? {} : { unix: place };
            return (await fetch(url, { method: "POST", body, headers, ...more })).text();
          };
          // It may not listen yet.
          await until(async () => (await call().catch(() => "")) === ANSWER);
          expect(await call()).toBe(ANSWER);
        } finally {
          child.kill();
        }
        expect(await child.exited).toBe(0);
        // The file of the socket is systemd's.
        expect(isPort || existsSync(place)).toBe(true);
        expect(await log).toContain("the listening socket is systemd's");
        expect(await log).toContain("systemd's socket listens elsewhere than");
      },
    );

    test("a socket that a killed server left behind is replaced, and that of a living one is not stolen", async () => {
      await using files = await directory({});
      const socket = files.file("hook.sock");
      await files.write("config.toml", configFor(`unix:${socket}`));
      const onSocket = allowing(command, `--allow-net=unix:${socket}`);
      const answer = async () => {
        const body = callBody();
        const headers = { "x-retell-signature": sign(body) };
        const response = await fetch("http://localhost/webhook", {
          unix: socket,
          method: "POST",
          body,
          headers,
        });
        return response.text();
      };
      {
        await using killed = await serve(onSocket, files.file("config.toml"));
        await killed.stop("SIGKILL");
        expect(existsSync(socket)).toBe(true);
      }
      await using living = await serve(onSocket, files.file("config.toml"));
      expect(await answer()).toBe(ANSWER);
      const second = await run([...onSocket, "serve", "-c", files.file("config.toml")]);
      expect(second.exitCode).toBe(1);
      expect(second.stderr).toContain("cannot listen");
      expect(await answer()).toBe(ANSWER);
      expect(await living.stop()).toBe(0);
    });

    test("a file that is no socket is never removed to make room for one", async () => {
      await using files = await directory({ "hook.sock": "precious" });
      const socket = files.file("hook.sock");
      await files.write("config.toml", configFor(`unix:${socket}`));
      const onSocket = allowing(command, `--allow-net=unix:${socket}`);
      const { exitCode, stderr } = await run([...onSocket, "serve", "-c", files.file("config.toml")]);
      expect(exitCode).toBe(1);
      expect(stderr).toContain("cannot listen");
      expect(await Bun.file(socket).text()).toBe("precious");
    });

    test("on an address in use it ends with exit code 1, and says which address", async () => {
      await using files = await directory({ "first.toml": MINIMAL });
      await using first = await serve(command, files.file("first.toml"));
      const { host } = new URL(first.url);
      await files.write("second.toml", configFor(host));
      const second = await run([...command, "serve", "-c", files.file("second.toml")]);
      expect(second.exitCode).toBe(1);
      expect(second.stdout).toBe("");
      expect(second.stderr).toMatch(/^switchhook: cannot listen on .*in use/);
      expect(second.stderr).toContain(host);
      expect(second.stderr.trim().split("\n")).toHaveLength(1);
      expect(JSON.stringify(await ask(first.url))).toBe(ANSWER);
    });
  });
});

/** What systemd tells of the sockets that it passes. */
const PASSED = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] as const;

/** A port of loopback that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address ? address.port : 0;
}
