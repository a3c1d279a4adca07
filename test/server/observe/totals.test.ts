import { describe, expect, test } from "bun:test";
import { Totals } from "../../../src/server/observe/totals.ts";

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 11, 2, 20, 42);

/** Totals, and the clock that they go by. */
function totalsAt(nowMs: number) {
  const clock = { nowMs };
  return { clock, totals: new Totals(() => clock.nowMs) };
}

describe("totals", () => {
  test("are by client and by number, the most calls first", () => {
    const { totals } = totalsAt(NOW_MS);
    totals.count({ client: "", entry: "+12137771235", outcome: "agent" }, NOW_MS);
    totals.count({ client: "acme", entry: "+1800*", outcome: "reject" }, NOW_MS);
    totals.count({ client: "acme", entry: undefined, outcome: "pass" }, NOW_MS - HOUR_MS);
    expect(totals.clients.ranked()).toEqual([
      { name: "acme", agent: 0, pass: 1, reject: 1, all: 2 },
      { name: "", agent: 1, pass: 0, reject: 0, all: 1 },
    ]);
    expect(totals.numbers.ranked().map(({ name }) => name)).toEqual(["", "+12137771235", "+1800*"]);
  });

  test("count names that are shown alike together", () => {
    const { totals } = totalsAt(NOW_MS);
    for (const entry of ["+12137771235", "+14157771235"]) {
      totals.count({ client: "", entry, outcome: "agent" }, NOW_MS);
    }
    expect(totals.numbers.ranked(() => "+1…1235")).toEqual([
      { name: "+1…1235", agent: 2, pass: 0, reject: 0, all: 2 },
    ]);
  });

  test("are of the last 24 hours, that under way included, whatever was recorded before", () => {
    const { clock, totals } = totalsAt(NOW_MS);
    const count = (agoHours: number) =>
      totals.count({ client: "", entry: "+1800*", outcome: "agent" }, clock.nowMs - agoHours * HOUR_MS);
    for (const agoHours of [0, 23, 24, 100]) count(agoHours);
    expect(totals.numbers.ranked()).toMatchObject([{ all: 2 }]);
    clock.nowMs += HOUR_MS;
    expect(totals.numbers.ranked()).toMatchObject([{ all: 1 }]);
    clock.nowMs += 23 * HOUR_MS;
    expect(totals.numbers.ranked()).toEqual([]);
  });

  test("tell so many names of an hour apart, and count all others together", () => {
    const { totals } = totalsAt(NOW_MS);
    for (let at = 0; at < 1000; at++) {
      totals.count({ client: "", entry: `+1800${at}`, outcome: "agent" }, NOW_MS);
    }
    const ranked = totals.numbers.ranked();
    expect(ranked).toHaveLength(201);
    expect(ranked[0]).toMatchObject({ name: "other", all: 800 });
  });
});
