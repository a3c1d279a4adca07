import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Hours } from "../../../src/routing/time/hours.ts";
import { compileSchedule, isNeverOpen, type SchedulePlan } from "../../../src/routing/time/schedule.ts";
import { scheduleWords } from "../../../src/routing/time/schedule-words.ts";
import { schedule } from "../plans.ts";

const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;

/** A zone, the hours, the exceptions, a moment with its offset from UTC, and whether it is open then. */
type Case = readonly [string, readonly string[], Readonly<Record<string, string>>, string, boolean];

function holds(cases: readonly Case[]) {
  test.each(cases)("%s %j %j at %s: %p", (timezone, open, except, moment, expected) => {
    const { isOpen } = compileSchedule(schedule(timezone, open, except));
    expect(isOpen(at(moment))).toBe(expected);
  });
}

const LA = "America/Los_Angeles";
const OFFICE = ["mon-fri 09:00-17:30", "sat 10:00-14:00", "fri 22:00-02:00"];
const CHRISTMAS = { "2026-12-24": "09:00-12:00", "2026-12-25": "closed" };

describe("an ordinary week", () => {
  holds([
    [LA, OFFICE, {}, "2026-08-03T08:59:59.999-07:00", false],
    [LA, OFFICE, {}, "2026-08-03T09:00-07:00", true],
    [LA, OFFICE, {}, "2026-08-03T17:29:59.999-07:00", true],
    [LA, OFFICE, {}, "2026-08-03T17:30-07:00", false],
    [LA, OFFICE, {}, "2026-08-08T13:00-07:00", true],
    [LA, OFFICE, {}, "2026-08-09T13:00-07:00", false],
  ]);
});

describe("hours past midnight belong to the day they begin on", () => {
  holds([
    [LA, OFFICE, {}, "2026-08-07T21:59-07:00", false],
    [LA, OFFICE, {}, "2026-08-07T22:00-07:00", true],
    [LA, OFFICE, {}, "2026-08-08T01:59-07:00", true],
    [LA, OFFICE, {}, "2026-08-08T02:00-07:00", false],
    [LA, OFFICE, {}, "2026-08-07T01:00-07:00", false],
    ["UTC", ["sun 23:00-01:00"], {}, "2026-08-10T00:30Z", true],
    ["UTC", ["fri-mon 22:00-02:00"], {}, "2026-08-11T01:00Z", true],
    ["UTC", ["fri-mon 22:00-02:00"], {}, "2026-08-12T01:00Z", false],
    ["UTC", ["fri-mon 22:00-02:00"], {}, "2026-08-07T01:00Z", false],
  ]);
});

describe("24:00 is the end of the day", () => {
  holds([
    ["UTC", ["tue 18:00-24:00"], {}, "2026-08-04T23:59:59.999Z", true],
    ["UTC", ["tue 18:00-24:00"], {}, "2026-08-05T00:00Z", false],
    ["UTC", ["tue 18:00-00:00"], {}, "2026-08-04T23:59:59.999Z", true],
    ["UTC", ["tue 18:00-00:00"], {}, "2026-08-05T00:00Z", false],
    ["UTC", ["mon-sun 00:00-24:00"], {}, "2026-08-05T00:00Z", true],
    ["UTC", ["mon-tue 00:00-24:00"], {}, "2026-08-04T00:00Z", true],
  ]);
});

describe("an exception replaces what begins on its date", () => {
  holds([
    [LA, OFFICE, CHRISTMAS, "2026-12-24T11:59-08:00", true],
    [LA, OFFICE, CHRISTMAS, "2026-12-24T12:00-08:00", false],
    [LA, OFFICE, CHRISTMAS, "2026-12-25T10:00-08:00", false],
    // Christmas is a Friday: what it would have carried into the Saturday goes too.
    [LA, OFFICE, CHRISTMAS, "2026-12-25T23:00-08:00", false],
    [LA, OFFICE, CHRISTMAS, "2026-12-26T01:00-08:00", false],
    [LA, OFFICE, CHRISTMAS, "2026-12-26T11:00-08:00", true],
    // What the Friday carries into an exception on the Saturday stays.
    [LA, OFFICE, { "2026-12-19": "closed" }, "2026-12-19T01:59-08:00", true],
    [LA, OFFICE, { "2026-12-19": "closed" }, "2026-12-19T11:00-08:00", false],
    // An exception may go past midnight, and end within the hours of the day after.
    [LA, OFFICE, { "2026-12-20": "20:00-10:00" }, "2026-12-21T08:00-08:00", true],
    [LA, OFFICE, { "2026-12-20": "20:00-10:00" }, "2026-12-21T10:00-08:00", true],
    [LA, OFFICE, { "2026-12-20": "20:00-10:00" }, "2026-12-20T19:59-08:00", false],
    [LA, [], { "2028-02-29": "00:00-24:00" }, "2028-02-29T12:00-08:00", true],
    [LA, [], { "2028-02-29": "00:00-24:00" }, "2028-03-01T00:00-08:00", false],
    // The New Year begins in Auckland when it is still noon in London and the day before.
    [
      "Pacific/Auckland",
      ["mon-sun 00:00-24:00"],
      { "2027-01-01": "closed" },
      "2026-12-31T10:59:59.999Z",
      true,
    ],
    ["Pacific/Auckland", ["mon-sun 00:00-24:00"], { "2027-01-01": "closed" }, "2026-12-31T11:00Z", false],
    ["Pacific/Honolulu", ["mon-sun 00:00-24:00"], { "2027-01-01": "closed" }, "2027-01-01T09:59Z", true],
    ["Pacific/Honolulu", ["mon-sun 00:00-24:00"], { "2027-01-01": "closed" }, "2027-01-01T10:00Z", false],
    ["Pacific/Honolulu", ["mon-sun 00:00-24:00"], { "2027-01-01": "closed" }, "2027-01-02T10:00Z", true],
  ]);
});

describe("a time that the clock skips stands for the moment of the change", () => {
  holds([
    // Los Angeles, 8 March 2026: after 01:59 comes 03:00.
    [LA, ["sun 02:15-02:45"], {}, "2026-03-08T01:59:59.999-08:00", false],
    [LA, ["sun 02:15-02:45"], {}, "2026-03-08T03:00-07:00", false],
    [LA, ["sun 02:15-02:45"], {}, "2026-03-08T03:20-07:00", false],
    [LA, ["sun 02:30-05:00"], {}, "2026-03-08T01:59:59.999-08:00", false],
    [LA, ["sun 02:30-05:00"], {}, "2026-03-08T03:00-07:00", true],
    [LA, ["sun 02:30-05:00"], {}, "2026-03-08T05:00-07:00", false],
    [LA, ["sun 01:00-02:30"], {}, "2026-03-08T01:59:59.999-08:00", true],
    [LA, ["sun 01:00-02:30"], {}, "2026-03-08T03:00-07:00", false],
    [LA, ["sat 22:00-02:30"], {}, "2026-03-08T03:00-07:00", false],
    // The clocks of these zones change at midnight.
    ["America/Asuncion", ["sat 22:00-24:00"], {}, "2023-09-30T23:59:59.999-04:00", true],
    ["America/Asuncion", ["sat 22:00-24:00"], {}, "2023-10-01T01:00-03:00", false],
    ["America/Asuncion", ["sun 00:00-09:00"], {}, "2023-09-30T23:59:59.999-04:00", false],
    ["America/Asuncion", ["sun 00:00-09:00"], {}, "2023-10-01T01:00-03:00", true],
    ["Africa/Cairo", ["thu 22:00-00:30"], {}, "2025-04-25T01:00+03:00", false],
    ["Africa/Cairo", ["thu 22:00-01:30"], {}, "2025-04-25T01:29+03:00", true],
    ["Asia/Beirut", ["sun 00:30-02:00"], {}, "2025-03-30T01:00+03:00", true],
    ["Asia/Beirut", [], { "2025-03-30": "00:00-24:00" }, "2025-03-30T01:00+03:00", true],
    ["Asia/Beirut", [], { "2025-03-30": "00:00-24:00" }, "2025-03-29T23:59:59.999+02:00", false],
    // Lord Howe Island skips half an hour: after 01:59 comes 02:30.
    ["Australia/Lord_Howe", ["sun 02:10-02:20"], {}, "2025-10-05T02:30+11:00", false],
    ["Australia/Lord_Howe", ["sun 02:10-02:40"], {}, "2025-10-05T02:30+11:00", true],
    ["Australia/Lord_Howe", ["sun 02:10-02:40"], {}, "2025-10-05T02:40+11:00", false],
    // Samoa skipped a Friday, 30 December 2011.
    ["Pacific/Apia", ["fri 00:00-24:00"], {}, "2011-12-29T23:59:59.999-10:00", false],
    ["Pacific/Apia", ["fri 00:00-24:00"], {}, "2011-12-31T00:00+14:00", false],
    ["Pacific/Apia", ["thu 20:00-04:00"], {}, "2011-12-29T23:59:59.999-10:00", true],
    ["Pacific/Apia", ["thu 20:00-04:00"], {}, "2011-12-31T00:00+14:00", false],
    ["Pacific/Apia", ["fri 20:00-04:00"], {}, "2011-12-31T03:59+14:00", true],
    ["Pacific/Apia", ["sat 00:00-04:00"], {}, "2011-12-31T00:00+14:00", true],
  ]);
});

describe("a time that the clock shows twice stands for the first", () => {
  holds([
    // Los Angeles, 1 November 2026: after 01:59 comes 01:00.
    [LA, ["sun 01:00-02:00"], {}, "2026-11-01T01:00-07:00", true],
    [LA, ["sun 01:00-02:00"], {}, "2026-11-01T01:00-08:00", true],
    [LA, ["sun 01:00-02:00"], {}, "2026-11-01T01:59:59.999-08:00", true],
    [LA, ["sun 01:00-02:00"], {}, "2026-11-01T02:00-08:00", false],
    [LA, ["sun 01:00-01:30"], {}, "2026-11-01T01:29-07:00", true],
    [LA, ["sun 01:00-01:30"], {}, "2026-11-01T01:30-07:00", false],
    [LA, ["sun 01:00-01:30"], {}, "2026-11-01T01:10-08:00", false],
    [LA, ["sun 01:30-05:00"], {}, "2026-11-01T01:29-07:00", false],
    [LA, ["sun 01:30-05:00"], {}, "2026-11-01T01:30-07:00", true],
    [LA, ["sun 01:30-05:00"], {}, "2026-11-01T01:10-08:00", true],
    [LA, ["sat 22:00-01:30"], {}, "2026-11-01T01:29-07:00", true],
    [LA, ["sat 22:00-01:30"], {}, "2026-11-01T01:10-08:00", false],
    // Cairo, 30 October 2025: at midnight it is 23:00 again.
    ["Africa/Cairo", ["thu 22:00-24:00"], {}, "2025-10-30T23:30+03:00", true],
    ["Africa/Cairo", ["thu 22:00-24:00"], {}, "2025-10-30T23:30+02:00", true],
    ["Africa/Cairo", ["thu 22:00-24:00"], {}, "2025-10-31T00:00+02:00", false],
    ["Africa/Cairo", ["fri 00:00-09:00"], {}, "2025-10-30T23:30+02:00", false],
    // Havana, 2 November 2025: at 01:00 it is midnight again.
    ["America/Havana", ["sun 00:00-00:30"], {}, "2025-11-02T00:10-04:00", true],
    ["America/Havana", ["sun 00:00-00:30"], {}, "2025-11-02T00:10-05:00", false],
    ["America/Havana", ["sat 22:00-24:00"], {}, "2025-11-02T00:00-04:00", false],
    ["Australia/Lord_Howe", ["sun 01:00-01:45"], {}, "2025-04-06T01:40+11:00", true],
    ["Australia/Lord_Howe", ["sun 01:00-01:45"], {}, "2025-04-06T01:40+10:30", false],
    // Newfoundland, 7 November 2010: at one minute past midnight it was 23:01 of the day before again.
    ["America/St_Johns", ["sat 20:00-24:00"], {}, "2010-11-07T00:00-02:30", false],
    ["America/St_Johns", ["sat 20:00-24:00"], {}, "2010-11-06T23:30-03:30", false],
    ["America/St_Johns", ["sun 00:00-04:00"], {}, "2010-11-07T00:00-02:30", true],
    ["America/St_Johns", ["sun 00:00-04:00"], {}, "2010-11-06T23:30-03:30", true],
    ["America/St_Johns", ["sun 00:00-04:00"], {}, "2010-11-07T04:00-03:30", false],
  ]);
});

describe("against a clock that is watched minute by minute", () => {
  const MINUTE = 60_000;
  const DAYS_AROUND = 4;

  /**
   * The furthest the wall clock has come by each minute of the days around a moment, as minutes since 1970 on that
   * clock. Whatever is open, is open because this lies in it: going back does not undo what the clock has reached.
   */
  function furthest(timezone: string, moment: number): { from: number; reached: number[] } {
    const clock = new Intl.DateTimeFormat("en-US", {
      timeZone: timezone,
      hourCycle: "h23",
      ...{ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" },
    });
    const from = moment - DAYS_AROUND * 24 * 60 * MINUTE;
    const reached: number[] = [];
    let most = Number.NEGATIVE_INFINITY;
    for (let step = 0; step < 2 * DAYS_AROUND * 24 * 60; step++) {
      const parts = clock.format(from + step * MINUTE).match(/\d+/g) ?? [];
      const [month = 0, day = 0, year = 0, hour = 0, minute = 0] = parts.map(Number);
      most = Math.max(most, Date.UTC(year, month - 1, day, hour, minute) / MINUTE);
      reached.push(most);
    }
    return { from, reached };
  }

  /** Slow and simple: looks at every stretch of every day that could matter. */
  function expected(plan: SchedulePlan, reached: number): boolean {
    const today = Math.floor(reached / 1440);
    return [today - 2, today - 1, today, today + 1].some((day) => {
      const date = new Date(day * 1440 * MINUTE);
      const name = date.toISOString().slice(0, 10);
      const stretches =
        plan.except.find(({ from }) => from === name)?.hours ?? plan.weekly[(date.getUTCDay() + 6) % 7] ?? [];
      return stretches.some(({ start, end }) => day * 1440 + start <= reached && reached < day * 1440 + end);
    });
  }

  const NIGHTS: readonly (readonly [string, string])[] = [
    ["America/Los_Angeles", "2026-03-08T10:00Z"],
    ["America/Los_Angeles", "2026-11-01T09:00Z"],
    ["Europe/Berlin", "2026-03-29T01:00Z"],
    ["Europe/Berlin", "2026-10-25T01:00Z"],
    ["Europe/London", "2028-02-29T00:00Z"],
    ["America/Asuncion", "2023-10-01T04:00Z"],
    ["America/Asuncion", "2024-03-24T03:00Z"],
    ["Africa/Cairo", "2025-04-24T22:00Z"],
    ["Africa/Cairo", "2025-10-30T21:00Z"],
    ["Asia/Beirut", "2025-03-29T22:00Z"],
    ["Asia/Beirut", "2025-10-25T21:00Z"],
    ["America/Havana", "2025-11-02T05:00Z"],
    ["America/St_Johns", "2010-11-07T02:31Z"],
    ["Australia/Lord_Howe", "2025-10-04T15:30Z"],
    ["Australia/Lord_Howe", "2025-04-05T15:00Z"],
    ["Antarctica/Troll", "2026-03-29T01:00Z"],
    ["Africa/Casablanca", "2026-02-15T02:00Z"],
    ["Pacific/Apia", "2011-12-30T10:00Z"],
    ["Pacific/Kiritimati", "1994-12-31T10:00Z"],
    ["Pacific/Auckland", "2026-12-31T11:00Z"],
    ["Asia/Kolkata", "2026-12-31T18:30Z"],
    ["UTC", "2026-01-01T00:00Z"],
  ];

  const hours = fc.record({
    start: fc.integer({ min: 0, max: 1439 }),
    length: fc.integer({ min: 1, max: 1440 }),
  });
  // Most of what can go wrong, goes wrong in the hours after midnight.
  const early = fc.record({
    start: fc.integer({ min: 0, max: 240 }),
    length: fc.integer({ min: 1, max: 120 }),
  });
  const stretches = fc
    .array(fc.oneof(hours, early), { maxLength: 3 })
    .map((list) => list.map(({ start, length }): Hours => ({ start, end: start + length })));

  test.each(NIGHTS)("%s around %s", (timezone, text) => {
    const moment = at(text);
    const { from, reached } = furthest(timezone, moment);
    // The first days only wind the clock up.
    const minute = fc.oneof(
      fc.integer({ min: 26 * 60, max: reached.length - 1 }),
      fc.integer({ min: -180, max: 180 }).map((offset) => DAYS_AROUND * 24 * 60 + offset),
    );
    const date = fc
      .integer({ min: -3, max: 3 })
      .map((days) => new Date(moment + days * 24 * 60 * MINUTE).toISOString().slice(0, 10));
    fc.assert(
      fc.property(
        fc.array(stretches, { minLength: 7, maxLength: 7 }),
        fc.array(fc.tuple(date, stretches), { maxLength: 3 }),
        fc.array(fc.tuple(minute, fc.integer({ min: 0, max: MINUTE - 1 })), { minLength: 1, maxLength: 8 }),
        (weekly, except, moments) => {
          const exceptions = [...new Map(except)].map(
            ([from, hours]) => ({ kind: "date", from, to: from, hours }) as const,
          );
          const plan: SchedulePlan = { timezone, weekly, except: exceptions, holidays: undefined };
          const { isOpen, stateAt } = compileSchedule(plan);
          for (const [step, ms] of moments) {
            const now = from + step * MINUTE + ms;
            const answer = expected(plan, reached[step] ?? Number.NaN);
            expect(isOpen(now)).toBe(answer);
            expect(stateAt(now).open).toBe(answer);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test("what it remembers answers every minute of a week as a fresh look would", () => {
    const plan = schedule(LA, OFFICE, { "2026-11-01": "01:15-01:45" });
    const { isOpen } = compileSchedule(plan);
    const { from, reached } = furthest(LA, at("2026-11-01T09:00Z"));
    const wrong = reached.flatMap((most, step) =>
      step > 26 * 60 && isOpen(from + step * MINUTE) !== expected(plan, most) ? [step] : [],
    );
    expect(wrong).toEqual([]);
  });
});

test("going back and forth over the moment of a change, it answers as freshly looked at", () => {
  const { isOpen } = compileSchedule(schedule("UTC", ["mon 09:00-12:00"]));
  const opens = at("2026-08-03T09:00Z");
  const closes = at("2026-08-03T12:00Z");
  const moments = [opens, opens - 1, opens, closes, closes - 1, closes, opens - 1, closes - 1, closes + 1];
  expect(moments.map(isOpen)).toEqual([true, false, true, false, true, false, false, true, false]);
});

describe("why, in words", () => {
  const cases: readonly (readonly [string, string])[] = [
    [
      "2026-12-25T10:00-08:00",
      "it is Friday, 25 December 2026, 10:00 in America/Los_Angeles: closed, because 2026-12-25 is an exception",
    ],
    [
      "2026-12-24T15:00-08:00",
      "it is Thursday, 24 December 2026, 15:00 in America/Los_Angeles: closed, because 2026-12-24 is an exception, open 09:00-12:00",
    ],
    [
      "2026-12-24T09:05-08:00",
      "it is Thursday, 24 December 2026, 09:05 in America/Los_Angeles: open from 09:00 to 12:00, because 2026-12-24 is an exception",
    ],
    [
      "2026-12-26T01:00-08:00",
      "it is Saturday, 26 December 2026, 01:00 in America/Los_Angeles: closed, because 2026-12-25, the day before, is an exception",
    ],
    [
      "2026-08-05T12:00-07:00",
      "it is Wednesday, 5 August 2026, 12:00 in America/Los_Angeles: open from 09:00 to 17:30",
    ],
    [
      "2026-08-07T20:00-07:00",
      "it is Friday, 7 August 2026, 20:00 in America/Los_Angeles: closed, Fridays are open 09:00-17:30 and 22:00-02:00",
    ],
    [
      "2026-08-08T01:30-07:00",
      "it is Saturday, 8 August 2026, 01:30 in America/Los_Angeles: open from 22:00 on Friday to 02:00",
    ],
    [
      "2026-08-09T12:00-07:00",
      "it is Sunday, 9 August 2026, 12:00 in America/Los_Angeles: closed, Sundays are closed",
    ],
    [
      "2026-11-01T01:10-08:00",
      "it is Sunday, 1 November 2026, 01:10 (for the second time) in America/Los_Angeles: closed, Sundays are closed",
    ],
  ];
  test.each(cases)("at %s", (moment, words) => {
    // The zone is written as the database writes it, however the configuration does.
    const { stateAt } = compileSchedule(schedule("america/los_angeles", OFFICE, CHRISTMAS));
    expect(scheduleWords(stateAt(at(moment)))).toBe(words);
  });

  test("where today and yesterday are exceptions, today is the reason", () => {
    const { stateAt } = compileSchedule(schedule(LA, OFFICE, { ...CHRISTMAS, "2026-12-26": "closed" }));
    expect(scheduleWords(stateAt(at("2026-12-26T01:00-08:00")))).toEndWith(
      "closed, because 2026-12-26 is an exception",
    );
  });

  test("three stretches are listed as a person would", () => {
    const { stateAt } = compileSchedule(
      schedule("UTC", ["mon 08:00-10:00", "mon 11:00-12:00", "mon 13:00-24:00"]),
    );
    expect(scheduleWords(stateAt(at("2026-08-03T12:30Z")))).toEndWith(
      "closed, Mondays are open 08:00-10:00, 11:00-12:00 and 13:00-24:00",
    );
  });
});

test("a schedule is never open when it has no hours at all", () => {
  expect(isNeverOpen(schedule("UTC", []))).toBe(true);
  expect(isNeverOpen(schedule("UTC", [], { "2026-12-25": "closed" }))).toBe(true);
  expect(isNeverOpen(schedule("UTC", [], { "2026-12-25": "09:00-12:00" }))).toBe(false);
  expect(isNeverOpen(schedule("UTC", ["sun 09:00-12:00"]))).toBe(false);
  expect(isNeverOpen(schedule("UTC", [], { "12-24/12-26": "closed", "12-25": "closed" }))).toBe(true);
  expect(isNeverOpen(schedule("UTC", [], { "12-24/12-26": "09:00-12:00" }))).toBe(false);
  const onHolidays = (hours: readonly Hours[]) => ({
    ...schedule("UTC", []),
    holidays: { hours, days: new Map() },
  });
  expect(isNeverOpen(onHolidays([]))).toBe(true);
  expect(isNeverOpen(onHolidays([{ start: 540, end: 720 }]))).toBe(false);
});

test("a plan survives the way between threads", () => {
  const plan = structuredClone(schedule(LA, OFFICE, CHRISTMAS));
  expect(compileSchedule(plan).isOpen(at("2026-12-25T10:00-08:00"))).toBe(false);
});
