import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { BINARY, directory, KEY, run } from "../../../harness.ts";

const GOOD =
  '[retell]\napi_key = "${env:RETELL_API_KEY}"\n\n[numbers."+12137771235"]\nagent = "agent_12345"\n';
const BAD = GOOD.replace("agent =", "agnet =");
/** Good, but for a key that every user may read. */
const WARNED = GOOD.replace("${env:RETELL_API_KEY}", "key_fedcba9876543210");

const installed = existsSync("/etc/switchhook/config.toml");
if (installed) console.warn("Skipped: this machine has a configuration in /etc/switchhook");

const check = (cwd: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
  run([...BINARY, "check", ...args], { cwd, env });

describe("check", () => {
  test("of a good configuration says so on standard output, and ends with 0", async () => {
    await using dir = await directory({ "config.toml": GOOD });
    expect(await check(dir.path)).toEqual({
      exitCode: 0,
      stdout: "config.toml is valid: 1 number\n",
      stderr: "",
    });
  });

  test("needs no secret: a missing key is a warning, which only --strict takes for an error", async () => {
    const text = GOOD.replace("env:RETELL_API_KEY", "credential:key");
    await using dir = await directory({ "config.toml": text });
    const { exitCode, stdout, stderr } = await check(dir.path);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toBe("config.toml is valid: 1 number\n");
    expect(stderr).toContain("warning: the credential key cannot be read: CREDENTIALS_DIRECTORY is not set");
    expect((await check(dir.path, ["--strict"])).exitCode).toBe(1);

    const explained = await run([...BINARY, "explain", "--to", "+12137771235", "--from", "+12137771234"], {
      cwd: dir.path,
    });
    expect(explained.exitCode, explained.stderr).toBe(0);
    expect(explained.stderr).toStartWith("note: config.toml:2:12: the credential key cannot be read");
    expect(explained.stdout).toContain("agent_12345");

    const served = await run([...BINARY, "serve"], { cwd: dir.path });
    expect(served.exitCode).toBe(1);
    expect(served.stderr).toContain("error: the credential key cannot be read");
  });

  test("sums up what a configuration holds", async () => {
    const lines = Array.from({ length: 1200 }, (_, at) => `+1213555${String(at).padStart(4, "0")}`).join(
      "\n",
    );
    await using dir = await directory({
      "config.toml": `[presets.a]\n[presets.b]\n[lists]\nspam = { file = "spam.txt" }\nvip = ["*"]\n[numbers."*"]\n${GOOD}`,
      "spam.txt": lines,
    });
    expect((await check(dir.path)).stdout).toBe(
      "config.toml is valid: 2 numbers, 2 presets, 2 lists with 1,201 entries\n",
    );
    await dir.write("config.toml", `[presets.a]\n[lists]\nvip = ["*"]\n${GOOD.split("[numbers")[0]}`);
    expect((await check(dir.path)).stdout).toBe(
      "config.toml is valid: 0 numbers, 1 preset, 1 list with 1 entry\n",
    );
  });

  test("of a bad configuration shows on standard error what is wrong, and ends with 1", async () => {
    await using dir = await directory({ "config.toml": `country = "usa"\n${BAD}` });
    expect(await check(dir.path)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `config.toml:1:11: error: \`country\` must be two capital letters such as "US", found "usa"
  1 | country = "usa"
    |           ^^^^^

config.toml:6:1: error: unknown key "agnet" in [numbers."+12137771235"]
  6 | agnet = "agent_12345"
    | ^^^^^
    = did you mean "agent"?

2 errors
`,
    });
  });

  test("of a configuration with warnings is good, unless it is strict", async () => {
    await using dir = await directory({ "config.toml": WARNED });
    await chmod(dir.file("config.toml"), 0o644);
    const lenient = await check(dir.path);
    expect(lenient).toMatchObject({ exitCode: 0, stdout: "config.toml is valid: 1 number\n" });
    expect(lenient.stderr).toMatch(
      /^config\.toml:2:11: warning: this key is in a file [\s\S]*\n1 warning\n$/,
    );
    const strict = await check(dir.path, ["--strict"]);
    expect(strict).toEqual({ exitCode: 1, stdout: "", stderr: lenient.stderr });
    expect(lenient.stderr).not.toContain("fedcba");

    await chmod(dir.file("config.toml"), 0o640);
    expect(await check(dir.path, ["--strict"])).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test("writes one JSON object for programs, and nothing else", async () => {
    await using dir = await directory({ "config.toml": BAD, "good.toml": GOOD, "warned.toml": WARNED });
    const json = async (...args: readonly string[]) => {
      const { exitCode, stdout, stderr } = await check(dir.path, ["--json", ...args]);
      expect(stderr).toBe("");
      return { exitCode, found: JSON.parse(stdout) };
    };
    expect(await json()).toEqual({
      exitCode: 1,
      found: {
        file: "config.toml",
        valid: false,
        diagnostics: [
          {
            ...{ severity: "error", file: "config.toml", line: 5, column: 1, length: 5 },
            message: 'unknown key "agnet" in [numbers."+12137771235"]',
            hint: 'did you mean "agent"?',
            excerpt: 'agnet = "agent_12345"',
          },
        ],
      },
    });
    expect(await json("-c", "good.toml")).toEqual({
      exitCode: 0,
      found: { file: "good.toml", valid: true, diagnostics: [] },
    });
    const severity = "warning";
    await chmod(dir.file("warned.toml"), 0o644);
    expect(await json("-c", "warned.toml")).toMatchObject({
      exitCode: 0,
      found: { valid: true, diagnostics: [{ severity }] },
    });
    expect(await json("-c", "warned.toml", "--strict")).toMatchObject({
      exitCode: 1,
      found: { valid: false, diagnostics: [{ severity }] },
    });
  });

  test("writes JSON for programs also where a file is not there, or none is named", async () => {
    await using dir = await directory({});
    const json = async (...args: readonly string[]) => {
      const { exitCode, stdout, stderr } = await check(dir.path, ["--json", ...args]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
      return JSON.parse(stdout);
    };
    expect(await json("-c", "none.toml")).toMatchObject({
      file: "none.toml",
      valid: false,
      diagnostics: [{ message: "cannot read the configuration: there is no such file" }],
    });
    if (installed) return;
    expect(await json()).toEqual({
      file: null,
      valid: false,
      problem: "no configuration found: neither config.toml nor /etc/switchhook/config.toml exists",
      diagnostics: [],
    });
  });

  test("ends with 1 where an expectation does not hold, and shows the steps", async () => {
    const expectation = '[[expect]]\nto = "+12137771235"\nfrom = "anonymous"\nreject = true\n';
    await using dir = await directory({ "config.toml": `${GOOD}${expectation}` });
    expect(await check(dir.path)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `config.toml:9:10: error: expected the call to be rejected, found agent agent_12345
  9 | reject = true
    |          ^^^^
    = dialled number: +12137771235 has its own entry, [numbers."+12137771235"]
    = target: agent agent_12345 (from the number)

1 error
`,
    });
  });

  test("shows what is wrong in an included file, and where the other place is", async () => {
    const included = '[numbers."+12137771235"]\npass = true\n';
    await using dir = await directory({
      "config.toml": `include = "more/*.toml"\n${GOOD}`,
      "more/a.toml": included,
    });
    expect(await check(dir.path)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `more/a.toml:1:10: error: "+12137771235" also has an entry in another file; a number can have only one
  1 | [numbers."+12137771235"]
    |          ^^^^^^^^^^^^^^
    = config.toml:5: "+12137771235" is here

1 error
`,
    });
  });

  test("--strict lets any warning be an error, also of what is never used", async () => {
    await using dir = await directory({ "config.toml": `${GOOD}[lists]\nspam = []\n` });
    expect((await check(dir.path)).exitCode).toBe(0);
    const strict = await check(dir.path, ["--strict"]);
    expect(strict).toMatchObject({ exitCode: 1, stdout: "" });
    expect(strict.stderr).toStartWith('config.toml:7:1: warning: the list "spam" is never used\n');
  });

  test("takes its secrets from the environment", async () => {
    await using dir = await directory({ "config.toml": GOOD });
    const { exitCode, stderr } = await check(dir.path, [], { RETELL_API_KEY: "" });
    expect(exitCode).toBe(0);
    expect(stderr).toContain("warning: the environment variable RETELL_API_KEY is set, but empty");
  });

  test("does not read what lies around: neither .env nor bunfig.toml", async () => {
    await using dir = await directory({
      "config.toml": GOOD.replace("RETELL_API_KEY", "ELSEWHERE"),
      ".env": `ELSEWHERE=${KEY}\n`,
      "bunfig.toml": "this is not TOML",
    });
    const { exitCode, stderr } = await check(dir.path);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("warning: the environment variable ELSEWHERE is not set");
  });
});

describe("the configuration", () => {
  const named = (number: string) => GOOD.replace("+12137771235", number).replace("agent_", number);
  /** Where the wrong number stands tells which file was read. */
  const READ = { "a.toml": named("aaa"), "b.toml": named("bbb"), "config.toml": named("ccc") };

  test.each([
    ["is what -c names", ["-c", "a.toml"], { SWITCHHOOK_CONFIG: "b.toml" }, "a.toml"],
    ["is what --config names", ["--config=a.toml"], {}, "a.toml"],
    ["is else what $SWITCHHOOK_CONFIG names", [], { SWITCHHOOK_CONFIG: "b.toml" }, "b.toml"],
    [
      "is else config.toml, also where $SWITCHHOOK_CONFIG is empty",
      [],
      { SWITCHHOOK_CONFIG: "" },
      "config.toml",
    ],
    ["is else config.toml", [], {}, "config.toml"],
  ] as const)("%s", async (_name, args, env, file) => {
    await using dir = await directory(READ);
    const { exitCode, stderr } = await check(dir.path, args, env);
    expect(exitCode).toBe(1);
    expect(stderr).toStartWith(`${file}:4:10: error: `);
  });

  test("that is named must be there", async () => {
    await using dir = await directory(READ);
    for (const [args, env] of [
      [["-c", "none.toml"], {}],
      [[], { SWITCHHOOK_CONFIG: "none.toml" }],
    ] as const) {
      expect(await check(dir.path, args, env)).toEqual({
        exitCode: 1,
        stdout: "",
        stderr: "none.toml:1:1: error: cannot read the configuration: there is no such file\n\n1 error\n",
      });
    }
  });

  test.skipIf(installed).each(["check", "serve", "explain --to 1 --from 2", "send --to 1 --from 2"])(
    "that is nowhere is asked for, with what to do: %s",
    async (command) => {
      await using dir = await directory({});
      expect(await run([...BINARY, ...command.split(" ")], { cwd: dir.path })).toEqual({
        exitCode: 1,
        stdout: "",
        stderr:
          'switchhook: no configuration found: neither config.toml nor /etc/switchhook/config.toml exists\nName one with "-c FILE" or SWITCHHOOK_CONFIG, or create one with "switchhook init".\n',
      });
    },
  );

  test("that is bad ends every command that needs one with the same report", async () => {
    await using dir = await directory({ "config.toml": BAD });
    const { stderr } = await check(dir.path);
    for (const command of ["serve", "explain --to 1 --from 2", "send --to 1 --from 2"]) {
      const told = await run([...BINARY, ...command.split(" ")], { cwd: dir.path });
      expect(told).toEqual({ exitCode: 1, stdout: "", stderr });
    }
  });
});
