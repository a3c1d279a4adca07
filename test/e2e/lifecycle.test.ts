/** Starting, stopping, and what lies around. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import type { Readable } from "node:stream";
import Retell from "retell-sdk";
import manifest from "../../package.json" with { type: "json" };
import {
  agentConfig,
  ask,
  BINARY,
  callBody,
  directory,
  environment,
  KEY,
  RUNTIMES,
  type RunningServer,
  run,
  serve,
  until,
} from "../harness.ts";
import { connectRaw, destinationOf, requestHead } from "../raw-http.ts";

setDefaultTimeout(120_000);

async function agentAt(url: string): Promise<unknown> {
  return (await ask(url)).call_inbound;
}

/** A connection with a call on it of which the second half is missing, and that half. */
async function halfCall(server: RunningServer) {
  const body = callBody();
  const connection = await connectRaw(destinationOf(server.url));
  connection.send((await signedHead(body)) + body.slice(0, 20));
  // A call on another connection, begun later and answered, shows that the first half has arrived.
  await ask(server.url);
  return { connection, rest: body.slice(20) };
}

/** A connection that has carried a call, and is kept. */
async function idleConnection(server: RunningServer) {
  const body = callBody();
  const connection = await connectRaw(destinationOf(server.url));
  connection.send((await signedHead(body)) + body);
  await connection.answer();
  return connection;
}

async function signedHead(body: string): Promise<string> {
  return requestHead("POST /webhook", [
    ["Host", "localhost"],
    ["Content-Length", String(body.length)],
    ["X-Retell-Signature", await Retell.sign(body, KEY)],
  ]);
}

/** Whether a new connection is refused. */
function isRefused(url: string): Promise<boolean> {
  const socket = connect(destinationOf(url));
  return new Promise((resolve) => {
    const end = (refused: boolean) => {
      socket.destroy();
      resolve(refused);
    };
    socket.once("connect", () => end(false));
    socket.once("error", () => end(true));
  });
}

/** Serves without reading the log; in the end the server must stop as it is told. */
async function withUnreadLog(
  command: readonly string[],
  path: string,
  work: (url: string, child: ChildProcessByStdio<null, Readable, Readable>) => Promise<void>,
): Promise<void> {
  const [program = "", ...args] = [...command, "serve", "-c", path];
  const child = spawn(program, args, { env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  try {
    let ready = "";
    child.stdout.on("data", (text) => {
      ready += text;
    });
    await until(() => ready.includes("\n"));
    await work(/listens on (\S+)/.exec(ready)?.[1] ?? "", child);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

describe.each(RUNTIMES)("%s", (_runtime, command) => {
  const isDeno = command.includes("--no-prompt");
  /** The cases that one runtime is enough for: the sources decide them, and the system has no part in it. */
  const once = <Case>(cases: readonly Case[]) => (command === BINARY ? cases : []);

  test.each<[count: number, words: string]>([
    ...once<[number, string]>([
      [1, "1 number"],
      [3, "3 numbers"],
    ]),
    [1200, "1,200 numbers"],
  ])(
    "when it is ready it says where it listens, and how many numbers it serves: %d",
    async (count, words) => {
      const more = Array.from(
        { length: count - 1 },
        (_, at) => `[numbers."+1310${5550000 + at}"]\npass = true\n`,
      );
      await using files = await directory({ "config.toml": agentConfig("agent_1") + more.join("") });
      await using server = await serve(command, files.file("config.toml"));
      expect(server.ready).toMatch(/^switchhook listens on http:\/\/127\.0\.0\.1:\d+\/webhook and serves /);
      expect(server.ready).toEndWith(` serves ${words} from ${files.file("config.toml")}\n`);
      expect(await agentAt(server.url)).toEqual({ override_agent_id: "agent_1" });
      expect(await server.stop()).toBe(0);
    },
  );

  test.each<[what: string, files: Record<string, string>, said: string]>([
    ["that is not there", {}, "there is no such file"],
    ...once<[string, Record<string, string>, string]>([
      [
        "that is not TOML",
        { "config.toml": "listen = = 1\n" },
        "config.toml:1:10: error: this is not valid TOML",
      ],
      ["without a key", { "config.toml": '[numbers."*"]\npass = true\n' }, "`api_key` is missing"],
      [
        "with several mistakes",
        { "config.toml": `agnet = 1\n${agentConfig("")}deny = ["@no"]\n` },
        "3 errors",
      ],
    ]),
  ])("a configuration %s ends it at once, with the report of `check`", async (_what, given, said) => {
    await using files = await directory(given);
    const options = { cwd: files.path };
    const served = await run([...command, "serve", "-c", "config.toml"], options);
    const checked = await run([...command, "check", "-c", "config.toml"], options);
    expect(served.exitCode).toBe(1);
    expect(served.stderr).toContain(said);
    expect(served).toEqual({ ...checked, stdout: "" });
  });

  test.each(["SIGTERM", "SIGINT"] as const)(
    "at %s it takes no new calls, finishes the one under way, closes idle connections, and ends with exit code 0",
    async (signal) => {
      await using files = await directory({ "config.toml": agentConfig("agent_1") });
      await using server = await serve(command, files.file("config.toml"));
      const { connection, rest } = await halfCall(server);
      using _ = connection;
      using idle = await idleConnection(server);
      const ended = server.stop(signal);
      await until(() => isRefused(server.url));
      connection.send(rest);
      const answer = await connection.answer();
      expect([answer.status, JSON.parse(answer.body)]).toEqual([
        200,
        { call_inbound: { override_agent_id: "agent_1" } },
      ]);
      expect(await ended).toBe(0);
      await idle.closed;
      expect(server.log()).not.toContain('"level":"ERROR"');
    },
  );

  test("signals by which other servers reopen their logs do not end it", async () => {
    await using files = await directory({ "config.toml": agentConfig("agent_1") });
    await using server = await serve(command, files.file("config.toml"));
    for (const signal of ["SIGUSR1", "SIGUSR2"] as const) {
      process.kill(server.pid, signal);
      await until(() => server.log().includes(`received ${signal}, which does nothing`));
    }
    expect(await agentAt(server.url)).toEqual({ override_agent_id: "agent_1" });
    expect(await server.stop()).toBe(0);
  });

  test("a stranger's half request does not keep it from ending, and an answer that is held is let go", async () => {
    await using files = await directory({
      "config.toml": `${agentConfig("agent_1")}[numbers."+12137770000"]\nagent = "agent_2"\ndelay = "8s"\n`,
    });
    await using server = await serve(command, files.file("config.toml"));
    const { connection } = await halfCall(server);
    using _ = connection;
    const held = ask(server.url, { to_number: "+12137770000" });
    await until(() => server.log().includes("+12137770000"));
    const ended = server.stop("SIGTERM");
    expect(await held).toEqual({ call_inbound: { override_agent_id: "agent_2" } });
    // The call that never came whole is given up, long before whoever sends it does.
    expect(await ended).toBe(0);
    await connection.closed;
  });

  test("it goes on when nobody reads its log any more", async () => {
    await using files = await directory({ "config.toml": agentConfig("agent_1") });
    await withUnreadLog(command, files.file("config.toml"), async (url, child) => {
      child.stdout.destroy();
      child.stderr.destroy();
      for (let call = 0; call < 50; call++) {
        expect(await agentAt(url)).toEqual({ override_agent_id: "agent_1" });
      }
      await files.write("config.toml", agentConfig("agent_2"));
      await until(async () => Bun.deepEquals(await agentAt(url), { override_agent_id: "agent_2" }));
    });
  });

  // Deno writes to a pipe no faster than it is read.
  if (!isDeno) {
    test("it goes on when its log is not read for a while", async () => {
      await using files = await directory({ "config.toml": agentConfig("agent_1") });
      await withUnreadLog(command, files.file("config.toml"), async (url, child) => {
        // A pipe holds 64 KiB, and a line has more than 200 bytes.
        for (let call = 0; call < 1000; call++) {
          expect(await agentAt(url)).toEqual({ override_agent_id: "agent_1" });
        }
        child.stderr.resume();
      });
    });
  }

  test("from `init` to `send`, every command does its part", async () => {
    await using files = await directory({});
    const at = (...args: string[]) => run([...command, ...args], { cwd: files.path });
    const call = ["--to", "+12137771235", "--from", "anonymous"];
    const agent = "agent_0123456789abcdef0123456789";

    expect((await at("init")).exitCode).toBe(0);
    expect((await at("check", "--strict")).stdout).toStartWith("config.toml is valid: 1 number");
    expect((await at("explain", ...call)).stdout).toContain(`"override_agent_id": "${agent}"`);
    const first = await Bun.file(files.file("config.toml")).text();
    await files.write("config.toml", `${first}[server]\nlisten = "127.0.0.1:0"\n`);
    await using server = await serve(command, files.file("config.toml"));
    const sent = await at("send", "--url", server.url, ...call);
    expect(sent.stdout).toMatch(/^status +200$/m);
    expect(sent.stdout).toContain(`"override_agent_id":"${agent}"`);
    expect(sent.exitCode).toBe(0);
  });

  test("`--version` prints version, commit and runtime", async () => {
    const { exitCode, stdout, stderr } = await run([...command, "--version"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    const [, version, commit, runtime] = /^switchhook (\S+) \(commit (\S+), (.+)\)\n$/.exec(stdout) ?? [];
    expect(version).toBe(manifest.version);
    expect(commit).toMatch(
      command === RUNTIMES[0]?.[1] ? /^([0-9a-f]{12}(\+changes)?|unknown)$/ : /^source$/,
    );
    expect(runtime).toMatch(isDeno ? /^Deno \d+\.\d+\.\d+$/ : /^Bun \d+\.\d+\.\d+$/);
  });
});

test("a client that hangs does not keep it from ending, with exit code 0", async () => {
  const endOf = async (command: readonly string[]) => {
    await using files = await directory({ "config.toml": agentConfig("agent_1") });
    await using server = await serve(command, files.file("config.toml"));
    const { connection } = await halfCall(server);
    using _ = connection;
    // The harness would kill it after 20 s.
    return await server.stop();
  };
  expect(await Promise.all(RUNTIMES.map(([, command]) => endOf(command)))).toEqual([0, 0, 0]);
});

describe("the compiled binary alone in a directory", () => {
  const marker = (name: string) => `require("node:fs").writeFileSync(${JSON.stringify(name)}, "");\n`;

  /** The binary, and around it everything that a Bun program would read or run by itself. */
  async function trapped() {
    const files = await directory({
      "config.toml": agentConfig("agent_1"),
      ".env": `RETELL_API_KEY=key_of_the_env_file\nSECOND_KEY=key_of_the_env_file\n`,
      "bunfig.toml": 'preload = ["./preload.ts"]\n',
      "preload.ts": marker("preload-ran"),
      "src/server/live/load-worker.ts": marker("worker-ran"),
      "main.ts": marker("main-ran"),
    });
    await copyFile(BINARY[0] ?? "", files.file("switchhook"));
    return files;
  }
  const binary = ["./switchhook"];

  test("serves, and follows its configuration, and runs nothing that lies beside it", async () => {
    await using files = await trapped();
    await using server = await serve(binary, files.file("config.toml"));
    await files.write("config.toml", agentConfig("agent_2"));
    await until(async () => Bun.deepEquals(await agentAt(server.url), { override_agent_id: "agent_2" }));
    expect(await server.stop()).toBe(0);
    const ran = ["preload-ran", "worker-ran", "main-ran"].filter((name) => existsSync(files.file(name)));
    expect(ran).toEqual([]);
  });

  test("takes nothing from a file `.env`", async () => {
    await using files = await trapped();
    await files.write("config.toml", agentConfig("agent_1").replace("RETELL_API_KEY", "SECOND_KEY"));
    const { exitCode, stderr } = await run([...binary, "check", "--strict"], { cwd: files.path });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("the environment variable SECOND_KEY is not set");
  });

  test("is laid a trap that works: Bun itself falls into it", async () => {
    await using files = await trapped();
    const bun = (...args: string[]) => run([process.execPath, ...args], { cwd: files.path });
    expect((await bun("-e", "console.log(process.env.SECOND_KEY)")).stdout).toBe("key_of_the_env_file\n");
    expect(existsSync(files.file("preload-ran"))).toBe(true);
    await rm(files.file("preload-ran"));
    await bun("src/server/live/load-worker.ts");
    expect(existsSync(files.file("worker-ran"))).toBe(true);
  });
});
