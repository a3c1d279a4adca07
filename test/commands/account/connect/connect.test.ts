import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { type AccountServer, accountServer, refusal, type WireNumber } from "../../../account-server.ts";
import { type Certificates, HAS_OPENSSL, makeCertificates } from "../../../certificates.ts";
import { directory, environment, KEY, ROOT, type RunningServer, run, serve } from "../../../harness.ts";
import { runHere } from "../../in-process.ts";

/** As users run it, but for the binary, which need not be built. */
const PROGRAM = [process.execPath, join(ROOT, "main.ts")];

const CONFIG = `[server]
listen = "127.0.0.1:0"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[numbers."+12137771235"]
agent = "agent_front"
[numbers."+12137771235".sms]
pass = true
[numbers."+12137771236"]
agent = "agent_front"
[numbers."+12137771237"]
agent = "agent_front"
`;
const numbers = (): WireNumber[] => [
  {
    phone_number: "+12137771235",
    nickname: "Front",
    inbound_webhook_url: "https://old.example/hook?token=secret",
  },
  { phone_number: "+12137771236" },
  { phone_number: "+12137771237" },
  { phone_number: "+12137779999" },
];

describe("connect, before it changes anything,", () => {
  const connect = async (server: AccountServer, args: readonly string[], text = CONFIG) => {
    await using dir = await directory({ "config.toml": text });
    return await runHere(["connect", ...args], { cwd: dir.path, env: { RETELL_BASE_URL: server.url } });
  };
  const patches = ({ requests }: AccountServer) => requests.filter((request) => request.startsWith("PATCH"));

  test("shows each change in a dry run: of numbers that an entry matches, and of texts where they have a route", async () => {
    await using server = accountServer({ numbers: numbers() });
    const { exitCode, stdout } = await connect(server, [
      "--url",
      "https://calls.example/webhook",
      "--dry-run",
    ]);
    expect(stdout).toBe(`+12137771235 (Front)
  calls: https://old.example/hook?… → https://calls.example/webhook
  texts: not set → https://calls.example/webhook
+12137771236
  calls: not set → https://calls.example/webhook
+12137771237
  calls: not set → https://calls.example/webhook

3 numbers would change; nothing was changed.
`);
    expect(exitCode).toBe(0);
    const named = ["--number", "+1 213 777 9999", "--dry-run", "--url", "https://calls.example/webhook"];
    expect((await connect(server, named)).stdout).toStartWith(
      "+12137779999\n  calls: not set → https://calls",
    );
    expect(patches(server)).toEqual([]);
  });

  test("takes public_url where no URL is given, and has nothing to do where all is right", async () => {
    await using server = accountServer({
      numbers: [{ phone_number: "+12137771236", inbound_webhook_url: "https://calls.example/hook/" }],
    });
    const text = CONFIG.replace("[retell]", 'public_url = "https://calls.example/hook"\n[retell]');
    expect(await connect(server, [], text)).toMatchObject({
      exitCode: 0,
      stdout: "Nothing to change: every number calls https://calls.example/hook already.\n",
    });
    expect(await connect(server, ["--url", "https://calls.example/webhook"], text)).toMatchObject({
      exitCode: 2,
      stderr:
        "switchhook: the URL https://calls.example/webhook is not the public_url of [server], https://calls.example/hook\n",
    });
  });

  test.each([
    [[], "name the URL that Retell should call: --url https://… or [server] public_url"],
    [["--url", "http://calls.example/webhook"], 'It must begin with "https://"'],
    [["--url", "https://calls.example/hook"], 'is not that of the configuration, "/webhook"'],
    [["--url", "https://calls.example/webhook"], "there is no terminal to ask on; add --yes"],
  ])("says what is wrong with %j, as a usage error", async (args, problem) => {
    await using server = accountServer({ numbers: numbers() });
    const { exitCode, stderr } = await connect(server, args);
    expect(stderr).toContain(problem);
    expect(exitCode).toBe(2);
    expect(patches(server)).toEqual([]);
  });

  test("reads a number by the country of the configuration", async () => {
    await using server = accountServer({ numbers: numbers() });
    const named = ["--number", "(213) 777-9999", "--dry-run", "--url", "https://calls.example/webhook"];
    expect((await connect(server, named, `country = "US"\n${CONFIG}`)).stdout).toStartWith("+12137779999\n");
  });

  test.each([[[]], [[{ phone_number: "+12137779999" }]]])(
    "says that nothing matches of %j",
    async (account) => {
      await using server = accountServer({ numbers: account });
      expect(await connect(server, ["--url", "https://calls.example/webhook", "--yes"])).toEqual({
        ...{ exitCode: 1, stdout: "" },
        stderr: "switchhook: the account has no number that an entry of [numbers] matches\n",
      });
    },
  );

  test("needs numbers that the account has, and a key that may read them", async () => {
    const url = ["--url", "https://calls.example/webhook", "--dry-run"];
    await using server = accountServer({ numbers: numbers() });
    expect(await connect(server, [...url, "--number", "+12137770000"])).toMatchObject({
      exitCode: 1,
      stderr: "switchhook: the account has no number +12137770000\n",
    });
    server.account.keys = { [KEY]: ["/v2/list-phone-numbers"] };
    const refused = await connect(server, url);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toStartWith(
      "switchhook: cannot read the numbers of the account: this API key has no permission for it (403",
    );
    server.account.keys = {};
    expect((await connect(server, url)).stderr).toBe(
      "switchhook: cannot read the account: Retell does not accept its API key (401)\n",
    );
  });
});

describe.skipIf(!HAS_OPENSSL)("connect, with a server behind TLS,", () => {
  let certificates: Certificates;
  let place: Awaited<ReturnType<typeof directory>>;
  beforeAll(async () => {
    place = await directory({ "config.toml": CONFIG });
    await using made = await directory({});
    certificates = makeCertificates(made.path);
    await place.write("ca.pem", certificates.ca);
  });
  afterAll(() => place[Symbol.asyncDispose]());

  /** A proxy with TLS, as one stands before a server. */
  const proxy = (answer: (request: Request) => Response | Promise<Response>) =>
    Bun.serve({ hostname: "127.0.0.1", port: 0, tls: certificates.good, fetch: answer });
  const connect = (server: AccountServer, origin: URL, ...more: readonly string[]) =>
    run([...PROGRAM, "connect", "--yes", "--url", `${origin.origin}/webhook`, ...more], {
      cwd: place.path,
      env: { RETELL_BASE_URL: server.url, NODE_EXTRA_CA_CERTS: place.file("ca.pem") },
    });

  test("sets the URLs once a signed call is answered by this configuration; half-way, it can be run again", async () => {
    await using account = accountServer({ numbers: numbers() });
    await using running = await serve(PROGRAM, place.file("config.toml"));
    using front = proxy(async (request) =>
      fetch(running.url, { method: "POST", headers: request.headers, body: await request.arrayBuffer() }),
    );
    account.instead("/update-phone-number/%2B12137771236", (_request, count) =>
      count === 1 ? refusal(422, "cannot be set now") : undefined,
    );
    const half = await connect(account, front.url);
    expect(half.stderr).toBe(
      "failed: +12137771236: Retell does not know it, or does not accept it (422: cannot be set now)\n",
    );
    expect(half.stdout).toEndWith(
      "set: +12137771235\nset: +12137771237\n2 numbers set, 1 not; run it again for the rest\n",
    );
    expect(half.exitCode).toBe(1);
    const whole = await connect(account, front.url);
    expect(whole).toMatchObject({ exitCode: 0, stderr: "" });
    expect(whole.stdout).toEndWith("set: +12137771236\n1 number set\n");
    const url = `${front.url.origin}/webhook`;
    expect(
      account.account.numbers?.map((one) => [one.inbound_webhook_url, one.inbound_sms_webhook_url]),
    ).toEqual([
      [url, url],
      [url, undefined],
      [url, undefined],
      [undefined, undefined],
    ]);
    expect(running.log()).not.toContain(KEY);
  }, 120_000);

  const hasScript = Bun.which("script") !== null;
  if (!hasScript) console.warn("Skipped: `script` of util-linux is not there to make a terminal");
  describe.skipIf(!hasScript)("asks on a terminal", () => {
    let running: RunningServer;
    beforeAll(async () => {
      running = await serve(PROGRAM, place.file("config.toml"));
    });
    afterAll(() => running[Symbol.asyncDispose]());

    const answering = async (typed: string) => {
      await using account = accountServer({ numbers: numbers() });
      using front = proxy(async (request) =>
        fetch(running.url, { method: "POST", headers: request.headers, body: await request.arrayBuffer() }),
      );
      const command = [...PROGRAM, "connect", "--url", `${front.url.origin}/webhook`].join(" ");
      const child = Bun.spawn(["script", "-qec", command, "/dev/null"], {
        cwd: place.path,
        env: environment({
          ...{ RETELL_BASE_URL: account.url, NODE_EXTRA_CA_CERTS: place.file("ca.pem"), TERM: "xterm" },
        }),
        stdin: "pipe",
        stdout: "pipe",
        stderr: "inherit",
        timeout: 25_000,
      });
      let shown = "";
      for await (const bytes of child.stdout) {
        const before = shown;
        shown += new TextDecoder().decode(bytes);
        if (shown.includes("[y/N] ") && !before.includes("[y/N] ")) {
          expect(account.requests.filter((request) => request.startsWith("PATCH"))).toEqual([]);
          child.stdin.write(typed);
          child.stdin.flush();
        }
      }
      const exitCode = await child.exited;
      const set = account.account.numbers?.filter(({ inbound_webhook_url: url }) =>
        url?.includes("127.0.0.1"),
      );
      return { exitCode, set: set?.length, shown: Bun.stripANSI(shown).replaceAll("\r", "") };
    };

    test("and changes what it showed after a yes", async () => {
      const { exitCode, set, shown } = await answering("Yes\n");
      expect(shown).toContain("Change 3 numbers in Retell? [y/N] ");
      expect(shown).toEndWith("3 numbers set\n");
      expect({ exitCode, set }).toEqual({ exitCode: 0, set: 3 });
    }, 120_000);

    // An empty line, a word that is no yes, the end of input (Ctrl-D), and Ctrl-C.
    test.each(["\n", "yeah\n", "\u0004", "\u0003"])(
      "and changes nothing after %j",
      async (typed) => {
        const { exitCode, set, shown } = await answering(typed);
        expect(shown).toEndWith("Nothing was changed.\n");
        expect({ exitCode, set }).toEqual({ exitCode: 1, set: 0 });
      },
      30_000,
    );
  });

  test("stops where the key may not set them, and says what was not tried", async () => {
    await using account = accountServer({ numbers: numbers(), keys: { [KEY]: ["/update-phone-number"] } });
    using front = proxy(async (request) => {
      const isSigned = (await seen(request)) === "signed";
      return isSigned
        ? Response.json({ call_inbound: { override_agent_id: "agent_front" } })
        : new Response("", { status: 401 });
    });
    const { stderr, stdout, exitCode } = await connect(account, front.url);
    expect(stderr).toContain("failed: +12137771235: this API key has no permission for it (403");
    expect(stderr).toEndWith("not tried: +12137771236\nnot tried: +12137771237\n");
    expect(stdout).toEndWith("0 numbers set, 3 not; run it again for the rest\n");
    expect(exitCode).toBe(1);
  }, 120_000);

  test.each<[string, (request: Request) => Promise<Response>, string]>([
    [
      "answers everything",
      async () => Response.json({ call_inbound: {} }),
      "a call with a wrong signature was answered with 200, where this program answers 401",
    ],
    [
      "has another key",
      async () => new Response("", { status: 401 }),
      "the server there does not accept the signature of this configuration's API key (401)",
    ],
    [
      "has another configuration",
      async (request) =>
        (await seen(request)) === "signed"
          ? Response.json({ call_inbound: { override_agent_id: "agent_strange" } })
          : new Response("", { status: 401 }),
      'the answer is the agent "agent_strange", which this configuration never gives to calls to +12137771235; is the server there running it?',
    ],
  ])(
    "changes nothing where the server there %s",
    async (_name, answer, problem) => {
      await using account = accountServer({ numbers: numbers() });
      using front = proxy(answer);
      const { stderr, exitCode } = await connect(account, front.url);
      expect(stderr).toBe(
        `switchhook: nothing was changed: the test call to ${front.url.origin}/webhook: ${problem}\n`,
      );
      expect(exitCode).toBe(1);
      expect(account.account.numbers).toEqual(numbers());
    },
    30_000,
  );
});

/** What Retell's SDK says of a request's signature. */
async function seen(request: Request): Promise<"signed" | "forged"> {
  const { default: Retell } = await import("retell-sdk");
  const signature = request.headers.get("x-retell-signature") ?? "";
  return (await Retell.verify(await request.text(), KEY, signature)) ? "signed" : "forged";
}
