import { describe, expect, test } from "bun:test";
import manifest from "../../package.json" with { type: "json" };
import { BINARY, directory, run } from "../harness.ts";
import { runHere } from "./in-process.ts";

const COMMANDS = ["serve", "check", "explain", "send", "doctor", "import", "connect", "init", "schema"];
const program = (...args: readonly string[]) => run([...BINARY, ...args]);

describe("the program's help", () => {
  test.each([[["--help"]], [["-h"]], [["help"]]])("names every command: %j", async (args) => {
    const { exitCode, stdout, stderr } = await program(...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toStartWith("Usage: switchhook [options] [command]\n");
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} .*\\w`, "m"));
    expect(stdout).toContain("Exit codes: 0 success, 1 failure, 2 usage error.");
  });

  test("is shown on standard error, as a usage error, where there is no command", async () => {
    const { exitCode, stdout, stderr } = await program();
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toBe((await program("--help")).stdout);
  });
});

describe("the help of a command", () => {
  test.each([
    ["serve", ["-c, --config <file>", "--listen <address>"]],
    ["check", ["-c, --config <file>", "--json", "--strict", "--coverage", "--online"]],
    [
      "explain",
      [
        ...[
          "-c, --config <file>",
          "--to <number>",
          "--from <number>",
          "--sms",
          "--agent <id>",
          "--header <name=value>",
        ],
        ...[
          "--at <time>",
          "--over <limit>",
          "--history <part=value>",
          "--exists <file>",
          "--lookup <name=result>",
          "--live",
          "--expect",
          "--json",
        ],
      ],
    ],
    [
      "send",
      [
        "-c, --config <file>",
        "--to <number>",
        "--from <number>",
        "--sms",
        "--agent <id>",
        "--header <name=value>",
        "--url <url>",
        "--key <key>",
      ],
    ],
    ["doctor", ["-c, --config <file>", "--json", "--strict"]],
    ["import", ["--out <file>"]],
    ["connect", ["-c, --config <file>", "--url <url>", "--number <number>", "--dry-run", "--yes"]],
    ["init", ["directory"]],
    ["schema", ["--client"]],
  ])("names every option of %s", async (command, options) => {
    const { exitCode, stdout, stderr } = await runHere([command, "--help"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toStartWith(`Usage: switchhook ${command} `);
    for (const option of options)
      expect(stdout).toMatch(new RegExp(`^  ${RegExp.escape(option)}  +\\w`, "m"));
    // Every option that there is is in the list above.
    const shown = [...stdout.matchAll(/^ {2}(-.*?|\w+) {2,}/gm)].map(([, option]) => option);
    expect(shown.sort()).toEqual([...options, "-h, --help"].sort());
    expect((await runHere(["help", command])).stdout).toBe(stdout);
    expect((await runHere([command, "-h"])).stdout).toBe(stdout);
  });
});

test.each([
  [["wombat"], "error: unknown command 'wombat'\n"],
  [["chek"], "error: unknown command 'chek'\n(Did you mean check?)\n"],
  [["--wombat"], "error: unknown option '--wombat'\n"],
  [["check", "--wombat"], "error: unknown option '--wombat'\n"],
  [["check", "--stric"], "error: unknown option '--stric'\n(Did you mean --strict?)\n"],
  [
    ["check", "config.toml"],
    "error: too many arguments for 'check'. Expected 0 arguments but got 1: config.toml.\n",
  ],
  [["init", "a", "b"], "error: too many arguments for 'init'. Expected 1 argument but got 2: a, b.\n"],
  [["check", "-c"], "error: option '-c, --config <file>' argument missing\n"],
  [["explain"], "error: required option '--to <number>' not specified\n"],
  [["explain", "--to", "1"], "error: required option '--from <number>' not specified\n"],
  [["send", "--from", "1"], "error: required option '--to <number>' not specified\n"],
  [
    ["explain", "--to", "1", "--from", "2", "--header", "x"],
    "error: option '--header <name=value>' argument 'x' is invalid. It must be name=value.\n",
  ],
])("a command line that cannot be understood is a usage error: %j", async (args, stderr) => {
  expect(await runHere(args)).toEqual({ exitCode: 2, stdout: "", stderr });
});

test.each(["--version", "-v"])("%s names the version, the commit and the runtime", async (option) => {
  const { exitCode, stdout, stderr } = await program(option);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(
    new RegExp(
      `^switchhook ${RegExp.escape(manifest.version)} \\(commit (unknown|[0-9a-f]{12})(\\+changes)?, Bun \\S+\\)\\n$`,
    ),
  );
});

describe("colours", () => {
  const FILES = {
    "good.toml": '[retell]\napi_key = "${env:RETELL_API_KEY}"\n',
    "bad.toml": "wombat = 1\n",
  };
  const ESCAPE = "\u001b[";

  /** Runs the program on a terminal, which util-linux's `script` makes; what is printed comes in one stream. */
  async function onTerminal(args: string, env: Readonly<Record<string, string>>) {
    await using dir = await directory(FILES);
    const command = `${BINARY.join(" ")} ${args}`;
    const { stdout } = await run(["script", "-qec", command, "/dev/null"], {
      cwd: dir.path,
      env: { TERM: "xterm", ...env },
    });
    return stdout;
  }

  test.each([
    "check -c good.toml",
    "check -c bad.toml",
    "explain -c good.toml --to 1 --from 2 --at 2026-12-25T00:00Z",
  ])("are not used where the output is no terminal: %s", async (args) => {
    await using dir = await directory(FILES);
    for (const env of [{}, { TERM: "xterm-256color" }, { FORCE_COLOR: "1", TERM: "xterm" }]) {
      const { stdout, stderr } = await run([...BINARY, ...args.split(" ")], { cwd: dir.path, env });
      expect(stdout + stderr).not.toBe("");
      expect(stdout + stderr).not.toContain(ESCAPE);
    }
  });

  const hasScript = Bun.which("script") !== null;
  if (!hasScript) console.warn("Skipped: `script` of util-linux is not there to make a terminal");
  test
    .skipIf(!hasScript)
    .each([
      "check -c good.toml",
      "check -c bad.toml",
      "explain -c good.toml --to 1 --from 2 --at 2026-12-25T00:00Z",
    ])("are used on a terminal, unless they are not wanted there: %s", async (args) => {
    const coloured = await onTerminal(args, {});
    expect(coloured).toContain(ESCAPE);
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
      const without = await onTerminal(args, env);
      expect(without).not.toContain(ESCAPE);
      expect(without).toBe(Bun.stripANSI(coloured));
    }
  });
});

describe("what is printed", () => {
  test("reaches a pipe whole, however slowly it is read", async () => {
    const { exitCode, stdout } = await run(["sh", "-c", `"$0" schema | { sleep 0.3; cat; }`, ...BINARY]);
    expect(exitCode).toBe(0);
    expect(stdout.length).toBeGreaterThan(64 * 1024);
    expect(JSON.parse(stdout)).toHaveProperty("properties");
  });

  test("may be left unread", async () => {
    const { exitCode, stdout, stderr } = await run(["sh", "-c", `"$0" schema | head -1`, ...BINARY]);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "{\n", stderr: "" });
  });
});
