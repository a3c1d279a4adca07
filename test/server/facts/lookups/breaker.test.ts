import { expect, test } from "bun:test";
import { Breaker, type BreakerChange } from "../../../../src/server/facts/lookups/breaker.ts";

/** A breaker at a time of its own, and what it told. */
function breaker() {
  const told: BreakerChange[] = [];
  const it = new Breaker((change) => told.push(change));
  let nowMs = 0;
  return {
    told,
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** Whether anyone may ask; nobody does. */
    isOpen: () => it.isOpen,
    take: () => it.take(nowMs),
    /** Asks, where that is allowed. */
    ask(reason?: string) {
      const turn = it.take(nowMs);
      if (turn) it.settled(turn, reason, nowMs);
      return turn;
    },
    settled: (turn: "usual" | "probe", reason?: string) => it.settled(turn, reason, nowMs),
  };
}

const times = (count: number, act: () => unknown) => Array.from({ length: count }, act);

test("five failures in a row open it, and that is told once", () => {
  const { told, ask, take } = breaker();
  times(4, () => ask("refused"));
  expect(told).toEqual([]);
  ask("status 500");
  expect(told).toEqual([{ kind: "opened", failures: 5, reason: "status 500", pauseMs: 10_000 }]);
  expect(take()).toBeUndefined();
  expect(told).toHaveLength(1);
});

test("an answer in between starts the count again", () => {
  const { told, ask } = breaker();
  for (const reason of ["a", "b", "c", "d", undefined, "e", "f", "g", "h"]) ask(reason);
  expect(told).toEqual([]);
});

test("after ten seconds one request tries, and nobody else", () => {
  const { ask, pass, take } = breaker();
  times(5, () => ask("refused"));
  pass(9999);
  expect(take()).toBeUndefined();
  pass(1);
  expect([take(), take()]).toEqual(["probe", undefined]);
});

test("a probe that fails means ten seconds more", () => {
  const { told, ask, pass, take } = breaker();
  times(5, () => ask("refused"));
  pass(10_000);
  expect(ask("refused")).toBe("probe");
  pass(9999);
  expect(take()).toBeUndefined();
  pass(1);
  expect(take()).toBe("probe");
  expect(told).toHaveLength(1);
});

test("a probe that is answered closes it, and five more failures open it again", () => {
  const { told, ask, pass } = breaker();
  times(5, () => ask("refused"));
  pass(12_000);
  ask();
  expect(told[1]).toEqual({ kind: "closed", afterMs: 12_000 });
  times(4, () => ask("refused"));
  expect(told).toHaveLength(2);
  expect(ask("refused")).toBe("usual");
  expect(told).toHaveLength(3);
});

test("what was under way when it opened may fail without a word, or be answered and close it", () => {
  const { told, take, settled, isOpen } = breaker();
  times(8, take);
  times(7, () => settled("usual", "refused"));
  expect([told.length, isOpen()]).toEqual([1, true]);
  settled("usual");
  expect([told.length, isOpen()]).toEqual([2, false]);
});
