import { describe, expect, test } from "bun:test";
import { symlink } from "node:fs/promises";
import { lookAt, TextFiles } from "../../../src/config/files/text-file.ts";
import { directory, run } from "../../harness.ts";

const bytes = (...parts: (string | readonly number[])[]) =>
  new Uint8Array(
    parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : part)),
  );

async function read(content: string | Uint8Array) {
  await using files = await directory({ a: content });
  return new TextFiles().read(files.file("a"));
}

describe("a text file", () => {
  test.each([
    ["UTF-8", "Zoë 😀\nb", "Zoë 😀\nb"],
    ["a byte order mark", "\ufeffa\n", "a\n"],
    ["the line ends of Windows", "a\r\nb\r\n", "a\nb\n"],
    ["the line ends of old Macs", "a\rb\r", "a\nb\n"],
    ["all of them", "\ufeffa\r\n\rb\n\r\n", "a\n\nb\n\n"],
    ["nothing", "", ""],
  ])("is read with %s", async (_name, content, text) => {
    expect(await read(content)).toEqual({ text });
  });

  test.each([
    ["UTF-16", bytes([0xff, 0xfe], "a\0"), "it is in UTF-16; save it as UTF-8"],
    ["UTF-16 of the other order", bytes([0xfe, 0xff], "\0a"), "it is in UTF-16; save it as UTF-8"],
    ["UTF-16 without a byte order mark", bytes("#\0a\0"), "it is in UTF-16; save it as UTF-8"],
    ["UTF-16 of the other order without one", bytes("\0#\0a"), "it is in UTF-16; save it as UTF-8"],
  ])("is not read in %s, and the reason is said", async (_name, content, problem) => {
    expect(await read(content)).toEqual({ problem });
  });

  test.each([
    ["Latin-1", bytes("a\nb\r\nc\rd ", [0xfc], "x"), { line: 4, column: 3, length: 1, byte: 0xfc }],
    ["a character cut in two", bytes("a\n", [0xe2, 0x82]), { line: 2, column: 1, length: 1, byte: 0xe2 }],
    [
      "several such bytes",
      bytes("a", [0xfc, 0xfd], "b", [0xfe]),
      { line: 1, column: 2, length: 2, byte: 0xfc },
    ],
    ["U+FFFD before", bytes("\ufffd\n\ufffd😀", [0xff]), { line: 2, column: 4, length: 1, byte: 0xff }],
    ["a byte order mark", bytes("\ufeffé", [0xff], "\r\n"), { line: 1, column: 2, length: 1, byte: 0xff }],
  ])(
    "with bytes that are not UTF-8 is not read, and the first of them are located: %s",
    async (_n, all, at) => {
      const found = await read(all);
      const text = new TextDecoder().decode(all).replaceAll(/\r\n?/g, "\n");
      expect(found).toEqual({
        problem: `it is not in UTF-8: the bytes on line ${at.line} are not valid`,
        invalid: { ...at, text },
      });
    },
  );

  test("that cannot be read has a reason", async () => {
    await using files = await directory({ "sub/a": "x" });
    await symlink("loop", files.file("loop"));
    expect((await run(["mkfifo", files.file("pipe")])).exitCode).toBe(0);
    const reader = new TextFiles();
    expect(reader.read(files.file("none"))).toEqual({ problem: "there is no such file" });
    expect(reader.read(files.file("sub"))).toEqual({ problem: "it is a directory" });
    expect(reader.read(files.file("loop"))).toEqual({ problem: "its symbolic links form a loop" });
    expect(reader.read(files.file("pipe"))).toEqual({ problem: "it is not a regular file" });
    expect(reader.read(files.file("sub/a/b"))).toEqual({ problem: "there is no such file" });
  });
});

describe("whether a file is there is told", () => {
  test("of a file, a directory and a link to them, without reading it, and it is watched", async () => {
    await using files = await directory({ "sub/a": "x" });
    await symlink(files.file("sub/a"), files.file("link"));
    await symlink("nowhere", files.file("dangling"));
    await symlink("loop", files.file("loop"));
    const reader = new TextFiles();
    for (const there of ["sub/a", "sub", "link"]) expect(reader.isThere(files.file(there))).toBe(true);
    for (const none of ["none", "sub/none", "sub/a/b", "dangling"]) {
      expect(reader.isThere(files.file(none))).toBe(false);
    }
    expect(reader.isThere(files.file("loop"))).toEqual({ problem: "its symbolic links form a loop" });
    expect(reader.passing).toBeUndefined();
    expect([...reader.looks.keys()]).toContain(files.file("none"));
  });

  test("so that the hash is another one where it comes or goes, and the same where it is touched", async () => {
    await using files = await directory({ flag: "" });
    const hash = () => {
      const reader = new TextFiles();
      reader.isThere(files.file("flag"));
      return reader.hash;
    };
    const there = hash();
    await Bun.write(files.file("flag"), "touched");
    expect(hash()).toBe(there);
    await Bun.file(files.file("flag")).delete();
    expect(hash()).not.toBe(there);
  });
});

describe("what was read", () => {
  test("is remembered with its first look, readable or not", async () => {
    await using files = await directory({ a: "one" });
    const reader = new TextFiles();
    const first = await lookAt(files.file("a"));
    reader.read(files.file("a"));
    await files.write("a", "another");
    reader.read(files.file("a"));
    reader.read(files.file("none"));
    expect([...reader.looks]).toEqual([
      [files.file("a"), first],
      [files.file("none"), "ENOENT"],
    ]);
  });

  test("looks otherwise once it has changed, and the same as long as it has not", async () => {
    await using files = await directory({ a: "one" });
    const before = await lookAt(files.file("a"));
    expect(await lookAt(files.file("a"))).toBe(before);
    await files.write("a", "two and more");
    expect(await lookAt(files.file("a"))).not.toBe(before);
  });
});
