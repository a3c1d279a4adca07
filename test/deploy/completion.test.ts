import { describe, expect, test } from "bun:test";
import { SHELLS } from "../../src/deploy/completion.ts";
import { runHere } from "../commands/in-process.ts";
import { directory } from "../harness.ts";

async function scriptFor(shell: string): Promise<string> {
  return (await runHere(["completion", shell])).stdout;
}

describe("completion for bash", () => {
  /** What is offered for words, the last of which is begun. */
  async function offered(...words: string[]): Promise<string[]> {
    await using files = await directory({ completion: await scriptFor("bash") });
    const script = `source ${files.file("completion")}
COMP_WORDS=(switchhook "$@") COMP_CWORD=$#
compopt() { echo files; }
_switchhook
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = Bun.spawnSync(["bash", "-c", script, "bash", ...words]);
    return stdout.toString().split("\n").filter(Boolean);
  }

  test.each<[words: string[], offered: string[]]>([
    [["ch"], ["check"]],
    [["check", "--s"], ["--strict"]],
    [["explain", "--to", "+12137771235", "--f"], ["--from"]],
    [
      ["schema", "--"],
      ["--client", "--help"],
    ],
    [["completion", "z"], ["zsh"]],
    [["check", "-c", ""], ["files"]],
    [["explain", "--to", ""], []],
  ])("for %j offers %j", async (words, found) => {
    expect(await offered(...words)).toEqual(found);
  });

  test("names every command", async () => {
    const { stdout } = await runHere(["--help"]);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    expect(await offered("")).toEqual(expect.arrayContaining(["serve", "check", "systemd", "completion"]));
    for (const name of commands.filter((name) => name !== "switchhook")) {
      expect(await offered(name ?? "")).toContain(name ?? "");
    }
  });
});

test.each(SHELLS.map((shell) => [shell]))("%s takes its script", async (shell) => {
  if (!Bun.which(shell)) {
    if (process.env.SYSTEM_TESTS === "required") throw new Error(`${shell} is missing`);
    console.log(`skipped: ${shell} is not installed`);
    return;
  }
  await using files = await directory({ completion: await scriptFor(shell) });
  const { success, stderr } = Bun.spawnSync([shell, "-n", files.file("completion")]);
  expect([success, stderr.toString()]).toEqual([true, ""]);
});

test("fish offers what the command line takes", async () => {
  if (!Bun.which("fish")) {
    if (process.env.SYSTEM_TESTS === "required") throw new Error("fish is missing");
    console.log("skipped: fish is not installed");
    return;
  }
  await using files = await directory({ completion: await scriptFor("fish") });
  const offered = (line: string) =>
    Bun.spawnSync(["fish", "-c", `source ${files.file("completion")}; complete -C '${line}'`])
      .stdout.toString()
      .split("\n")
      .map((found) => found.split("\t")[0])
      .filter(Boolean);
  expect(offered("switchhook rel")).toEqual(["reload"]);
  expect(offered("switchhook check --str")).toEqual(["--strict"]);
});

test("an unknown shell is a usage error that names the known ones", async () => {
  const { exitCode, stderr } = await runHere(["completion", "csh"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("bash, zsh, fish");
});
