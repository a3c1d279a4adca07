/** The clock of the machine is set while the server runs: what is signed, held, counted and recorded by it. */
import { describe, expect, test } from "bun:test";
import { readdir, readFile } from "node:fs/promises";
import { signBody } from "../../../src/retell/signature.ts";
import { type FakeClock, fakeClock, HAS_FAKE_CLOCK } from "../../fake-clock.ts";
import {
  BINARY,
  callBody,
  type Directory,
  directory,
  KEY,
  type RunningServer,
  serve,
  until,
} from "../../harness.ts";

if (!HAS_FAKE_CLOCK)
  console.log("skipped: a clock for the server alone needs the Debian package libfaketime");

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const CONFIG = `[server]
listen = "127.0.0.1:0"
state = "state"
[retell]
api_key = "\${env:RETELL_API_KEY}"
max_age = "5m"
[limits.few]
calls = 2
per = "1h"
[numbers."+12137771235"]
agent = "agent_1"
variables = { calls = "\${history.calls}" }
[numbers."+12137771236"]
agent = "agent_patient"
delay = "2s"
[numbers."+12137771237"]
agent = "agent_1"
rules = [{ when = { over = "few" }, reject = true }]
`;

/** A server with a clock of its own. */
interface Clocked extends AsyncDisposable {
  readonly server: RunningServer;
  readonly clock: FakeClock;
}

async function clocked(dir: Directory, aheadMs = 0): Promise<Clocked> {
  const clock = fakeClock(dir.path, aheadMs);
  const server = await serve(BINARY, dir.file("config.toml"), { env: clock.env });
  clock.forget(server.pid);
  return { server, clock, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** The status and the answer to a call that was signed at a time. */
async function asked(url: string, signedMs: number, call: Readonly<Record<string, unknown>> = {}) {
  const body = callBody(call);
  const response = await fetch(url, {
    ...{ method: "POST", body, signal: AbortSignal.timeout(30_000) },
    headers: { "x-retell-signature": signBody(Buffer.from(body), KEY, signedMs) },
  });
  return [response.status, await response.text()] as const;
}

describe.skipIf(!HAS_FAKE_CLOCK)("a clock that is set", () => {
  test("opens and closes the window of signatures at its edges, both ways, and costs no call signed by it", async () => {
    await using dir = await directory({ "config.toml": CONFIG });
    await using running = await clocked(dir);
    const { server, clock } = running;
    for (const [aheadMs, status] of [
      [0, 200],
      [5 * MINUTE_MS - 5000, 200],
      [5 * MINUTE_MS + 5000, 401],
      [-5 * MINUTE_MS + 5000, 200],
      [-5 * MINUTE_MS - 5000, 401],
      [2 * 365 * DAY_MS, 401],
      [-2 * 365 * DAY_MS, 401],
      [0, 200],
    ] as const) {
      clock.set(aheadMs);
      const signedMs = Date.now();
      expect([aheadMs, (await asked(server.url, signedMs))[0]]).toEqual([aheadMs, status]);
      // Signed by the server's clock, it is a good call wherever that stands.
      expect((await asked(server.url, clock.now()))[0]).toBe(200);
    }
    await until(() => /the clocks differ by 30[5-9] s/.test(server.log()));
    expect(await server.stop()).toBe(0);
  });

  test("holds no answer longer than its delay, and takes no retry for a new call", async () => {
    await using dir = await directory({ "config.toml": CONFIG });
    await using running = await clocked(dir);
    const { server, clock } = running;
    const call = { call_id: "call_held", to_number: "+12137771236" };
    const first = asked(server.url, clock.now(), call);
    await until(() => server.log().includes("call_held"));
    clock.set(-60 * MINUTE_MS);
    // Both are given ten seconds; the delay is two.
    const second = asked(server.url, clock.now(), call);
    expect((await first)[1]).toContain("agent_patient");
    expect(await second).toEqual(await first);
    clock.set(60 * MINUTE_MS);
    expect(await asked(server.url, clock.now(), call)).toEqual(await first);
    await server.stop();
    const records = await recordsIn(dir);
    expect(records.map(({ id }) => id)).toEqual(["call_held"]);
  });

  test("lets a limit count on, and start afresh only when its window has passed", async () => {
    await using dir = await directory({ "config.toml": CONFIG });
    await using running = await clocked(dir);
    const { server, clock } = running;
    const call = async (call_id: string) =>
      (await asked(server.url, clock.now(), { call_id, to_number: "+12137771237" }))[1].includes("reject");
    expect(await call("1")).toBe(false);
    clock.set(-10 * MINUTE_MS);
    expect(await call("2")).toBe(false);
    expect(await call("3")).toBe(true);
    clock.set(40 * MINUTE_MS);
    expect(await call("4")).toBe(true);
    clock.set(62 * MINUTE_MS);
    expect(await call("5")).toBe(false);
  });

  test("lets a replay pass for a try of its call until its signature is too old, and nothing counts it", async () => {
    await using dir = await directory({ "config.toml": CONFIG });
    await using running = await clocked(dir);
    const { server, clock } = running;
    const body = callBody({ call_id: "recorded", to_number: "+12137771237" });
    const signature = signBody(Buffer.from(body), KEY, Date.now());
    const replay = async () => {
      const response = await fetch(server.url, {
        ...{ method: "POST", body, headers: { "x-retell-signature": signature } },
        signal: AbortSignal.timeout(30_000),
      });
      return [response.status, await response.text()] as const;
    };
    const first = await replay();
    for (const minutes of [0, 1, 4]) {
      clock.set(minutes * MINUTE_MS);
      expect(await replay()).toEqual(first);
    }
    // The limit is two calls, and this is the second.
    const others = ["2", "3"].map((call_id) => ({ call_id, to_number: "+12137771237" }));
    const answers = [];
    for (const call of others) answers.push((await asked(server.url, clock.now(), call))[1]);
    expect(answers.map((answer) => answer.includes("reject"))).toEqual([false, true]);
    clock.set(6 * MINUTE_MS);
    expect((await replay())[0]).toBe(401);
    expect(await server.stop()).toBe(0);
    expect((await recordsIn(dir)).map(({ id }) => id)).toEqual(["recorded", "2", "3"]);
  });

  test("puts records into the file of their day, and costs none of them over a restart", async () => {
    await using dir = await directory({ "config.toml": CONFIG });
    {
      await using running = await clocked(dir);
      const { server, clock } = running;
      for (const [at, days] of [0, 2, -1, 365, 0].entries()) {
        clock.set(days * DAY_MS);
        expect((await asked(server.url, clock.now(), { call_id: String(at) }))[0]).toBe(200);
        await until(async () => (await recordsIn(dir).catch(() => [])).length === at + 1);
      }
      expect(await server.stop()).toBe(0);
      expect(server.log()).not.toContain("ERROR");
      expect(server.log()).not.toContain("faketime");
    }
    for (const { time, file } of await recordsIn(dir)) expect(file).toBe(`${time.slice(0, 10)}.jsonl`);
    await using running = await clocked(dir);
    const { server, clock } = running;
    expect((await asked(server.url, clock.now(), { call_id: "last" }))[1]).toContain('"calls":"5"');
  });

  test("that shows 1970 at the start, as on a machine without a battery, is right from the moment it is set", async () => {
    await using dir = await directory({ "config.toml": CONFIG });
    await using running = await clocked(dir, 1000 - Date.now());
    const { server, clock } = running;
    expect((await asked(server.url, Date.now()))[0]).toBe(401);
    await until(() => server.log().includes('"WARN"'));
    clock.set(0);
    expect((await asked(server.url, Date.now()))[0]).toBe(200);
    await dir.write("config.toml", CONFIG.replaceAll("agent_1", "agent_2"));
    await until(async () => (await asked(server.url, clock.now()))[1].includes("agent_2"));
    expect(await server.stop()).toBe(0);
  });
});

/** The records of a history, each with the name of its file. */
async function recordsIn(dir: Directory): Promise<{ id: string; time: string; file: string }[]> {
  const directory = dir.file("state/history");
  const names = (await readdir(directory)).sort();
  const texts = await Promise.all(names.map((name) => readFile(`${directory}/${name}`, "utf8")));
  return texts.flatMap((text, at) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => ({ ...JSON.parse(line), file: names[at] })),
  );
}
