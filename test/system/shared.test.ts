/** Several machines that count together: real instances of the program, and Debian's Redis. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BEGIN, SETTLE } from "../../src/server/facts/shared/scripts.ts";
import {
  adminOf,
  ask,
  BINARY,
  type Directory,
  directory,
  RUNTIMES,
  type RunningServer,
  serve,
  until,
} from "../harness.ts";
import {
  type Redis,
  redisProblem,
  run,
  startBalancer,
  startMute,
  startRedis,
  startSentinel,
} from "./redis.ts";

setDefaultTimeout(240_000);

const problem = redisProblem();
if (problem) console.log(`skipped: ${problem}`);

const [ALL, OWN, PLAIN, OVERFLOW, MEMORY] = [
  "+12137770001",
  "+12137770002",
  "+12137770003",
  "+12137770004",
  "+12137770005",
];

/** @param shared what `[shared]` says. @param more whatever else */
const config = (shared: string, more = "") => `
[server]
listen = "127.0.0.1:0"
[admin]
listen = "127.0.0.1:0"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[shared]
${shared}
[limits]
fifty = { calls = 50, per = "1h", by = "all" }
own = { calls = 1, per = "1h", by = "caller" }
two = { calls = 2, per = "1h", by = "all" }
busy = { calls = 3, per = "1h", by = "number" }
[numbers."${ALL}"]
agent = "agent_1"
rules = [{ when = { over = "fifty" }, reject = true }]
[numbers."${OWN}"]
agent = "agent_1"
rules = [{ when = { over = "two" }, reject = true }, { when = { over = "own" }, reject = true }]
[numbers."${PLAIN}"]
agent = "agent_1"
[numbers."${OVERFLOW}"]
agent = "agent_1"
rules = [{ when = { over = "busy" }, agent = "agent_2" }]
${more}
`;

const READS_HISTORY = `
[numbers."${MEMORY}"]
agent = "agent_1"
variables = { calls = "\${history.calls}", agent = "\${history.last_agent}", last = "\${history.last}" }
`;

/** The agent that takes a call; undefined where it is rejected. */
async function takenBy(
  server: Pick<RunningServer, "url">,
  to: string,
  from: string,
  id?: string,
): Promise<string | undefined> {
  const answer = await ask(server.url, { to_number: to, from_number: from, ...(id && { call_id: id }) });
  const { override_agent_id: agent } = answer.call_inbound as { override_agent_id?: string };
  return agent;
}

async function variablesOf(server: RunningServer, from: string, id: string): Promise<Record<string, string>> {
  const answer = await ask(server.url, { to_number: MEMORY, from_number: from, call_id: id });
  const { dynamic_variables: variables } = answer.call_inbound as {
    dynamic_variables: Record<string, string>;
  };
  return variables;
}

async function metric(server: RunningServer, name: string): Promise<number> {
  const text = await (await fetch(`${await adminOf(server)}/metrics`)).text();
  return Number(new RegExp(`^switchhook_${name} (\\S+)$`, "m").exec(text)?.[1] ?? Number.NaN);
}

const isUp = async (server: RunningServer) => (await metric(server, "shared_up")) === 1;
const isAlone = async (server: RunningServer) => (await metric(server, "shared_up")) === 0;
const count = (text: string, part: string) => text.split(part).length - 1;
const ALONE = "this machine counts calls by itself";

describe.skipIf(problem !== undefined)("machines that share a server", () => {
  let redis: Redis;
  let files: Directory;
  let servers: RunningServer[];

  beforeAll(async () => {
    redis = await startRedis("--enable-debug-command", "local");
    files = await directory({ "config.toml": config(`url = "redis://127.0.0.1:${redis.port}"`) });
    servers = await Promise.all(RUNTIMES.map(([, command]) => serve(command, files.file("config.toml"))));
    for (const server of servers) await until(() => isUp(server));
  });
  afterAll(async () => {
    for (const server of servers ?? []) await server.stop("SIGKILL");
    await redis?.[Symbol.asyncDispose]();
    await files?.[Symbol.asyncDispose]();
  });
  const at = (index: number): RunningServer => {
    const server = servers[index % servers.length];
    if (!server) throw new Error("there is no server");
    return server;
  };

  test("let by exactly as many of 300 calls at once as the limit says, behind HAProxy, on three runtimes", async () => {
    await using balancer = await startBalancer(servers.map(({ url }) => url));
    const calls = Array.from({ length: 300 }, (_, n) =>
      takenBy(balancer, ALL, `+1213888${1000 + n}`, `call_all_${n}`),
    );
    const agents = await Promise.all(calls);
    expect(agents.filter((agent) => agent === "agent_1")).toHaveLength(50);
  });

  test("give a retry on another machine the answer that the first try got, and count it once", async () => {
    const before = await takenBy(at(0), OVERFLOW, "+12138880001", "retry_1");
    expect(before).toBe("agent_1");
    for (const index of [1, 2, 0]) {
      expect(await takenBy(at(index), OVERFLOW, "+12138880001", "retry_1")).toBe("agent_1");
    }
    expect(await takenBy(at(1), OVERFLOW, "+12138880001", "retry_2")).toBe("agent_1");
    expect(await takenBy(at(2), OVERFLOW, "+12138880001", "retry_3")).toBe("agent_1");
    expect(await takenBy(at(0), OVERFLOW, "+12138880001", "retry_4")).toBe("agent_2");
    expect(await takenBy(at(1), OVERFLOW, "+12138880001", "retry_4")).toBe("agent_2");
    expect(await takenBy(at(1), OVERFLOW, "+12138880001", "retry_1")).toBe("agent_1");
  });

  test("take a call without an id for a retry within a minute", async () => {
    const from = "+12138880002";
    expect(await takenBy(at(0), OWN, from)).toBe("agent_1");
    expect(await takenBy(at(1), OWN, from)).toBe("agent_1");
    // With an id it is another call, and rejected: it takes no place from others.
    for (const n of [1, 2, 3, 4]) expect(await takenBy(at(n), OWN, from, `own_${n}`)).toBeUndefined();
    expect(await takenBy(at(2), OWN, "+12138880003", "other_1")).toBe("agent_1");
    expect(await takenBy(at(0), OWN, "+12138880004", "other_2")).toBeUndefined();
  });

  test("ask once about a call that asks for a limit, and not at all about others", async () => {
    const total = async () => {
      const commands = new Map(await redis.commands());
      // Those of the test itself.
      commands.delete("info");
      commands.delete("ping");
      return commands;
    };
    const before = await total();
    for (let n = 0; n < 10; n++) await takenBy(at(n), PLAIN, "+12138880005", `plain_${n}`);
    expect(await total()).toEqual(before);
    for (let n = 0; n < 10; n++) await takenBy(at(n), ALL, "+12138880006", `asking_${n}`);
    const after = await total();
    const asked = (after.get("evalsha") ?? 0) - (before.get("evalsha") ?? 0);
    expect(asked).toBe(10);
    expect(after.get("eval")).toBe(before.get("eval"));
  });

  test("leave nothing on the server that does not expire, and no phone numbers", async () => {
    const keys = (await redis.cli("KEYS", "*")).trim().split("\n");
    expect(keys.length).toBeGreaterThan(50);
    const lives = await redis.cli(
      "EVAL",
      "local n = 0 for _, k in ipairs(redis.call('KEYS', '*')) do if redis.call('PTTL', k) < 0 then n = n + 1 end end return n",
      "0",
    );
    expect(lives.trim()).toBe("0");
    expect(keys.filter((key) => !key.startsWith("switchhook:{"))).toEqual([]);
    expect(keys.join(" ")).not.toMatch(/\+1213|2138880/);
  });

  test.each([
    ["killed", "SIGKILL"],
    ["frozen", "SIGSTOP"],
  ] as const)(
    "lose no call where the server is %s, count alone, and come back by themselves",
    async (_how, signal) => {
      for (const server of servers) await until(() => isUp(server));
      const told = servers.map((server) => count(server.log(), ALONE));
      let isOver = false;
      let answered = 0;
      const steady = async (server: RunningServer, name: string) => {
        for (let n = 0; !isOver; n++) {
          await takenBy(server, ALL, `+1213999${1000 + n}`, `${signal}_${name}_${n}`);
          answered++;
          await Bun.sleep(10);
        }
      };
      const calls = servers.flatMap((server, n) => [steady(server, `${n}a`), steady(server, `${n}b`)]);
      await until(() => answered > 20);
      redis.signal(signal);
      for (const server of servers) await until(() => isAlone(server));
      const waited = await metric(at(0), "shared_seconds_count");
      const aloneAt = answered;
      await until(() => answered > aloneAt + 50);
      // Nobody waits for a server that is known not to answer.
      expect(await metric(at(0), "shared_seconds_count")).toBe(waited);
      expect((await fetch(`${await adminOf(at(0))}/readyz`)).status).toBe(200);
      if (signal === "SIGSTOP") redis.signal("SIGCONT");
      else await redis.restart();
      for (const server of servers) await until(() => isUp(server));
      isOver = true;
      await Promise.all(calls);
      for (const [n, server] of servers.entries())
        expect(count(server.log(), ALONE)).toBe((told[n] ?? 0) + 1);
    },
  );

  test("lose no call while the server is slow under load", async () => {
    for (const server of servers) await until(() => isUp(server));
    const slowing = (async () => {
      for (let n = 0; n < 4; n++) await redis.cli("DEBUG", "SLEEP", "0.3");
    })();
    const calls = Array.from({ length: 150 }, async (_, n) => {
      await Bun.sleep(n * 8);
      return await takenBy(at(n), ALL, `+1213777${2000 + n}`, `slow_${n}`);
    });
    await Promise.all([...calls, slowing]);
    for (const server of servers) await until(() => isUp(server));
  });
});

describe.skipIf(problem !== undefined)("what is shared", () => {
  test("are a caller's earlier calls, where something reads them", async () => {
    await using redis = await startRedis();
    const text = config(`url = "redis://127.0.0.1:${redis.port}/2"\nprefix = "desk:"`, READS_HISTORY);
    await using files = await directory({ "config.toml": text });
    await using one = await serve(BINARY, files.file("config.toml"));
    await using two = await serve(BINARY, files.file("config.toml"));
    for (const server of [one, two]) await until(() => isUp(server));
    const from = "+12138881111";
    expect(await variablesOf(one, from, "h_1")).toMatchObject({ calls: "0", agent: "", last: "" });
    // It is counted after the answer.
    const known = async () =>
      Number(
        (
          await redis.cli(
            "-n",
            "2",
            "EVAL",
            "local n = 0 for _, k in ipairs(redis.call('KEYS', '*:calls:*')) do n = n + redis.call('ZCARD', k) end return n",
            "0",
          )
        ).trim(),
      );
    await until(async () => (await known()) === 1);
    const second = await variablesOf(two, from, "h_2");
    expect(second).toMatchObject({ calls: "1", agent: "agent_1" });
    expect(second.last).toBe(new Date().toISOString().slice(0, 10));
    expect(await variablesOf(one, from, "h_2")).toEqual(second);
    // A line that asks for nothing adds to them too, once for all tries.
    for (const server of [one, two, one]) await takenBy(server, PLAIN, from, "h_3");
    await until(async () => (await known()) === 3);
    expect(await variablesOf(two, from, "h_4")).toMatchObject({ calls: "3" });
    expect(await redis.cli("-n", "2", "KEYS", "desk:*")).toContain("desk:{");
  });

  test("is what look-ups said, for retries elsewhere; a place that a call did not need is given back", async () => {
    await using redis = await startRedis();
    let asked = 0;
    const crm = Bun.serve({
      ...{ hostname: "127.0.0.1", port: 0 },
      fetch: (request) => Response.json({ plan: `plan ${++asked}`, blocked: request.url.endsWith("9") }),
    });
    try {
      const look = `
[lookups.crm]
url = "http://127.0.0.1:${crm.port}/?of=\${from_number}"
[numbers."${MEMORY}"]
agent = "agent_1"
variables = { plan = "\${lookup.crm.plan}" }
rules = [{ when = { lookup.crm.blocked = true }, reject = true }, { when = { over = "busy" }, agent = "agent_2" }]
`;
      const text = config(`url = "redis://127.0.0.1:${redis.port}"`, look);
      await using files = await directory({ "config.toml": text });
      await using one = await serve(BINARY, files.file("config.toml"));
      await using two = await serve(BINARY, files.file("config.toml"));
      for (const server of [one, two]) await until(() => isUp(server));
      const first = await variablesOf(one, "+12138882000", "look_1");
      expect(first.plan).toBe("plan 1");
      const settled = async () => ((await redis.commands()).get("evalsha") ?? 0) >= 2;
      await until(settled);
      expect(await variablesOf(two, "+12138882000", "look_1")).toEqual(first);
      expect(asked).toBe(1);
      for (let n = 0; n < 5; n++)
        expect(await takenBy(n % 2 ? one : two, MEMORY, "+12138882009", `blocked_${n}`)).toBeUndefined();
      const taken =
        "local n = 0 for _, k in ipairs(redis.call('KEYS', '*:limit:*')) do n = n + redis.call('ZCARD', k) end return n";
      await until(async () => (await redis.cli("EVAL", taken, "0")).trim() === "1");
      expect(await takenBy(one, MEMORY, "+12138882001", "look_2")).toBe("agent_1");
      expect(await takenBy(two, MEMORY, "+12138882002", "look_3")).toBe("agent_1");
      expect(await takenBy(one, MEMORY, "+12138882003", "look_4")).toBe("agent_2");
    } finally {
      await crm.stop(true);
    }
  });

  test("goes over TLS with a password, which nothing shows", async () => {
    await using files = await directory({});
    const [ca, key] = [files.file("ca.pem"), files.file("key.pem")];
    await run([
      ...[
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
      ],
      ...[
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost,IP:127.0.0.1",
        "-keyout",
        key,
        "-out",
        ca,
      ],
    ]);
    const password = "correct-horse-battery";
    const tls = ["--tls-port", "0", "--tls-cert-file", ca, "--tls-key-file", key, "--tls-ca-cert-file", ca];
    await using redis = await startRedis(...tls, "--tls-auth-clients", "no", "--requirepass", password);
    const url = `rediss://127.0.0.1:${redis.port}`;
    await files.write(
      "config.toml",
      config(`url = "${url}"\nca = "ca.pem"\npassword = "\${env:REDIS_PASSWORD}"`),
    );
    await files.write(
      "strange.toml",
      config(`url = "rediss://:\${env:REDIS_PASSWORD}@127.0.0.1:${redis.port}"`),
    );
    await files.write("wrong.toml", config(`url = "${url}"\nca = "ca.pem"\npassword = "wrong-${password}"`));
    const env = { REDIS_PASSWORD: password };
    for (const [, command] of RUNTIMES) {
      await using server = await serve(command, files.file("config.toml"), { env });
      await until(() => isUp(server));
      expect(await takenBy(server, ALL, "+12138880001", `tls_${server.pid}`)).toBe("agent_1");
      expect(server.log()).not.toContain(password);
    }
    for (const [name, reason] of [
      ["strange.toml", "self-signed"],
      ["wrong.toml", "WRONGPASS"],
    ] as const) {
      await using server = await serve(BINARY, files.file(name), { env });
      await until(() => server.log().includes(ALONE));
      expect(server.log()).toContain(reason);
      expect(await takenBy(server, ALL, "+12138880001", "alone")).toBe("agent_1");
      const status = await (await fetch(`${await adminOf(server)}/api/status`)).text();
      const page = await (await fetch(await adminOf(server))).text();
      expect(status + page + server.log()).not.toContain(password);
      expect(JSON.parse(status).shared).toMatchObject({ up: false });
      expect(page).toContain("counts calls by itself");
    }
  });

  test("needs no more rights on the server than the README lists", async () => {
    const readme = await readFile(join(import.meta.dir, "../../README.md"), "utf8");
    const [, rights = ""] = /^user switchhook on >PASSWORD (.+)$/m.exec(readme) ?? [];
    await using redis = await startRedis();
    const given = await redis.cli(
      "ACL",
      "SETUSER",
      "switchhook",
      "on",
      ">correct-horse",
      ...rights.split(" "),
    );
    expect(given.trim()).toBe("OK");
    const login = 'username = "switchhook"\npassword = "correct-horse"';
    const text = config(`url = "redis://127.0.0.1:${redis.port}"\n${login}`, READS_HISTORY);
    await using files = await directory({ "config.toml": text });
    await using server = await serve(BINARY, files.file("config.toml"));
    await until(() => isUp(server));
    // Two places are taken; the third call comes too late for one limit, the fourth for both.
    for (const [n, agent] of ["agent_1", "agent_1", undefined, undefined].entries()) {
      expect(await takenBy(server, OWN, `+1213888900${n}`, `rights_${n}`)).toBe(agent);
    }
    expect(await variablesOf(server, "+12138889000", "rights_5")).toMatchObject({ calls: "1" });
    // What is said after an answer has been taken too.
    await until(async () => ((await redis.commands()).get("evalsha") ?? 0) === 10);
    expect((await redis.cli("ACL", "LOG")).trim()).toBe("");
    expect(await isUp(server)).toBe(true);
  });

  test("has every command of its scripts among those rights", async () => {
    const readme = await readFile(join(import.meta.dir, "../../README.md"), "utf8");
    const [, rights = ""] = /^user switchhook on >PASSWORD (.+)$/m.exec(readme) ?? [];
    const called = [BEGIN, SETTLE].flatMap(({ text }) =>
      Array.from(text.matchAll(/redis\.call\('(\w+)'/g), ([, name = ""]) => `+${name.toLowerCase()}`),
    );
    const sent = ["+eval", "+evalsha", "+script|load", "+set"];
    const listed = rights.split(" ").filter((right) => right.startsWith("+"));
    expect(listed.toSorted()).toEqual([...new Set([...called, ...sent])].toSorted());
  });

  test("is given up where a server takes the connection and says nothing, and found when another takes its place", async () => {
    using mute = startMute();
    await using files = await directory({ "config.toml": config(`url = "redis://127.0.0.1:${mute.port}"`) });
    await using server = await serve(BINARY, files.file("config.toml"));
    expect(await takenBy(server, ALL, "+12138880001", "mute_1")).toBe("agent_1");
    await until(() => server.log().includes(ALONE));
    mute.leave();
    await using redis = await startRedis("--port", String(mute.port));
    await until(() => isUp(server));
    expect(await takenBy(server, ALL, "+12138880001", "mute_2")).toBe("agent_1");
    expect((await redis.commands()).get("evalsha")).toBe(1);
  });

  test("follows sentinels to another master", async () => {
    await using master = await startRedis();
    await using replica = await startRedis("--replicaof", "127.0.0.1", String(master.port));
    await until(async () => (await replica.cli("INFO", "replication")).includes("master_link_status:up"));
    await using sentinel = await startSentinel("desk", master.port);
    const known = () => run(["redis-cli", "-p", String(sentinel.port), "SENTINEL", "REPLICAS", "desk"]);
    await until(async () => (await known()).includes(String(replica.port)));
    await using files = await directory({
      "config.toml": config(`url = "redis+sentinel://127.0.0.1:1,127.0.0.1:${sentinel.port}/desk"`),
    });
    await using server = await serve(BINARY, files.file("config.toml"));
    await until(() => isUp(server));
    for (const n of [1, 2]) await takenBy(server, OVERFLOW, "+12138880001", `sentinel_${n}`);
    master.signal("SIGKILL");
    for (let n = 0; n < 100; n++) await takenBy(server, ALL, "+12138880001", `failover_${n}`);
    await until(async () => (await replica.cli("ROLE")).startsWith("master"));
    await until(async () => (await isUp(server)) && ((await replica.commands()).get("evalsha") ?? 0) >= 0);
    const before = (await replica.commands()).get("evalsha") ?? 0;
    // What was counted before is there.
    expect(await takenBy(server, OVERFLOW, "+12138880001", "sentinel_3")).toBe("agent_1");
    expect(await takenBy(server, OVERFLOW, "+12138880001", "sentinel_4")).toBe("agent_2");
    expect((await replica.commands()).get("evalsha")).toBeGreaterThan(before);
  });

  test("is in one slot of a cluster, whatever a call asks for", async () => {
    const more = ["--cluster-enabled", "yes", "--cluster-require-full-coverage", "no"];
    await using a = await startRedis(...more);
    await using b = await startRedis(...more);
    await using c = await startRedis(...more);
    const nodes = [a, b, c].map(({ port }) => `127.0.0.1:${port}`);
    await run(["redis-cli", "--cluster", "create", ...nodes, "--cluster-yes"]);
    await until(async () => (await a.cli("CLUSTER", "INFO")).includes("cluster_state:ok"));
    const urls = nodes.slice(0, 2).map((node) => `"redis://${node}"`);
    await using files = await directory({ "config.toml": config(`urls = [${urls}]`, READS_HISTORY) });
    await using one = await serve(BINARY, files.file("config.toml"));
    await using two = await serve(BINARY, files.file("config.toml"));
    for (const server of [one, two]) await until(() => isUp(server));
    const calls = Array.from({ length: 120 }, (_, n) =>
      takenBy(n % 2 ? one : two, ALL, `+1213888${1000 + n}`, `c_${n}`),
    );
    const agents = await Promise.all(calls);
    expect(agents.filter((agent) => agent === "agent_1")).toHaveLength(50);
    const counts = await Promise.all(
      [a, b, c].map(async (node) => Number((await node.cli("DBSIZE")).trim())),
    );
    expect(counts.filter((keys) => keys > 0)).toHaveLength(1);
  });

  test("can change with the configuration while the server runs", async () => {
    await using first = await startRedis();
    await using second = await startRedis();
    const text = (port: number) => config(`url = "redis://127.0.0.1:${port}"`);
    await using files = await directory({ "config.toml": text(first.port) });
    await using server = await serve(BINARY, files.file("config.toml"));
    await until(() => isUp(server));
    await takenBy(server, ALL, "+12138880001", "before");
    await files.write("config.toml", text(second.port));
    await until(async () => ((await second.commands()).get("set") ?? 0) > 0 && (await isUp(server)));
    await takenBy(server, ALL, "+12138880001", "after");
    expect((await second.commands()).get("evalsha")).toBe(1);
    expect((await first.commands()).get("evalsha")).toBe(1);
    await until(async () => !(await first.cli("CLIENT", "LIST")).includes("cmd=evalsha"));
    await files.write("config.toml", text(second.port).replace(/\[shared\]\n.*\n/, ""));
    await until(async () => Number.isNaN(await metric(server, "shared_up")));
    expect(await takenBy(server, ALL, "+12138880001", "alone")).toBe("agent_1");
    expect((await second.commands()).get("evalsha")).toBe(1);
  });
});
