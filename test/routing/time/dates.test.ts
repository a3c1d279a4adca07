import { expect, test } from "bun:test";
import { daysOf, isAmong, isDate, readDates } from "../../../src/routing/time/dates.ts";

test("a date is one of the calendar", () => {
  for (const date of ["2026-12-25", "2028-02-29", "2000-02-29"])
    expect([date, isDate(date)]).toEqual([date, true]);
  for (const date of ["2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "25.12.2026", ""]) {
    expect([date, isDate(date)]).toEqual([date, false]);
  }
});

const dates = (text: string) => {
  const read = readDates(text);
  if ("problem" in read) throw new Error(read.problem);
  return read;
};

test.each([
  ["2026-12-25", ["2026-12-25"], ["2026-12-24", "2027-12-25"], 1],
  ["12-25", ["2026-12-25", "2031-12-25"], ["2026-12-24"], 1],
  ["02-29", ["2028-02-29"], ["2027-02-28", "2027-03-01"], 1],
  ["2026-12-27/2027-01-02", ["2026-12-27", "2026-12-31", "2027-01-02"], ["2026-12-26", "2027-01-03"], 7],
  ["12-27/01-02", ["2026-12-27", "2027-01-02", "2030-01-01"], ["2026-12-26", "2027-01-03", "2027-07-01"], 7],
  ["07-01 / 07-14", ["2026-07-01", "2029-07-14"], ["2026-06-30", "2026-07-15"], 14],
  ["12-25/12-25", ["2026-12-25"], ["2026-12-26"], 1],
] as const)("%s is for %j and not for %j", (text, within, without, days) => {
  expect(within.filter((date) => !isAmong(dates(text), date))).toEqual([]);
  expect(without.filter((date) => isAmong(dates(text), date))).toEqual([]);
  expect(daysOf(dates(text))).toBe(days);
});

const FORMS = '"2026-12-25", "12-25" for every year, or a range such as "2026-12-27/2027-01-02"';
test.each([
  ...["2026-02-29", "13-01", "25.12.2026", "christmas", "", "12-25/", "2026-12-25/2026-12-26/2026-12-27"].map(
    (text) => [text, `"${text}" is not a date; use one such as ${FORMS}`] as const,
  ),
  ["2027-01-02/2026-12-27", '"2027-01-02/2026-12-27" ends before it starts; the earlier date comes first'],
  ["2026-12-27/01-02", '"2026-12-27/01-02" has a year at one end only; give both ends one, or neither'],
])("%j is refused", (text, problem) => {
  expect(readDates(text)).toEqual({ problem });
});
