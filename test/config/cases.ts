/** Configurations with mistakes: each marked where the mistake is to be found. */
import { expect } from "bun:test";
import { chmod } from "node:fs/promises";
import { relative } from "node:path";
import { plain, reportOf } from "../../src/config/findings/report.ts";
import { type Loaded, loadConfig } from "../../src/config/load.ts";
import type { Env } from "../../src/config/read/file.ts";
import { directory, KEY } from "../harness.ts";

/** Files by name; a text alone is config.toml. A mistake stands between « and ». */
export type Marked = string | Readonly<Record<string, string>>;

/** What is said of a mistake: the message, whole or by a pattern, and where there are any its hint and other place. */
export type Said = readonly [message: string | RegExp, hint?: string | undefined, related?: string];

/** What a configuration needs beside the part under test. */
export const ACCOUNT = '\n[retell]\napi_key = "${env:RETELL_API_KEY}"\n';

/** The environment that configurations are loaded in. */
export const ENV: Env = { RETELL_API_KEY: KEY };

/** When configurations are loaded: dates with a year lie in the past one day. */
const NOW_MS = Date.UTC(2026, 7, 1);

/** Loads config.toml and the files beside it, as only their owner's group may read them. */
export async function load(files: string | Readonly<Record<string, string | Uint8Array>>, env: Env = ENV) {
  const all = typeof files === "string" ? { "config.toml": files } : files;
  await using dir = await directory(all);
  await chmod(dir.file("config.toml"), 0o640);
  const loaded = await loadConfig(dir.file("config.toml"), env, "required", NOW_MS);
  return { ...loaded, diagnostics: named(loaded, dir.path) };
}

/** A configuration that must load without a word. */
export async function loadGood(
  files: string | Readonly<Record<string, string | Uint8Array>>,
  env: Env = ENV,
) {
  const { config, diagnostics } = await load(files, env);
  if (!config || diagnostics.length > 0) throw new Error(`It must load:\n${reportOf(diagnostics, plain)}`);
  return config;
}

/** Holds what is said of `marked` against `said`: every mistake in its place, in order, and nothing else. */
export async function expectMistakes(marked: Marked, said: readonly Said[], env: Env = ENV): Promise<void> {
  const { config, diagnostics } = await expectSaid(marked, said, env);
  expect(diagnostics.map(({ severity }) => severity)).toEqual(said.map(() => "error"));
  expect(config).toBeUndefined();
}

/** The same for what is only warned of: the configuration must load. */
export async function expectWarnings(marked: Marked, said: readonly Said[]): Promise<void> {
  const { config, diagnostics } = await expectSaid(marked, said, ENV);
  expect(diagnostics.map(({ severity }) => severity)).toEqual(said.map(() => "warning"));
  expect(config).toBeDefined();
}

async function expectSaid(marked: Marked, said: readonly Said[], env: Env) {
  const files = typeof marked === "string" ? { "config.toml": marked } : marked;
  const read = Object.entries(files).map(([file, text]) => ({ file, ...readMarks(text) }));
  const loaded = await load(Object.fromEntries(read.map(({ file, text }) => [file, text])), env);
  const { diagnostics } = loaded;

  expect(
    diagnostics.map(({ file, line, column, length }) => ({ file, line, column, length })),
    reportOf(diagnostics, plain),
  ).toEqual(read.flatMap(({ file, places }) => places.map((place) => ({ file, ...place }))));
  expect(said.length, "messages expected").toBe(diagnostics.length);
  said.forEach(([message, hint, related], at) => {
    const found = diagnostics[at];
    if (typeof message === "string") expect(found?.message).toBe(message);
    else expect(found?.message).toMatch(message);
    expect(found?.hint).toBe(hint);
    const other = found?.related;
    if (related !== undefined) expect(other && `${other.file}:${other.line}: ${other.message}`).toBe(related);
  });
  expect(new Set(diagnostics.map((found) => JSON.stringify(found))).size, "each once").toBe(said.length);
  return loaded;
}

interface Mark {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Takes the marks out of a text, and says where they stood; one over several lines ends with its first. */
function readMarks(marked: string): { readonly text: string; readonly places: readonly Mark[] } {
  const places: Mark[] = [];
  for (const [at, marks] of marked.split("\n").entries()) {
    let taken = 0;
    for (const { index } of marks.matchAll(/«/g)) {
      const end = marks.indexOf("»", index);
      const column = index - taken + 1;
      const length = (end < 0 ? marks.length : end) - index - 1;
      places.push({ line: at + 1, column, length: Math.max(1, length) });
      taken += 2;
    }
  }
  return { text: marked.replaceAll(/[«»]/g, ""), places };
}

/** Diagnostics with files named from the directory. */
function named({ diagnostics }: Loaded, path: string): Loaded["diagnostics"] {
  return diagnostics.map((found) => ({
    ...found,
    file: relative(path, found.file),
    message: found.message.replaceAll(`${path}/`, ""),
    related: found.related && { ...found.related, file: relative(path, found.related.file) },
  }));
}
