import { describe, expect, test } from "bun:test";
import { rename } from "node:fs/promises";
import { isCoarse, lookAt } from "../../../../src/config/files/text-file.ts";
import type { LookAt, Looks } from "../../../../src/server/live/watch/looks.ts";
import {
  areUnchanged,
  type Pace,
  type Watcher,
  watchFiles,
} from "../../../../src/server/live/watch/watch.ts";
import { type Directory, directory, until } from "../../../harness.ts";

/** Quick enough to wait for. */
const QUICK: Pace = {
  ...{ lookMs: 40, longestLookMs: 80 },
  ...{ quietMs: 30, slowQuietMs: 60, coarseQuietMs: 120 },
  patienceMs: 400,
};

const NOBODY: Watcher = { stirred: () => {}, changed: async () => {} };

/** Watches `a` and `b` in a directory, and notes whether they rested at each change. */
async function watching(files: Directory) {
  const paths = ["a", "b"].map((name) => files.file(name));
  const looks = await Promise.all(paths.map(async (path) => [path, await lookAt(path)] as const));
  return watchingLooks(new Map(looks), lookAt);
}

/** Watches files that look as `look` says, from these looks on, and notes whether they rested at each change. */
function watchingLooks(looks: Looks, look: LookAt) {
  const changes: boolean[] = [];
  const watch = watchFiles(
    { ...NOBODY, changed: async (isResting) => void changes.push(isResting) },
    QUICK,
    look,
  );
  watch.follow(looks);
  return { changes, [Symbol.dispose]: () => watch.close() };
}

describe("a watch", () => {
  test("tells of a change when the files rest, once", async () => {
    const looks = new Map([
      ["a", "1"],
      ["b", "1"],
    ]);
    using watch = watchingLooks(new Map(looks), async (path) => looks.get(path) ?? "ENOENT");
    // Both change in one moment, as two writes on a slow machine do not.
    for (const path of looks.keys()) looks.set(path, "2");
    await until(() => watch.changes.length > 0);
    await Bun.sleep(5 * QUICK.lookMs);
    expect(watch.changes).toEqual([true]);
  });

  test("tells that files begin to change before it tells that they rest", async () => {
    await using files = await directory({ a: "1" });
    const told: string[] = [];
    const watch = watchFiles(
      { stirred: () => void told.push("stirred"), changed: async () => void told.push("changed") },
      QUICK,
    );
    watch.follow(new Map([[files.file("a"), await lookAt(files.file("a"))]]));
    await files.write("a", "2");
    await until(() => told.includes("changed"));
    watch.close();
    // A slow write may be told of as two changes.
    expect(told.slice(0, 2)).toEqual(["stirred", "changed"]);
  });

  test("tells of a file that appears, that is renamed over another, and that goes", async () => {
    await using files = await directory({ a: "1", c: "2", new: "1" });
    using watch = await watching(files);
    await rename(files.file("new"), files.file("b"));
    await until(() => watch.changes.length === 1);
    await rename(files.file("c"), files.file("a"));
    await until(() => watch.changes.length === 2);
    await rename(files.file("b"), files.file("c"));
    await until(() => watch.changes.length === 3);
  });

  test("loses patience with a file that never rests", async () => {
    let looked = 0;
    // Another size at each look: what a slow machine could not do with a real file, which rests between two writes.
    using watch = watchingLooks(new Map([["a", "65024 12 0"]]), async () => `65024 12 ${++looked}`);
    await until(() => watch.changes.length > 0);
    expect(watch.changes[0]).toBe(false);
  });

  test("sees a change beside a file that hangs, and a change of that when it answers again", async () => {
    const looks = new Map([
      ["here/a", "1"],
      ["dead/a", "1"],
      ["dead/b", "1"],
    ]);
    let hanging: (() => void) | undefined;
    let asked = 0;
    const look = async (path: string) => {
      if (path.startsWith("dead/") && looks.get(path) === "1") {
        asked += 1;
        await new Promise<void>((resolve) => {
          hanging = resolve;
        });
      }
      return looks.get(path) ?? "ENOENT";
    };
    using watch = watchingLooks(new Map(looks), look);
    await until(() => asked === 1);
    await Bun.sleep(5 * QUICK.lookMs);
    expect([watch.changes.length, asked]).toEqual([0, 1]);
    looks.set("here/a", "2");
    await until(() => watch.changes.length === 1);
    // Each look that hangs would keep one of few threads.
    expect(asked).toBe(1);
    looks.set("dead/a", "2");
    looks.set("dead/b", "2");
    hanging?.();
    await until(() => watch.changes.length === 2);
  });

  test("takes a file that cannot be seen for a passing reason for unchanged", async () => {
    let now = "1";
    let asked = 0;
    const look = async () => {
      asked += 1;
      return now;
    };
    using watch = watchingLooks(new Map([["clients/*.toml", "1"]]), look);
    now = "EMFILE";
    await until(() => asked > 5);
    expect(watch.changes).toEqual([]);
    now = "2";
    await until(() => watch.changes.length === 1);
  });

  test("is silent once it is closed", async () => {
    await using files = await directory({ a: "1", b: "1" });
    const watch = await watching(files);
    watch[Symbol.dispose]();
    await files.write("a", "2");
    await Bun.sleep(5 * QUICK.lookMs);
    expect(watch.changes).toEqual([]);
  });
});

test("files are unchanged for as long as they look the same", async () => {
  await using files = await directory({ a: "1" });
  const seen = new Map([[files.file("a"), await lookAt(files.file("a"))]]);
  expect(await areUnchanged(seen)).toBe(true);
  await files.write("a", "12");
  expect(await areUnchanged(seen)).toBe(false);
});

test.each([
  ["65024 12 54 1795305191039411443 1795305191039411443", false],
  ["65024 12 54 1795305191000000000 1795305191039000000", false],
  ["65024 12 54 1795305191039411443 1795305191000000000", false],
  ["65024 12 54 1795305191000000000 1795305190000000000", true],
  ["ENOENT", false],
])("a file that looks like %j has whole seconds only: %p", (look, coarse) => {
  expect(isCoarse(look)).toBe(coarse);
});
