import { expect, test } from "bun:test";
import { chmod, mkdir, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RemoteCopies } from "../../../../src/server/live/remote/copies.ts";
import { contentOf } from "../../../../src/server/live/remote/fetch.ts";
import type { Known } from "../../../../src/server/live/remote/known.ts";
import { directory } from "../../../harness.ts";
import { source } from "./sources.ts";

const SOURCE = source("https://crm.example/people");
const FETCHED_MS = Date.UTC(2026, 10, 27, 10);

async function known(text: string): Promise<Known> {
  const content = await contentOf(new TextEncoder().encode(text), "text/csv");
  return { content, entries: 2, fetchedMs: FETCHED_MS, validators: { etag: '"1"', lastModified: undefined } };
}

function textIn(copy: Awaited<ReturnType<RemoteCopies["read"]>>): string | undefined {
  return copy && "content" in copy ? new TextDecoder().decode(copy.content.bytes.slice()) : undefined;
}

test("a copy is what was written, with all that is known of it, and for its owner alone", async () => {
  await using dir = await directory({});
  const copies = new RemoteCopies(dir.path);
  expect(await copies.read(SOURCE)).toBeUndefined();
  expect(await copies.write(SOURCE, await known("number\n+12137770001\n"))).toBeUndefined();
  const copy = await copies.read(SOURCE);
  expect(textIn(copy)).toBe("number\n+12137770001\n");
  expect(copy).toMatchObject({ entries: 2, fetchedMs: FETCHED_MS, validators: { etag: '"1"' } });
  expect((await stat(dir.file("remote"))).mode & 0o777).toBe(0o700);
  expect((await stat(join(dir.file("remote"), SOURCE.id))).mode & 0o777).toBe(0o600);
  expect(await readdir(dir.file("remote"))).toEqual([SOURCE.id]);
});

test("a copy that is confirmed is as old as its confirmation", async () => {
  await using dir = await directory({});
  const copies = new RemoteCopies(dir.path);
  await copies.write(SOURCE, await known("number\n"));
  await copies.confirm(SOURCE, FETCHED_MS + 60_000);
  expect(await copies.read(SOURCE)).toMatchObject({ fetchedMs: FETCHED_MS + 60_000 });
});

test.each<[what: string, damage: (path: string) => Promise<void>, problem: RegExp]>([
  ["cut off", async (path) => truncate(path, (await stat(path)).size - 3), /is damaged$/],
  [
    "changed",
    async (path) => writeFile(path, (await readFile(path, "utf8")).replace("0001", "0002")),
    /is damaged$/,
  ],
  ["empty", (path) => writeFile(path, ""), /is not a copy that this program wrote$/],
  [
    "something else",
    (path) => writeFile(path, "number\n+12137770001\n"),
    /is not a copy that this program wrote$/,
  ],
  [
    "a directory",
    async (path) => {
      await Bun.$`rm ${path}`.quiet();
      await mkdir(path);
    },
    /: /,
  ],
])("a copy that is %s is not used", async (_what, damage, problem) => {
  await using dir = await directory({});
  const copies = new RemoteCopies(dir.path);
  await copies.write(SOURCE, await known("number\n+12137770001\n"));
  await damage(join(dir.file("remote"), SOURCE.id));
  expect(await copies.read(SOURCE)).toEqual({ problem: expect.stringMatching(problem) });
});

test("a copy that cannot be written leaves the old one, and says why", async () => {
  await using dir = await directory({});
  const copies = new RemoteCopies(dir.path);
  await copies.write(SOURCE, await known("number\n+12137770001\n"));
  // Root may write anywhere: what is in the way is a directory that is not empty.
  await mkdir(join(dir.file("remote"), `${SOURCE.id}.new`, "x"), { recursive: true });
  expect(await copies.write(SOURCE, await known("number\n"))).toStartWith(
    join(dir.file("remote"), SOURCE.id),
  );
  expect(textIn(await copies.read(SOURCE))).toBe("number\n+12137770001\n");
  await chmod(dir.path, 0o700);
});

test("copies of what is not followed any more are deleted, and nothing else is", async () => {
  await using dir = await directory({ "remote/README": "mine" });
  const copies = new RemoteCopies(dir.path);
  const other = { ...SOURCE, id: "1".repeat(32) };
  await copies.write(SOURCE, await known("number\n"));
  await copies.write(other, await known("number\n"));
  await copies.keepOnly([other]);
  expect((await readdir(dir.file("remote"))).sort()).toEqual([other.id, "README"]);
});

test("without a state directory nothing is kept", async () => {
  const copies = new RemoteCopies(undefined);
  expect(await copies.write(SOURCE, await known("number\n"))).toBeUndefined();
  expect(await copies.read(SOURCE)).toBeUndefined();
});
