import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { plain, reportOf } from "../../src/config/findings/report.ts";
import { loadConfig } from "../../src/config/load.ts";
import { compileDesk } from "../../src/server/live/desk.ts";
import { directory, ROOT } from "../harness.ts";
import { ACCOUNT, ENV, expectMistakes, load, loadGood } from "./cases.ts";

describe("a configuration", () => {
  test("of five lines is enough", async () => {
    const config = await loadGood(`[retell]
api_key = "\${env:RETELL_API_KEY}"

[numbers."+12137771235"]
agent = "agent_12345"
`);
    expect(config.routing.numbers).toMatchObject([
      {
        pattern: { kind: "exact", number: "+12137771235" as never },
        target: { kind: "agent", agent: { name: undefined, id: "agent_12345" } },
      },
    ]);
  });

  test("with six different mistakes has all of them named in one pass", async () => {
    await expectMistakes(
      {
        "config.toml": `country = «"usa"»
[server]
«lisen» = "127.0.0.1:8787"
[lists]
spam = { file = "spam.txt" }
[numbers."+12137771235"]
agent = «"frontdsk"»
deny = ["@spam", «"@vip"»]
variables = { caller = "«\${from_numbr}»" }
${ACCOUNT}[agents]
frontdesk = "agent_1"
`,
        "spam.txt": "+12137771234\n«anybody»\n",
      },
      [
        [/^`country` must be two capital letters/],
        [/^unknown key "lisen" in \[server\]$/, 'did you mean "listen"?'],
        [/^there is no agent "frontdsk"/, 'did you mean "frontdesk"?'],
        [/^there is no list "vip" in \[lists\]$/],
        [/^there is no "\$\{from_numbr\}"/, 'did you mean "from_number"?'],
        [
          /^"anybody" is not a valid caller pattern/,
          '"text:anybody" matches callers that the carrier sends as "anybody"',
        ],
      ],
    );
  });

  test("has its mistakes in the order of its lines, those of other files after them", async () => {
    const { diagnostics } = await load({
      "config.toml": `lists.a = { file = "a.txt" }\n[numbers."*"]\nwombat = 1\nagent = ""\n[server]\npath = ""\n${ACCOUNT}`,
      "a.txt": "wrong\nwrong as well",
    });
    expect(diagnostics.map(({ file, line }) => `${file}:${line}`)).toEqual([
      "config.toml:3",
      "config.toml:4",
      "config.toml:6",
      "a.txt:1",
      "a.txt:2",
    ]);
  });

  test("has every line shown on which something is wrong", async () => {
    const text = `[numbers."*"]\n\tagent = "wombat wombat"   # who?\n${ACCOUNT}`;
    const { diagnostics } = await load(text);
    expect(diagnostics.map(({ excerpt }) => excerpt)).toEqual(['\tagent = "wombat wombat"   # who?']);
  });

  test.each([
    ["is not there", {}, "there is no such file"],
    ["is a directory", { "config.toml/x": "" }, "it is a directory"],
    [
      "is in UTF-16",
      { "config.toml": new Uint8Array([0xff, 0xfe, 0x23, 0x00]) },
      "it is in UTF-16; save it as UTF-8",
    ],
  ] as const)("that %s is one error without an excerpt", async (_name, content, why) => {
    await using dir = await directory(content);
    const path = dir.file("config.toml");
    const { config, diagnostics, files } = await loadConfig(path, ENV);
    expect(config).toBeUndefined();
    expect(diagnostics).toEqual([
      {
        ...{ severity: "error", file: path, line: 1, column: 1, length: 1 },
        message: `cannot read the configuration: ${why}`,
        ...{ hint: undefined, excerpt: undefined, related: undefined },
      },
    ]);
    expect([...files.keys()]).toEqual([path]);
  });

  test("is named from the working directory if it is below that", async () => {
    const { path, diagnostics } = await loadConfig("none/config.toml", ENV);
    expect(path).toBe(`${process.cwd()}/none/config.toml`);
    expect(diagnostics[0]?.file).toBe("none/config.toml");
    expect((await loadConfig("../none.toml", ENV)).diagnostics[0]?.file).toStartWith("/");
  });

  test("says which files it is made of, also those that could not be read", async () => {
    await using dir = await directory({
      "config.toml": `[lists]\na = { file = "a.txt" }\nb = { file = "none.txt" }\n[retell]\napi_key = "\${file:key}"\n`,
      "a.txt": "",
      key: "secret-key\n",
    });
    const { config, files } = await loadConfig(dir.file("config.toml"), ENV);
    expect(config).toBeUndefined();
    expect([...files.keys()].sort()).toEqual(
      ["a.txt", "config.toml", "key", "none.txt"].map((name) => dir.file(name)),
    );
    expect(files.get(dir.file("none.txt"))).toBe("ENOENT");
  });

  test("is plain data, so that it can be loaded in another thread", async () => {
    const config = await loadGood(
      `[agents]\na = { id = "agent_1", presets = ["p"] }\n[presets.p]\nagent.volume = 1\n[lists]\nl = ["*"]\n[numbers."*"]\nagent = "a"\nallow = ["@l"]\nmetadata = { d = 2026-12-24 }\n${ACCOUNT}`,
    );
    expect(structuredClone(config)).toEqual(config);
  });
});

/** What a configuration is made of, in no order. */
const PARTS = [
  ..."\n \"'[]{}=,.#$\\*@",
  ...[
    "${",
    "}",
    "retell",
    "api_key",
    "numbers",
    "lists",
    "agents",
    "presets",
    "defaults",
    "server",
    "country",
    ...["include", "contacts", "schedules", "limits", "expect", "rules", "when", "split", "sms", "delay"],
    ...["[[expect]]\n", '[[numbers."*".rules]]\n', '"mon 09:00-17:00"', "to", "from", "open", "over", "at"],
  ],
  ...['"+12137771235"', '"US"', "true", "5", "agent", "deny", "variables", "metadata", "file", "id", "5m"],
  ...["[retell]\n", '[numbers."*"]\n', 'api_key = "x"\n', "__proto__", "constructor", '"""', "2026-12-24"],
];

describe("whatever a configuration holds", () => {
  const isSound = async (content: string | Uint8Array) => {
    const { config, diagnostics } = await load({ "config.toml": content });
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    expect(config === undefined).toBe(errors.length > 0);
    for (const { line, column, length, excerpt = "" } of diagnostics) {
      expect(line).toBeGreaterThan(0);
      expect(length).toBeGreaterThan(0);
      expect(column - 1).toBeLessThanOrEqual(excerpt.length);
    }
    expect(() => reportOf(diagnostics, plain)).not.toThrow();
    if (config) expect(() => compileDesk(config, "hash")).not.toThrow();
  };

  test("it either loads or is told what is wrong: any bytes", async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), isSound), { numRuns: 200 });
  });

  test("it either loads or is told what is wrong: any text", async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 100 });
    await fc.assert(fc.asyncProperty(text, isSound), { numRuns: 200 });
  });

  test("it either loads or is told what is wrong: anything like a configuration", async () => {
    const text = fc.array(fc.constantFrom(...PARTS), { maxLength: 40 }).map((parts) => parts.join(""));
    await fc.assert(fc.asyncProperty(text, isSound), { numRuns: 500 });
  });

  test("it either loads or is told what is wrong: a good file with a piece replaced", async () => {
    const good = await Bun.file(`${ROOT}/src/commands/configuration/first-config.toml`).text();
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length), fc.nat(20), fc.constantFrom("", ...PARTS), (at, removed, added) =>
        isSound(good.slice(0, at) + added + good.slice(at + removed)),
      ),
      { numRuns: 500 },
    );
  });

  test("it either loads or is told what is wrong: any values in the known places", async () => {
    const value = fc.constantFrom(
      '""',
      '"x"',
      "5",
      "1.5",
      "true",
      "[]",
      "[5]",
      '["x"]',
      "{}",
      "{ a = 1 }",
      "2026-12-24",
      "inf",
      "[{}]",
      '["mon 09:00-17:00"]',
      '"*"',
      '"1d"',
    );
    const key = fc.constantFrom(
      ...[
        "country",
        "server.listen",
        "server.allow_ips",
        "log.level",
        "retell.api_key",
        "retell.max_age",
        "retell",
      ],
      ...[
        "agents.a",
        "agents.a.id",
        "agents.a.version",
        "presets.p",
        "presets.p.agent",
        "lists.l",
        "lists.l.file",
      ],
      ...[
        "defaults.deny",
        "defaults.variables",
        'numbers."*"',
        'numbers."*".agent',
        'numbers."*".variables.x',
      ],
      ...['numbers."*".pass', 'numbers."+1*".allow', "numbers.x", "wombat", "__proto__", "agents.__proto__"],
      ...["include", "contacts", "contacts.file", "contacts.variables", "schedules.s", "schedules.s.open"],
      ...["schedules.s.timezone", "schedules.s.except", "schedules.s.except.2026-12-24", "limits.l"],
      ...[
        "limits.l.calls",
        "limits.l.per",
        "expect",
        "defaults.delay",
        'numbers."*".rules',
        'numbers."*".sms',
      ],
      ...['numbers."*".sms.rules', 'numbers."*".split', 'numbers."*".split.a', 'numbers."*".delay'],
    );
    const text = fc
      .uniqueArray(fc.tuple(key, value), { maxLength: 8, selector: ([name]) => name })
      .map((pairs) => pairs.map(([name, written]) => `${name} = ${written}`).join("\n"));
    await fc.assert(fc.asyncProperty(text, isSound), { numRuns: 500 });
  });
});
