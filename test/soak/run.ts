/**
 * A soak: for `TIME` seconds (600) honest clients, strangers, editors and broken services do to the compiled binary what
 * they do in a year, and then every answer, the memory, the descriptors and what is left are looked at. `SEED` repeats
 * the choices of a run, `RATE` is how many clients begin a second (50).
 */
import { mkdirSync } from "node:fs";
import { fakeClock, HAS_FAKE_CLOCK } from "../fake-clock.ts";
import { Random } from "../fuzz/random.ts";
import { adminOf, BINARY, directory, serve, until } from "../harness.ts";
import { Clients } from "./clients.ts";
import { Editor } from "./editor.ts";
import type { Sequence } from "./expected.ts";
import { childrenOf, isGone, readHistory, readLog } from "./leavings.ts";
import { printReport } from "./report.ts";
import { services } from "./services.ts";
import { Starved } from "./starved.ts";
import { BLOCKED, Editions } from "./tables.ts";
import { lookAt, type Sign } from "./vital-signs.ts";

const DAY_MS = 86_400_000;
const EDIT_MS = 1000;
const SIGNAL_MS = 3500;
/** What must change nothing; the last one makes it stand still until it may go on. */
const VAIN_SIGNALS = ["SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGPIPE", "SIGCONT", "SIGSTOP"] as const;
/** How long it stands still, as a machine does that is moved, in milliseconds. */
const STANDSTILL_MS = 300;
const LOOK_MS = 1000;
const SAY_MS = 60_000;

const seconds = Number(process.env.TIME || 600);
const perSecond = Number(process.env.RATE || 50);
const seed = Number(process.env.SEED || Math.floor(Math.random() * 2 ** 31));
if (!(seconds >= 10) || !(perSecond > 0) || !Number.isSafeInteger(seed)) {
  console.error("Cannot soak: TIME must be at least 10 seconds, RATE above 0, and SEED a whole number.");
  process.exit(2);
}

await using files = await directory({ "blocked.txt": `${BLOCKED}\n` });
mkdirSync(files.file("tmp"));
await using service = await services(new Random(seed, 1));
const sequence: Sequence = { tables: new Editions(), contacts: new Editions() };
const editor = new Editor(files, sequence, new Random(seed, 2), service.origin);
// By the server's clock, midnight comes when two fifths of the run are over.
const aheadMs = DAY_MS - (Date.now() % DAY_MS) - 0.4 * seconds * 1000;
const clock = HAS_FAKE_CLOCK ? fakeClock(files.path, aheadMs) : undefined;
const now = clock?.now ?? Date.now;

const env = { TMPDIR: files.file("tmp"), ...clock?.env };
await using server = await serve(BINARY, editor.config, { env });
clock?.forget(server.pid);
const admin = await adminOf(server);
const clients = new Clients(server.url, sequence, new Random(seed, 3), now);
console.log(`Soaking for ${seconds} s, ${perSecond} clients a second; SEED=${seed} repeats the choices`);

using starved = new Starved();
const signs: Sign[] = [];
const children = new Set<string>();
let signals = 0;
const startMs = performance.now();
const isOver = () => performance.now() - startMs > seconds * 1000;
const underWay = new Set<Promise<void>>();
await Promise.all([
  every(1000 / perSecond, () => {
    const client = clients.next().finally(() => underWay.delete(client));
    underWay.add(client);
  }),
  every(EDIT_MS, () => editor.edit()),
  every(SIGNAL_MS, () => signal()),
  every(LOOK_MS, async () => {
    for (const child of childrenOf(server.pid)) children.add(child);
    const askedMs = performance.now();
    // Where it does not answer, calls fail too, unless it is this machine that has no time.
    const sign = await lookAt(admin, (askedMs - startMs) / 1000).catch(() => undefined);
    starved.took(askedMs, performance.now());
    if (sign) signs.push(sign);
  }),
  every(SAY_MS, () => say(signs.at(-1))),
]);
await Promise.all(underWay);

// Whatever was edited last, a good configuration comes into force.
editor.writeGood();
const { tables, contacts } = sequence;
let isLastInForce = true;
await until(async () => {
  await clients.ask();
  return tables.isKnown(tables.latest) && contacts.isKnown(contacts.latest);
}, 30_000).catch(() => {
  isLastInForce = false;
});
const exitCode = await server.stop();
if (clock) forgiveMachineTime(server.log(), aheadMs / 1000, clients.tally.wrong);

const isGood = printReport({
  ...{ seconds, signs, exitCode, isLastInForce, sequence, children, starved, hasClock: clock !== undefined },
  tally: clients.tally,
  edits: editor.made,
  log: readLog(server.log()),
  history: readHistory(files.file("state/history"), clients.tally.answered),
  isPortFree: await isGone(server.url),
  left: [...new Bun.Glob("**").scanSync({ cwd: files.file("tmp"), dot: true, onlyFiles: false })],
});
process.exitCode = isGood ? 0 : 1;

/** Sends the next signal: every second one has the configuration read. */
async function signal(): Promise<void> {
  const vain = signals % 2 === 1 ? VAIN_SIGNALS[(signals >> 1) % VAIN_SIGNALS.length] : undefined;
  signals++;
  process.kill(server.pid, vain ?? "SIGHUP");
  if (vain !== "SIGSTOP") return;
  await Bun.sleep(STANDSTILL_MS);
  process.kill(server.pid, "SIGCONT");
}

/** Says how it stands. */
function say(sign: Sign | undefined): void {
  if (!sign) return;
  const { right, wrong } = clients.tally;
  const memory = `${(sign.memoryBytes / 1024 ** 2).toFixed(1)} MiB, ${sign.descriptors} descriptors`;
  console.log(
    `  ${sign.second.toFixed(0).padStart(5)} s: ${right} answers right, ${wrong.length} wrong, ${memory}`,
  );
}

/** Does something again and again until the run is over, as often as it can where it takes longer. */
async function every(ms: number, act: () => void | Promise<void>): Promise<void> {
  const endMs = startMs + seconds * 1000;
  for (let dueMs = startMs; dueMs < endMs && !isOver(); dueMs += ms) {
    await Bun.sleep(Math.max(0, dueMs - performance.now()));
    await act();
  }
}

/**
 * Now and then, some once in ten thousand calls, libfaketime says the machine's own time: then a call is
 * from the future by just that much. The log says so, and that is not held against the program.
 */
function forgiveMachineTime(log: string, aheadS: number, wrong: string[]): void {
  for (const [, seconds] of log.matchAll(/the clocks differ by (\d+) s/g)) {
    const at = wrong.findIndex((problem) => problem.includes("it got 401 "));
    if (at < 0 || Math.abs(Number(seconds) - aheadS) > 5) continue;
    console.log(`not counted, since libfaketime said the machine's time: ${wrong[at]}`);
    wrong.splice(at, 1);
  }
}
