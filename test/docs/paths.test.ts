/** What documents, comments and scripts name of the checkout is there: files that have moved take their mentions along. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../harness.ts";

const DOCUMENTS = ["*.md", "docs/**/*.md"];
const SOURCES = ["{src,test,tools}/**/*.{ts,tsx,c}", "main.ts", "Makefile", "biome.json", ".ci/run"];
/** What the documents tell readers to make, or what commands make. */
const MADE = new Set(["test/scenarios/rules/own-number.scenario", "test/fuzz/cases"]);

async function textsIn(
  globs: readonly string[],
): Promise<{ readonly name: string; readonly text: string }[]> {
  const names = globs.flatMap((glob) => [...new Bun.Glob(glob).scanSync({ cwd: ROOT, dot: true })]);
  const own = names.filter((name) => !name.includes("node_modules/"));
  return Promise.all(own.map(async (name) => ({ name, text: await Bun.file(join(ROOT, name)).text() })));
}

/** The texts that a pattern finds, each with the file that it is in, but for what is there. */
async function missing(
  globs: readonly string[],
  pattern: RegExp,
  isThere: (found: string) => boolean,
): Promise<{ readonly found: number; readonly missing: readonly string[] }> {
  const texts = await textsIn(globs);
  const all = texts.flatMap(({ name, text }) =>
    Array.from(text.matchAll(pattern), ([, found = ""]) => ({ name, found })),
  );
  const lost = all.filter(({ found }) => !isThere(found));
  return { found: all.length, missing: lost.map(({ name, found }) => `${found} (in ${name})`) };
}

/** From the top of the checkout, as text, commands and comments name them. */
const PATH = /(?<![\w./-])((?:src|test|tools|docs)\/(?:[\w.-]+\/)*[\w-]+(?:\.[\w-]+)*)(?![\w*{$])/g;
const FILE =
  /(?<![\w./-])((?:src|test|tools|docs)\/(?:[\w.-]+\/)*[\w.-]+\.(?:tsx?|md|json|toml|sh))(?![\w*{$])/g;

test("every path that documents name leads to a file or a folder", async () => {
  const { found, missing: lost } = await missing(
    DOCUMENTS,
    PATH,
    (path) => MADE.has(path) || existsSync(join(ROOT, path)),
  );
  // What is found must be about what there is: fewer mean that the pattern is out of date.
  expect(found).toBeGreaterThan(150);
  expect(lost).toEqual([]);
});

test("every source that documents name without its folder is there", async () => {
  const all = (await textsIn(SOURCES)).map(({ name }) => `/${name}`);
  const { found, missing: lost } = await missing(DOCUMENTS, /`((?:[\w-]+\/)*[\w.-]+\.(?:tsx?|c))`/g, (path) =>
    all.some((name) => name.endsWith(`/${path}`)),
  );
  expect(found).toBeGreaterThan(100);
  expect(lost).toEqual([]);
});

test("every path that sources and scripts name leads to a file", async () => {
  const { found, missing: lost } = await missing(SOURCES, FILE, (path) => existsSync(join(ROOT, path)));
  expect(found).toBeGreaterThan(50);
  expect(lost).toEqual([]);
});

test("every target of make that documents name is there", async () => {
  const makefile = await Bun.file(join(ROOT, "Makefile")).text();
  const { found, missing: lost } = await missing(
    DOCUMENTS,
    /(?:`|&& |^)(?:[A-Z]+=\S+ )*make ([a-z-]+)(?=[ `\n])/gm,
    (target) => new RegExp(`^${target}:`, "m").test(makefile),
  );
  expect(found).toBeGreaterThan(30);
  expect(lost).toEqual([]);
});
