/**
 * What a start costs: from exec to the first answer, of several builds in turn. Judge by processor time; the clock also
 * shows what else the machine does. Linux only.
 *
 *     bun test/bench/start.ts                        dist/switchhook, in both set-ups
 *     ROUNDS=15 BUILDS=OLD,NEW bun test/bench/start.ts
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./compare/results.ts";
import { settingsOf } from "./compare/settings.ts";

import { cpuUs, memoryOf } from "./measures/usage.ts";
import { type Server, serversIn } from "./servers/servers.ts";
import { startServer } from "./servers/start.ts";

/** A start that was measured: milliseconds and MiB. */
interface Start {
  readonly cpuMs: number;
  readonly clockMs: number;
  readonly memoryMib: number;
}

const { builds, only = ["switchhook"], rounds } = settingsOf(process.env);
const dir = mkdtempSync(join(tmpdir(), "switchhook-start-"));
process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
const servers = serversIn(dir, builds).filter(({ name }) => only.some((start) => name.startsWith(start)));

const starts = new Map<Server, Start[]>(servers.map((server) => [server, []]));
// The first round reads the executables from the disk, and does not count.
for (let round = 0; round <= rounds; round++) {
  for (const [server, measured] of starts) {
    const { pid, firstAnswerMs, stop } = await startServer(server);
    const start = {
      cpuMs: cpuUs(pid) / 1000,
      clockMs: firstAnswerMs,
      memoryMib: memoryOf(pid).nowKib / 1024,
    };
    if (round > 0) measured.push(start);
    await stop();
  }
}

console.log("from exec to the first answer: ms of CPU (least), ms by the clock (least), MiB resident");
for (const [{ name }, measured] of starts) {
  const column = (of: keyof Start) => measured.map((start) => start[of]);
  const both = (of: keyof Start) =>
    `${median(column(of)).toFixed(1).padStart(7)} (${Math.min(...column(of)).toFixed(1)})`.padEnd(17);
  console.log(
    `${both("cpuMs")} ${both("clockMs")} ${median(column("memoryMib")).toFixed(1).padStart(6)}  ${name}`,
  );
}
process.exit(0);
