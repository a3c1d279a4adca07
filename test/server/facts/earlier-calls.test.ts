import { expect, test } from "bun:test";
import fc from "fast-check";
import { EarlierCalls } from "../../../src/server/facts/earlier-calls.ts";

const DAY_MS = 86_400_000;

test("remembers what a list of all calls does, with what is older left out", () => {
  const callers = [
    "+12137771234",
    "+12137771236",
    "+525512345678",
    "alice",
    "+1",
    "+",
    "+123456789012345678",
    "",
  ];
  const operation = fc.oneof(
    fc.record({
      kind: fc.constant("add" as const),
      caller: fc.oneof(
        fc.constantFrom(...callers),
        // Enough of them that columns and index grow, and rows are used again.
        fc.integer({ min: 0, max: 400 }).map((n) => `+1213777${1000 + n}`),
      ),
      client: fc.constantFrom("", "acme", "zwei"),
      agent: fc.constantFrom("sales", "agent_1", undefined),
      stepMs: fc.integer({ min: 0, max: DAY_MS }),
    }),
    fc.record({ kind: fc.constant("forget" as const), days: fc.integer({ min: 0, max: 40 }) }),
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 1500, size: "max" }), (operations) => {
      const earlier = new EarlierCalls();
      let list: { caller: string; client: string; agent: string | undefined; atMs: number }[] = [];
      let nowMs = Date.UTC(2026, 0, 1);
      for (const operation of operations) {
        if (operation.kind === "add") {
          nowMs += Math.floor(operation.stepMs / 1000) * 1000;
          const { caller, client, agent } = operation;
          earlier.add(client, caller, nowMs, agent);
          list.push({ caller, client, agent, atMs: nowMs });
        } else {
          earlier.forgetBefore(nowMs - operation.days * DAY_MS);
          list = list.filter(({ atMs }) => atMs >= nowMs - operation.days * DAY_MS);
        }
      }
      const keys = new Set(list.map(({ client, caller }) => JSON.stringify([client, caller])));
      expect(earlier.callers).toBe(keys.size);
      for (const caller of [...callers, ...list.map((each) => each.caller)]) {
        for (const client of ["", "acme", "zwei", "another"]) {
          const theirs = list.filter((each) => each.caller === caller && each.client === client);
          const found = earlier.of(client, caller);
          expect(found?.calls ?? 0).toBe(theirs.length);
          expect(found?.lastMs).toBe(theirs.at(-1)?.atMs);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test("knows the agent that took the last call that was taken", () => {
  const earlier = new EarlierCalls();
  earlier.add("", "+12137771234", 1000, "sales");
  earlier.add("", "+12137771234", 2000, undefined);
  expect(earlier.of("", "+12137771234")).toEqual({ calls: 2, lastMs: 2000, lastAgent: "sales" });
});

test("has nothing of a caller whose calls are all too old, and begins anew", () => {
  const earlier = new EarlierCalls();
  earlier.add("", "+12137771234", 1000, "sales");
  earlier.forgetBefore(5000);
  expect(earlier.of("", "+12137771234")).toBeUndefined();
  earlier.add("", "+12137771234", 6000, undefined);
  expect(earlier.of("", "+12137771234")).toEqual({ calls: 1, lastMs: 6000, lastAgent: undefined });
});
