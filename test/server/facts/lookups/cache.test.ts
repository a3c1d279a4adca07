import { expect, test } from "bun:test";
import { Cache } from "../../../../src/server/facts/lookups/cache.ts";

const found = (value: string) => ({ kind: "found", value: { value } }) as const;

test("remembers what was found or missing for as long as it is good", () => {
  const cache = new Cache();
  const owner = { cached: 0 };
  cache.put("a", owner, found("x"), 1000, 0);
  cache.put("b", owner, { kind: "missing" }, 1000, 0);
  expect(cache.get("a", 1000, 999)).toEqual(found("x"));
  expect(cache.get("b", 1000, 999)).toEqual({ kind: "missing" });
  expect(cache.get("a", 1000, 1000)).toBeUndefined();
  expect(cache.get("c", 1000, 0)).toBeUndefined();
});

test("remembers no failure, and nothing where nothing is to be remembered", () => {
  const cache = new Cache();
  const owner = { cached: 0 };
  cache.put("a", owner, { kind: "failed", reason: "refused" }, 1000, 0);
  cache.put("b", owner, found("x"), 0, 0);
  expect([cache.get("a", 1000, 0), cache.get("b", 1000, 0), owner.cached]).toEqual([undefined, undefined, 0]);
});

test("asks how old an answer may be now, not when it came", () => {
  const cache = new Cache();
  cache.put("a", { cached: 0 }, found("x"), 60_000, 0);
  expect(cache.get("a", 1000, 5000)).toBeUndefined();
});

test("gives each caller a value of its own", () => {
  const cache = new Cache();
  const value = { plan: "gold" };
  cache.put("a", { cached: 0 }, { kind: "found", value }, 1000, 0);
  value.plan = "changed";
  expect(cache.get("a", 1000, 0)).toEqual({ kind: "found", value: { plan: "gold" } });
});

test("forgets the oldest beyond 20,000 answers, and what is no longer good", () => {
  const cache = new Cache();
  const owner = { cached: 0 };
  for (let at = 0; at < 25_000; at++) cache.put(`key ${at}`, owner, found("x"), 1000, 0);
  expect(owner.cached).toBe(20_000);
  expect(cache.get("key 4999", 1000, 0)).toBeUndefined();
  expect(cache.get("key 5000", 1000, 0)).toEqual(found("x"));
  cache.put("late", owner, found("x"), 1000, 2000);
  expect(owner.cached).toBe(1);
});

test("forgets the oldest beyond 32 MiB", () => {
  const cache = new Cache();
  const [large, small] = [{ cached: 0 }, { cached: 0 }];
  cache.put("small", small, found("x"), 1000, 0);
  for (let at = 0; at < 200; at++) cache.put(`key ${at}`, large, found("x".repeat(256 * 1024)), 1000, 0);
  expect(small.cached).toBe(0);
  expect(large.cached).toBe(63);
  cache.put("key 199", large, { kind: "missing" }, 1000, 0);
  cache.put("key 200", large, found("x".repeat(256 * 1024)), 1000, 0);
  expect(large.cached).toBe(64);
});
