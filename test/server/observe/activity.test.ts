import { expect, test } from "bun:test";
import { Activity } from "../../../src/server/observe/activity.ts";

const HOUR_MS = 3_600_000;
const NOON_MS = Date.UTC(2026, 10, 27, 12);

/** An activity at a time that can be set. */
function at(nowMs: number): { readonly activity: Activity; readonly clock: { nowMs: number } } {
  const clock = { nowMs };
  return { activity: new Activity(() => clock.nowMs), clock };
}

test("calls are counted by outcome, for as long as was asked", () => {
  const { activity } = at(NOON_MS);
  activity.count("agent", NOON_MS - 1000);
  activity.count("agent", NOON_MS - 2 * HOUR_MS);
  activity.count("reject", NOON_MS - 30 * 60_000);
  expect(activity.within(HOUR_MS)).toEqual({ agent: 1, pass: 0, reject: 1 });
  expect(activity.within(24 * HOUR_MS)).toEqual({ agent: 2, pass: 0, reject: 1 });
});

test("a minute of yesterday makes room for that of today", () => {
  const { activity, clock } = at(NOON_MS);
  activity.count("pass", NOON_MS);
  clock.nowMs += 24 * HOUR_MS;
  activity.count("agent", clock.nowMs);
  expect(activity.within(25 * HOUR_MS)).toEqual({ agent: 1, pass: 0, reject: 0 });
});

test("calls are forgotten after a day, also where none follow", () => {
  const { activity, clock } = at(NOON_MS);
  activity.count("agent", NOON_MS);
  clock.nowMs += 25 * HOUR_MS;
  expect(activity.within(24 * HOUR_MS)).toEqual({ agent: 0, pass: 0, reject: 0 });
});

test("a call of a day ago does not take the place of one that was counted since", () => {
  const { activity } = at(NOON_MS);
  activity.count("agent", NOON_MS);
  activity.count("pass", NOON_MS - 24 * HOUR_MS);
  expect(activity.within(48 * HOUR_MS)).toEqual({ agent: 1, pass: 0, reject: 0 });
});

test("a clock that was a year ahead for a while takes no minute away", () => {
  const { activity, clock } = at(NOON_MS + 365 * 24 * HOUR_MS);
  activity.count("pass", clock.nowMs);
  clock.nowMs = NOON_MS;
  expect(activity.within(24 * HOUR_MS)).toEqual({ agent: 0, pass: 0, reject: 0 });
  activity.count("agent", NOON_MS);
  expect(activity.within(24 * HOUR_MS)).toEqual({ agent: 1, pass: 0, reject: 0 });
});

test("hours are those of the clock, the last one is under way", () => {
  const { activity } = at(NOON_MS + 60_000);
  activity.count("agent", NOON_MS);
  activity.count("reject", NOON_MS - 1);
  expect(activity.hours(3)).toEqual([
    { startMs: NOON_MS - 2 * HOUR_MS, agent: 0, pass: 0, reject: 0 },
    { startMs: NOON_MS - HOUR_MS, agent: 0, pass: 0, reject: 1 },
    { startMs: NOON_MS, agent: 1, pass: 0, reject: 0 },
  ]);
});
