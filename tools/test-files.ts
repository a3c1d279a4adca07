/** Which test files there are, and which of them need the compiled binary or a running server. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { BINARY_AND_DENO, ROOT, RUNTIMES } from "../test/harness.ts";

/** A test file. */
export interface TestFile {
  /** Relative to the checkout. */
  readonly path: string;
  /** It starts the program: as the compiled binary, on Bun or on Deno. */
  readonly startsProgram: boolean;
  /** Which of its tests are meant, as a regular expression for `bun test -t`; undefined: all of them. */
  readonly names: string | undefined;
  /** What it is called: its path, and which part of it this is. */
  readonly title: string;
  /** It waits for most of its time, so it may run beside as many files as there are cores. */
  readonly mostlyWaits: boolean;
  /** Its size in bytes, by which the order is made. */
  readonly bytes: number;
}

/** What a test file takes from the harness to start the program. */
const PROGRAM = /\b(BINARY|BINARY_AND_DENO|RUNTIMES|serve)\b[^;]*\bfrom "[./]*\/harness\.ts"/;

/** The files that take longest, with the longest first, as `make test` measures them. A new one may stand where it likes. */
const LONGEST = [
  "test/system/proxies.test.ts",
  "test/system/install.test.ts",
  "test/e2e/changes/live.test.ts",
  "test/e2e/changes/reload.test.ts",
  "test/e2e/faults/clients.test.ts",
  "test/docs/worked-example.test.ts",
  "test/system/rolling.test.ts",
  "test/system/shared.test.ts",
  "test/system/systemd.test.ts",
  "test/outbound/client.test.ts",
  "test/server/live/remote/remote-files.test.ts",
  "test/server/live/loader.test.ts",
];

/** The files that need less than a third of a core: they wait for time-outs, for files to rest, and for each other's answers. */
const MOSTLY_WAIT = new Set([
  "test/e2e/wire/connections.test.ts",
  "test/e2e/lookups.test.ts",
  "test/e2e/notices.test.ts",
  "test/e2e/changes/reload.test.ts",
  "test/e2e/changes/remote.test.ts",
  "test/e2e/services.test.ts",
  "test/e2e/wire/wire.test.ts",
  "test/e2e/faults/clients.test.ts",
  "test/outbound/client.test.ts",
  "test/server/facts/lookups/asker.test.ts",
  "test/server/history/writer.test.ts",
  "test/server/http/listening/listener.test.ts",
  "test/server/live/remote/remote-files.test.ts",
  "test/server/live/watch/watch.test.ts",
  "test/server/notices/receiver.test.ts",
  "test/system/page.test.ts",
]);

/**
 * The test files below some paths, in the order that is best for several at a time: the longest first, then those that
 * start the program, the largest first, so that no long one is left to run alone at the end. A file that tests several
 * runtimes is there once for each.
 *
 * @param paths files and folders, relative to the checkout
 * @throws if there is no test at one of the paths
 */
export function testFilesIn(paths: readonly string[]): TestFile[] {
  const found = paths.flatMap((path) => {
    const files = filesAt(path);
    if (files.length === 0) throw new Error(`there are no tests at ${path}`);
    return files;
  });
  return [...new Set(found)]
    .flatMap((path): TestFile[] => {
      const text = readFileSync(join(ROOT, path), "utf8");
      const file = {
        path,
        startsProgram: PROGRAM.test(text),
        mostlyWaits: MOSTLY_WAIT.has(path),
        bytes: text.length,
      };
      const [, each] = /^describe\.each\((RUNTIMES|BINARY_AND_DENO)\)/m.exec(text) ?? [];
      if (each === undefined) return [{ ...file, names: undefined, title: path }];
      return partsFor(each === "RUNTIMES" ? RUNTIMES : BINARY_AND_DENO).map(({ name, names }) => ({
        ...file,
        names,
        title: `${path} (${name})`,
      }));
    })
    .toSorted((a, b) => weight(b) - weight(a));
}

/** Every test is in one of the parts: in the first whose runtime it names, else in the last. */
function partsFor(commands: typeof RUNTIMES) {
  const runtimes = commands.map(([name]) => name);
  return runtimes.map((name, at) => {
    const before = runtimes.slice(0, at).map((other) => `(?!.*${RegExp.escape(other)})`);
    const isLast = at === runtimes.length - 1;
    return { name, names: `^${before.join("")}${isLast ? "" : `.*${RegExp.escape(name)}`}` };
  });
}

function filesAt(path: string): string[] {
  const absolute = resolve(ROOT, path);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return [relative(ROOT, absolute)];
  return [...new Bun.Glob("**/*.test.ts").scanSync({ cwd: absolute })]
    .map((file) => relative(ROOT, join(absolute, file)))
    .filter((file) => !/(?:^|\/)node_modules\//.test(file))
    .sort();
}

function weight({ path, startsProgram, bytes }: TestFile): number {
  const place = LONGEST.indexOf(path);
  if (place >= 0) return Number.MAX_SAFE_INTEGER - place;
  if (/^test\/(?:e2e|system)\//.test(path)) return bytes * 100;
  return startsProgram ? bytes * 10 : bytes;
}
