import { describe, expect, test } from "bun:test";
import { doubtOf, isTimezone, timezoneHint, timezones } from "../../../../src/config/read/time/timezones.ts";
import { ACCOUNT, expectWarnings } from "../../cases.ts";

/** Names of the database that are no places, and those that are abbreviations of some, whether accepted or not. */
const NAMES = [
  ...["EST", "MST", "HST", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "CET", "MET", "EET", "WET"],
  ...["GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich", "UTC", "UCT", "Universal", "Zulu"],
  ...["Etc/GMT", "Etc/GMT0", "Etc/GMT+0", "Etc/GMT-0", "Etc/Greenwich"],
  ...["Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu"],
  ...Array.from({ length: 12 }, (_, at) => `Etc/GMT+${at + 1}`),
  ...Array.from({ length: 14 }, (_, at) => `Etc/GMT-${at + 1}`),
];

const offsetIn = (timeZone: string, month: number) =>
  Temporal.ZonedDateTime.from({ year: 2026, month, day: 1, timeZone }).offsetNanoseconds;

test("every zone that there is and whose name misleads is doubted, and no other", () => {
  expect(NAMES.filter((name) => !isTimezone(name))).toEqual([]);
  // Fixed, and neither UTC by one of its names nor Hawaii, where there is no summer time.
  const misleading = NAMES.filter(
    (name) => offsetIn(name, 1) === offsetIn(name, 7) && !/UTC|UCT|Universal|Zulu|HST/.test(name),
  );
  expect(misleading.length).toBe(2 + 5 + 5 + 26);
  const all = [...new Set([...NAMES, ...Intl.supportedValuesOf("timeZone")])];
  expect(all.filter((name) => doubtOf(name, name))).toEqual(misleading);
  expect(all.filter((name) => doubtOf(name.toLowerCase(), name))).toEqual(misleading);
});

test("what is named instead is what it is said to be", () => {
  for (const name of NAMES) {
    const [, summer, fixed] =
      /with daylight saving time: "(.+)"; without: "(.+)"/.exec(doubtOf(name, name)?.hint ?? "") ?? [];
    if (summer === undefined || fixed === undefined) continue;
    expect(offsetIn(summer, 1)).toBe(offsetIn(name, 1));
    expect(offsetIn(summer, 7)).not.toBe(offsetIn(name, 7));
    expect([offsetIn(fixed, 1), offsetIn(fixed, 7)]).toEqual([offsetIn(name, 1), offsetIn(name, 7)]);
  }
});

test.each([
  ["EST", '"EST" is UTC-5 all year, without daylight saving time', "America/New_York", "America/Panama"],
  ["mst", '"mst" is UTC-7 all year, without daylight saving time', "America/Denver", "America/Phoenix"],
  ["GMT", '"GMT" is UTC all year, without daylight saving time', "Europe/London", "UTC"],
])("%s is in a schedule with a warning", async (timezone, message, summer, fixed) => {
  await expectWarnings(schedule(timezone), [
    [message, `with daylight saving time: "${summer}"; without: "${fixed}"`],
  ]);
});

test.each([
  ["Etc/GMT+5", '"Etc/GMT+5" is 5 hours behind UTC: in these names the sign is reversed'],
  ["Etc/GMT-1", '"Etc/GMT-1" is 1 hour ahead of UTC: in these names the sign is reversed'],
])("%s is in a schedule with a warning of its sign", async (timezone, message) => {
  await expectWarnings(schedule(timezone), [
    [message, 'use the name of a place, such as "America/New_York"'],
  ]);
});

function schedule(timezone: string): string {
  return `[schedules.office]
timezone = «"${timezone}"»
open = ["mon 09:00-17:00"]
[numbers."*"]
pass = true
[[numbers."*".rules]]
when = { open = "office" }
reject = true
${ACCOUNT}`;
}

describe("a text that is no time zone", () => {
  test.each([
    ["PST", "America/Los_Angeles"],
    ["pdt", "America/Los_Angeles"],
    ["EDT", "America/New_York"],
    ["CST", "America/Chicago"],
    ["BST", "Europe/London"],
    ["IST", "Asia/Kolkata"],
    ["AEST", "Australia/Sydney"],
    ["Eastern", "America/New_York"],
    ["US Eastern", "America/New_York"],
    ["Eastern Time (US & Canada)", "America/New_York"],
    ["Pacific Standard Time", "America/Los_Angeles"],
    ["Central European Time", "Europe/Berlin"],
    ["GMT Standard Time", "Europe/London"],
    ["New York", "America/New_York"],
    ["new_york", "America/New_York"],
    ["New York City", "America/New_York"],
    ["America/New York", "America/New_York"],
    ["Los Angeles", "America/Los_Angeles"],
    ["Los Angeles, CA", "America/Los_Angeles"],
    ["Berlin", "Europe/Berlin"],
    ["Berlin, Germany", "Europe/Berlin"],
    ["São Paulo", "America/Sao_Paulo"],
    ["Mexico City", "America/Mexico_City"],
    ["San Francisco", "America/Los_Angeles"],
    ["Buenos Aires", "America/Argentina/Buenos_Aires"],
    ["Europe/Berln", "Europe/Berlin"],
  ])("is taken for the one that is meant: %s", (text, zone) => {
    expect(isTimezone(text)).toBe(false);
    expect(isTimezone(zone)).toBe(true);
    expect(timezoneHint(text)).toBe(`did you mean "${zone}"?`);
  });

  test.each(["Kolkata", "Calcutta", "Kyiv", "Kiev", "Saigon"])("is a city by any name: %s", (city) => {
    const [, zone = ""] = /did you mean "(.+)"/.exec(timezoneHint(city) ?? "") ?? [];
    expect(isTimezone(zone)).toBe(true);
  });

  test.each(["GMT+5", "UTC-5", "-08:00", "+2"])("is no offset: %s", (text) => {
    expect(timezoneHint(text)).toStartWith("a fixed offset is wrong for half of the year");
  });

  test.each(["the moon", "", "x".repeat(10_000)])("may be anything: %s", (text) => {
    expect(timezoneHint(text)).toBeUndefined();
  });
});

test("a time zone is a name of the database, in any case", () => {
  for (const name of [
    "America/Los_Angeles",
    "UTC",
    "america/new_york",
    "US/Pacific",
    "Asia/Kolkata",
    "Asia/Calcutta",
    "Etc/GMT+5",
  ]) {
    expect([name, isTimezone(name)]).toEqual([name, true]);
  }
  for (const name of [
    "",
    "Los Angeles",
    "America/Los Angeles",
    "PST8",
    "-08:00",
    "+01",
    "2026-01-01T00:00[UTC]",
  ]) {
    expect([name, isTimezone(name)]).toEqual([name, false]);
  }
  expect(timezones()).toContain("UTC");
  expect(timezones()).toContain("America/Los_Angeles");
  expect(timezones().filter((name) => !isTimezone(name))).toEqual([]);
});
