/** The history of the real program: over restarts, crashes, and disks that fail. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { unitFile } from "../../src/deploy/unit.ts";
import type { CallRecord } from "../../src/server/observe/record.ts";
import { ask, BINARY, directory, post, RUNTIMES, run, serve, textBody, until } from "../harness.ts";

const CONFIG = `
[server]
listen = "127.0.0.1:0"
state = "state"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[log]
numbers = "masked"
[limits.few]
calls = 3
per = "1d"
[numbers."+12137771235"]
agent = "agent_1"
variables = { calls = "\${history.calls}", who = "\${history.last_agent}" }
[[numbers."+12137771235".rules]]
name = "too often"
when = { over = "few" }
reject = true
[numbers."+12137771235".sms]
agent = "agent_texts"
variables = { calls = "\${history.calls}" }
`;

/** The records in the files of a history, and how many lines are none. */
async function recordsIn(path: string): Promise<CallRecord[]> {
  const names = (await readdir(path)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(path, name), "utf8")));
  return texts
    .flatMap((text) => text.split("\n").filter((line) => line !== ""))
    .map((line) => JSON.parse(line));
}

const answer = (calls: number, who = calls > 0 ? "agent_1" : "") => ({
  call_inbound: { override_agent_id: "agent_1", dynamic_variables: { calls: String(calls), who } },
});
const REJECTED = { call_inbound: { reject: true } };

describe.each(RUNTIMES)("%s", (_name, command) => {
  test("records calls, and remembers them after a restart: callers, limits and retries", async () => {
    await using dir = await directory({ "config.toml": CONFIG });
    {
      await using server = await serve(command, dir.file("config.toml"));
      expect(
        await ask(server.url, { call_id: "call_0", agent_id: "agent_9", custom_sip_headers: { "X-A": "b" } }),
      ).toEqual(answer(0));
      expect(await ask(server.url, { call_id: "call_1" })).toEqual(answer(1));
      expect(await ask(server.url, { call_id: "call_1" })).toEqual(answer(1));
      await ask(server.url, { call_id: "call_2", from_number: "anonymous" });
      expect(await server.stop()).toBe(0);
    }
    const [first, ...others] = await recordsIn(dir.file("state/history"));
    expect(first).toMatchObject({
      ...{ v: 1, client: "", caller: "+12137771234", outcome: "agent", agent: "agent_1", counted: ["few"] },
      ...{ channel: "call", from: "+12137771234", to: "+12137771235", id: "call_0", agent_id: "agent_9" },
      ...{ headers: { "x-a": "b" }, limits: { few: false }, history: { calls: 0 } },
    });
    expect(others.map(({ id }) => id)).toEqual(["call_1", "call_2"]);

    await using server = await serve(command, dir.file("config.toml"));
    expect(await ask(server.url, { call_id: "call_1" })).toEqual(answer(1));
    expect(await ask(server.url, { call_id: "call_3" })).toEqual(answer(2));
    expect(await ask(server.url, { call_id: "call_4" })).toEqual(REJECTED);
    const text = await post(server.url, textBody({ chat_id: "chat_1" }));
    expect(await text.json()).toMatchObject({ chat_inbound: { dynamic_variables: { calls: "4" } } });
    await until(() => server.log().includes("earlier calls were read from the history"));
    expect(server.log()).not.toContain("+12137771234");
    expect(await server.stop()).toBe(0);
  });
});

describe("the history", () => {
  test("loses no more than the last batch to kill -9 under load; limits and callers are what they were", async () => {
    await using dir = await directory({ "config.toml": CONFIG.replace("calls = 3", "calls = 1000000") });
    const callers = Array.from({ length: 50 }, (_, n) => `+1213555${1000 + n}`);
    let answered = 0;
    {
      await using server = await serve(BINARY, dir.file("config.toml"));
      let isRunning = true;
      const load = Array.from({ length: 8 }, async (_, worker) => {
        for (let n = 0; isRunning; n++) {
          const from_number = callers[n % callers.length];
          const done = await ask(server.url, { call_id: `${worker}_${n}`, from_number }).catch(
            () => undefined,
          );
          if (done) answered++;
        }
      });
      const size = async () =>
        (await stat(dir.file("state/history")).catch(() => undefined)) && (await recordsSoFar());
      const recordsSoFar = async () => {
        const names = await readdir(dir.file("state/history"));
        return names.length > 0 ? (await stat(dir.file(`state/history/${names[0]}`))).size : 0;
      };
      await until(async () => ((await size()) ?? 0) > 200_000);
      await server.stop("SIGKILL");
      isRunning = false;
      await Promise.all(load);
    }
    const [name = ""] = await readdir(dir.file("state/history"));
    const text = await readFile(dir.file(`state/history/${name}`), "utf8");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    const records: CallRecord[] = whole
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(records.length).toBeGreaterThan(400);
    expect(records.length).toBeLessThanOrEqual(answered + 8);
    // What is lost is the end, whoever asked: each asked for one call after the other.
    for (let worker = 0; worker < 8; worker++) {
      const mine = records.flatMap(({ id = "" }) => (id.startsWith(`${worker}_`) ? [id] : []));
      expect(mine).toEqual(mine.map((_, n) => `${worker}_${n}`));
    }

    await using server = await serve(BINARY, dir.file("config.toml"));
    for (const from_number of callers.slice(0, 5)) {
      const earlier = records.filter(({ from }) => from === from_number).length;
      expect(await ask(server.url, { call_id: `after_${from_number}`, from_number })).toEqual(
        answer(earlier),
      );
    }
    // A limit that is as wide as what was recorded tells whether each call was counted.
    await server.stop();
    const most = records.filter(({ from }) => from === callers[7]).length;
    await dir.write("config.toml", CONFIG.replace("calls = 3", `calls = ${most + 1}`));
    await using again = await serve(BINARY, dir.file("config.toml"));
    const last = { from_number: callers[7] };
    expect(await ask(again.url, { call_id: "last_1", ...last })).toEqual(answer(most));
    expect(await ask(again.url, { call_id: "last_2", ...last })).toEqual(REJECTED);
  });

  test("drops a torn last line with a warning, and writes behind it", async () => {
    const today = new Date().toISOString().slice(0, 10);
    const file = `state/history/${today}.jsonl`;
    await using dir = await directory({ "config.toml": CONFIG, [file]: '{"v":1,"time":"' });
    await using server = await serve(BINARY, dir.file("config.toml"));
    expect(await ask(server.url, { call_id: "call_1" })).toEqual(answer(0));
    await until(() => server.log().includes("the last line of the history was torn, and is dropped"));
    await server.stop();
    expect((await recordsIn(dir.file("state/history"))).map(({ id }) => id)).toContain("call_1");
  });

  test("without a state directory is in memory alone", async () => {
    await using dir = await directory({ "config.toml": CONFIG.replace('state = "state"', "") });
    await using server = await serve(BINARY, dir.file("config.toml"));
    expect(await ask(server.url, { call_id: "call_0" })).toEqual(answer(0));
    expect(await ask(server.url, { call_id: "call_1" })).toEqual(answer(1));
    await server.stop();
    expect(existsSync(dir.file("state"))).toBe(false);
  });

  test("stays where it is until a restart, where the configuration names another directory", async () => {
    await using dir = await directory({ "config.toml": CONFIG });
    await using server = await serve(BINARY, dir.file("config.toml"));
    await dir.write("config.toml", CONFIG.replace('state = "state"', 'state = "other"'));
    await until(() => server.log().includes("`state` cannot change while the server runs"));
    await ask(server.url, { call_id: "call_0" });
    await server.stop();
    expect(await recordsIn(dir.file("state/history"))).toHaveLength(1);
    expect(existsSync(dir.file("other"))).toBe(false);
  });

  test("goes where systemd says, where the configuration does not", async () => {
    await using dir = await directory({ "config.toml": CONFIG.replace('state = "state"', "") });
    const env = { STATE_DIRECTORY: dir.file("systemd") };
    await using server = await serve(BINARY, dir.file("config.toml"), { env });
    await ask(server.url, { call_id: "call_0" });
    await server.stop();
    expect(await recordsIn(dir.file("systemd/history"))).toHaveLength(1);
  });

  test("keeps the server from starting where its directory can be neither found nor made", async () => {
    await using dir = await directory({ "config.toml": CONFIG, state: "a file" });
    const { exitCode, stderr } = await run([...BINARY, "serve", "-c", dir.file("config.toml")]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `cannot keep anything in the state directory ${dir.file("state")}: it is not a directory`,
    );
    const checked = await run([...BINARY, "check", "-c", dir.file("config.toml")]);
    expect(checked.exitCode).toBe(0);
    expect(checked.stderr).toContain(
      'config.toml:4:9: warning: nothing can be kept in "state": it is not a directory',
    );
  });

  test("costs no call where it cannot be written: that is said once, and what was lost is counted", async () => {
    await using dir = await directory({ "config.toml": CONFIG, "state/history": "a file" });
    await using server = await serve(BINARY, dir.file("config.toml"));
    for (let n = 0; n < 3; n++) expect(await ask(server.url, { call_id: `call_${n}` })).toEqual(answer(n));
    await until(() => server.log().includes("the history cannot be written"));
    expect(await server.stop()).toBe(0);
    expect(server.log().match(/the history cannot be written/g)).toHaveLength(1);
    expect(server.log()).toMatch(/records of calls were lost.*"dropped":3/);
  });

  const mayMount = process.platform === "linux" && process.getuid?.() === 0 && existsSync("/dev/fuse");
  test.skipIf(!mayMount)(
    "costs no call where the disk hangs, at the start and at the end",
    async () => {
      await using dir = await directory({ "config.toml": CONFIG, "state/x": "" });
      const program = join(import.meta.dir, "changes/hanging-file-system.ts");
      const child = Bun.spawn([process.execPath, program, dir.file("state")], { stdout: "pipe" });
      try {
        await child.stdout.getReader().read();
        await using server = await serve(BINARY, dir.file("config.toml"));
        for (let n = 0; n < 3; n++)
          expect(await ask(server.url, { call_id: `call_${n}` })).toEqual(answer(n));
        await until(() => server.log().includes("earlier calls could not be read from the history"));
        // A disk that hangs must not keep a changed configuration from being read.
        await dir.write("config.toml", CONFIG.replace("agent_texts", "agent_other"));
        await until(() => server.log().includes("configuration reloaded"));
        expect(await server.stop()).toBe(0);
        expect(server.log()).toMatch(/records of calls were lost.*"dropped":3/);
      } finally {
        Bun.spawnSync(["umount", "-l", dir.file("state")]);
        child.kill("SIGKILL");
        await child.exited;
      }
    },
    60_000,
  );

  test.skipIf(!mayMount)(
    "loses no log line where a disk hangs that holds the configuration too, as systemd starts it",
    async () => {
      const unit = unitFile({ executable: "/x", config: "/etc/x.toml", systemdVersion: 252 });
      const env = Object.fromEntries(
        Array.from(unit.matchAll(/^Environment=(\w+)=(.*)$/gm), (set) => set.slice(1)),
      );
      await using dir = await directory({ "disk/config.toml": CONFIG });
      await using server = await serve(BINARY, dir.file("disk/config.toml"), { cwd: "/", env });
      await ask(server.url, { call_id: "call_0" });
      await until(async () => existsSync(dir.file("disk/state/history")));
      const program = join(import.meta.dir, "changes/hanging-file-system.ts");
      const child = Bun.spawn([process.execPath, program, dir.file("disk")], { stdout: "pipe" });
      try {
        await child.stdout.getReader().read();
        // The watch is the first to wait.
        await until(async () => (await hangingThreads(server.pid)) > 0);
        for (let n = 1; n < 4; n++) await ask(server.url, { call_id: `call_${n}` });
        expect(await server.stop()).toBe(0);
        expect(server.log().match(/"message":"call \w+"/g)).toHaveLength(4);
        expect(server.log()).toMatch(/records of calls were lost.*"dropped":3/);
      } finally {
        Bun.spawnSync(["umount", "-l", dir.file("disk")]);
        child.kill("SIGKILL");
        await child.exited;
      }
    },
    60_000,
  );
});

/** How many threads of a process wait for a file system in user space. */
async function hangingThreads(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const waits = await Promise.all(threads.map((id) => readFile(`/proc/${pid}/task/${id}/wchan`, "utf8")));
  return waits.filter((wait) => /request_wait_answer|fuse/.test(wait)).length;
}
