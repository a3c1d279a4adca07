import { describe, expect, test } from "bun:test";
import { ACCOUNT, ENV, expectMistakes, expectWarnings, load, loadGood } from "../../cases.ts";

describe("[server]", () => {
  test("has defaults that serve one machine behind a proxy", async () => {
    const { server } = await loadGood(ACCOUNT);
    expect(server).toEqual({
      listen: { kind: "tcp", host: "127.0.0.1", port: 8787 },
      path: "/webhook",
      allowIps: [],
      trustedProxies: [
        { family: "ipv4", address: "127.0.0.1", prefix: 32 },
        { family: "ipv6", address: "::1", prefix: 128 },
      ],
      publicUrl: undefined,
      state: undefined,
    });
  });

  test("takes the URL that Retell calls", async () => {
    const { server } = await loadGood(`[server]\npublic_url = "https://calls.example/hook/"\n${ACCOUNT}`);
    expect(server.publicUrl).toBe("https://calls.example/hook/");
  });

  test.each([
    ["calls.example", 'must be a URL that begins with "https://"'],
    ["ftp://calls.example/", 'must be a URL that begins with "https://"'],
    ["http://calls.example/webhook", 'must begin with "https://": calls carry personal data'],
    ["https://calls.example/webhook?a=b", 'must end with its path, without "?" or "#"'],
    ["https://calls.example/webhook#", 'must end with its path, without "?" or "#"'],
  ])("does not take the URL %s", async (url, problem) => {
    await expectMistakes(`[server]\npublic_url = «"${url}"»\n${ACCOUNT}`, [
      [`\`public_url\` ${problem}, found "${url}"`, 'such as "https://calls.example/webhook"'],
    ]);
  });

  test.each([
    ["/var/lib/switchhook", {}, "/var/lib/switchhook"],
    ["/var/lib/switchhook", { STATE_DIRECTORY: "/var/lib/other" }, "/var/lib/switchhook"],
    [undefined, { STATE_DIRECTORY: "/var/lib/other" }, "/var/lib/other"],
    [undefined, { STATE_DIRECTORY: "/var/lib/one:/var/lib/two" }, "/var/lib/one"],
    [undefined, { STATE_DIRECTORY: "" }, undefined],
  ] as const)(
    "keeps what is to be kept, for state %j in the environment %j, in %j",
    async (state, env, kept) => {
      const server = state === undefined ? "" : `[server]\nstate = "${state}"\n`;
      expect((await loadGood(`${server}${ACCOUNT}`, { ...ENV, ...env })).server.state).toBe(kept);
    },
  );

  test("reads a relative state directory beside the file", async () => {
    const { server } = await loadGood(`[server]\nstate = "state"\n${ACCOUNT}`);
    expect(server.state).toMatch(/^\/.*\/state$/);
  });

  test("takes no empty state directory", async () => {
    await expectMistakes(`[server]\nstate = «""»\n${ACCOUNT}`, [
      [
        "`state` must be a directory, found an empty text",
        'write the directory, such as "/var/lib/switchhook", or leave `state` out to keep nothing',
      ],
    ]);
  });

  test.each([
    ["127.0.0.1:8787", { kind: "tcp", host: "127.0.0.1", port: 8787 }],
    ["0.0.0.0:0", { kind: "tcp", host: "0.0.0.0", port: 0 }],
    ["localhost:65535", { kind: "tcp", host: "localhost", port: 65_535 }],
    ["[::]:8787", { kind: "tcp", host: "::", port: 8787 }],
    ["[fe80::1]:80", { kind: "tcp", host: "fe80::1", port: 80 }],
    ["unix:/run/switchhook/switchhook.sock", { kind: "unix", path: "/run/switchhook/switchhook.sock" }],
  ] as const)("listens on %j", async (text, listen) => {
    const { server } = await loadGood(`[server]\nlisten = "${text}"\n${ACCOUNT}`);
    expect(server.listen).toEqual(listen);
  });

  test.each([
    "",
    "8787",
    ":8787",
    "127.0.0.1",
    "127.0.0.1:",
    "127.0.0.1:65536",
    "127.0.0.1:123456",
    "127.0.0:80",
    "300.0.0.1:80",
    "::1:80",
    "[::1]",
    "[127.0.0.1]:80",
    "[wombat]:80",
    "a b:80",
    "http://127.0.0.1:80",
    "unix:",
  ])("does not listen on %j", async (text) => {
    await expectMistakes(`[server]\nlisten = «"${text}"»\n${ACCOUNT}`, [
      [/^`listen` must be "address:port", "\[IPv6 address\]:port" or "unix:\/path", found "/],
    ]);
  });

  test.each([
    ["/webhook", "/webhook"],
    ["/webhook/", "/webhook"],
    ["/a/b-c_d.e~f%20/", "/a/b-c_d.e~f%20"],
    ["/", "/"],
  ])("serves the path %j as %j", async (text, path) => {
    expect((await loadGood(`[server]\npath = "${text}"\n${ACCOUNT}`)).server.path).toBe(path);
  });

  test.each(["", "webhook", "/web hook", "/webhook?x=1", "/:id", "/*", "/ü"])(
    "does not serve the path %j",
    async (path) => {
      await expectMistakes(`[server]\npath = «"${path}"»\n${ACCOUNT}`, [
        [/^`path` must begin with "\/" and contain only letters, digits and -\._~%\/, found "/],
      ]);
    },
  );

  test.each([
    ["100.20.5.228", { family: "ipv4", address: "100.20.5.228", prefix: 32 }],
    ["10.0.0.0/8", { family: "ipv4", address: "10.0.0.0", prefix: 8 }],
    ["0.0.0.0/0", { family: "ipv4", address: "0.0.0.0", prefix: 0 }],
    ["fd00::/8", { family: "ipv6", address: "fd00::", prefix: 8 }],
    ["::1", { family: "ipv6", address: "::1", prefix: 128 }],
  ] as const)("reads the addresses %j", async (text, block) => {
    const { server } = await loadGood(
      `[server]\nallow_ips = ["${text}"]\ntrusted_proxies = ["${text}"]\n${ACCOUNT}`,
    );
    expect(server.allowIps).toEqual([block]);
    expect(server.trustedProxies).toEqual([block]);
  });

  test("names each entry that is no address, in its place", async () => {
    const not = (text: string): readonly [RegExp] => [
      new RegExp(`^${RegExp.escape(JSON.stringify(text))} is not an IP address or a CIDR block`),
    ];
    await expectMistakes(
      `[server]
allow_ips = ["127.0.0.1", «"1.2.3"», "::1", «"1.2.3.4/33"»]
trusted_proxies = [
  «"::/129"»,
  "10.0.0.0/8",
  «"10.0.0.0/8/8"»,
  «"example.com"»,
  «"1.2.3.4/"»,
]
${ACCOUNT}`,
      ["1.2.3", "1.2.3.4/33", "::/129", "10.0.0.0/8/8", "example.com", "1.2.3.4/"].map(not),
    );
  });
});

describe("[log]", () => {
  test("has defaults", async () => {
    expect((await loadGood(ACCOUNT)).log).toEqual({ format: "auto", level: "info", numbers: "full" });
  });

  test("says what it is told", async () => {
    const { log } = await loadGood(
      `[log]\nformat = "json"\nlevel = "warning"\nnumbers = "masked"\n${ACCOUNT}`,
    );
    expect(log).toEqual({ format: "json", level: "warning", numbers: "masked" });
  });
});

describe("[retell]", () => {
  const NO_KEY = "`api_key` is missing in [retell]";
  const HOW = 'api_key = "${env:RETELL_API_KEY}"';

  test("takes one key, or several while one is replaced", async () => {
    const one = await loadGood('[retell]\napi_key = "one"\nmax_age = "90s"\n');
    expect(one.retell).toEqual({ apiKeys: [{ key: "one", client: "" }], accountKeys: [], maxAgeMs: 90_000 });
    const two = await loadGood('[retell]\napi_key = ["one", "two"]\n');
    expect(two.retell).toEqual({
      apiKeys: [
        { key: "one", client: "" },
        { key: "two", client: "" },
      ],
      accountKeys: [],
      maxAgeMs: 300_000,
    });
  });

  test("takes a key for asking about the account, of the main file and of a client", async () => {
    const { config } = await load({
      "config.toml": 'include = "cafe.toml"\n[retell]\napi_key = "one"\naccount_key = "two"\n',
      "cafe.toml":
        '[retell]\napi_key = "three"\naccount_key = "four"\n[numbers."+12137771235"]\npass = true\n',
    });
    expect(config?.retell.accountKeys).toEqual([
      { key: "two", client: "" },
      { key: "four", client: "cafe" },
    ]);
  });

  test("does without that key where it is missing, since no call needs it", async () => {
    const text = '[retell]\napi_key = "one"\naccount_key = "«${env:NOT_THERE}»"\n';
    await expectWarnings(text, [
      [
        "the environment variable NOT_THERE is not set",
        "only `switchhook doctor` and `switchhook connect` use it",
      ],
    ]);
  });

  test.each([
    ["an empty file", "«»"],
    ["an empty table", "[«retell»]"],
    ["a table with something else", '[«retell»]\nmax_age = "5m"'],
    ["no table", '«[»numbers."*"]\npass = true'],
  ])("is nothing without a key: %s", async (_name, text) => {
    await expectMistakes(text, [[NO_KEY, HOW]]);
  });

  test("needs one key in a list", async () => {
    await expectMistakes("[retell]\napi_key = «[]»", [["`api_key` must have at least 1 entry, found 0"]]);
  });

  test.each([
    ["a misspelt key", '[retell]\n«api-key» = "x"', 'did you mean "api_key"?'],
    ["a key of another name", '[retell]\n«key» = "x"', "known here: api_key, max_age, account_key"],
    ["a misspelt table", '[«retel»]\napi_key = "x"', 'did you mean "retell"?'],
    ["a table in capitals", '[«Retell»]\napi_key = "x"', 'did you mean "retell"?'],
    ["a key at the top of the file", '«api_key» = "x"', '"api_key" belongs in [retell]'],
    ["a key in another table", '[server]\n«api_key» = "x"', '"api_key" belongs in [retell]'],
  ])("says of %s only what is wrong, not that there is none", async (_name, text, hint) => {
    await expectMistakes(text, [[/^unknown key /, hint]]);
  });

  test.each([
    ["retell = «5»", "`retell` must be a table, found 5"],
    ["[[«retell»]]", "`retell` must be a table, found an array"],
    ["[retell]\napi_key = «true»", "`api_key` must be text or an array, found true"],
    ["[retell.«api_key»]", "`api_key` must be text or an array, found a table"],
  ])("says of %j only that it has the wrong type", async (text, message) => {
    await expectMistakes(text, [[new RegExp(`^${RegExp.escape(message)}$`)]]);
  });

  test("names the entry of a list of keys that is no key", async () => {
    await expectMistakes('[retell]\napi_key = ["one", «""», «" two"», «5»]', [
      [/^an API key must not be empty$/],
      [/^this API key has white space around it; use the key alone$/],
      [/^an entry of `api_key` must be text, found 5$/, 'put it in quotes: "5"'],
    ]);
  });

  test.each(["", "5", "5 m", "m", "5min", "-5m", "1,5m", "0s", "5m5s"])(
    "does not take %j for how old a signature may be",
    async (text) => {
      await expectMistakes(`[retell]\napi_key = "\${env:RETELL_API_KEY}"\nmax_age = «"${text}"»\n`, [
        [new RegExp(`^\`max_age\` must be a duration such as "5m", found "${RegExp.escape(text)}"$`)],
      ]);
    },
  );
});
