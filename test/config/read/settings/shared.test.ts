import { describe, expect, test } from "bun:test";
import { reportOf } from "../../../../src/config/findings/report.ts";
import { loadConfig } from "../../../../src/config/load.ts";
import { directory, KEY } from "../../../harness.ts";
import { ACCOUNT, expectMistakes, expectWarnings, loadGood } from "../../cases.ts";

const NUMBER = '\n[numbers."+12137771235"]\nagent = "agent_1"\n';
const said = (shared: string, more = "") => `[shared]\n${shared}\n${ACCOUNT}${NUMBER}${more}`;

async function read(shared: string, more = "") {
  return (await loadGood(said(shared, more))).shared;
}

describe("[shared]", () => {
  test("is absent where the file has none", async () => {
    expect((await loadGood(`${ACCOUNT}${NUMBER}`)).shared).toBeUndefined();
  });

  test.each([
    ['url = "redis://10.0.0.5"', { kind: "server", node: { host: "10.0.0.5", port: 6379 } }],
    ['url = "REDIS://cache:7000/3"', { kind: "server", node: { host: "cache", port: 7000 } }],
    ['url = "rediss://[fd00::1]:6380"', { kind: "server", node: { host: "fd00::1", port: 6380 } }],
    [
      'url = "redis+sentinel://10.0.0.5,10.0.0.6:7001/desk"',
      {
        kind: "sentinels",
        nodes: [
          { host: "10.0.0.5", port: 26379 },
          { host: "10.0.0.6", port: 7001 },
        ],
        name: "desk",
      },
    ],
    [
      'urls = ["redis://10.0.0.5", "redis://10.0.0.6:7000"]',
      {
        kind: "cluster",
        nodes: [
          { host: "10.0.0.5", port: 6379 },
          { host: "10.0.0.6", port: 7000 },
        ],
      },
    ],
  ] as const)("says where the server is: %s", async (text, place) => {
    expect((await read(text))?.place).toEqual(place);
  });

  test.each([
    [
      'url = "redis://10.0.0.5/2"',
      { database: 2, isEncrypted: false, username: undefined, password: undefined },
    ],
    [
      'url = "rediss://desk:p%40ss@10.0.0.5"',
      { database: 0, isEncrypted: true, username: "desk", password: "p@ss" },
    ],
    ['url = "redis://:secret@10.0.0.5"', { username: undefined, password: "secret" }],
    [
      'url = "redis://10.0.0.5"\nusername = "desk"\npassword = "p/a:s@s"',
      { username: "desk", password: "p/a:s@s" },
    ],
    [
      'url = "redis+sentinel://10.0.0.5/desk/4"\nsentinel_password = "s"',
      { database: 4, sentinelPassword: "s" },
    ],
    ['url = "redis://10.0.0.5"', { prefix: "switchhook:" }],
  ] as const)("says who logs in, and to what: %s", async (text, settings) => {
    expect(await read(text)).toMatchObject(settings);
  });

  test.each([
    ["a template", `[numbers."*"]\nagent = "agent_1"\nvariables = { n = "\${history.calls}" }\n`, true],
    [
      "a condition",
      `[numbers."*"]\nagent = "agent_1"\nrules = [{ when = { history.calls = 1 }, reject = true }]\n`,
      true,
    ],
    [
      "a notice",
      `[notify.n]\nurl = "http://127.0.0.1"\nbody = "\${history.last}"\n[numbers."*"]\npass = true\nnotify = ["n"]\n`,
      true,
    ],
    ["nothing", `[numbers."*"]\nagent = "agent_1"\n`, false],
  ] as const)("remembers callers where %s reads their history", async (_what, more, reads) => {
    expect((await read('url = "redis://10.0.0.5"', more))?.readsHistory).toBe(reads);
  });

  const SENTINELS = 'such as url = "redis+sentinel://10.0.0.5,10.0.0.6/switchhook"';
  const EXAMPLE = 'such as "redis://10.0.0.5:6379"';
  test.each([
    ['url = «"http://10.0.0.5"»', /^a URL must begin with "redis:/, EXAMPLE],
    ['url = «"redi://10.0.0.5"»', /^a URL must begin with "redis:/, 'did you mean "redis"?'],
    ['url = «"redis://"»', /^a URL must name a host/, EXAMPLE],
    ['url = «"redis://10.0.0.5:99999"»', /^a URL must name a host/, EXAMPLE],
    [
      'url = «"redis://10.0.0.5/zero"»',
      'a database must be a number, found "zero"',
      'such as "redis://10.0.0.5:6379/0"',
    ],
    ['url = «"redis://10.0.0.5?x=1"»', /^this is not the URL of a server/, EXAMPLE],
    [
      'url = «"redis://10.0.0.5,10.0.0.6"»',
      "only sentinels can be several in one URL",
      'for a cluster: urls = ["redis://10.0.0.5", "redis://10.0.0.6"]',
    ],
    [
      'url = «"redis+sentinel://10.0.0.5"»',
      "a URL of sentinels must end with the name of the master",
      'such as "redis+sentinel://10.0.0.5,10.0.0.6/switchhook"',
    ],
    ['urls = [«"redis+sentinel://10.0.0.5/desk"»]', /^`urls` are nodes of a cluster/, SENTINELS],
    ['urls = [«"redis://10.0.0.5/3"»]', "a cluster has only the database 0", EXAMPLE],
    ['urls = «["redis://10.0.0.5", "rediss://10.0.0.6"]»', /^`urls` must be all/, undefined],
    [
      'url = "redis://10.0.0.5"\n«urls» = ["redis://10.0.0.6"]',
      "`url` and `urls` exclude each other",
      "`url` is for one server or its sentinels, `urls` for the nodes of a cluster",
    ],
    ['url = "redis://10.0.0.5"\n«ca» = "ca.pem"', /^`ca` needs "rediss:/, undefined],
    [
      'url = "redis://:secret@10.0.0.5"\n«password» = "other-secret"',
      /^`password` is also in the URL/,
      undefined,
    ],
    [
      'url = "redis://10.0.0.5"\n«sentinel_password» = "secret"',
      /^`sentinel_password` needs sentinels/,
      'such as url = "redis+sentinel://10.0.0.5,10.0.0.6/switchhook"',
    ],
    ['url = "redis://10.0.0.5"\nprefix = «"a {b}"»', /^`prefix` must not contain/, 'such as "switchhook:"'],
    ['url = "redis://10.0.0.5"\n«prefx» = "x"', /^unknown key "prefx"/, 'did you mean "prefix"?'],
  ] as const)("with a mistake is an error where it stands: %s", async (text, message, hint) => {
    await expectMistakes(said(text), [[message, hint]]);
  });

  test("without a server is an error", async () => {
    await expectMistakes(`[«shared»]\n${ACCOUNT}${NUMBER}`, [[/`url`/, 'url = "redis://10.0.0.5:6379"']]);
  });

  test("belongs in the main file", async () => {
    const client = '[«shared»]\nurl = "redis://10.0.0.5"\n';
    await expectMistakes({ "config.toml": `include = "a.toml"\n${ACCOUNT}${NUMBER}`, "a.toml": client }, [
      [
        /"shared"/,
        "a client's file may have country, timezone, locale, retell, defaults, agents, presets, lists, contacts, schedules, limits, lookups, notify, rulesets, numbers, expect",
      ],
    ]);
  });

  test("is warned of where a password goes over the internet in plain text", async () => {
    await expectWarnings(said('url = «"redis://cache.example:6379"»'), [
      ['"redis://" sends passwords and counts to "cache.example" in plain text', 'use "rediss://"'],
    ]);
  });

  test("may lack its secrets where nothing is served", async () => {
    await using files = await directory({
      "config.toml": said('url = "redis://10.0.0.5"\npassword = "${env:NOT_SET}"'),
    });
    const path = files.file("config.toml");
    const env = { RETELL_API_KEY: KEY };
    const severities = async (secrets: "optional" | "required") =>
      (await loadConfig(path, env, secrets)).diagnostics.map(({ severity }) => severity);
    expect(await severities("optional")).toEqual(["warning"]);
    expect(await severities("required")).toEqual(["error"]);
  });

  test("shows no password in any report", async () => {
    const password = "swordfish-in-plain-sight";
    await using files = await directory({
      "config.toml": said(
        `url = "redis://desk:${password}@10.0.0.5/x"\npassword = "${password}2"\nsentinel_password = "${password}3"`,
      ),
    });
    const { diagnostics } = await loadConfig(files.file("config.toml"), { RETELL_API_KEY: KEY });
    expect(diagnostics).not.toEqual([]);
    expect(JSON.stringify(diagnostics) + reportOf(diagnostics, (_style, text) => text)).not.toContain(
      password,
    );
  });
});
