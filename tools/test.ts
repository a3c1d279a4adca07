/**
 * Runs test files, several at a time, each in a `bun test` of its own, and ends with the line `N passed, N failed`.
 *
 * Arguments are files and folders; without any, everything in `test`. `--fast` leaves out what starts the program.
 * A file that crashes, or in which no test runs, counts as a failure. With `SYSTEM_TESTS=required` so does every test
 * that is skipped: then the machine must have all that the tests need.
 *
 * One or two files that fail beside others are run once more, each by itself. Which of them then pass are `unsteady`:
 * the run counts as passed, and names them as tests to mend.
 */
import { availableParallelism } from "node:os";
import { ROOT } from "../test/harness.ts";
import { type TestFile, testFilesIn } from "./test-files.ts";

/** How long a single test may take, and how long a file. */
const TEST_TIMEOUT_MS = 120_000;
const FILE_TIMEOUT_MS = 10 * 60_000;
/** So many files may fail beside others and be run again. Where more do, it is the program that is broken. */
const MOST_RUN_AGAIN = 2;

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const isRequired = process.env.SYSTEM_TESTS === "required";
const children = new Map<number, ReturnType<typeof start>>();

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    for (const pid of children.keys()) end(pid);
    process.exit(130);
  });
}

process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  const paths = args.filter((arg) => arg !== "--fast");
  let files: TestFile[];
  try {
    files = testFilesIn(paths.length > 0 ? paths : ["test"]);
  } catch (error) {
    console.error(`Cannot run the tests: ${error instanceof Error ? error.message : error}.`);
    return 2;
  }
  if (args.includes("--fast")) files = files.filter(({ startsProgram }) => !startsProgram);

  const results = await runBeside(files);
  const unsteady: TestFile[] = [];
  const failures = results.filter(({ counts }) => counts.failed > 0);
  if (files.length > 1 && failures.length <= MOST_RUN_AGAIN) {
    for (const failure of failures) {
      console.log(`Once more, by itself: ${failure.file.title}`);
      failure.counts = await runFile(failure.file, "unsteady");
      if (failure.counts.failed === 0) unsteady.push(failure.file);
    }
  }
  for (const { title } of unsteady)
    console.log(`unsteady: ${title} failed beside others and passed by itself; mend the test`);

  const counts = results.map((result) => result.counts);
  const total = (kind: keyof Counts) => counts.reduce((sum, count) => sum + count[kind], 0);
  const [passed, failed, skipped] = [total("passed"), total("failed"), total("skipped")];
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

/** What became of a file. */
interface Result {
  readonly file: TestFile;
  counts: Counts;
}

/**
 * Runs files side by side. There is work for one more than there are cores, since no test computes all the time; those
 * that mostly wait have as many lanes again as there are cores, so that nobody waits for them.
 */
async function runBeside(files: readonly TestFile[]): Promise<Result[]> {
  const results: Result[] = [];
  const busy = files.filter(({ mostlyWaits }) => !mostlyWaits);
  const waiting = files.filter(({ mostlyWaits }) => mostlyWaits);
  const lane = async (...queues: readonly TestFile[][]) => {
    const next = () => queues.find((queue) => queue.length > 0)?.shift();
    for (let file = next(); file; file = next()) results.push({ file, counts: await runFile(file) });
  };
  const cores = availableParallelism();
  await Promise.all([
    ...Array.from({ length: cores + 1 }, () => lane(busy, waiting)),
    ...Array.from({ length: cores }, () => lane(waiting)),
  ]);
  return results;
}

/**
 * Runs a file, and prints one line about it, with the whole output where something failed. The line says how long the
 * file took, and how much of the processors it and all that it started needed: the first depends on what else runs.
 *
 * @param passed what the line of a file begins with that passes
 */
async function runFile(file: TestFile, passed: "ok" | "unsteady" = "ok"): Promise<Counts> {
  const startMs = performance.now();
  const child = start(file);
  children.set(child.pid, child);
  const timer = setTimeout(() => end(child.pid), FILE_TIMEOUT_MS);
  const [exitCode, stdout, stderr] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  clearTimeout(timer);
  children.delete(child.pid);

  const output = `${stdout}${stderr}`;
  const counts = judge(countsIn(stderr), exitCode);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1).padStart(6);
  const cpuSeconds = (Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1_000_000).toFixed(1).padStart(5);
  const mark = (counts.failed > 0 ? "FAIL" : passed).padEnd(4);
  const numbers = [
    `${counts.passed} passed`,
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
    ...(counts.skipped > 0 ? [`${counts.skipped} skipped`] : []),
  ].join(", ");
  const why = counts.problem ? `: ${counts.problem}` : "";
  console.log(`${mark} ${seconds} s, CPU ${cpuSeconds} s  ${file.title}  ${numbers}${why}`);
  if (counts.failed > 0) console.log(`${output.trimEnd()}\n`);
  else
    for (const reason of output.match(/^(?:Skipped|left out).*$/gim) ?? []) console.log(`       ${reason}`);
  return counts;
}

/** A group of its own, so that what a test has started ends with it. */
function start({ path, names }: TestFile) {
  const filter = names === undefined ? [] : ["--test-name-pattern", names];
  const options = ["--preload", `${ROOT}/test/seed.ts`, "--timeout", String(TEST_TIMEOUT_MS), ...filter];
  const args = [process.execPath, "test", ...options, `./${path}`];
  return Bun.spawn(args, { cwd: ROOT, stdin: "ignore", stdout: "pipe", stderr: "pipe", detached: true });
}

/** Ends a file's process and all that it has started. */
function end(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** What `bun test` says at its end: ` 12 pass`. */
function countsIn(output: string): Counts {
  const count = (kind: string) => {
    const lines = [...output.matchAll(new RegExp(`^ *(\\d+) ${kind}$`, "gm"))];
    return Number(lines.at(-1)?.[1] ?? 0);
  };
  return { passed: count("pass"), failed: count("fail"), skipped: count("skip") };
}

/** The counts of a file with what else is a failure in them. */
function judge(counts: Counts, exitCode: number): Counts & { readonly problem?: string } {
  const { passed, failed, skipped } = counts;
  if (passed + failed + skipped === 0) return { ...counts, failed: 1, problem: "no test ran" };
  if (isRequired && skipped > 0) {
    const problem = "with SYSTEM_TESTS=required no test may be skipped";
    return { passed, failed: failed + skipped, skipped: 0, problem };
  }
  if (exitCode !== 0 && failed === 0)
    return { ...counts, failed: 1, problem: `it ended with exit code ${exitCode}` };
  return counts;
}
