import { describe, expect, test } from "bun:test";
import { chmod } from "node:fs/promises";
import fc from "fast-check";
import { lineOf, plain, reportOf } from "../../../src/config/findings/report.ts";
import { Secrets } from "../../../src/config/findings/secrets.ts";
import { loadConfig } from "../../../src/config/load.ts";
import type { Env } from "../../../src/config/read/file.ts";
import { directory } from "../../harness.ts";
import { load } from "../cases.ts";

/** A key that no message has a reason to contain any part of. */
const CSV = "number,plan\n";
const KEY = "key_fedcba9876543210";
const ENV: Env = { RETELL_API_KEY: KEY };

const ACCOUNT = '[retell]\napi_key = "${env:RETELL_API_KEY}"\n';

/** Everything that is ever printed of a configuration. */
async function printed(files: string | Record<string, string>, env = ENV): Promise<string> {
  const { diagnostics } = await load(files, env);
  expect(diagnostics).not.toEqual([]);
  return [reportOf(diagnostics, plain), JSON.stringify(diagnostics), ...diagnostics.map(lineOf)].join("\n");
}

test.each([
  ["the password of a URL", '[server]\nlisten = "redis://user:swordfish@h:1"'],
  ["a token in a header", '[server]\nlisten = "Bearer swordfish1"'],
  ["headers", '[lookups.crm]\nheaders = { x-auth = "swordfish" }'],
  ["headers of contacts", '[contacts]\nheaders = { x-auth = "swordfish" }'],
  ["a table of headers", '[notify.a.headers]\nx-auth = "swordfish" oops'],
  ["where a notice goes", '[notify.a]\nurl = "https://hooks.example/swordfish" oops'],
  ["the account's key", '[retell]\naccount_key = "swordfish"'],
  ["a shared password", '[shared]\nurl = "redis://:swordfish@h" oops'],
])("%s is not printed", async (_name, text) => {
  expect(await printed(`${text}\n`)).not.toContain("swordfish");
});

describe("a key is not printed", () => {
  test.each([
    ["at the top of the file", `api_key = "${KEY}"`],
    ["in another table", `[server]\napi_key = "${KEY}"\n${ACCOUNT}`],
    ["at a number", `[numbers."*"]\napi_key = "${KEY}"\n${ACCOUNT}`],
    ["under a misspelt name", `[retell]\napi-key = "${KEY}"`],
    ["under another name", `[retell]\nkey = "${KEY}"`],
    ["under the variable's name", `RETELL_API_KEY = "${KEY}"`],
    ["under a misspelt table", `[retel]\napi_key = "${KEY}"`],
    ["as a key", `[retell]\n"${KEY}" = true`],
    ["alone in a line", `[retell]\n${KEY}`],
    ["alone in the file", KEY],
    ["without quotes", `[retell]\napi_key = ${KEY}`],
    ["without quotes under another name", `[account]\nname = ${KEY}`],
    ["with one quote", `[retell]\napi_key = "${KEY}`],
    ["with curly quotes", `[retell]\napi_key = “${KEY}”`],
    ["behind a colon", `[retell]\napi_key: ${KEY}`],
    ["without =", `[retell]\napi_key "${KEY}"`],
    ["behind its table", `[retell] api_key = "${KEY}"`],
    ["behind its table, alone", `[retell] "${KEY}"`],
    ["in its table's name", `[retell "${KEY}"]`],
    ["in its table's place", `retell = "${KEY}"`],
    ["in a dotted key", `retell.apikey = "${KEY}"`],
    ["in a dotted key without quotes", `retell.api_key = ${KEY}`],
    ["in an inline table", `retell = { key = "${KEY}", max_age = 5 }`],
    ["in a table with spaces in its name", `[ retell ]\nkey = "${KEY}"`],
    ["in a table of its own", `[retell.api_key]\nvalue = "${KEY}"`],
    ["in an array of tables", `[[retell]]\napi_key = "${KEY}"`],
    ["beside an error of syntax", `[retell]\napi_key = [\n  "${KEY}",\n  oops,\n]`],
    ["before an error of syntax in its line", `[retell]\napi_key = [\n  "old", "${KEY}" oops\n]`],
    ["in an array that is not closed", `[retell]\napi_key = [\n  "${KEY}"\n\n[numbers."*"]`],
    ["in a line of an inline table's array", `retell = { api_key = [\n"${KEY}" oops ] }`],
    ["beside a number", `[retell]\napi_key = ["${KEY}", 5]`],
    ["with white space around it", `[retell]\napi_key = " ${KEY}"`],
    ["over several lines", `[retell]\napi_key = """\n${KEY}\n"""`],
    ["over several lines without an end", `[retell]\napi_key = """\n${KEY}\n`],
    ["twice", `[retell]\napi_key = "${KEY}"\napi_key = "${KEY}"`],
    ["in the place of max_age", `[retell]\nmax_age = "${KEY}"\napi_key = "5m"`],
    ["in the place of an address", `[server]\nlisten = "${KEY}"\n${ACCOUNT}`],
    ["in the place of an agent", `[numbers."*"]\nagent = "${KEY}"\n${ACCOUNT}`],
    ["in the place of a caller", `[defaults]\ndeny = ["${KEY}"]\n${ACCOUNT}`],
    ["in the place of the country", `country = "${KEY}"\n${ACCOUNT}`],
    ["in the place of a path", `[lists]\nspam = { file = "${KEY}" }\n${ACCOUNT}`],
    ["in a template", `[retell]\napi_key = "\${${KEY}}"`],
    ["in a template without an end", `[retell]\napi_key = "\${${KEY}"`],
    ["as the name of a variable", `[retell]\napi_key = "\${env:${KEY}}"`],
    ["as the name of a file", `[retell]\napi_key = "\${file:${KEY}}"`],
    ["in a comment", `[retell] # ${KEY}\nmax_age = 5`],
  ])("where it stands %s", async (_where, text) => {
    expect(await printed(text)).not.toContain(KEY.slice(4));
  });

  test.each([
    '[server]\nlisten = "${env:X}"',
    '[server]\nlisten = "127.0.0.1:${env:X}"',
    '[server]\npath = "${env:X}"',
    '[server]\nallow_ips = ["${env:X}"]',
    '[log]\nlevel = "${env:X}"',
    'country = "${env:X}"',
    'log = "${env:X}"',
    '[defaults]\ndeny = ["${env:X}"]',
    '[defaults]\npresets = ["${env:X}"]',
    '[defaults]\nunrouted = "${env:X}"',
    '[agents]\na = "x ${env:X}"',
    '[lists]\na = { file = "${env:X}" }',
    '[numbers."*"]\nagent = "${env:X}"',
    '[numbers."*"]\nagent = "${file:x}"',
    '[numbers."*"]\nagent = "${credential:x}"',
    '[contacts]\nfile = "${env:X}"',
    '[contacts]\nfile = "c.csv"\nvariables = ["${env:X}"]',
    '[schedules.s]\ntimezone = "${env:X}"',
    '[schedules.s]\ntimezone = "UTC"\nopen = ["${env:X}"]',
    '[schedules.s]\ntimezone = "UTC"\nopen = ["mon ${env:X}"]',
    '[schedules.s]\ntimezone = "UTC"\nexcept = { 2026-12-25 = "${env:X}" }',
    '[limits.l]\ncalls = 1\nper = "${env:X}"',
    '[limits.l]\ncalls = 1\nper = "1d"\nby = "${env:X}"',
    '[defaults]\ndelay = "${env:X}"',
    '[defaults]\ndeny = ["@${env:X}", "country:${env:X}"]',
    '[[numbers."*".rules]]\nwhen = { caller = "@${env:X}" }',
    '[[numbers."*".rules]]\nwhen = { open = "${env:X}", closed = ["${env:X}"], over = "${env:X}" }',
    '[[numbers."*".rules]]\nwhen = { header = { x = ">= ${env:X}" } }',
    '[defaults]\nrulesets = ["${env:X}"]\n[numbers."*"]\nrulesets = ["${env:X}"]',
    '[[rulesets.x]]\nwhen = { open = "${env:X}" }\nagent = "${env:X}"',
    '[[numbers."*".rules]]\npresets = ["${env:X}"]\nagent = "${env:X}"',
    '[numbers."*".sms]\nsplit_by = "${env:X}"',
    '[[expect]]\nto = "${env:X}"\nfrom = "${env:X}"\nreject = true',
    '[[expect]]\nto = "1"\nfrom = "2"\nat = "${env:X}"\npass = true',
    '[[expect]]\nto = "1"\nfrom = "2"\nover = ["${env:X}"]\npass = true',
    '[[expect]]\nto = "1"\nfrom = "2"\nagent = "${env:X}"',
    '[[expect]]\nto = "1"\nfrom = "2"\nrule = "${env:X}"',
    '[[expect]]\nto = "1"\nfrom = "2"\nvariables = { a = "${env:X}" }',
    '[[numbers."*".rules]]\nwhen = { header = { x = "${env:X}" } }\n[[expect]]\nto = "1"\nfrom = "2"\nheaders = { x = "${env:X}" }\nreject = true',
    '[numbers."*"]\nvariables = { a = "${env:X}" }\n[[expect]]\nto = "1"\nfrom = "2"\nvariables = { a = "x" }',
  ])("where it comes from elsewhere and does not fit: %j", async (text) => {
    for (const secret of [
      KEY,
      "wombat-tabmow",
      "Wombat17 tabmow",
      `qu"ote\\${"z".repeat(80)}`,
      "qqqqqqqq\nrrrrrrrr",
    ]) {
      await using credentials = await directory({ x: secret });
      const env = { ...ENV, X: secret, CREDENTIALS_DIRECTORY: credentials.path };
      const shown = await printed({ "config.toml": `${text}\n${ACCOUNT}`, x: secret, "c.csv": CSV }, env);
      const pieces = [KEY.slice(4), "ombat", "ote", "zz", "qqqq", "rrrr"].filter((part) =>
        secret.includes(part),
      );
      expect(pieces.length).toBeGreaterThan(0);
      for (const part of pieces) expect(shown.replaceAll("quote", "")).not.toContain(part);
    }
    const fromEnv = `${text.replaceAll(/(file|credential):x/g, "env:X")}\n${ACCOUNT}`;
    expect(await printed({ "config.toml": fromEnv, "c.csv": CSV }, { ...ENV, X: KEY })).toMatch(
      /\$\{env:(X|RETELL_API_KEY)\}/,
    );
  });

  test("where its longer form and a part of it are both known", async () => {
    const env = { ...ENV, PART: "wombat-tabmow", WHOLE: "prefix-wombat-tabmow-suffix" };
    const text = `[defaults]\nvariables = { a = "\${env:PART}" }\n[server]\nlisten = "\${env:WHOLE}"\n${ACCOUNT}`;
    const shown = await printed(text, env);
    expect(shown).not.toContain("wombat");
    expect(shown).not.toContain("suffix");
  });

  test("where it stands in a list file, by mistake", async () => {
    const text = `[lists]\nspam = { file = "spam.txt" }\nusers = { file = "users.csv" }\n${ACCOUNT}`;
    const files = { "config.toml": text, "spam.txt": `key ${KEY}`, "users.csv": `number,name\n${KEY},x\n` };
    expect(await printed(files)).not.toContain(KEY.slice(4));
  });

  test.each([
    ["as a number", `number,name\n${KEY},x\n`],
    ["as an agent", `number,agent\n+12137771234,${KEY}\n`],
    ["as a preset", `number,presets\n+12137771234,${KEY}\n`],
    ["as a column, twice", `number,${KEY},${KEY}\n`],
    ["as a column, without a number", `name,${KEY}\n`],
    ["in a row of another length", `number,name\n${KEY}\n`],
    ["behind a quote", `number,name\n"${KEY}\n`],
    ["among quotes", `number,name\n${KEY},a"b\n`],
  ])("where it stands in contacts, by mistake %s", async (_how, csv) => {
    const text = `[contacts]\nfile = "people.csv"\nvariables = ["wombat"]\n${ACCOUNT}`;
    expect(await printed({ "config.toml": text, "people.csv": csv })).not.toContain(KEY.slice(4));
  });

  test.each([
    ["in [retell]", `[retell]\napi_key = "${KEY}"\n`],
    ["as a table", `[${KEY}]\n`],
    ["as a key", `api_key = "${KEY}"\n`],
    ["as a name that is there already", `[agents.${KEY}]\nid = "agent_1"\n`],
    ["in the place of a table", `lists = "${KEY}"\n`],
    ["without quotes", `[retell]\napi_key = ${KEY}\n`],
    ["twice", `[retell]\napi_key = "${KEY}"\napi_key = "${KEY}"\n`],
    ["in the place of a caller", `[lists]\nl = ["${KEY}"]\n`],
  ])("where it stands in an included file %s", async (_how, text) => {
    const main = `include = ["more.toml", "${KEY}", "${KEY}/*", "\${env:${KEY}}"]\n[agents.${KEY}]\n${ACCOUNT}`;
    expect(await printed({ "config.toml": main, "more.toml": text })).not.toContain(KEY.slice(4));
  });

  test("where it looks like nothing in particular", async () => {
    const odd = "wombat-tabmow";
    for (const text of [
      `[retell]\napi_key = ${odd}`,
      `[retell]\nkey = "${odd}"`,
      `[retell]\n${odd}`,
      `[server]\nsecret = "${odd}"\n${ACCOUNT}`,
      `api_key = "${odd}"`,
      `retell = "${odd}"`,
      `retell = { token = "${odd}" }`,
      `[retell]\napi_key = "${odd}"\n[server]\nlisten = "${odd}"`,
      `[retell]\napi_key = [\n  "${odd}" oops\n]`,
      `retell.api_key = [\n  "${odd}" oops\n]`,
    ]) {
      expect(await printed(text)).not.toContain("wombat");
    }
  });

  test("wherever a line of a good file is broken", async () => {
    const good = [
      'country = "US"',
      "[retell]",
      `api_key = ["${KEY}", "${KEY.toUpperCase().replace("KEY", "key")}"]`,
      'max_age = "5m"',
      "[server]",
      'listen = "127.0.0.1:8787"',
      '[numbers."*"]',
      "pass = true",
    ].join("\n");
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length),
        fc.nat(3),
        fc.constantFrom("", '"', "[", "]", "=", "\n", "x", " ", "{", "'", '"""', "#"),
        async (at, removed, added) => {
          const broken = good.slice(0, at) + added + good.slice(at + removed);
          const { diagnostics } = await load(broken);
          const shown = JSON.stringify(diagnostics) + reportOf(diagnostics, plain);
          expect(shown, broken).not.toMatch(/dcba98765432/i);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("what is no key is printed", () => {
  test.each([
    ["an ordinary line", '[server]\nlisten = "8787"\n', 'listen = "8787"'],
    ["max_age", '[retell]\napi_key = "x"\nmax_age = "soon"\n', 'max_age = "soon"'],
    [
      "max_age, however long",
      '[retell]\napi_key = "x"\nmax_age = "five minutes"\n',
      'max_age = "five minutes"',
    ],
    ["the names of keys", '[retell]\nkeys = "x"\n', "keys = "],
    ["the names of keys in an inline table", 'retell = { keys = "x", max_age = 5 }\n', "retell = { keys = "],
    ["a table and its comment", "[retell] # the account\n", "[retell] # the account"],
    ["a template", '[retell]\napi_key = "${env:NONE}"\n', 'api_key = "${env:NONE}"'],
    [
      "what stands before a key",
      '[numbers]\n"*" = { agent = "wombat", key_id = 5 }\n',
      '"*" = { agent = "wombat"',
    ],
    [
      "a name that only begins like a key",
      '[agents]\na = "key_customers_only x"\n',
      'a = "key_customers_only x"',
    ],
  ])("%s", async (_name, text, excerpt) => {
    expect(await printed(text)).toContain(`| ${excerpt}`);
  });

  test("a short value that was filled in, and words that contain it", () => {
    const secrets = new Secrets();
    secrets.add("a", "${env:A}");
    secrets.add("", "${env:EMPTY}");
    expect(secrets.named("there is no agent")).toBe("there is no agent");
  });

  test("an excerpt of the same length as its line, so that the caret stands right", () => {
    const secrets = new Secrets();
    secrets.add("wombat-tabmow", "${env:X}");
    expect(secrets.blanked(`a = "wombat-tabmow" # ${KEY}`)).toBe(
      `a = "${"*".repeat(13)}" # ${"*".repeat(20)}`,
    );
    expect(secrets.named(`found "wombat-tabmow"`)).toBe('found "${env:X}"');
  });
});

describe("a key that stands in the file as it is", () => {
  const loadWith = async (text: string, mode: number) => {
    await using dir = await directory({ "config.toml": text });
    await chmod(dir.file("config.toml"), mode);
    return await loadConfig(dir.file("config.toml"), ENV);
  };

  test.each([
    ["one", `[retell]\napi_key = "${KEY}"\n`],
    ["one of several", `[retell]\napi_key = ["\${env:RETELL_API_KEY}", "${KEY}"]\n`],
  ])("is warned of where every user may read it: %s", async (_name, text) => {
    const { config, diagnostics, path } = await loadWith(text, 0o644);
    expect(config).toBeDefined();
    expect(diagnostics).toMatchObject([
      {
        severity: "warning",
        ...{ line: 2, column: 11 },
        message: "this key is in a file that every user of this machine can read",
        hint: `use api_key = "\${env:RETELL_API_KEY}", or: chmod o-r ${path}`,
      },
    ]);
    expect(reportOf(diagnostics, plain)).not.toContain(KEY.slice(4));
  });

  test.each([
    ["only its group may read it", `[retell]\napi_key = "${KEY}"\n`, 0o640],
    ["only its owner may read it", `[retell]\napi_key = "${KEY}"\n`, 0o600],
    ["it comes from the environment", '[retell]\napi_key = "${env:RETELL_API_KEY}"\n', 0o644],
    ["all of several do", '[retell]\napi_key = ["${env:RETELL_API_KEY}", "${env:RETELL_API_KEY}"]\n', 0o644],
  ])("is not warned of where %s", async (_name, text, mode) => {
    const { config, diagnostics } = await loadWith(text, mode);
    expect(config).toBeDefined();
    expect(diagnostics).toEqual([]);
  });
});
