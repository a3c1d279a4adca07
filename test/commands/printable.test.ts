import { describe, expect, test } from "bun:test";
import { directory } from "../harness.ts";
import { runHere } from "./in-process.ts";

/** Changes the title of a terminal, clears it, and turns the direction of writing. */
const BAD = "\u001b]0;x\u0007\u001b[2J\u009b2J\u202e";
const COMMANDING = /[^\P{C}\n\t]/u;

const CONFIG = `[retell]\napi_key = "\${env:RETELL_API_KEY}"\n
[numbers."+12137771235"]
agent = "agent_12345"
variables = { "a\\u001b" = "\\u009b" }
`;
const CALL = ["--to", "+12137771235", "--from", `+1213777${BAD}`];
const LIST = `\n[lists]\na = { file = "a\\u001b.txt" }\nb = { file = "none\\u001b" }\n`;

describe("what files and callers supply is shown without commanding the terminal", () => {
  test.each<[string, string, readonly string[], exitCode: number, shown: string]>([
    ["by check", CONFIG + LIST, ["check"], 1, "\\u001b]0;x\\u0007"],
    ["by check as JSON", CONFIG + LIST, ["check", "--json"], 1, "\\u001b]0;x\\u0007"],
    ["by check of a file with such a name", CONFIG, ["check", "-c", `${BAD}.toml`], 1, "\\u001b[2J"],
    ["by explain", CONFIG, ["explain", ...CALL], 0, "\\u001b[2J\\u009b2J\\u202e"],
    ["by explain as JSON", CONFIG, ["explain", ...CALL, "--json"], 0, "\\u009b"],
    ["by explain as an expectation", CONFIG, ["explain", ...CALL, "--expect"], 0, "\\u202e"],
    ["by explain of a time", CONFIG, ["explain", ...CALL, "--at", BAD], 2, "\\u001b[2J"],
    ["by explain of a limit", CONFIG, ["explain", ...CALL, "--over", BAD], 2, "\\u001b[2J"],
    ["by send", CONFIG, ["send", ...CALL, "--url", "http://127.0.0.1:1/", "--key", BAD], 1, "127.0.0.1"],
    ["by init", CONFIG, ["init", `config.toml/${BAD}`], 1, "\\u001b[2J"],
    ["for an unknown option", CONFIG, ["check", `--${BAD}`], 2, "\\u001b[2J"],
  ])("%s", async (_name, config, args, exitCode, shown) => {
    await using dir = await directory({ "config.toml": config, "a\u001b.txt": `wombat${BAD}\n` });
    const done = await runHere(args, { cwd: dir.path });
    const printed = done.stdout + done.stderr;
    expect(done.exitCode, printed).toBe(exitCode);
    expect(printed).not.toMatch(COMMANDING);
    expect(printed).toContain(shown);
  });

  test("by send of what comes back, of which only so much is shown", async () => {
    const body = `${BAD}\nthe second line ${"x".repeat(1_000_000)}`;
    using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(body) });
    const { stdout } = await runHere(["send", ...CALL, "--url", `${server.url}`, "--key", "key_1"]);
    expect(stdout).not.toMatch(COMMANDING);
    expect(stdout).toContain("\\u202e\nthe second line xxx");
    expect(stdout.length).toBeLessThan(30_000);
  });
});

test("a list of one line of 20 MB is reported in a few words", async () => {
  const files = { "config.toml": CONFIG + LIST, "a\u001b.txt": "x".repeat(20_000_000) };
  await using dir = await directory(files);
  for (const args of [["check"], ["check", "--json"]]) {
    const { stdout, stderr } = await runHere(args, { cwd: dir.path });
    expect(stdout + stderr).toContain("xxx…");
    expect((stdout + stderr).length).toBeLessThan(3000);
  }
});
