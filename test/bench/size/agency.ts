/**
 * Measures the compiled binary on an agency's folder of 500 clients with 20 numbers each:
 *
 *     bun test/bench/size/agency.ts [BINARY…]          by default dist/switchhook
 *
 * How long `check` and the start of `serve` take, how long after an edit of one client's file the change is in force,
 * what an edit costs the processor, and the resident memory and idle processor time of the server. Times by the clock
 * beside processor time (user and system, of all threads), for the machine may be busy.
 */
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { type Directory, directory, environment, serve, until } from "../../harness.ts";
import { agencyFiles, clientName } from "../calls/clients.ts";
import { buildsNamed } from "../measures/builds.ts";
import { cpuMs, memoryOf } from "../measures/usage.ts";

const CLIENTS = 500;
const EDITS = 8;
const IDLE_MS = 10_000;
/** By then the thread that loads has gone. */
const AFTERWARDS_MS = 70_000;

const TINY = '[server]\nlisten = "127.0.0.1:0"\n[retell]\napi_key = "${env:RETELL_API_KEY}"\n';

const builds = buildsNamed(process.argv.slice(2));
for (const build of builds) {
  console.log(`${build}; load ${loadavg()[0]?.toFixed(1)}`);
  await using big = await directory(agencyFiles(CLIENTS));
  row("check, 500 clients", [await checked(build, big), await checked(build, big)]);
  await follow(build, "500 clients", big, `clients/${clientName(7)}.toml`);
  await using tiny = await directory({
    "config.toml": `${TINY}[numbers."+12137771235"]\nagent = "agent_1"\nmetadata = {}\n`,
  });
  await follow(build, "one number", tiny, "config.toml");
}
process.exit(0);

async function checked(build: string, files: Directory): Promise<string> {
  const startMs = performance.now();
  const child = Bun.spawn([build, "check", "-c", files.file("config.toml")], {
    env: environment(),
    stdout: "pipe",
    stderr: "pipe",
  });
  const exitCode = await child.exited;
  if (exitCode !== 0) throw new Error(await new Response(child.stderr).text());
  const { cpuTime, maxRSS = 0 } = child.resourceUsage() ?? {};
  return `${seconds(performance.now() - startMs)} (processor ${seconds(Number(cpuTime?.total ?? 0) / 1000)}), ${mib(maxRSS / 1024)} at most`;
}

async function follow(build: string, name: string, files: Directory, edited: string): Promise<void> {
  const startMs = performance.now();
  await using server = await serve([build], files.file("config.toml"));
  row(`serve, ${name}: from exec to listening`, [
    `${seconds(performance.now() - startMs)} (processor ${seconds(cpuMs(server.pid))})`,
  ]);
  await Bun.sleep(1000);
  row("  resident before the first edit", [mib(memoryOf(server.pid).nowKib)]);
  const idleFrom = cpuMs(server.pid);
  await Bun.sleep(IDLE_MS);
  row("  idle", [`${(((cpuMs(server.pid) - idleFrom) / IDLE_MS) * 100).toFixed(2)} % of a core`]);
  const text = readFileSync(files.file(edited), "utf8");
  const times: string[] = [];
  const memory: string[] = [];
  for (let edit = 0; edit < EDITS; edit++) {
    const reloads = server.log().split("configuration reloaded").length;
    const fromMs = cpuMs(server.pid);
    const editMs = performance.now();
    await files.write(edited, text.replace(/^metadata = .*$/m, `metadata = { edit = ${edit} }`));
    await until(() => server.log().split("configuration reloaded").length > reloads, 30_000);
    const inForceMs = performance.now() - editMs;
    await Bun.sleep(1200);
    times.push(`${seconds(inForceMs)} (${seconds(cpuMs(server.pid) - fromMs)})`);
    memory.push(mib(memoryOf(server.pid).nowKib));
  }
  row("  edits in force after (processor)", times);
  row("  resident after each", memory);
  await Bun.sleep(AFTERWARDS_MS);
  row(`  resident ${AFTERWARDS_MS / 1000} s later`, [mib(memoryOf(server.pid).nowKib)]);
}

function row(name: string, values: readonly string[]): void {
  console.log(`${name.padEnd(44)} ${values.join("  ")}`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function mib(kib: number): string {
  return `${Math.round(kib / 1024)} MiB`;
}
