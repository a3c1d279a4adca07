/** Which test files there are, and which of them need the compiled binary or a running server. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { ROOT, RUNTIMES } from "../test/harness.ts";

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
  /** Its size in bytes, by which the order is made. */
  readonly bytes: number;
}

/** What a test file takes from the harness to start the program. */
const PROGRAM = /\b(BINARY|RUNTIMES|serve)\b[^;]*\bfrom "[./]*\/harness\.ts"/;

/**
 * The test files below some paths, in the order that is best for several at a time: those that start the program
 * first, the largest first, so that no long one is left to run alone at the end. A file that tests every runtime is
 * there once for each.
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
      const file = { path, startsProgram: PROGRAM.test(text), bytes: text.length };
      if (!text.includes("describe.each(RUNTIMES)")) return [{ ...file, names: undefined, title: path }];
      return runtimeParts().map(({ name, names }) => ({ ...file, names, title: `${path} (${name})` }));
    })
    .toSorted((a, b) => weight(b) - weight(a));
}

/** Every test is in one of the parts: in the first whose runtime it names, else in the last. */
function runtimeParts() {
  const runtimes = RUNTIMES.map(([name]) => name);
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
  if (/^test\/(?:e2e|system)\//.test(path)) return bytes * 100;
  return startsProgram ? bytes * 10 : bytes;
}
