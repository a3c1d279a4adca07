import { describe, expect, test } from "bun:test";
import { existsSync, statfsSync } from "node:fs";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { HistoryWriter, type WriterEvent } from "../../../src/server/history/writer.ts";
import { directory, until } from "../../harness.ts";

const DAY_MS = 86_400_000;
const NOON_MS = Date.UTC(2026, 6, 1, 12);
const TODAY = "2026-07-01.jsonl";

/** A writer into a directory, its clock, and what it told. */
function writerTo(path: string, keepMs = 90 * DAY_MS) {
  const told: WriterEvent[] = [];
  const clock = { nowMs: NOON_MS };
  const writer = new HistoryWriter({
    directory: path,
    told: (event) => told.push(event),
    keepMs: () => keepMs,
    now: () => clock.nowMs,
  });
  return { writer, told, clock };
}

/** Mounts a small file system in memory; undefined where this user may not. */
function mountSmall(path: string, kilobytes: number): boolean {
  return Bun.spawnSync(["mount", "-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", path]).exitCode === 0;
}

const MAY_MOUNT = process.platform === "linux" && process.getuid?.() === 0;

describe("the history", () => {
  test("is appended to in batches, in a file a day that is this user's alone", async () => {
    await using dir = await directory({});
    const { writer, told } = writerTo(dir.file("state/history"));
    for (const n of [1, 2, 3]) writer.write(`{"n":${n}}`, NOON_MS);
    await until(() => existsSync(dir.file(`state/history/${TODAY}`)));
    await writer.close(5000);
    expect(await readFile(dir.file(`state/history/${TODAY}`), "utf8")).toBe('{"n":1}\n{"n":2}\n{"n":3}\n');
    expect((await stat(dir.file(`state/history/${TODAY}`))).mode & 0o777).toBe(0o600);
    for (const path of ["state", "state/history"])
      expect((await stat(dir.file(path))).mode & 0o777).toBe(0o700);
    expect(told).toEqual([]);
  });

  test("writes what is waiting when it is closed", async () => {
    await using dir = await directory({});
    const { writer } = writerTo(dir.path);
    writer.write('{"n":1}', NOON_MS);
    await writer.close(5000);
    expect(await readFile(dir.file(TODAY), "utf8")).toBe('{"n":1}\n');
  });

  test("begins another file at midnight, in UTC", async () => {
    await using dir = await directory({});
    const { writer } = writerTo(dir.path);
    const midnightMs = Date.UTC(2026, 6, 2);
    for (const ms of [midnightMs - 1, midnightMs, midnightMs - 1]) writer.write(String(ms - midnightMs), ms);
    await writer.close(5000);
    expect(await readFile(dir.file(TODAY), "utf8")).toBe("-1\n-1\n");
    expect(await readFile(dir.file("2026-07-02.jsonl"), "utf8")).toBe("0\n");
  });

  test("deletes the files of days that are older than is to be kept, each day, and no others", async () => {
    await using dir = await directory({
      "2026-06-23.jsonl": "",
      "2026-06-24.jsonl": "",
      "2026-06-25.jsonl": "",
      "2020-01-01.txt": "",
      "notes.jsonl": "",
    });
    const { writer, clock } = writerTo(dir.path, 7 * DAY_MS);
    writer.write("1", clock.nowMs);
    await until(() => !existsSync(dir.file("2026-06-23.jsonl")));
    // The last of it is not seven days old yet.
    expect(existsSync(dir.file("2026-06-24.jsonl"))).toBe(true);
    clock.nowMs += DAY_MS;
    writer.write("2", clock.nowMs);
    await until(() => !existsSync(dir.file("2026-06-24.jsonl")));
    await writer.close(5000);
    expect((await readdir(dir.path)).sort()).toEqual(
      ["2020-01-01.txt", "2026-06-25.jsonl", TODAY, "2026-07-02.jsonl", "notes.jsonl"].sort(),
    );
  });

  test("deletes nothing that was to be kept where the clock is suddenly years ahead", async () => {
    await using dir = await directory({ "2026-06-22.jsonl": "", "2026-06-30.jsonl": "" });
    const { writer, clock } = writerTo(dir.path, 7 * DAY_MS);
    clock.nowMs += 5000 * DAY_MS;
    writer.write("1", clock.nowMs);
    // It still deletes what is older than the last record says.
    await until(() => !existsSync(dir.file("2026-06-22.jsonl")));
    await writer.close(5000);
    expect((await readdir(dir.path)).sort()).toEqual(["2026-06-30.jsonl", "2040-03-09.jsonl"]);
  });

  test.each([
    ["in its middle", '{"n":1}\n{"n":2}\n{"n":', '{"n":1}\n{"n":2}\n'],
    ["that is all there is", '{"n":', ""],
    ["that is long", `{"n":1}\n${"x".repeat(200_000)}`, '{"n":1}\n'],
  ])("cuts off a line that a crash tore %s", async (_how, torn, whole) => {
    await using dir = await directory({ [TODAY]: torn });
    const { writer } = writerTo(dir.path);
    writer.write("new", NOON_MS);
    await writer.close(5000);
    expect(await readFile(dir.file(TODAY), "utf8")).toBe(`${whole}new\n`);
  });

  test("makes its directory anew where somebody deleted it", async () => {
    await using dir = await directory({});
    const { writer, told } = writerTo(dir.file("history"));
    writer.write("1", NOON_MS);
    await until(async () => (await readFile(dir.file(`history/${TODAY}`), "utf8").catch(() => "")) === "1\n");
    await rm(dir.file("history"), { recursive: true });
    writer.write("2", NOON_MS);
    await writer.close(5000);
    expect(await readFile(dir.file(`history/${TODAY}`), "utf8")).toBe("2\n");
    expect(told).toEqual([]);
  });

  test("says once that it cannot write, goes on trying, and says what was lost when it is closed", async () => {
    await using dir = await directory({ history: "a file" });
    const { writer, told } = writerTo(dir.file("history"));
    for (let n = 0; n < 5; n++) writer.write(String(n), NOON_MS);
    await until(() => told.length === 1);
    await writer.close(5000);
    expect(told).toMatchObject([{ kind: "failing" }, { kind: "writing", dropped: 5 }]);
    expect(writer.dropped).toBe(5);
  });

  test("drops what comes while too much waits, and counts it", async () => {
    await using dir = await directory({ history: "a file" });
    const { writer, told } = writerTo(dir.file("history"));
    const long = "x".repeat(1024 * 1024);
    for (let n = 0; n < 6; n++) writer.write(long, NOON_MS);
    expect(writer.dropped).toBe(3);
    await until(() => told.length === 2);
    await rm(dir.file("history"));
    await until(() => told.length === 3);
    await writer.close(5000);
    expect(told).toMatchObject([{ kind: "dropping" }, { kind: "failing" }, { kind: "writing", dropped: 3 }]);
    expect((await stat(dir.file(`history/${TODAY}`))).size).toBe(3 * (long.length + 1));
  });

  test("does not say that it writes again, on the day after, before it does", async () => {
    await using dir = await directory({});
    const { writer, told } = writerTo(dir.file("history"));
    writer.write("1", NOON_MS);
    await until(async () => (await readFile(dir.file(`history/${TODAY}`), "utf8").catch(() => "")) === "1\n");
    await rm(dir.file("history"), { recursive: true });
    await writeFile(dir.file("history"), "a file");
    for (let n = 0; n < 5; n++) writer.write("x".repeat(1024 * 1024), NOON_MS + DAY_MS);
    await writer.close(5000);
    expect(told).toMatchObject([{ kind: "dropping" }, { kind: "failing" }, { kind: "writing", dropped: 5 }]);
  });

  test.skipIf(!MAY_MOUNT)(
    "loses records and writes no halves where the disk is full, until it is not",
    async () => {
      await using dir = await directory({ "disk/x": "" });
      expect(mountSmall(dir.file("disk"), 64)).toBe(true);
      try {
        const { writer, told } = writerTo(dir.file("disk"));
        const { bsize, bavail } = statfsSync(dir.file("disk"));
        writer.write("before", NOON_MS);
        await until(() => existsSync(dir.file(`disk/${TODAY}`)));
        await writeFile(dir.file("disk/other"), "x".repeat(bsize * (bavail - 2)));
        const long = "y".repeat(3 * bsize);
        writer.write(long, NOON_MS);
        await until(() => told.length === 1);
        expect(await readFile(dir.file(`disk/${TODAY}`), "utf8")).toBe("before\n");
        await rm(dir.file("disk/other"));
        await until(() => told.length === 2);
        await writer.close(5000);
        expect(await readFile(dir.file(`disk/${TODAY}`), "utf8")).toBe(`before\n${long}\n`);
        expect(told).toMatchObject([{ kind: "failing", error: { code: "ENOSPC" } }, { kind: "writing" }]);
      } finally {
        Bun.spawnSync(["umount", "-l", dir.file("disk")]);
      }
    },
  );

  test.skipIf(!MAY_MOUNT)("loses records where its directory is read-only", async () => {
    await using dir = await directory({ "disk/x": "" });
    expect(mountSmall(dir.file("disk"), 64)).toBe(true);
    try {
      Bun.spawnSync(["mount", "-o", "remount,ro", dir.file("disk")]);
      const { writer, told } = writerTo(dir.file("disk"));
      writer.write("1", NOON_MS);
      await until(() => told.length === 1);
      await writer.close(5000);
      expect(told).toMatchObject([
        { kind: "failing", error: { code: "EROFS" } },
        { kind: "writing", dropped: 1 },
      ]);
    } finally {
      Bun.spawnSync(["umount", "-l", dir.file("disk")]);
    }
  });
});
