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
    [["help", "chec"], ["check"]],
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

test("zsh completes what is typed", async () => {
  if (!Bun.which("zsh")) {
    if (process.env.SYSTEM_TESTS === "required") throw new Error("zsh is missing");
    console.log("skipped: zsh is not installed");
    return;
  }
  await using files = await directory({ _switchhook: await scriptFor("zsh") });
  // A zsh at a terminal of its own, typed into; Ctrl-G writes down what stands in its line, and empties that.
  await files.write(
    ".zshrc",
    `PS1='ready '; fpath=(${files.path} $fpath); autoload -U compinit; compinit -u -D
written() { print -r -- $BUFFER >> ${files.file("lines")}; BUFFER=; }
zle -N written; bindkey '^G' written`,
  );
  const script = `zmodload zsh/zpty; zpty shell 'zsh -i'; zpty -r shell seen '*ready *'
for typed in rel 'check --str' 'proxy ngi' 'help chec'; do zpty -w -n shell "switchhook $typed"$'\\t\\a'; done
zpty -w shell exit
while zpty -r shell seen; do :; done`;
  Bun.spawnSync(["zsh", "-f", "-c", script], {
    env: { ...process.env, TERM: "dumb", HOME: files.path, ZDOTDIR: files.path },
    timeout: 20_000,
  });
  expect((await Bun.file(files.file("lines")).text()).split("\n").map((line) => line.trim())).toEqual([
    "switchhook reload",
    "switchhook check --strict",
    "switchhook proxy nginx",
    "switchhook help check",
    "",
  ]);
}, 120_000);

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
  expect(offered("switchhook help chec")).toEqual(["check"]);
});

test("an unknown shell is a usage error that names the known ones", async () => {
  const { exitCode, stderr } = await runHere(["completion", "csh"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("bash, zsh, fish");
});
