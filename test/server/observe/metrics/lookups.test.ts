import { expect, test } from "bun:test";
import type { LookupTold } from "../../../../src/server/facts/found.ts";
import { LookupCounters } from "../../../../src/server/observe/metrics/lookups.ts";

const told = (id: string, from: LookupTold["from"], more: Partial<LookupTold> = {}): LookupTold => ({
  ...{ id, name: id, result: { kind: "missing" }, ms: 5, from },
  ...more,
});

function countsOf(counters: LookupCounters) {
  return Array.from(counters.counts, ([id, { results, seconds }]) => [id, results, seconds.count]);
}

test("what a look-up said is counted once a call, and its requests are timed", () => {
  const counters = new LookupCounters();
  counters.know(["/crm", "acme/crm"]);
  counters.count(told("/crm", "network", { result: { kind: "found", value: {} } }));
  counters.count(told("/crm", "shared"));
  counters.count(told("/crm", "cache"));
  counters.count(told("/crm", "breaker", { result: { kind: "failed", reason: "status 500" } }));
  counters.count(told("/crm", "first try"));
  counters.count(told("/crm", "nobody"));
  expect(countsOf(counters)).toEqual([
    ["/crm", { found: 1, missing: 2, failed: 1 }, 1],
    ["acme/crm", { found: 0, missing: 0, failed: 0 }, 0],
  ]);
});

test("beyond 200 look-ups the others are counted together", () => {
  const counters = new LookupCounters();
  for (let at = 0; at < 300; at++) counters.count(told(`/${at}`, "network"));
  const counts = countsOf(counters);
  expect(counts).toHaveLength(201);
  expect(counts.at(-1)).toEqual(["other", { found: 0, missing: 100, failed: 0 }, 100]);
});
