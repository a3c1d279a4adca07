import { expect, test } from "bun:test";
import { digestOf } from "../../../../src/server/facts/storage/digest.ts";

const digestsIn = async (copy: string): Promise<typeof digestOf> => {
  // Each query makes a module of its own, as another process would have it.
  const path = `../../../../src/server/facts/storage/digest.ts?${copy}`;
  return (await import(path)).digestOf;
};

test("a text has the same digest as long as a process lives, and another one in every process", async () => {
  expect(digestOf("call_1")).toBe(digestOf("call_1"));
  const processes = await Promise.all(["a", "b", "c"].map(digestsIn));
  for (const text of ["", "call_1", "x".repeat(1000)])
    expect(new Set(processes.map((digest) => digest(text))).size).toBe(3);
});

test("what separates two texts is secret too: digests of one process do not follow from those of another", async () => {
  const processes = await Promise.all(["a", "b", "c", "d"].map(digestsIn));
  const apart = processes.map((digest) => digest("call_1") - digest("call_2"));
  expect(new Set(apart).size).toBe(4);
});

test("texts that are nearly alike have digests of their own, within 53 bits", () => {
  const texts = new Set([""]);
  for (let at = 0; at < 100_000; at++) texts.add(`call_${at}`);
  // Each place, and each bit of it; short texts and long ones.
  for (const length of [8, 64, 255, 256, 257, 300]) {
    const text = "a".repeat(length);
    texts.add(text);
    for (let at = 0; at < length; at++) {
      for (let bit = 0; bit < 16; bit++) {
        const code = text.charCodeAt(at) ^ (1 << bit);
        texts.add(text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1));
      }
    }
  }
  const digests = new Set(Array.from(texts, digestOf));
  expect(digests.size).toBe(texts.size);
  for (const digest of digests) if (!Number.isSafeInteger(digest) || digest < 0) expect(digest).toBe(-1);
});
