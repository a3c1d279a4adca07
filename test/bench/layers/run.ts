/**
 * `make bench-layers`: what each layer adds to the processor time of a call, on a core of its own, under the signed requests
 * of `make bench`. Every layer is a server from the sources that answers as far as the layer goes; the last one is the whole
 * server, with everything on. They take turns, so that what the machine does meanwhile meets all of them.
 *
 * ROUNDS=5 turns of SECONDS=3 count, after WARM=200000 calls to each. LAYERS=http,app names some.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "../calls/load.ts";
import { Requests } from "../calls/requests.ts";
import { JUDGED } from "../compare/aims.ts";
import { median } from "../compare/results.ts";
import { setting } from "../measures/setting.ts";
import { missingForAll } from "../servers/needs.ts";
import { startServer } from "../servers/start.ts";
import { layerServers } from "./servers.ts";

for (const { what, remedy } of missingForAll()) throw new Error(`Cannot measure without ${what}: ${remedy}`);
const [rounds, seconds, warmUp] = [setting("ROUNDS", 5), setting("SECONDS", 3), setting("WARM", 200_000)];
const dir = mkdtempSync(join(tmpdir(), "switchhook-layers-"));
process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
const requests = new Requests(join(dir, "requests"));

const entrants = [];
for (const server of layerServers(dir, process.env.LAYERS || undefined)) {
  const started = await startServer(server);
  const under = async () => {
    const { cpuSeconds, requests: count } = await load(started, requests, { connections: JUDGED, seconds });
    return { us: (cpuSeconds * 1e6) / count, count };
  };
  for (let calls = 0; calls < warmUp; ) calls += (await under()).count;
  entrants.push({ name: server.name, about: server.about, under, us: [] as number[] });
  console.error(`${server.name} is warm`);
}
for (let round = 0; round < rounds; round++) {
  for (const { under, us } of entrants) us.push((await under()).us);
}

console.log("µs of CPU a call, and what the layer adds");
let before = 0;
for (const { name, about, us } of entrants) {
  const all = median(us);
  const [sum, added] = [all, all - before].map((us) => us.toFixed(1).padStart(7));
  console.log(`${sum} ${added}  ${name}: ${about}`);
  before = all;
}
process.exit(0);
