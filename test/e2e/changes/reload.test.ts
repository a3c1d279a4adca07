/** Reloads where the system is in the way: no descriptors, no working directory, a mount of a single file. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { getPriority } from "node:os";
import { dirname, join } from "node:path";
import { ask, BINARY, directory, environment, type RunningServer, run, serve, until } from "../../harness.ts";

const HEAD = `[retell]
api_key = "\${env:RETELL_API_KEY}"
[server]
listen = "127.0.0.1:0"
`;
const config = (agent: string) => `${HEAD}[numbers."+12137771235"]\nagent = "${agent}"\n`;
const answeredBy = async (url: string) => JSON.stringify(await ask(url));

const DESCRIPTORS = 160;
const LIMITED = ["sh", "-c", `ulimit -n ${DESCRIPTORS}; exec "$@"`, "sh", ...BINARY];

/** Connections that use all the descriptors a server has, but for some. */
async function crowd({ url, pid }: RunningServer, spare = 0): Promise<Disposable> {
  const { hostname, port } = new URL(url);
  const inUse = () => readdirSync(`/proc/${pid}/fd`).length;
  const sockets = Array.from({ length: DESCRIPTORS - spare - inUse() }, () =>
    connect(Number(port), hostname).on("error", () => {}),
  );
  await until(() => inUse() >= DESCRIPTORS - spare);
  return { [Symbol.dispose]: () => void sockets.map((socket) => socket.destroy()) };
}

test("with no descriptors left, an edit waits, and is in force when there are some again", async () => {
  await using files = await directory({
    "config.toml": `include = "clients/*.toml"\n${HEAD}`,
    "clients/acme.toml": '[numbers."+12137771235"]\nagent = "agent_1"\n',
  });
  await using server = await serve(LIMITED, files.file("config.toml"));
  {
    using _crowd = await crowd(server);
    await files.write("clients/acme.toml", '[numbers."+12137771235"]\nagent = "agent_2"\n');
    await until(() => server.log().includes("configuration cannot be read right now"));
    expect(server.log()).toContain("there are no file descriptors left");
    expect(server.log()).not.toContain("matches no file");
  }
  await until(async () => (await answeredBy(server.url)).includes("agent_2"));
  expect(server.log().split("configuration cannot be read right now")).toHaveLength(2);
}, 240_000);

test("with few descriptors left, and its file gone, it goes on answering, and loads the file that comes back", async () => {
  await using files = await directory({ "config.toml": config("agent_1") });
  await using server = await serve(LIMITED, files.file("config.toml"));
  {
    using _crowd = await crowd(server, 3);
    await rm(files.file("config.toml"));
    await until(() => server.log().includes("there are no file descriptors left"));
  }
  await until(() => server.log().includes("there is no such file"));
  expect(await answeredBy(server.url)).toContain("agent_1");
  await files.write("config.toml", config("agent_2"));
  await until(async () => (await answeredBy(server.url)).includes("agent_2"));
}, 240_000);

test("without its working directory, it reloads all the same", async () => {
  await using files = await directory({ "config.toml": config("agent_1"), "gone/x": "" });
  await using server = await serve(BINARY, files.file("config.toml"), { cwd: files.file("gone") });
  await rm(files.file("gone"), { recursive: true });
  await files.write("config.toml", config("agent_2"));
  await until(async () => (await answeredBy(server.url)).includes("agent_2"));
  await files.write("config.toml", "not TOML");
  await until(() => server.log().includes("configuration has errors"));
  await files.write("config.toml", config("agent_3"));
  await until(async () => (await answeredBy(server.url)).includes("agent_3"));
});

test("numbers that a broken upload cut off are in force, with a warning that counts them", async () => {
  const numbers = (count: number) =>
    Array.from({ length: count }, (_, at) => `[numbers."+1213777${1000 + at}"]\nagent = "agent_1"\n`).join(
      "",
    );
  await using files = await directory({ "config.toml": HEAD + numbers(501) });
  await using server = await serve(BINARY, files.file("config.toml"));
  await files.write("config.toml", HEAD + numbers(250));
  await until(() => server.log().includes("configuration reloaded"));
  expect(server.log()).toContain("numbers: 501 before, 250 now");
  expect(server.log()).toContain("numbers 501 → 250 (removed +12137771250, ");
});

describe.each([
  ["replaced", async () => {}],
  ["replaced, and kept under another name,", (host: string) => rename(host, `${host}.old`)],
])("a file that is mounted by itself, and was %s outside its mount", (_, keep) => {
  test("is said to be", async () => {
    await using files = await directory({ "host/config.toml": config("agent_1"), "in side/config.toml": "" });
    const [host, inside] = [files.file("host/config.toml"), files.file("in side/config.toml")];
    const mounted = await run(["mount", "--bind", host, inside]);
    if (mounted.exitCode !== 0) {
      if (process.env.SYSTEM_TESTS === "required") throw new Error(`Cannot bind a file: ${mounted.stderr}`);
      console.log(`left out, for a file cannot be mounted here: ${mounted.stderr.trim()}`);
      return;
    }
    try {
      await using server = await serve(BINARY, inside, { cwd: dirname(files.path) });
      await writeFile(host, config("agent_2"));
      await until(async () => (await answeredBy(server.url)).includes("agent_2"));
      await writeFile(files.file("host/new.toml"), config("agent_3"));
      await keep(host);
      await rename(files.file("host/new.toml"), host);
      await until(() => server.log().includes("this file was replaced outside its mount"));
      expect(server.log().split("configuration reloaded")).toHaveLength(2);
      expect(await answeredBy(server.url)).toContain("agent_2");
    } finally {
      await run(["umount", "-l", inside]);
    }
  });
});

test("a file system that hangs holds up neither calls, nor later edits, nor the end", async () => {
  const lists = (file: string) => `[defaults]\ndeny = ["@spam"]\n[lists]\nspam = { file = "${file}" }\n`;
  await using files = await directory({ "config.toml": config("agent_1") });
  const mounted = files.file("mounted");
  await mkdir(mounted);
  const mounting = Bun.spawn([process.execPath, join(import.meta.dir, "hanging-file-system.ts"), mounted], {
    env: environment(),
    stdout: "pipe",
    stderr: "pipe",
  });
  const { value, done } = await mounting.stdout.getReader().read();
  if (done) {
    const problem = await new Response(mounting.stderr).text();
    if (process.env.SYSTEM_TESTS === "required") throw new Error(problem);
    console.log(`left out, for nothing that hangs can be mounted here: ${problem.trim()}`);
    return;
  }
  expect(new TextDecoder().decode(value)).toBe("mounted\n");
  try {
    await using server = await serve(BINARY, files.file("config.toml"));
    await files.write("config.toml", config("agent_2") + lists("mounted/spam.txt"));
    await until(() => server.log().includes("configuration cannot be read right now"), 120_000);
    expect(server.log()).toContain("it took longer than 20 s");
    expect(await answeredBy(server.url)).toContain("agent_1");
    await files.write("spam.txt", "+19005550100\n");
    await files.write("config.toml", config("agent_3") + lists("spam.txt"));
    await until(async () => (await answeredBy(server.url)).includes("agent_3"));
    await files.write("spam.txt", "+12137771234\n");
    await until(async () => (await answeredBy(server.url)).includes("reject"));
    expect(await server.stop()).toBe(0);
  } finally {
    await run(["umount", "-l", mounted]);
    mounting.kill("SIGKILL");
  }
}, 240_000);

test("a directory of included files that is moved away drops no number", async () => {
  const main = `include = "clients/*.toml"\n${HEAD}`;
  const client = (agent: string) => `[numbers."+12137771235"]\nagent = "${agent}"\n`;
  await using files = await directory({ "config.toml": main, "clients/acme.toml": client("agent_1") });
  await using server = await serve(BINARY, files.file("config.toml"));
  await rename(files.file("clients"), files.file("old"));
  await until(() => server.log().includes("there is no such directory"));
  expect(await answeredBy(server.url)).toContain("agent_1");
  await files.write("clients/other.toml", client("agent_2"));
  await until(async () => (await answeredBy(server.url)).includes("agent_2"));
  await files.write("clients/more.toml", '[numbers."+12137771236"]\nagent = "agent_3"\n');
  await until(async () =>
    JSON.stringify(await ask(server.url, { to_number: "+12137771236" })).includes("agent_3"),
  );
  await rm(files.file("clients/more.toml"));
  await until(() => server.log().includes("numbers 2 → 1 (removed +12137771236)"));
});

/** The nice values that a server's threads with that name have. */
function niceValues({ pid }: RunningServer, name: string): Set<string> {
  const values = readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      const [, named, rest = ""] =
        /^\d+ \((.*)\) (.*)$/s.exec(readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8")) ?? [];
      return named === name ? [rest.split(" ")[16] ?? ""] : [];
    } catch {
      // The thread has ended since.
      return [];
    }
  });
  return new Set(values);
}

test("with one processor, the thread that loads lets calls go first, unless system calls are filtered", async () => {
  const status = readFileSync("/proc/self/status", "utf8");
  const processor = /^Cpus_allowed_list:\s*(\d+)/m.exec(status)?.[1] ?? "0";
  await using files = await directory({ "config.toml": config("agent_1") });
  await using server = await serve(["taskset", "-c", processor, ...BINARY], files.file("config.toml"));
  await files.write("config.toml", config("agent_2"));
  process.kill(server.pid, "SIGHUP");
  await until(async () => (await answeredBy(server.url)).includes("agent_2"));
  const nicer = /^Seccomp:\t0$/m.test(status) ? 5 : 0;
  // Two threads load where the file is seen to change while the signal has it read.
  expect(niceValues(server, "Worker")).toEqual(new Set([String(getPriority() + nicer)]));
  expect(niceValues(server, "switchhook")).toEqual(new Set([String(getPriority())]));
});
