import { describe, expect, test } from "bun:test";
import { type Hours, unionOf } from "../../../src/routing/time/hours.ts";
import { readException, readOpen } from "../../../src/routing/time/read-hours.ts";

describe("reading hours of the week", () => {
  const nineToFive: Hours = { start: 540, end: 1050 };
  const good: readonly (readonly [string, readonly number[], ...Hours[]])[] = [
    ["mon-fri 09:00-17:30", [0, 1, 2, 3, 4], nineToFive],
    ["MON-Fri 9:00-17:30", [0, 1, 2, 3, 4], nineToFive],
    ["  mon - fri   09:00 - 17:30 ", [0, 1, 2, 3, 4], nineToFive],
    ["sat 10:00-14:00", [5], { start: 600, end: 840 }],
    ["fri-mon 22:00-02:00", [4, 5, 6, 0], { start: 1320, end: 1560 }],
    ["mon,wed 09:00-12:00", [0, 2], { start: 540, end: 720 }],
    ["mon-tue, sat-sun 00:00-24:00", [0, 1, 5, 6], { start: 0, end: 1440 }],
    ["sun 22:00-00:00", [6], { start: 1320, end: 1440 }],
    ["sun 23:59-23:58", [6], { start: 1439, end: 2878 }],
    ["mon 09:00-12:00, 13:00-17:30", [0], { start: 540, end: 720 }, { start: 780, end: 1050 }],
    ["mon,tue 9-13:15,13:30-18", [0, 1], { start: 540, end: 795 }, { start: 810, end: 1080 }],
    ["daily 09:00-17:30", [0, 1, 2, 3, 4, 5, 6], nineToFive],
    ["Monday to Friday 09:00 to 17:30", [0, 1, 2, 3, 4], nineToFive],
    ["Mondays, Thurs 09:00-17:30", [0, 3], nineToFive],
    ["mon\u2013fri 09:00\u201417:30", [0, 1, 2, 3, 4], nineToFive],
    ["mon\u2011fri\u00a009:00 \u2212 17:30", [0, 1, 2, 3, 4], nineToFive],
    ["mon 9am-5:30pm", [0], nineToFive],
    ["mon 9 AM to 5:30 p.m.", [0], nineToFive],
    ["mon 12am-12pm", [0], { start: 0, end: 720 }],
    ["mon 12pm-12am", [0], { start: 720, end: 1440 }],
    ["mon 9-17", [0], { start: 540, end: 1020 }],
    ["mon 22-6", [0], { start: 1320, end: 1800 }],
    ["mon 0-24", [0], { start: 0, end: 1440 }],
    ["mon 9am-noon, noon-midnight", [0], { start: 540, end: 720 }, { start: 720, end: 1440 }],
    ["sat midnight-02:00", [5], { start: 0, end: 120 }],
  ];
  test.each(good)("%p", (text, days, ...hours) => {
    expect(readOpen(text)).toEqual({ days, hours });
  });

  const bad: readonly (readonly [string, string])[] = [
    ["", '"" has no hours; use "mon-fri 09:00-17:30", or "00:00-24:00" for the whole day'],
    ["mon-fri", '"mon-fri" has no hours; use "mon-fri 09:00-17:30", or "00:00-24:00" for the whole day'],
    ["09:00-17:30", 'the days are missing; use "mon-fri 09:00-17:30"'],
    ["mo-fri 09:00-17:30", '"mo" is not a day of the week; use mon, tue, wed, thu, fri, sat, sun or daily'],
    [
      "mon wed 09:00-17:30",
      '"mon wed" is not a day of the week; use mon, tue, wed, thu, fri, sat, sun or daily',
    ],
    ["mon- 09:00-17:30", '"mon-" is not a range of days; use "mon-fri", or "daily" for every day'],
    ["mon,, tue 09:00-17:30", '"mon,, tue" has an extra comma'],
    ["mon, 09:00-17:30", '"mon," has an extra comma'],
    ["mon-mon 09:00-17:30", '"mon-mon" is not a range of days; use "mon-fri", or "daily" for every day'],
    [
      "mon-wed-fri 09:00-17:30",
      '"mon-wed-fri" is not a range of days; use "mon-fri", or "daily" for every day',
    ],
    ["mon-wed,tue 09:00-17:30", '"mon-wed,tue" includes tue twice'],
    ["mon 9-5", '"9-5" can be read in two ways; write hours such as "9am-5pm" or "09:00-17:00"'],
    ["mon 8-12", '"8-12" can be read in two ways; write hours such as "9am-5pm" or "09:00-17:00"'],
    ["mon 9-5pm", '"9-5pm" has am or pm at one end only; write both, such as "9am-5pm"'],
    ["mon 9:00-5pm", '"9:00-5pm" has am or pm at one end only; write both, such as "9am-5pm"'],
    ["mon 09:00-12:00,", '"09:00-12:00," has an extra comma'],
    [
      "mon 09:00-12:00, tue 13:00-17:00",
      '"tue 13:00-17:00" names other days; put them in an entry of their own',
    ],
    ...["13am-5pm", "0pm-5pm", "9-25", "9a-5p", "9-"].map((hours): readonly [string, string] => [
      `mon ${hours}`,
      `"${hours}" is not a time range; use two times from 00:00 to 24:00, such as "09:00-17:30"`,
    ]),
    [
      "mon 09:00-17:60",
      '"09:00-17:60" is not a time range; use two times from 00:00 to 24:00, such as "09:00-17:30"',
    ],
    [
      "mon 09:00-24:01",
      '"09:00-24:01" is not a time range; use two times from 00:00 to 24:00, such as "09:00-17:30"',
    ],
    [
      "mon 09:00-12:00-17:00",
      '"09:00-12:00-17:00" is more than one time range; write a comma between them, such as "09:00-12:00, 13:00-17:30"',
    ],
    ["mon 09:00-09:00", '"09:00-09:00" starts and ends at the same time; for the whole day use 00:00-24:00'],
    ["mon 00:00-00:00", '"00:00-00:00" starts and ends at the same time; for the whole day use 00:00-24:00'],
    [
      "mon 24:00-08:00",
      '"24:00-08:00" starts at 24:00, which is allowed only as the end; use 00:00 on the next day',
    ],
  ];
  test.each(bad)("%p is refused", (text, problem) => {
    expect(readOpen(text)).toEqual({ problem });
  });
});

test("an exception is hours or closed", () => {
  expect(readException("09:00-12:00")).toEqual({ hours: [{ start: 540, end: 720 }] });
  expect(readException("9am-noon, 13:00-14:00")).toEqual({
    hours: [
      { start: 540, end: 720 },
      { start: 780, end: 840 },
    ],
  });
  expect(readException(" Closed ")).toEqual({ hours: [] });
  expect(readException("22:00-02:00")).toEqual({ hours: [{ start: 1320, end: 1560 }] });
  expect(readException("open")).toEqual({
    problem: '"open" is not valid here; use a time range such as "09:00-12:00", or "closed"',
  });
  expect(readException("12:00-12:00")).toEqual({
    problem: '"12:00-12:00" starts and ends at the same time; for the whole day use 00:00-24:00',
  });
});

test("stretches that overlap or adjoin are one", () => {
  const hours = (text: string) => {
    const read = readException(text);
    return "hours" in read ? read.hours : [];
  };
  expect(unionOf(hours("12:00-14:00, 09:00-11:00, 10:00-12:00, 20:00-02:00"))).toEqual(
    hours("09:00-14:00, 20:00-02:00"),
  );
  expect(unionOf(hours("09:00-17:00, 10:00-11:00, 09:00-17:00"))).toEqual(hours("09:00-17:00"));
});
