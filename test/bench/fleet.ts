/**
 * How far one machine, and several, carry: `make fleet`.
 *
 * 1. Measures, on the compiled binary, what a call costs the processor, with and without `[shared]` where there is a
 *    redis-server, what it costs that, and how long single answers take, one after the other.
 * 2. Calculates from it the calls a second of a core, and the cores for {@link WANTED} calls a second.
 * 3. Simulates that many calls, which come at random times (Poisson), on so many servers of one core each. A proxy gives each to
 *    the server with the least under way. A call occupies it for what calls cost the processor on average, spread as the
 *    measured answers are, slow ones included. It shows how long answers take, also when a region is lost; the way there and
 *    back comes on top, and with `[shared]` that to Redis.
 */
import { availableParallelism, cpus } from "node:os";
import { Random } from "../fuzz/random.ts";
import { BINARY, directory, environment, run } from "../harness.ts";
import { type Redis, startRedis } from "../system/redis.ts";
import { exercise, newCall } from "./calls/exercise.ts";
import { numberOf } from "./calls/numbers.ts";
import { median } from "./compare/results.ts";
import { quantile, timesOf } from "./measures/timing.ts";
import { cpuUs, memoryOf } from "./measures/usage.ts";

/** Calls a second. */
const WANTED = 10_000;
/** Of a core, how much may be in use when all is well: what is left is for bursts, and for the calls of others. */
const SHARE = 0.6;
const NUMBERS = 100;
const WARM_UP_CALLS = 20_000;
const ROUNDS = 15;
const CALLS_A_ROUND = 4000;
const TIMED_CALLS = 10_000;
/** How long the simulated calls come, in seconds, once for each row. */
const SIMULATED_SECONDS = 60;

const RULES = (number: string) => `[numbers."${number}"]
agent = "agent_12345"
deny = ["@spam", "withheld"]
variables = { company = "Acme", caller = "\${from_number}" }
[[numbers."${number}".rules]]
when = { caller = "@vip" }
agent = "agent_vip"
[[numbers."${number}".rules]]
when = { closed = "office" }
agent = "agent_night"
`;

const LIMITED = (number: string) => `${RULES(number)}[[numbers."${number}".rules]]
when = { over = "newcomer" }
reject = true
`;

const head = (shared: string) => `[server]
listen = "127.0.0.1:0"
[retell]
api_key = "\${env:RETELL_API_KEY}"
${shared}[lists]
spam = ["+14155550100", "+1900*"]
vip = ["+14155550101", "+1901*"]
[schedules.office]
timezone = "America/New_York"
open = ["mon-sun 00:00-24:00"]
[limits.newcomer]
calls = 1000000
per = "1h"
`;

const all = (entry: (number: string) => string) =>
  Array.from({ length: NUMBERS }, (_, at) => entry(numberOf(at))).join("");

interface Measured {
  readonly name: string;
  /** Of the server, in microseconds a call: the median of the rounds. */
  readonly callUs: number;
  /** Of redis-server; undefined where it is not asked. */
  readonly redisUs: number | undefined;
  /** How many scripts redis-server ran for a call: each is one round trip. */
  readonly trips: number | undefined;
  /** How long answers took, one after the other, in milliseconds. */
  readonly timesMs: readonly number[];
  /** The resident memory at the end, in MB. */
  readonly memoryMb: number;
}

async function measure(name: string, config: string, redis?: Redis): Promise<Measured> {
  await using files = await directory({ "config.toml": config });
  const child = Bun.spawn([...BINARY, "serve", "-c", files.file("config.toml")], {
    env: environment(),
    stdout: "pipe",
    stderr: Bun.file("/dev/null"),
  });
  try {
    const { value } = await child.stdout.getReader().read();
    const url = /http:\S+/.exec(new TextDecoder().decode(value))?.[0];
    if (url === undefined) throw new Error(`Cannot start the server with ${name}`);
    const port = Number(new URL(url).port);
    const call = () => newCall(NUMBERS);
    await exercise(port, WARM_UP_CALLS, call);
    const tripsBefore = redis ? await scriptsRun(redis) : 0;
    const rounds: { readonly callUs: number; readonly redisUs: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const before = [cpuUs(child.pid), redis ? cpuUs(redis.pid) : 0] as const;
      await exercise(port, CALLS_A_ROUND, call);
      const after = [cpuUs(child.pid), redis ? cpuUs(redis.pid) : 0] as const;
      rounds.push({
        callUs: (after[0] - before[0]) / CALLS_A_ROUND,
        redisUs: (after[1] - before[1]) / CALLS_A_ROUND,
      });
    }
    const trips = redis && ((await scriptsRun(redis)) - tripsBefore) / (ROUNDS * CALLS_A_ROUND);
    const timesMs = await timesOf(url, TIMED_CALLS, (at) => numberOf(at % NUMBERS));
    return {
      ...{ name, timesMs, memoryMb: memoryOf(child.pid).nowKib / 1024 },
      callUs: median(rounds.map(({ callUs }) => callUs)),
      trips,
      redisUs: redis && median(rounds.map(({ redisUs }) => redisUs)),
    };
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
}

/** How many scripts a Redis has run so far. */
async function scriptsRun(redis: Redis): Promise<number> {
  return (await redis.commands()).get("evalsha") ?? 0;
}

/** How long simulated answers take, in milliseconds; undefined where calls come faster than they can be answered. */
function simulate(
  servers: number,
  perSecond: number,
  servicesMs: readonly number[],
  seed: number,
): number[] | undefined {
  const random = new Random(seed);
  /** When each server is done with what it has, in milliseconds, and the calls that it has under way. */
  const freeMs = new Float64Array(servers);
  const times: number[] = [];
  let nowMs = 0;
  while (nowMs < SIMULATED_SECONDS * 1000) {
    nowMs -= (Math.log(1 - random.next()) * 1000) / perSecond;
    // The least work under way is the fewest calls, since all take about as long; among idle ones, one at random.
    let best = random.below(servers);
    for (let at = 0; at < servers; at++) {
      const [mine = 0, theirs = 0] = [freeMs[best], freeMs[at]];
      if (Math.max(theirs, nowMs) < Math.max(mine, nowMs)) best = at;
    }
    const service = servicesMs[random.below(servicesMs.length)] ?? 0;
    const doneMs = Math.max(freeMs[best] ?? 0, nowMs) + service;
    freeMs[best] = doneMs;
    times.push(doneMs - nowMs);
  }
  const backlogMs = Math.max(...freeMs) - nowMs;
  return backlogMs > 1000 ? undefined : times;
}

function report(measured: Measured): void {
  const { name, callUs, redisUs, trips, timesMs, memoryMb } = measured;
  const perCore = 1e6 / callUs;
  const servers = Math.ceil(WANTED / (perCore * SHARE));
  console.log(`\n${name}`);
  console.log(
    `  processor     ${callUs.toFixed(0)} µs a call: ${Math.round(perCore).toLocaleString("en-US")} calls a second a core; ${memoryMb.toFixed(0)} MB of memory`,
  );
  console.log(
    `  answers       median ${quantile(timesMs, 0.5).toFixed(2)} ms, 99% ${quantile(timesMs, 0.99).toFixed(2)} ms, 99.9% ${quantile(timesMs, 0.999).toFixed(2)} ms, one after the other`,
  );
  if (redisUs !== undefined) {
    console.log(
      `  Redis         ${trips?.toFixed(1)} round trips and ${redisUs.toFixed(0)} µs a call: ${Math.round(1e6 / redisUs).toLocaleString("en-US")} calls a second; at ${WANTED.toLocaleString("en-US")} it is busy ${((WANTED * redisUs) / 1e4).toFixed(0)}% of the time`,
    );
  }
  console.log(
    `  ${WANTED.toLocaleString("en-US")} a second need ${(WANTED / perCore).toFixed(1)} cores; at ${SHARE * 100}% load, ${servers}. Simulated, in ms:`,
  );
  // Two regions of three carry it all.
  const aRegion = Math.ceil(servers / 2);
  const rows: [string, number][] = [
    [`${servers} servers`, servers],
    [`${3 * aRegion} servers in three regions`, 3 * aRegion],
    [`… of which one region is lost`, 2 * aRegion],
  ];
  // What one answer takes of a core, spread as the answers that were timed.
  const scale = callUs / 1000 / (timesMs.reduce((sum, ms) => sum + ms, 0) / timesMs.length);
  const servicesMs = timesMs.map((ms) => ms * scale);
  for (const [words, count] of rows) {
    const times = simulate(count, WANTED, servicesMs, 1);
    const shares = [0.5, 0.99, 0.999, 1].map((share) =>
      (times ? quantile(times, share).toFixed(2) : "–").padStart(9),
    );
    const load = (WANTED * callUs) / 1e6 / count;
    console.log(
      `    ${words.padEnd(32)} load ${(load * 100).toFixed(0).padStart(3)}%  median, 99%, 99.9%, longest${shares.join("")}`,
    );
  }
}

console.log(`${cpus()[0]?.model ?? "?"}, ${availableParallelism()} cores, which the client uses too`);
report(await measure("a list, hours, variables", head("") + all(RULES)));
report(await measure("the same, and a limit that this server counts", head("") + all(LIMITED)));
if (Bun.which("redis-server") && Bun.which("redis-cli")) {
  await using redis = await startRedis();
  const config = head(`[shared]\nurl = "redis://127.0.0.1:${redis.port}"\n`) + all(LIMITED);
  await using files = await directory({ "config.toml": config });
  const { exitCode } = await run([...BINARY, "check", "-c", files.file("config.toml")]);
  if (exitCode === 0) report(await measure("the same, and the limit is shared", config, redis));
} else console.log("\nThere is no redis-server or no redis-cli here, so nothing is said of [shared].");
process.exit(0);
