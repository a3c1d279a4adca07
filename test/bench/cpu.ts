/**
 * Measures what a call costs the processor, of one build or of several side by side:
 *
 *     bun test/bench/cpu.ts [BINARY…]          by default dist/switchhook
 *
 * User and system time of the server's process over many signed calls on a few kept connections, in microseconds a call.
 * Server and client have a core each, the builds take turns, and the median of the rounds counts: so it is steadier on a
 * busy machine than time by the clock. The lower quartile is shown beside it.
 */
import { loadavg } from "node:os";
import { BINARY, directory, environment } from "../harness.ts";
import { numberOf } from "./numbers.ts";
import { cpuUs, exercise } from "./processor.ts";

/** In a round; the builds take turns this often, so that what else the machine does hits all alike. */
const CALLS = 2000;
const WARM_UP_CALLS = 60_000;
const ROUNDS = 31;

const HEAD = '[server]\nlisten = "127.0.0.1:0"\n[retell]\napi_key = "${env:RETELL_API_KEY}"\n';
const NUMBERS = 100;

/** Configurations that every build understands. */
const CONFIGS: Readonly<Record<string, string>> = {
  "an agent, nothing else": HEAD + numbersWith(""),
  "deny, variables, metadata": `${HEAD}[lists]\nspam = ["+14155550100", "+1900*"]\n${numbersWith(
    'deny = ["@spam", "withheld"]\nvariables = { company = "Acme", caller = "${from_number}" }\nmetadata = { tenant = "acme" }\n',
  )}`,
  "hours, a list, a header": `${HEAD}[lists]\nvip = ["+14155550100", "+1900*"]\n[schedules.office]\ntimezone = "America/New_York"\nopen = ["mon-fri 09:00-17:00"]\n${numbersWith(
    "",
    (number) =>
      `[[numbers."${number}".rules]]\nwhen = { header.x-tier = "gold" }\nagent = "agent_gold"\n[[numbers."${number}".rules]]\nwhen = { caller = "@vip" }\nagent = "agent_vip"\n[[numbers."${number}".rules]]\nwhen = { closed = "office" }\nagent = "agent_night"\n`,
  )}`,
};

function numbersWith(lines: string, rules: (number: string) => string = () => ""): string {
  const numbers = Array.from({ length: NUMBERS }, (_, at) => numberOf(at));
  return numbers
    .map((number, at) => `[numbers."${number}"]\nagent = "agent_${at}"\n${lines}${rules(number)}`)
    .join("");
}

if (process.env.PINNED !== "1") {
  const child = Bun.spawn(["taskset", "-c", "1", process.execPath, ...process.argv.slice(1)], {
    env: { ...process.env, PINNED: "1" },
    stdout: "inherit",
    stderr: "inherit",
  });
  process.exit(await child.exited);
}

const builds = process.argv.length > 2 ? process.argv.slice(2) : [...BINARY];
const load = () =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(" ");
console.log(`µs of processor time a call, median of ${ROUNDS} rounds (lower quartile); load ${load()}`);
for (const [name, config] of Object.entries(CONFIGS)) {
  await using files = await directory({ "config.toml": config });
  const servers = [];
  for (const build of builds) servers.push(await start(build, files.file("config.toml")));
  for (const server of servers) await exercise(server.port, WARM_UP_CALLS, NUMBERS);
  const rounds = servers.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, server] of servers.entries()) {
      const beforeUs = cpuUs(server.pid);
      await exercise(server.port, CALLS, NUMBERS);
      rounds[at]?.push((cpuUs(server.pid) - beforeUs) / CALLS);
    }
  }
  for (const server of servers) server.stop();
  console.log(name);
  for (const [at, build] of builds.entries()) {
    const sorted = (rounds[at] ?? []).toSorted((a, b) => a - b);
    const [median = Number.NaN, lower = Number.NaN] = [sorted[ROUNDS >> 1], sorted[ROUNDS >> 2]];
    console.log(`  ${median.toFixed(1).padStart(6)} (${lower.toFixed(1)})  ${build}`);
  }
}
console.log(`load ${load()}`);
process.exit(0);

/** Starts a build on a core of its own; what it logs goes nowhere. */
async function start(build: string, config: string) {
  const child = Bun.spawn(["taskset", "-c", "0", build, "serve", "-c", config], {
    env: environment(),
    stdout: "pipe",
    stderr: Bun.file("/dev/null"),
  });
  // Also where something fails.
  process.once("exit", () => child.kill("SIGKILL"));
  const { value } = await child.stdout.getReader().read();
  const port = /:(\d+)\/webhook/.exec(new TextDecoder().decode(value))?.[1];
  if (port === undefined) throw new Error(`Cannot start ${build}`);
  return { pid: child.pid, port: Number(port), stop: () => child.kill("SIGKILL") };
}
