/**
 * Feeds random configurations to `loadConfig`, and random requests to the webhook, for `TIME` seconds (60). What goes
 * wrong is made smaller and kept in test/fuzz/cases. `SEED` repeats a run.
 */
import { relative } from "node:path";
import { ROOT } from "../harness.ts";
import { inputsOf, keep } from "./cases.ts";
import { minimised } from "./minimise.ts";
import type { Find, Job } from "./worker.ts";

/** The longest that one input may take; far more than any needs, as the machine may be busy. */
const INPUT_LIMIT_MS = 30_000;
/** The most memory that all of it may take: inputs are small. */
const MEMORY_LIMIT_BYTES = 1.5 * 1024 ** 3;
/** After so many finds there is enough to mend. */
const MOST_FINDS = 10;

const seed = Number(process.env.SEED || Math.floor(Math.random() * 2 ** 31));
const seconds = Number(process.env.TIME || 60);
if (!Number.isSafeInteger(seed) || !(seconds > 0)) {
  console.error("Cannot fuzz: SEED must be a whole number, and TIME a number of seconds.");
  process.exit(2);
}

const progress = new SharedArrayBuffer(4);
const at = new Int32Array(progress);
const finds = new Map<string, Find>();
let failure: string | undefined;
const worker = new Worker(new URL("./worker.ts", import.meta.url).href);
worker.onmessage = ({ data }: MessageEvent<Find>) => {
  // One of a kind is enough.
  const kind = data.problem.slice(0, 40);
  if (!finds.has(kind)) finds.set(kind, data);
};
worker.onerror = ({ message }) => {
  failure = message;
};
worker.postMessage({ seed, from: 0, progress } satisfies Job);

const startMs = performance.now();
let [last, sinceMs] = [0, startMs];
while (performance.now() - startMs < seconds * 1000 && finds.size < MOST_FINDS && failure === undefined) {
  await Bun.sleep(100);
  const index = Atomics.load(at, 0);
  const nowMs = performance.now();
  if (index !== last) [last, sinceMs] = [index, nowMs];
  const isStuck = nowMs - sinceMs > INPUT_LIMIT_MS;
  const isBig = process.memoryUsage.rss() > MEMORY_LIMIT_BYTES;
  if (!isStuck && !isBig) continue;
  const problem = isStuck ? `it takes over ${INPUT_LIMIT_MS / 1000} s` : "it takes too much memory";
  // Said first: an input that takes too much memory may not be kept.
  console.error(`${problem}: input ${index} of SEED=${seed}`);
  console.error(relative(ROOT, keep(`seed-${seed}-${index}`, inputsOf(seed)(index), problem)));
  process.exit(1);
}
worker.terminate();

const tried = Atomics.load(at, 0);
for (const { index, problem } of finds.values()) {
  const input = await minimised(inputsOf(seed)(index), problem);
  console.error(`${problem}: ${relative(ROOT, keep(`seed-${seed}-${index}`, input, problem))}`);
}
if (failure !== undefined) console.error(`The fuzzer itself failed at input ${tried}: ${failure}`);
console.log(`Fuzzing: ${tried} inputs, ${finds.size} that went wrong; SEED=${seed} repeats it`);
process.exit(finds.size > 0 || failure !== undefined || tried === 0 ? 1 : 0);
