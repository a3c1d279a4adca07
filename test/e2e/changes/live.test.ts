/** The configuration changes in every way that files can change, while calls come in without pause. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, open, rename, rm, symlink } from "node:fs/promises";
import {
  agentConfig,
  ask,
  BINARY,
  BINARY_AND_DENO,
  callBody,
  type Directory,
  directory,
  KEY,
  post,
  ROOT,
  type RunningServer,
  run,
  serve,
  until,
} from "../../harness.ts";
import { type BusyLine, busyLine, wordOf } from "./busy-line.ts";

setDefaultTimeout(120_000);

/** How long a change may take to be seen, on the slowest machine. */
const PATIENCE_MS = 60_000;

/** A server under calls, with its files. */
interface Scene {
  readonly server: RunningServer;
  readonly line: BusyLine;
  readonly files: Directory;
}

/** Serves `path` among these files under calls; in the end not one call must have failed. */
async function underCalls(
  command: readonly string[],
  files: Directory,
  path: string,
  work: (scene: Scene) => Promise<void>,
): Promise<void> {
  await using server = await serve(command, files.file(path));
  await using line = busyLine(server.url);
  await line.round();
  await work({ server, line, files });
  await line.hangUp();
  expect(line.failures).toEqual([]);
  expect(server.log()).not.toContain("a bug in Switchhook");
  expect(await server.stop()).toBe(0);
}

/** Waits until a call gets this answer, in one word. */
async function inForce(server: RunningServer, word: string): Promise<void> {
  let last = "";
  const isAnswered = async () => {
    last = wordOf(await ask(server.url));
    return last === word;
  };
  await until(isAnswered, PATIENCE_MS).catch((error: unknown) => {
    throw new Error(`Calls were to get ${word}, but get ${last}: ${error}\n${configurationLog(server)}`);
  });
}

/** Waits until the log says something. @param from which part of the log counts, in UTF-16 code units */
async function logged(server: RunningServer, what: RegExp | string, from = 0): Promise<void> {
  const isLogged = () => {
    const log = server.log().slice(from);
    return typeof what === "string" ? log.includes(what) : what.test(log);
  };
  await until(isLogged, PATIENCE_MS).catch(() => {
    throw new Error(`The log was to say ${what}, but says\n${configurationLog(server)}`);
  });
}

/** What the log says of the configuration. */
function configurationLog(server: RunningServer): string {
  return linesWith(server.log(), '"message":"configuration').join("\n");
}

function linesWith(text: string, part: string): string[] {
  return text.split("\n").filter((line) => line.includes(part));
}

/** Writes a file beside another and renames it over that, as most editors do. */
async function replace(files: Directory, name: string, text: string): Promise<void> {
  await files.write(`${name}.new`, text);
  await rename(files.file(`${name}.new`), files.file(name));
}

/** Points a symbolic link somewhere else, in one step. */
async function repoint(files: Directory, link: string, target: string): Promise<void> {
  await symlink(target, files.file(`${link}.new`));
  await rename(files.file(`${link}.new`), files.file(link));
}

/** A configuration in two files that belong together, in a directory. */
const release = (name: string) => ({
  [`${name}/config.toml`]: agentConfig(
    `agent_${name}`,
    'variables = { tenant = "${file:texts/tenant.txt}" }',
  ),
  [`${name}/texts/tenant.txt`]: `${name}\n`,
});

const SIX_MISTAKES = `${agentConfig("agent_1").replace("[server]", "[server]\nprot = 1")}
agnet = "agent_2"
deny = ["+1", "@nobody"]
presets = ["nothing"]
[log]
level = "loud"
`;

type Mistake = readonly [
  what: string,
  spoil: (files: Directory) => Promise<void>,
  problems: readonly (string | RegExp)[],
];

/** What the system tells of files, each runtime in its own words. */
const MISTAKES_OF_FILES: readonly Mistake[] = [
  [
    "a file that is not text",
    (files) => files.write("config.toml", new Uint8Array([0x0a, 0xff, 0xfe, 0x80])),
    [/config\.toml:2:1: this file is not valid UTF-8/],
  ],
  [
    "a file that is gone",
    (files) => rm(files.file("config.toml")),
    [/config\.toml:1:1: cannot read the configuration: there is no such file/],
  ],
  [
    "a directory in its place",
    async (files) => {
      await rm(files.file("config.toml"));
      await mkdir(files.file("config.toml"));
    },
    [/config\.toml:1:1: cannot read the configuration: it is a directory/],
  ],
  [
    "a symbolic link to itself in its place",
    async (files) => {
      await rm(files.file("config.toml"));
      await symlink("config.toml", files.file("config.toml"));
    },
    [/config\.toml:1:1: cannot read the configuration: its symbolic links form a loop/],
  ],
  [
    "a list file that is gone",
    (files) => rm(files.file("spam.txt")),
    [/config\.toml:12:17: cannot read .*spam\.txt.*there is no such file/],
  ],
];

/** What is wrong with texts: their reader is the same on every runtime. */
const MISTAKES_OF_TEXTS: readonly Mistake[] = [
  [
    "a syntax error",
    (files) => files.write("config.toml", `${agentConfig("agent_1")}\npresets = warm\n`),
    [/config\.toml:10:11: this is not valid TOML/, "1 error"],
  ],
  [
    "six mistakes at once",
    (files) => replace(files, "config.toml", SIX_MISTAKES),
    [
      /config\.toml:2:1: unknown key .{1,2}prot/,
      /config\.toml:11:1: unknown key .{1,2}agnet/,
      /config\.toml:12:9: /,
      /config\.toml:12:15: there is no list .{1,2}nobody/,
      /config\.toml:13:12: there is no preset .{1,2}nothing/,
      /config\.toml:15:9: .*loud/,
      "6 errors",
    ],
  ],
  [
    "a file that is empty",
    (files) => files.write("config.toml", ""),
    [/config\.toml:1:1: `api_key` is missing/],
  ],
  [
    "a list file with two mistakes",
    (files) => files.write("spam.txt", "+12137770001\nnobody\n\n  +1 # too short\n"),
    [/spam\.txt:2:1: /, /spam\.txt:4:3: /, "2 errors"],
  ],
];

describe.each(BINARY_AND_DENO)("%s", (_runtime, command) => {
  test("a write in place, a rename over the file, and both again, are followed", async () => {
    await using files = await directory({ "config.toml": agentConfig("agent_0") });
    await underCalls(command, files, "config.toml", async ({ server, line }) => {
      await files.write("config.toml", agentConfig("agent_1"));
      await inForce(server, "agent_1");
      await replace(files, "config.toml", agentConfig("agent_2"));
      await inForce(server, "agent_2");
      await files.write("config.toml", agentConfig("agent_3"));
      await inForce(server, "agent_3");
      await replace(files, "config.toml", agentConfig("agent_4"));
      await inForce(server, "agent_4");
      await line.round();
      expect([...line.heard].sort()).toEqual(["agent_0", "agent_1", "agent_2", "agent_3", "agent_4"]);
    });
  });

  test("a file that is deleted and made anew is followed, and meanwhile the old one is in force", async () => {
    await using files = await directory({ "config.toml": agentConfig("agent_0") });
    await underCalls(command, files, "config.toml", async ({ server, line }) => {
      await rm(files.file("config.toml"));
      await logged(server, "config.toml:1:1: cannot read the configuration: there is no such file");
      await line.round();
      expect([...line.heard]).toEqual(["agent_0"]);
      await files.write("config.toml", agentConfig("agent_1"));
      await inForce(server, "agent_1");
    });
  });

  test("a directory that is moved away and comes back is followed", async () => {
    await using files = await directory({ "etc/config.toml": agentConfig("agent_0") });
    await underCalls(command, files, "etc/config.toml", async ({ server }) => {
      await rename(files.file("etc"), files.file("old"));
      await logged(server, "there is no such file");
      await files.write("etc/config.toml", agentConfig("agent_1"));
      await inForce(server, "agent_1");
      await replace(files, "etc/config.toml", agentConfig("agent_2"));
      await inForce(server, "agent_2");
    });
  });

  test("symbolic links that are swapped are followed, as Kubernetes does with a ConfigMap", async () => {
    await using files = await directory({
      "..2026_01/config.toml": agentConfig("agent_0"),
      "..2026_02/config.toml": agentConfig("agent_1"),
      "..2026_03/config.toml": agentConfig("agent_2"),
    });
    await symlink("..2026_01", files.file("..data"));
    await symlink("..data/config.toml", files.file("config.toml"));
    await underCalls(command, files, "config.toml", async ({ server, line }) => {
      await repoint(files, "..data", "..2026_02");
      await rm(files.file("..2026_01"), { recursive: true });
      await inForce(server, "agent_1");
      await repoint(files, "..data", "..2026_03");
      await rm(files.file("..2026_02"), { recursive: true });
      await inForce(server, "agent_2");
      await files.write("..2026_03/config.toml", agentConfig("agent_3"));
      await inForce(server, "agent_3");
      await line.round();
      expect([...line.heard].sort()).toEqual(["agent_0", "agent_1", "agent_2", "agent_3"]);
    });
  });

  test("a directory of several files that is swapped as a whole is never seen in part", async () => {
    await using files = await directory({ ...release("one"), ...release("two"), ...release("three") });
    await symlink("one", files.file("current"));
    await underCalls(command, files, "current/config.toml", async ({ server, line }) => {
      await repoint(files, "current", "two");
      await inForce(server, "agent_two of two");
      await repoint(files, "current", "three");
      await inForce(server, "agent_three of three");
      await line.round();
      expect([...line.heard].sort()).toEqual([
        "agent_one of one",
        "agent_three of three",
        "agent_two of two",
      ]);
    });
  });

  test("a file that is written slowly is left until it is whole, though each part of it would be valid", async () => {
    const pieces = [
      '[retell]\napi_key = "${env:RETELL_API_KEY}"\n[server]\nlisten = "127.0.0.1:0"\n',
      ...Array.from({ length: 10 }, (_, at) => `[numbers."+1213777200${at}"]\nagent = "agent_1"\n`),
      '[numbers."+12137771235"]\nagent = "agent_1"\n',
    ];
    /** Whether no piece came so late that the file could be taken for whole, as it can where this machine is busy. */
    const isWrittenInTime = async () => {
      let longestMs = 0;
      await using files = await directory({ "config.toml": agentConfig("agent_0") });
      await underCalls(command, files, "config.toml", async ({ server, line }) => {
        const file = await open(files.file("config.toml"), "w");
        let lastMs = performance.now();
        for (const piece of pieces) {
          await file.write(piece);
          await Bun.sleep(80);
          longestMs = Math.max(longestMs, performance.now() - lastMs);
          lastMs = performance.now();
        }
        await file.close();
        await inForce(server, "agent_1");
        await line.round();
        if (longestMs > 300) return;
        // A half file has no entry for the number that is called, and would let the calls pass.
        expect([...line.heard].sort()).toEqual(["agent_0", "agent_1"]);
        expect(linesWith(server.log(), "configuration reloaded")).toEqual([
          expect.stringContaining('"numbers":11'),
        ]);
      });
      return longestMs <= 300;
    };
    let tries = 1;
    while (!(await isWrittenInTime())) expect(++tries).toBeLessThan(20);
  });

  test("after a storm of 200 edits the last one is in force", async () => {
    await using files = await directory({ "config.toml": agentConfig("agent_0") });
    await underCalls(command, files, "config.toml", async ({ server, line }) => {
      for (let edit = 1; edit <= 200; edit++) {
        // Every third is a mistake.
        const text =
          edit % 3 === 1 ? `agnet = ${edit}\n${agentConfig("agent_wrong")}` : agentConfig(`agent_${edit}`);
        await (edit % 2 === 0 ? replace(files, "config.toml", text) : files.write("config.toml", text));
        await Bun.sleep(edit % 5);
      }
      await inForce(server, "agent_200");
      await line.round();
      expect(line.heard).not.toContain("agent_wrong");
      expect(line.heard).not.toContain("passed");
    });
  });

  test("SIGHUP reads the files anew, and nothing that did not change is said to have", async () => {
    await using files = await directory({ "config.toml": agentConfig("agent_0") });
    await underCalls(command, files, "config.toml", async ({ server }) => {
      for (let round = 1; round <= 3; round++) {
        process.kill(server.pid, "SIGHUP");
        await until(() => linesWith(server.log(), "configuration unchanged").length === round, PATIENCE_MS);
      }
      await files.write("config.toml", agentConfig("agent_1"));
      process.kill(server.pid, "SIGHUP");
      await inForce(server, "agent_1");
      await files.write("config.toml", "not TOML");
      process.kill(server.pid, "SIGHUP");
      await logged(server, "configuration has errors; the old one stays in force");
      await inForce(server, "agent_1");
    });
  });

  test("a file that the configuration names is followed like itself, also from the moment that it appears", async () => {
    const lists =
      '[defaults]\ndeny = ["@spam", "@late"]\n[lists]\nspam = { file = "lists/spam.txt" }\nlate = []\n';
    await using files = await directory({
      "config.toml": agentConfig("${file:agent.txt}", lists),
      "agent.txt": "agent_0\n",
      "lists/spam.txt": "# nobody\n",
    });
    await underCalls(command, files, "config.toml", async ({ server, line }) => {
      await files.write("agent.txt", "agent_1\n");
      await inForce(server, "agent_1");
      await files.write("lists/spam.txt", "+12137771234\n");
      await inForce(server, "rejected");
      await replace(files, "lists/spam.txt", "+12137770000\n");
      await inForce(server, "agent_1");

      const late = lists.replace("late = []", 'late = { file = "late/late.txt" }');
      await files.write("config.toml", agentConfig("${file:agent.txt}", late));
      await logged(server, /cannot read \S*late\/late\.txt.*there is no such file/);
      line.forget();
      await line.round();
      expect([...line.heard]).toEqual(["agent_1"]);
      await files.write("late/late.txt", "(213) 777-1234 # without a country\n");
      await logged(server, "late/late.txt:1:1:");
      await files.write("late/late.txt", "+1 213 777 1234\n");
      await inForce(server, "rejected");
    });
  });

  test("a flag file makes its rule apply from the moment that it is there, and no longer when it is gone", async () => {
    const rule = '[[numbers."+12137771235".rules]]\nwhen = { exists = "flags/closed" }\nreject = true\n';
    await using files = await directory({ "config.toml": agentConfig("agent_1", rule) });
    await underCalls(command, files, "config.toml", async ({ server }) => {
      await files.write("flags/closed", "");
      await inForce(server, "rejected");
      await logged(server, "flag files (added flags/closed)");
      await rm(files.file("flags/closed"));
      await inForce(server, "agent_1");
      await logged(server, "flag files (removed flags/closed)");
    });
  });

  describe("what is wrong changes nothing, is logged with its place, and when it is mended the new is in force", () => {
    const lists = '[defaults]\ndeny = ["@spam"]\n[lists]\nspam = { file = "spam.txt" }\n';
    const stack = new AsyncDisposableStack();
    let files: Directory;
    let server: RunningServer;
    let line: BusyLine;
    // Who takes the calls when nothing is wrong.
    let agent = "agent_0";
    // One server for all of them: none of them must leave anything behind.
    beforeAll(async () => {
      files = stack.use(await directory({ "config.toml": agentConfig("agent_0", lists), "spam.txt": "" }));
      server = stack.use(await serve(command, files.file("config.toml")));
      line = stack.use(busyLine(server.url));
    });
    afterAll(async () => {
      await line.hangUp();
      expect(await server.stop()).toBe(0);
      await stack.disposeAsync();
    });

    test.each([...MISTAKES_OF_FILES, ...(command === BINARY ? MISTAKES_OF_TEXTS : [])])(
      "%s",
      async (_what, spoil, problems) => {
        const before = server.log().length;
        await line.round();
        line.forget();
        await spoil(files);
        await logged(server, "configuration has errors; the old one stays in force", before);
        for (const problem of problems) await logged(server, problem, before);
        await line.round();
        expect([...line.heard]).toEqual([agent]);
        await files.write("spam.txt", "");
        await rm(files.file("config.toml"), { recursive: true, force: true });
        agent = `agent_mended_${before}`;
        await files.write("config.toml", agentConfig(agent, lists));
        await inForce(server, agent);
        expect(line.failures).toEqual([]);
      },
    );
  });

  test("`listen` cannot change: that is said, and the rest is in force", async () => {
    await using files = await directory({ "config.toml": agentConfig("agent_0") });
    await underCalls(command, files, "config.toml", async ({ server }) => {
      await files.write("config.toml", agentConfig("agent_1").replace("127.0.0.1:0", "127.0.0.1:1"));
      await inForce(server, "agent_1");
      await logged(server, /"level":"WARN","message":"`listen` cannot change/);
    });
  });

  test("a key is rotated without a single call being refused", async () => {
    const withKeys = (...keys: string[]) =>
      agentConfig("agent_0").replace('"${env:RETELL_API_KEY}"', JSON.stringify(keys));
    await using files = await directory({ "config.toml": withKeys(KEY) });
    await underCalls(command, files, "config.toml", async ({ server, line }) => {
      const statusWith = async (key: string) => (await post(server.url, callBody(), key)).status;
      expect(await statusWith("key_new")).toBe(401);
      await files.write("config.toml", withKeys(KEY, "key_new"));
      await until(async () => (await statusWith("key_new")) === 200, PATIENCE_MS);
      line.key = "key_new";
      await line.round();
      await files.write("config.toml", withKeys("key_new"));
      await until(async () => (await statusWith(KEY)) === 401, PATIENCE_MS);
    });
  });

  test("the path, who may post, whose word is taken for it, and the log change while it runs", async () => {
    await using files = await directory({ "config.toml": agentConfig("agent_0") });
    await using server = await serve(command, files.file("config.toml"));
    const statusAt = async (path: string) => (await post(new URL(path, server.url).href, callBody())).status;
    const write = (serverLines: string, more = "") =>
      files.write(
        "config.toml",
        agentConfig("agent_0", more).replace("[server]\n", `[server]\n${serverLines}\n`),
      );

    expect([await statusAt("/webhook"), await statusAt("/retell")]).toEqual([200, 404]);
    await write('path = "/retell"');
    await until(async () => (await statusAt("/retell")) === 200, PATIENCE_MS);
    expect(await statusAt("/webhook")).toBe(404);

    await write('allow_ips = ["192.0.2.0/24"]');
    await until(async () => (await statusAt("/webhook")) === 403, PATIENCE_MS);
    await write('allow_ips = ["192.0.2.0/24", "127.0.0.1"]');
    await until(async () => (await statusAt("/webhook")) === 200, PATIENCE_MS);
    await write("allow_ips = []");
    await until(() => linesWith(server.log(), "configuration reloaded").length === 4, PATIENCE_MS);

    const clientLogged = async () => {
      const before = server.log().length;
      // What comes too often is summed up for a while, without who sent it.
      await until(async () => {
        await fetch(server.url, { method: "POST", headers: { "x-forwarded-for": "192.0.2.9" } });
        await Bun.sleep(500);
        return server.log().slice(before).includes('"address"');
      }, PATIENCE_MS);
      return /"address":"([^"]+)"/.exec(server.log().slice(before))?.[1];
    };
    expect(await clientLogged()).toBe("192.0.2.9");
    await write("trusted_proxies = []");
    await until(async () => (await clientLogged()) === "127.0.0.1", PATIENCE_MS);

    const masked = '[log]\nnumbers = "masked"\nformat = "text"\n';
    await write("", masked);
    const lastAnswer = async () => {
      const before = server.log().length;
      await ask(server.url);
      await until(() => server.log().slice(before).includes("call answered"), PATIENCE_MS);
      return server.log().slice(before);
    };
    await until(async () => /^\d{4}-.* info +call answered .*from=/m.test(await lastAnswer()), PATIENCE_MS);
    expect(await lastAnswer()).toContain("from=+1******1234");
    expect(await lastAnswer()).not.toContain("7771234");

    await write("", '[log]\nlevel = "error"\n');
    await until(async () => {
      const before = server.log().length;
      await ask(server.url);
      await Bun.sleep(20);
      return server.log().length === before;
    }, PATIENCE_MS);
    expect(await server.stop()).toBe(0);
  });

  test("a big configuration is loaded while calls go on", async () => {
    const numbers = Array.from(
      { length: 10_000 },
      (_, at) => `[numbers."+1310${5_550_000 + at}"]\nagent = "agent_${at}"\n`,
    ).join("");
    const callers = Array.from({ length: 100_000 }, (_, at) => `+1408${5_550_000 + at}\n`).join("");
    const big = (agent: string) =>
      agentConfig(agent, `${numbers}[defaults]\ndeny = ["@spam"]\n[lists]\nspam = { file = "spam.txt" }\n`);
    await using files = await directory({ "config.toml": agentConfig("agent_0"), "spam.txt": callers });
    await underCalls(command, files, "config.toml", async ({ server, line }) => {
      await replace(files, "config.toml", big("agent_1"));
      await inForce(server, "agent_1");
      expect(wordOf(await ask(server.url, { to_number: "+13105559999" }))).toBe("agent_9999");
      expect(wordOf(await ask(server.url, { from_number: "+14085649999" }))).toBe("rejected");
      await files.write("spam.txt", `${callers}+12137771234\n`);
      await inForce(server, "rejected");
      await line.round();
      expect([...line.heard].sort()).toEqual(["agent_0", "agent_1", "rejected"]);
    });
  });

  test("a change below an overlay, of which no event tells, is followed", async () => {
    await using files = await directory({
      "lower/config.toml": agentConfig("agent_0"),
      "upper/x": "",
      "work/x": "",
    });
    await mkdir(files.file("merged"));
    await rm(files.file("work/x"));
    const options = `lowerdir=${files.file("lower")},upperdir=${files.file("upper")},workdir=${files.file("work")}`;
    const merged = files.file("merged");
    const mounted = await mount(["-t", "overlay", "overlay", "-o", options, merged]);
    if (mounted !== undefined) {
      if (process.env.SYSTEM_TESTS === "required") throw new Error(`Cannot mount an overlay: ${mounted}`);
      console.log(`left out, for an overlay cannot be mounted here: ${mounted}`);
      return;
    }
    try {
      await underCalls(command, files, "merged/config.toml", async ({ server }) => {
        await files.write("lower/config.toml", agentConfig("agent_1"));
        await inForce(server, "agent_1");
        await files.write("lower/config.toml", agentConfig("agent_2", "# longer\n"));
        await inForce(server, "agent_2");
      });
    } finally {
      const { exitCode, stderr } = await run(["umount", "-l", merged]);
      expect([exitCode, stderr]).toEqual([0, ""]);
    }
    expect(existsSync(files.file("merged/config.toml"))).toBe(false);
  });
});

test("`bun main.ts` finds the code of the thread that loads too", async () => {
  await using files = await directory({ "config.toml": agentConfig("agent_0") });
  await underCalls([process.execPath, `${ROOT}/main.ts`], files, "config.toml", async ({ server }) => {
    await files.write("config.toml", agentConfig("agent_1"));
    await inForce(server, "agent_1");
  });
});

/** Mounts; what hinders it, if something does. */
async function mount(args: readonly string[]): Promise<string | undefined> {
  if (!Bun.which("mount")) return "there is no program mount";
  const { exitCode, stderr } = await run(["mount", ...args]);
  return exitCode === 0 ? undefined : stderr.trim();
}
