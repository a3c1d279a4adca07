/**
 * What the memory of a server is made of: after its start, after so many calls, and at rest. Linux only.
 *
 *     bun test/bench/memory.ts                                   dist/switchhook, with everything on
 *     ONLY=limit,hono,switchhook BUILDS=OLD,NEW CALLS=10000,1000000 bun test/bench/memory.ts
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "./calls/load.ts";
import { Requests } from "./calls/requests.ts";
import { JUDGED } from "./compare/aims.ts";
import { settingsOf } from "./compare/settings.ts";
import { cpuMs, memoryOf } from "./measures/usage.ts";
import { serversIn } from "./servers/servers.ts";
import { startServer } from "./servers/start.ts";
import { EVERYTHING } from "./servers/switchhook.ts";

/** How long a server is left alone after its start, and after its last call, in milliseconds. */
const REST_MS = 5000;
/** More than a server answers in some seconds. */
const LONG_CALLS = 100_000;

const { builds, only = [EVERYTHING] } = settingsOf(process.env);
const stages = (process.env.CALLS || "10000,100000,1000000").split(",").map(Number);
const dir = mkdtempSync(join(tmpdir(), "switchhook-memory-"));
process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
const requests = new Requests(join(dir, "requests"));

console.log(
  "MiB resident: all, its own (heaps, code that was compiled), pages of files, the most there was; µs of CPU a call",
);
for (const server of serversIn(dir, builds).filter(({ name }) =>
  only.some((start) => name.startsWith(start)),
)) {
  console.log(server.name);
  const started = await startServer(server);
  await Bun.sleep(REST_MS);
  tell(started.pid, "after its start");
  let calls = 0;
  for (const stage of stages) {
    const [beforeMs, before] = [cpuMs(started.pid), calls];
    while (calls < stage) {
      // The load generator reads its requests anew each time, which takes seconds.
      const seconds = stage - calls > LONG_CALLS ? 6 : 1;
      calls += (await load(started, requests, { connections: JUDGED, seconds })).requests;
    }
    const us = ((cpuMs(started.pid) - beforeMs) * 1000) / (calls - before);
    tell(started.pid, `after ${calls.toLocaleString("en-US")} calls`, us);
  }
  await Bun.sleep(REST_MS);
  tell(started.pid, "at rest");
  await started.stop();
}
process.exit(0);

function tell(pid: number, when: string, us?: number): void {
  const { nowKib, ownKib, filesKib, mostKib } = memoryOf(pid);
  const columns = [nowKib, ownKib, filesKib, mostKib].map((kib) => (kib / 1024).toFixed(1).padStart(7));
  console.log(`  ${columns.join(" ")} ${(us?.toFixed(1) ?? "").padStart(7)}  ${when}`);
}
