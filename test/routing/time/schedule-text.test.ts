import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Hours } from "../../../src/routing/time/hours.ts";
import { compileSchedule, type SchedulePlan } from "../../../src/routing/time/schedule.ts";
import { SCHEDULE_PARTS, scheduleText } from "../../../src/routing/time/schedule-text.ts";
import { schedule } from "../plans.ts";

const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const LA = "America/Los_Angeles";
const OFFICE = ["mon-fri 09:00-17:30", "sat 10:00-14:00", "fri 22:00-02:00"];

/** Holidays on certain dates, on which it is closed. */
const closedOn = (plan: SchedulePlan, names: Record<string, string>, from = 0): SchedulePlan => ({
  ...plan,
  holidays: {
    hours: [],
    days: new Map(Object.entries(names).map(([date, name]) => [date, { name, from }])),
  },
});

/** The moment, what is said of the next opening and of the next closing. */
type Case = readonly [moment: string, opens: string, closes: string];

function says(plan: SchedulePlan, cases: readonly Case[], locale = "en-US") {
  test.each(cases)("at %s it opens %j and closes %j", (moment, opens, closes) => {
    const compiled = compileSchedule(plan);
    const text = (part: "opens" | "closes" | "state") => scheduleText(compiled, part, at(moment), locale);
    expect([text("opens"), text("closes")]).toEqual([opens, closes]);
    expect(text("state")).toBe(closes === "" ? "closed" : "open");
  });
}

describe("an ordinary week", () => {
  says(schedule(LA, OFFICE), [
    ["2026-08-03T08:00-07:00", "9:00 AM", ""],
    ["2026-08-03T09:00-07:00", "Tuesday at 9:00 AM", "5:30 PM"],
    ["2026-08-03T17:30-07:00", "Tuesday at 9:00 AM", ""],
    // Friday evening, past midnight, the Saturday, and over the Sunday.
    ["2026-08-07T18:00-07:00", "10:00 PM", ""],
    ["2026-08-07T23:00-07:00", "Saturday at 10:00 AM", "Saturday at 2:00 AM"],
    ["2026-08-08T01:00-07:00", "10:00 AM", "2:00 AM"],
    ["2026-08-08T20:00-07:00", "Monday at 9:00 AM", ""],
  ]);
});

describe("a stretch that runs on into another is one", () => {
  says(schedule("UTC", ["mon 18:00-24:00", "tue 00:00-02:00", "tue 02:00-03:00"]), [
    ["2026-08-03T20:00Z", "Monday, August 10 at 6:00 PM", "Tuesday at 3:00 AM"],
    ["2026-08-04T01:00Z", "Monday at 6:00 PM", "3:00 AM"],
  ]);
  // What overlaps is a union, over midnight too.
  says(schedule("UTC", ["fri 22:00-05:00", "sat 04:00-12:00", "sat 06:00-07:00"]), [
    ["2026-08-07T23:00Z", "Friday, August 14 at 10:00 PM", "Saturday at 12:00 PM"],
  ]);
});

describe("holidays and exceptions", () => {
  const plan = schedule(LA, ["mon-fri 09:00-17:00"], {
    "2026-12-24": "09:00-12:00",
    "2026-12-28/2027-01-03": "closed",
    "01-04": "11:00-12:00",
  });
  says(closedOn(plan, { "2026-12-25": "Christmas Day", "2027-01-04": "A Monday" }), [
    ["2026-12-24T10:00-08:00", "Monday, January 4 at 11:00 AM", "12:00 PM"],
    ["2026-12-29T10:00-08:00", "Monday at 11:00 AM", ""],
    ["2026-12-28T10:00-08:00", "Monday, January 4 at 11:00 AM", ""],
    ["2026-12-23T18:00-08:00", "Thursday at 9:00 AM", ""],
  ]);
  const evening = closedOn(schedule("Asia/Jerusalem", ["daily 09:00-20:00"]), { "2026-09-20": "Eve" }, 1080);
  says(evening, [["2026-09-20T12:00+03:00", "Monday at 9:00 AM", "6:00 PM"]]);

  test("a holiday is named while it lasts, whatever the hours are", () => {
    const compiled = compileSchedule(evening);
    const name = (moment: string) => scheduleText(compiled, "holiday", at(moment), "en-US");
    expect(name("2026-09-20T17:59+03:00")).toBe("");
    expect(name("2026-09-20T18:00+03:00")).toBe("Eve");
    expect(name("2026-09-21T00:00+03:00")).toBe("");
    expect(scheduleText(compileSchedule(plan), "holiday", at("2026-12-25T10:00-08:00"), "en-US")).toBe("");
  });
});

describe("over a clock change", () => {
  // 8 March 2026: after 01:59 comes 03:00. 1 November 2026: after 01:59 comes 01:00.
  says(schedule(LA, ["sun 02:30-05:00", "sat 22:00-01:30"]), [
    ["2026-03-08T01:45-08:00", "3:00 AM", ""],
    ["2026-03-08T01:15-08:00", "3:00 AM", "1:30 AM"],
    ["2026-11-01T01:10-07:00", "2:30 AM", "1:30 AM"],
    ["2026-11-01T01:10-08:00", "2:30 AM", ""],
  ]);
  // A stretch that the clock skips whole is no opening; a break that it skips is no break.
  says(schedule(LA, ["sun 02:10-02:40", "mon 09:00-10:00"]), [
    ["2026-03-08T01:00-08:00", "Monday at 9:00 AM", ""],
  ]);
  says(schedule(LA, ["sun 01:00-02:15", "sun 02:45-04:00"]), [
    ["2026-03-08T01:30-08:00", "Sunday, March 15 at 1:00 AM", "4:00 AM"],
  ]);
});

describe("nothing to say", () => {
  says(schedule(LA, []), [["2026-08-03T08:00-07:00", "", ""]]);
  says(schedule(LA, [], { "2026-12-24": "09:00-12:00" }), [["2026-12-24T12:00-08:00", "", ""]]);
  // Exactly 370 days ahead, and one minute more.
  says(schedule("UTC", [], { "2027-08-08": "08:00-12:00" }), [
    ["2026-08-03T08:00Z", "Sunday, August 8 at 8:00 AM", ""],
    ["2026-08-03T07:59Z", "", ""],
  ]);
  test("is there of the closing of what never closes", () => {
    const always = compileSchedule(schedule("UTC", ["daily 00:00-24:00"]));
    const texts = SCHEDULE_PARTS.map((part) => scheduleText(always, part, at("2026-08-03T08:00Z"), "en-US"));
    expect(texts).toEqual(["open", "", "", ""]);
  });
});

describe.each([
  ["en-US", "9:00 AM", "Monday at 9:00 AM", "Monday, August 17 at 9:00 AM"],
  ["en-GB", "9:00", "Monday at 9:00", "Monday 17 August at 9:00"],
  ["es-MX", "9:00 a.m.", "lunes, 9:00 a.m.", "lunes, 17 de agosto, 9:00 a.m."],
  ["de-DE", "9:00", "Montag um 9:00", "Montag, 17. August um 9:00"],
  ["fr-CA", "9 h 00", "lundi à 9 h 00", "lundi 17 août à 9 h 00"],
])("in %s", (locale, today, thisWeek, later) => {
  says(
    schedule(LA, ["mon 09:00-12:00"], { "2026-08-10": "closed" }),
    [
      ["2026-08-03T08:00-07:00", today, ""],
      ["2026-08-12T08:00-07:00", thisWeek, ""],
      ["2026-08-05T08:00-07:00", later, ""],
    ],
    locale,
  );
});

describe("against a schedule that is watched minute by minute", () => {
  const MINUTE = 60_000;
  const stretches = fc
    .array(
      fc.record({ start: fc.integer({ min: 0, max: 1439 }), length: fc.integer({ min: 1, max: 1440 }) }),
      {
        maxLength: 2,
      },
    )
    .map((list) => list.map(({ start, length }): Hours => ({ start, end: start + length })));

  test.each([
    ["America/Los_Angeles", "2026-03-07T10:00Z"],
    ["America/Los_Angeles", "2026-10-31T09:00Z"],
    ["Africa/Cairo", "2025-10-30T01:00Z"],
    ["Asia/Beirut", "2025-03-29T02:00Z"],
    ["Australia/Lord_Howe", "2025-10-04T03:30Z"],
    ["Pacific/Apia", "2011-12-29T10:00Z"],
    ["UTC", "2026-01-01T00:00Z"],
  ])("%s around %s", (timezone, text) => {
    const from = at(text);
    fc.assert(
      fc.property(
        fc.array(stretches, { minLength: 7, maxLength: 7 }),
        fc.array(fc.integer({ min: 0, max: 2 * 1440 }), { minLength: 1, maxLength: 4 }),
        (weekly, minutes) => {
          const { isOpen, edgesAt } = compileSchedule({ timezone, weekly, except: [], holidays: undefined });
          for (const minute of minutes) {
            const nowMs = from + minute * MINUTE;
            const { opensMs, closesMs } = edgesAt(nowMs);
            let wasOpen = isOpen(nowMs);
            let [opens, closes]: (number | undefined)[] = [];
            for (let ms = nowMs + MINUTE; ms < nowMs + 3 * 1440 * MINUTE; ms += MINUTE) {
              const open = isOpen(ms);
              if (open && !wasOpen) opens ??= ms;
              if (!open && wasOpen && opens === undefined) closes ??= ms;
              wasOpen = open;
            }
            const soon = (ms: number | undefined) =>
              ms !== undefined && ms < nowMs + 3 * 1440 * MINUTE ? ms : undefined;
            expect([soon(opensMs), soon(closesMs)]).toEqual([opens, isOpen(nowMs) ? closes : undefined]);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
