/**
 * Measures what size costs, on the compiled binary or on several builds side by side:
 *
 *     bun test/bench/size/scale.ts [BINARY…]          by default dist/switchhook
 *     ONLY="lists,contacts" bun test/bench/size/scale.ts
 *
 * Memory is resident memory beyond that of the same server with an empty list, a share for each entry; the peak is the
 * most that the process ever had (VmHWM, set back before a reload). Each figure stands beside its target.
 */
import { appendFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { type Directory, directory, type RunningServer, serve, until } from "../../harness.ts";
import { numberOf } from "../calls/numbers.ts";
import { buildsNamed } from "../measures/builds.ts";
import { quantile, timesOf } from "../measures/timing.ts";
import { cpuMs, cpuUs, memoryOf } from "../measures/usage.ts";
import { contactsOf, HEAD, listOf, numbersOf } from "./contents.ts";

const MILLION = 1_000_000;
const NUMBER = '[numbers."+12137771235"]\nagent = "agent_1"\n';
const LIST = `${HEAD}[lists]\nspam = { file = "spam.txt" }\n[defaults]\ndeny = ["@spam"]\n${NUMBER}`;
const CONTACTS = `${HEAD}[contacts]\nfile = "contacts.csv"\nvariables = ["first_name", "plan"]\n${NUMBER}`;

/** How many calls are timed one after the other. */
const CALLS = 20_000;

const only = new Set((process.env.ONLY ?? "start,lists,long list,numbers,contacts").split(","));
const builds = buildsNamed(process.argv.slice(2));
for (const build of builds) {
  console.log(`${build}; load ${loadavg()[0]?.toFixed(1)}`);
  if (only.has("start")) await measureStart(build);
  if (only.has("lists")) await measureLists(build, MILLION, 1);
  if (only.has("long list")) await measureLists(build, 10 * MILLION, 10);
  if (only.has("numbers")) await measureNumbers(build, 100_000);
  if (only.has("contacts")) await measureContacts(build, MILLION);
}
process.exit(0);

async function measureStart(build: string): Promise<void> {
  await using files = await directory({ "config.toml": HEAD + numbersOf(1000) });
  const times: number[] = [];
  for (let round = 0; round < 7; round++) {
    const { server, firstMs } = await start(build, files, numberOf(1));
    times.push(firstMs);
    await server.stop();
  }
  row("exec to first answer, 1,000 numbers (median of 7)", ms(quantile(times, 0.5)), "100 ms");
}

async function measureLists(build: string, count: number, targetS: number): Promise<void> {
  await using empty = await directory({ "config.toml": LIST, "spam.txt": "# none\n" });
  await using full = await directory({ "config.toml": LIST, "spam.txt": listOf(count) });
  const before = await measure(build, empty, "spam.txt", "# edited\n");
  const after = await measure(build, full, "spam.txt", "# edited\n");
  rows(before, after, count, {
    ...{ whole: `a list of ${count / MILLION} million`, each: "a caller", beside: "an empty list" },
    ...{ first: `${targetS} s`, memory: "10 B", peak: "16 B" },
  });
}

async function measureNumbers(build: string, count: number): Promise<void> {
  const extra = `[lists]\nspam = { file = "spam.txt" }\n`;
  const text = (count: number) => HEAD + extra + numbersOf(count, ["@spam"]);
  await using few = await directory({ "config.toml": text(10), "spam.txt": "# none\n" });
  await using many = await directory({ "config.toml": text(count), "spam.txt": "# none\n" });
  const before = await measure(build, few, "spam.txt", "+14155550100\n", numberOf(1));
  const after = await measure(build, many, "spam.txt", "+14155550100\n", numberOf(1));
  rows(before, after, count, {
    ...{ whole: `${count.toLocaleString("en-US")} numbers`, each: "a number", beside: "10 numbers" },
    ...{ first: "2 s", memory: "1536 B" },
  });
}

async function measureContacts(build: string, count: number): Promise<void> {
  const header = "number,first_name,plan,city\n";
  await using none = await directory({ "config.toml": CONTACTS, "contacts.csv": header });
  await using many = await directory({ "config.toml": CONTACTS, "contacts.csv": header + contactsOf(count) });
  const line = "+14155550100,Ada,gold,London\n";
  const before = await measure(build, none, "contacts.csv", line);
  const after = await measure(build, many, "contacts.csv", line);
  rows(before, after, count, {
    ...{ whole: `${count / MILLION} million contacts`, each: "a contact", beside: "none" },
    ...{ first: "2 s", memory: "1536 B" },
  });
}

/** What is measured, in words, and the targets for it. */
interface Sized {
  readonly whole: string;
  readonly each: string;
  readonly beside: string;
  /** Of the first answer. */
  readonly first: string;
  /** Of each, at rest. */
  readonly memory: string;
  /** Of each, while it is read anew. */
  readonly peak?: string;
}

/** Prints what `count` of something cost. @param before the same without them */
function rows(before: Measured, after: Measured, count: number, sized: Sized): void {
  const { whole, each, beside, first, memory, peak = "" } = sized;
  row(`exec to first answer, ${whole}`, ms(after.firstMs), first);
  row(`  resident, ${each}`, bytes(after.restKib - before.restKib, count), memory);
  row("    without pages of the executable", bytes(after.restOwnKib - before.restOwnKib, count), "");
  row(`  resident after calls and a reload, ${each}`, bytes(after.laterKib - before.laterKib, count), memory);
  row(`  peak of the start, ${each}`, bytes(after.startPeakKib - before.startPeakKib, count), "");
  row(`  peak of a reload, ${each}`, bytes(after.reloadPeakKib - before.reloadPeakKib, count), peak);
  row("  an edit is in force after", ms(after.editMs), "");
  row(`  processor time of that, beside ${beside}`, `${ms(after.editCpuMs)} and ${ms(before.editCpuMs)}`, "");
  row(`  processor time a call, beside ${beside}`, `${after.callUs} and ${before.callUs} µs`, "the same");
}

interface Measured {
  readonly firstMs: number;
  readonly restKib: number;
  /** Without pages of files: those of the engine's compilers are there once something long was read, or some thousand calls came. */
  readonly restOwnKib: number;
  readonly laterKib: number;
  readonly startPeakKib: number;
  readonly reloadPeakKib: number;
  readonly editMs: number;
  /** Of all threads, until then; it is the first edit, for which a thread starts and compiles. */
  readonly editCpuMs: number;
  readonly callUs: string;
}

/** Starts a server, calls it, edits one of its files, and stops it. @param to whom the first call is for */
async function measure(
  build: string,
  files: Directory,
  file: string,
  addition: string,
  to = "+12137771235",
): Promise<Measured> {
  const { server, firstMs } = await start(build, files, to);
  const startPeakKib = memoryOf(server.pid).mostKib;
  const restKib = await atRest(server.pid);
  const restOwnKib = memoryOf(server.pid).ownKib;
  const callUs = await costOfCalls(server, to);
  writeFileSync(`/proc/${server.pid}/clear_refs`, "5");
  const editMs = performance.now();
  const fromUs = cpuUs(server.pid);
  await edited(server, files, file, addition);
  const inForceMs = performance.now() - editMs;
  const editCpuMs = (cpuUs(server.pid) - fromUs) / 1000;
  const reloadPeakKib = memoryOf(server.pid).mostKib;
  const laterKib = await atRest(server.pid);
  await server.stop();
  return {
    firstMs,
    restKib,
    restOwnKib,
    laterKib,
    startPeakKib,
    reloadPeakKib,
    editMs: inForceMs,
    editCpuMs,
    callUs,
  };
}

async function start(build: string, files: Directory, to: string) {
  const startMs = performance.now();
  const server = await serve([build], files.file("config.toml"));
  await timesOf(server.url, 1, () => to);
  return { server, firstMs: performance.now() - startMs };
}

/** Adds to a file, and waits until that is in force. */
async function edited(
  server: RunningServer,
  files: Directory,
  file: string,
  addition: string,
): Promise<void> {
  const reloads = server.log().split("configuration reloaded").length;
  appendFileSync(files.file(file), addition);
  await until(() => server.log().split("configuration reloaded").length > reloads, 120_000);
}

/** Resident memory once it has stayed the same for two seconds. */
async function atRest(pid: number): Promise<number> {
  let last = memoryOf(pid).nowKib;
  for (let look = 0, same = 0; look < 60 && same < 4; look++) {
    await Bun.sleep(500);
    const now = memoryOf(pid).nowKib;
    same = Math.abs(now - last) < 512 ? same + 1 : 0;
    last = now;
  }
  return last;
}

async function costOfCalls(server: RunningServer, to: string): Promise<string> {
  // From the second number on, so that each of many numbers is called, and its route compiled.
  const first = Number(to.slice(1));
  const isOne = to === "+12137771235";
  await timesOf(server.url, 5000, () => to);
  const fromMs = cpuMs(server.pid);
  await timesOf(server.url, CALLS, (at) => (isOne ? to : `+${first + (at % 9)}`));
  return (((cpuMs(server.pid) - fromMs) * 1000) / CALLS).toFixed(0);
}

function bytes(kib: number, count: number): string {
  return `${((kib * 1024) / count).toFixed(1)} B`;
}

function ms(value: number): string {
  return value < 1000 ? `${value.toFixed(value < 10 ? 2 : 0)} ms` : `${(value / 1000).toFixed(2)} s`;
}

function row(name: string, value: string, target: string): void {
  console.log(`${name.padEnd(52)} ${value.padStart(18)}${target && `   target ${target}`}`);
}
