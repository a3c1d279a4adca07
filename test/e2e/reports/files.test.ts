/** What real files did to programs like this one, tried on the binary: each mistake where it is, and all in one run. */
import { describe, expect, test } from "bun:test";
import { BINARY, directory, KEY, run } from "../../harness.ts";

const ACCOUNT = '[retell]\napi_key = "${env:RETELL_API_KEY}"\n';
const NUMBER = '[numbers."+12125550100"]\nagent = "agent_front"\n';
const CONFIG = `${ACCOUNT}${NUMBER}`;

type Files = Readonly<Record<string, string | Uint8Array>>;

/** Runs a command of the binary in a directory of these files. */
async function runWith(files: Files, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  await using dir = await directory(files);
  const { exitCode, stdout, stderr } = await run([...BINARY, ...args], { cwd: dir.path, env });
  return { exitCode, stdout, stderr };
}

const check = (files: Files, env?: Readonly<Record<string, string>>) => runWith(files, ["check"], env);

describe("`check` says", () => {
  test.each<[what: string, files: Files, said: readonly RegExp[]]>([
    [
      "that a date does not exist",
      { "config.toml": `${CONFIG}metadata = { d = 2026-02-30 }\n` },
      [/config\.toml:5:18: error: .*2026-02-30/, /1 error/],
    ],
    [
      "that a zone has no daylight saving time, and which is meant",
      {
        "config.toml": `[schedules.office]\ntimezone = "EST"\nopen = ["mon-fri 09:00-17:00"]\n${CONFIG}[[numbers."+12125550100".rules]]\nwhen = { closed = "office" }\nreject = true\n`,
      },
      [/config\.toml:2:12: warning: .*daylight saving time/, /America\/New_York/],
    ],
    [
      "that an expectation on a line with a schedule must say when, at any hour",
      {
        "config.toml": `[schedules.always]\ntimezone = "UTC"\nopen = ["mon-sun 00:00-24:00"]\n${CONFIG}[[numbers."+12125550100".rules]]\nwhen = { closed = "always" }\nreject = true\n[[expect]]\nto = "+12125550100"\nfrom = "+12125550199"\nagent = "agent_front"\n`,
      },
      [/config\.toml:11:3: error: .*`at`/],
    ],
    [
      "everything in one run",
      {
        "config.toml": `${CONFIG}[limits.empty]\n[[expect]]\nto = "+12125550100"\nagent = "agent_front"\n`,
      },
      [
        /config\.toml:5:\d+: error: `calls` is missing/,
        /`per` is missing/,
        /config\.toml:6:\d+: error: `from` is missing/,
      ],
    ],
    [
      "where bytes are not UTF-8",
      { "config.toml": Buffer.from(`${CONFIG}variables = { name = "Jos\xe9" }\n`, "latin1") },
      [/config\.toml:5:26: error: .*UTF-8/],
    ],
    [
      "where what is never closed begins",
      { "config.toml": `${ACCOUNT}[lists]\nspam = [\n  "+12125550199",\n${NUMBER}` },
      [/config\.toml:\d+:\d+: error: this is not valid TOML/, /config\.toml:4: `\[` is opened here/],
    ],
    [
      "how a number is written, where one has no quotes",
      { "config.toml": `${CONFIG}deny = [+12137771234]\n` },
      [/config\.toml:5:9: error: /, /"\+12137771234"/],
    ],
    [
      "where contacts belong, where a number has some",
      { "config.toml": `${CONFIG}contacts = "x.csv"\n`, "x.csv": "number\n" },
      [/config\.toml:5:1: error: /, /\[contacts\], with `file = "…"`/],
    ],
  ])("%s", async (_what, files, said) => {
    const { stdout, stderr } = await check(files);
    for (const words of said) expect(stdout + stderr).toMatch(words);
  });

  test.each([
    ["quotation marks", `"${KEY}"`, /quotation marks/],
    ["`Bearer`", `Bearer ${KEY}`, /Bearer/],
    ["a blank", `${KEY} `, /blank|space/],
  ])("that an API key has %s around it", async (_what, key, said) => {
    const { exitCode, stderr } = await check({ "config.toml": CONFIG }, { RETELL_API_KEY: key });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/config\.toml:2:\d+: error: /);
    expect(stderr).toMatch(said);
    expect(stderr).not.toContain(KEY);
  });
});

test("contacts may have rows that hold nothing, and a variable is sent as it is written", async () => {
  const { exitCode, stdout, stderr } = await runWith(
    {
      "config.toml": `${CONFIG}variables = { version = 1.10, name = "\${contact.first_name}" }\n[contacts]\nfile = "people.csv"\n`,
      "people.csv": "number,first_name\n+12125550111,Ann\n,\n,\n",
    },
    ["explain", "--to", "+12125550100", "--from", "+12125550111", "--json"],
  );
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout).answer.call_inbound.dynamic_variables).toEqual({ version: "1.10", name: "Ann" });
});

test("`explain` needs no secret: it says which is missing, and explains", async () => {
  const { exitCode, stdout, stderr } = await runWith(
    { "config.toml": CONFIG.replace("${env:RETELL_API_KEY}", "${credential:key}") },
    ["explain", "--to", "+12125550100", "--from", "+12125550111"],
  );
  expect(exitCode).toBe(0);
  expect(stdout).toContain("agent_front");
  expect(stderr).toMatch(/^note: .*config\.toml:2:\d+: /);
});

test("what files hold is shown, not sent to the terminal, and no more of it than helps", async () => {
  const { stderr } = await check({
    "config.toml": `${CONFIG}deny = ["@odd", "@long"]\n[lists]\nodd = { file = "odd.txt" }\nlong = { file = "long.txt" }\n`,
    "odd.txt": "\x1b[31mred\x1b[2J\x07\n",
    "long.txt": `${"x".repeat(20_000_000)}\n`,
  });
  expect(stderr).toMatch(/odd\.txt:1:1: error: /);
  expect(stderr).toMatch(/long\.txt:1:1: error: /);
  expect(stderr).toContain("\\u001b[31mred");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
  expect(stderr.length).toBeLessThan(4000);
});

describe("nothing that can be written takes the program long, or down:", () => {
  const lists = (count: number, inner: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => `l${at} = ${inner(at)}\n`).join("");

  test.each<[what: string, config: string, said: RegExp]>([
    ["a key of 50,000 parts", `${CONFIG}${"a.".repeat(50_000)}b = 1\n`, /config\.toml:5:\d+: error: /],
    ["a pattern of 25 stars", `include = "${"*a".repeat(25)}*.toml"\n${CONFIG}`, /config\.toml:1:\d+: /],
    [
      "10,000 lists, each in the next",
      `${CONFIG}deny = ["@l0"]\n[lists]\n${lists(10_000, (at) => (at < 9999 ? `["@l${at + 1}"]` : '["+12125550199"]'))}`,
      /is valid: 1 number/,
    ],
    [
      "lists of two lists each, 24 deep",
      `${CONFIG}deny = ["@l0"]\n[lists]\n${lists(24, (at) => (at < 23 ? `["@l${at + 1}", "@l${at + 1}"]` : '["+12125550199"]'))}`,
      /is valid: 1 number/,
    ],
    [
      "10,000 rules on one number",
      `${CONFIG}${Array.from({ length: 10_000 }, (_, at) => `[[numbers."+12125550100".rules]]\nwhen = { caller = "+1213555${String(at).padStart(4, "0")}" }\nreject = true\n`).join("")}`,
      /is valid: 1 number/,
    ],
  ])("%s", async (_what, config, said) => {
    // `run` ends what takes 30 s; the reports were of minutes, gigabytes and stack traces.
    const { stdout, stderr } = await check({ "config.toml": config });
    expect(stdout + stderr).toMatch(said);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr.length).toBeLessThan(4000);
  });
});

test("a call whose number asks lists of lists, 24 deep, is decided like any other", async () => {
  const lists = Array.from({ length: 24 }, (_, at) =>
    at < 23 ? `l${at} = ["@l${at + 1}", "@l${at + 1}"]` : `l${at} = ["+12125550199"]`,
  );
  const files = { "config.toml": `${CONFIG}deny = ["@l0"]\n[lists]\n${lists.join("\n")}\n` };
  const call = (from: string) =>
    runWith(files, ["explain", "--to", "+12125550100", "--from", from, "--json"]);
  expect(JSON.parse((await call("+12125550199")).stdout).outcome).toBe("reject");
  expect(JSON.parse((await call("+12125550198")).stdout).outcome).toBe("agent");
});
