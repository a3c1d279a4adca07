/**
 * `make bench-profile`: where the processor's time goes in the compiled program, with everything on and under load. Samples
 * by `perf`, of the kernel, of Bun's native code and of what the engine compiled, each function by its name: for that, the
 * program is built once more, not minified, as dist/profile/switchhook. SECONDS=10 says for how long, after WARM=250000
 * calls; TOP=40 functions are shown.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../harness.ts";
import { load } from "../calls/load.ts";
import { Requests } from "../calls/requests.ts";
import { JUDGED } from "../compare/aims.ts";
import { setting } from "../measures/setting.ts";
import { missingForAll, toolMissing } from "../servers/needs.ts";
import { serversIn } from "../servers/servers.ts";
import { startServer } from "../servers/start.ts";
import { EVERYTHING } from "../servers/switchhook.ts";
import { functionsIn } from "./functions.ts";
import { MachineCode } from "./machine-code.ts";
import { readSamples, type Sample } from "./samples.ts";
import { type Share, sharesOf } from "./shares.ts";

const PROGRAM = join(ROOT, "dist/profile/switchhook");
const SAMPLES_A_SECOND = 4999;
/** wrk reads all requests before it sends the first. */
const LOAD_STARTS_MS = 2500;
/** Less than this is noise, in percent. */
const SHOWN = 0.05;

const [seconds, warmUp, top] = [setting("SECONDS", 10), setting("WARM", 250_000), setting("TOP", 40)];
const [missing] = [...missingForAll(), toolMissing("perf")].filter((absent) => absent !== undefined);
if (missing) throw new Error(`Cannot profile without ${missing.what}: ${missing.remedy}`);

const dir = mkdtempSync(join(tmpdir(), "switchhook-profile-"));
process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
const server = serversIn(dir, [PROGRAM]).find(({ name }) => name === EVERYTHING);
if (!server) throw new Error(`there is no server ${EVERYTHING}`);
const dumps = join(dir, "code");
mkdirSync(dumps);
const engine = ["BUN_JSC_useJITDump=1", `BUN_JSC_jitDumpDirectory=${dumps}`];
const started = await startServer({
  ...server,
  command: async (port) => ["env", ...engine, ...(await server.command(port))],
});
const requests = new Requests(join(dir, "requests"));
const under = (seconds: number) => load(started, requests, { connections: JUDGED, seconds });
for (let calls = 0; calls < warmUp; ) calls += (await under(6)).requests;

const loaded = under(seconds + 2 * (LOAD_STARTS_MS / 1000));
await Bun.sleep(LOAD_STARTS_MS);
const samples = readSamples(await sampled());
await loaded;
await started.stop();
const [dump] = readdirSync(dumps);
if (dump === undefined) throw new Error("Cannot profile: the engine wrote nothing of what it compiled");
const code = new MachineCode(join(dumps, dump));
report(
  samples.filter(({ thread }) => thread === started.pid),
  samples.length,
);
process.exit(0);

/** What `perf` says of samples of all threads of the server. */
async function sampled(): Promise<string> {
  const file = join(dir, "perf.data");
  const how = `-q -g -k mono -e cpu-clock -F ${SAMPLES_A_SECOND} -p ${started.pid}`.split(" ");
  const recorded = Bun.spawnSync(["perf", "record", ...how, "-o", file, "--", "sleep", String(seconds)]);
  const fields = ["-F", "comm,tid,time,ip,sym,dso"];
  const said = recorded.success ? Bun.spawnSync(["perf", "script", "-i", file, ...fields]) : recorded;
  if (!said.success) throw new Error(`Cannot profile: perf said ${said.stderr.toString().trim()}`);
  return said.stdout.toString();
}

function report(own: readonly Sample[], all: number): void {
  const { functions, parts, loop, kernel } = sharesOf(own, code, functionsIn(PROGRAM));
  const percent = (count: number) => (100 * count) / own.length;
  const sum = (of: "compiled" | "native") =>
    [...functions.values()].reduce((total, share) => total + share[of], 0);
  const inKernel = [...kernel.values()].reduce((total, count) => total + count, 0);
  console.log(
    `${own.length} samples of the main thread, ${all - own.length} of others\n\n` +
      `${cell(percent(sum("compiled")))} compiled JavaScript\n` +
      `${cell(percent(sum("native")))} native code that it calls: JSON, text, hashes, objects, garbage\n` +
      `${cell(percent(loop))} native code besides: the event loop\n` +
      `${cell(percent(inKernel))} the kernel\n`,
  );
  for (const [call, count] of largest(kernel, (count) => count))
    if (percent(count) >= SHOWN) console.log(`${cell(percent(count))} the kernel: ${call}`);
  table("part", parts);
  table("function, with what the engine put into it", functions);

  function table(title: string, shares: ReadonlyMap<string, Share>): void {
    console.log(`\ncompiled native within  ${title}`);
    for (const [name, { compiled, native, within }] of largest(
      shares,
      (share) => share.compiled + share.native,
    )) {
      if (percent(compiled + native) < SHOWN) continue;
      const columns = [compiled, native, within].map((count) => cell(percent(count)).padStart(7));
      console.log(`${columns.join(" ")}  ${name}`);
    }
  }
}

function largest<T>(map: ReadonlyMap<string, T>, by: (value: T) => number): readonly [string, T][] {
  return [...map].sort(([, a], [, b]) => by(b) - by(a)).slice(0, top);
}

function cell(percent: number): string {
  return percent.toFixed(1).padStart(6);
}
