/**
 * `make bench-instructions`: how many instructions of its own a server needs for a call, counted by QEMU. That is a figure
 * which does not depend on the processor, and hardly on what else the machine does, so a small change shows; the kernel's
 * instructions are not in it. Processors in virtual machines often count none themselves.
 *
 * The engines' last compilers are off, and what can be is done by one thread: when they set in is a matter of chance. So it
 * counts work that is saved or added, and not how well it is compiled; for that there is `make bench`, or OPTIMISED=1, which
 * leaves the compilers on and waits until they are done. That takes minutes, and is compared with nothing.
 *
 * With RECORD=1, what is counted is kept in docs/bench/instructions.json; without, it must not be much more than that.
 * ONLY=switchhook names servers, or how they begin; LAYERS=http,hono counts those of `make bench-layers` in their place.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BINARY, KEY, ROOT } from "../../harness.ts";
import { callOf, requestOf } from "../calls/requests.ts";
import { layerServers } from "../layers/servers.ts";
import { type Server, serversIn } from "../servers/servers.ts";
import { type Started, startServer } from "../servers/start.ts";

const RECORDED = join(ROOT, "docs/bench/instructions.json");
const SERVERS = ["limit", "hono", "switchhook"];
const QEMU = process.arch === "arm64" ? "qemu-aarch64" : "qemu-x86_64";
const IS_OPTIMISED = process.env.OPTIMISED === "1";
const ONE_THREAD = {
  ...(!IS_OPTIMISED && { BUN_JSC_useDFGJIT: "0" }),
  BUN_JSC_useConcurrentJIT: "0",
  BUN_JSC_useConcurrentGC: "0",
  BUN_JSC_numberOfGCMarkers: "1",
};
/** Until everything is compiled. */
const WARM_UP_CALLS = IS_OPTIMISED ? 25_000 : 3000;
/** The least of so many counts is the one that was disturbed least, by the garbage collector above all. */
const COUNTS = 6;
const CALLS = 500;
const START_MS = 180_000;
/** Counts of the same build differ by a tenth at most. */
const TOLERATED = 1.25;

for (const [tool, debian] of [
  [QEMU, "qemu-user"],
  ["cc", "gcc"],
] as const) {
  if (Bun.which(tool)) continue;
  console.error(`make bench-instructions needs ${tool}: apt-get install ${debian}`);
  process.exit(1);
}

const dir = mkdtempSync(join(tmpdir(), "switchhook-count-"));
process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
const plugin = join(dir, "count.so");
const cc = ["cc", "-shared", "-fPIC", "-O2", "-o", plugin, join(import.meta.dir, "count.c")];
const built = Bun.spawnSync(cc, { stderr: "inherit" });
if (built.exitCode !== 0) process.exit(1);

const wanted = (process.env.ONLY || SERVERS.join(",")).split(",");
const isWanted = ({ name }: Server) => wanted.some((start) => name.startsWith(start));
const { LAYERS } = process.env;
const servers = LAYERS ? layerServers(dir, LAYERS) : serversIn(dir, BINARY).filter(isWanted);
const counted: Record<string, number> = {};
for (const server of servers) {
  counted[server.name] = await instructionsOf(server);
  console.log(
    `${counted[server.name]?.toLocaleString("en-US").padStart(9)} instructions a call  ${server.name}`,
  );
}
if (IS_OPTIMISED || LAYERS) process.exit(0);
process.exit(process.env.RECORD === "1" ? keep() : compare());

function keep(): number {
  writeFileSync(RECORDED, `${JSON.stringify(counted, undefined, 2)}\n`);
  return 0;
}

function compare(): number {
  const recorded: Readonly<Record<string, number>> = JSON.parse(readFileSync(RECORDED, "utf8"));
  const tooMany = Object.entries(counted).filter(
    ([name, count]) => name.startsWith("switchhook") && count > (recorded[name] ?? 0) * TOLERATED,
  );
  for (const [name, count] of tooMany)
    console.error(
      `${name} takes ${Math.round((count / (recorded[name] ?? Number.NaN)) * 100)} % of what ${RECORDED} has; where that is meant: make bench-instructions RECORD=1`,
    );
  return tooMany.length === 0 ? 0 : 1;
}

/** The instructions that a server needs for a call, to three digits. */
async function instructionsOf(server: Server): Promise<number> {
  const counter = join(dir, `${server.name.replaceAll(/\W/g, "_")}.count`);
  const options = Object.entries(ONE_THREAD).map(([name, value]) => `${name}=${value}`);
  const emulated = ["env", ...options, QEMU, "-cpu", "max", "-plugin", `${plugin},counter=${counter}`];
  const started = await startServer(
    {
      ...server,
      command: async (port) => [...emulated, ...(await server.command(port))],
    },
    START_MS,
  );
  let sent = await ask(started, 0, WARM_UP_CALLS);
  const counts: number[] = [];
  while (counts.length < COUNTS) {
    const before = readFileSync(counter).readBigUInt64LE();
    sent = await ask(started, sent, CALLS);
    counts.push(Number(readFileSync(counter).readBigUInt64LE() - before) / CALLS);
  }
  await started.stop();
  return Number(Math.min(...counts).toPrecision(3));
}

/** Sends calls over one connection, one after the other, and returns how many were sent in all. @param first the first of them */
function ask({ port, name }: Started, first: number, count: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1");
    let at = first;
    const next = () => socket.write(requestOf(callOf(1, at++), KEY, Date.now()));
    socket.on("connect", next);
    socket.on("error", reject);
    socket.on("data", (answer) => {
      if (!answer.toString().startsWith("HTTP/1.1 200")) reject(new Error(`Cannot count ${name}: ${answer}`));
      else if (at < first + count) next();
      else {
        socket.destroy();
        resolve(at);
      }
    });
  });
}
