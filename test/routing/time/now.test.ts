import { describe, expect, test } from "bun:test";
import { NOW_PARTS, nowText } from "../../../src/routing/time/now.ts";
import { isLocale, localeMeant } from "../../../src/routing/time/wording.ts";

const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const LA = "America/Los_Angeles";
const CHRISTMAS = at("2026-12-25T10:05:09-08:00");

test("a moment is told in the time zone, in forms that can be compared and in words", () => {
  const told = NOW_PARTS.map((part) => [part, nowText(part, CHRISTMAS, LA, "es-MX")]);
  expect(Object.fromEntries(told)).toEqual({
    date: "2026-12-25",
    time: "10:05",
    weekday: "friday",
    day: "viernes",
    hour: "10",
    daypart: "morning",
    iso: "2026-12-25T10:05:09-08:00",
    long: "viernes, 25 de diciembre de 2026, 10:05 a.m.",
  });
  expect(nowText("date", CHRISTMAS, "Pacific/Auckland", "en-US")).toBe("2026-12-26");
  expect(nowText("hour", at("2026-12-25T00:59Z"), "UTC", "en-US")).toBe("0");
  expect(nowText("iso", CHRISTMAS, "UTC", "en-US")).toBe("2026-12-25T18:05:09+00:00");
});

test.each([
  ["en-US", "Friday", "Friday, December 25, 2026 at 10:05 AM"],
  ["en-GB", "Friday", "Friday, 25 December 2026 at 10:05"],
  ["es-MX", "viernes", "viernes, 25 de diciembre de 2026, 10:05 a.m."],
  ["de-DE", "Freitag", "Freitag, 25. Dezember 2026 um 10:05"],
  ["fr-CA", "vendredi", "vendredi 25 décembre 2026 à 10 h 05"],
])("in %s it is %s", (locale, day, long) => {
  expect(nowText("day", CHRISTMAS, LA, locale)).toBe(day);
  expect(nowText("long", CHRISTMAS, LA, locale)).toBe(long);
});

test.each([
  [0, "night"],
  [4, "night"],
  [5, "morning"],
  [11, "morning"],
  [12, "afternoon"],
  [16, "afternoon"],
  [17, "evening"],
  [21, "evening"],
  [22, "night"],
  [23, "night"],
])("at %d:59 it is %s", (hour, daypart) => {
  const moment = at(`2026-08-03T${String(hour).padStart(2, "0")}:59:59.999Z`);
  expect(nowText("daypart", moment, "UTC", "en-US")).toBe(daypart);
  expect(nowText("hour", moment, "UTC", "en-US")).toBe(String(hour));
});

test("a time that the clock shows twice is told apart by its offset alone", () => {
  const [first, second] = [at("2026-11-01T01:10-07:00"), at("2026-11-01T01:10-08:00")];
  expect([nowText("time", first, LA, "en-US"), nowText("time", second, LA, "en-US")]).toEqual([
    "01:10",
    "01:10",
  ]);
  expect(nowText("iso", first, LA, "en-US")).toBe("2026-11-01T01:10:00-07:00");
  expect(nowText("iso", second, LA, "en-US")).toBe("2026-11-01T01:10:00-08:00");
});

test("what is worded has plain blanks only", () => {
  for (const locale of ["en-US", "fr-FR", "fr-CA", "es-ES", "de-CH", "pl-PL", "sv-SE"]) {
    expect(nowText("long", CHRISTMAS, LA, locale)).not.toMatch(/[^\S ]/);
  }
});

describe("a locale", () => {
  test.each(["en", "en-US", "es-MX", "es-419", "de-DE", "fr-CA", "zh-Hant-TW", "pt-br"])(
    "may be %s",
    (text) => {
      expect(isLocale(text)).toBe(true);
    },
  );
  test.each([
    ["en_US", "en-US"],
    ["es_MX.UTF-8", "es-MX"],
    ["en us", undefined],
    ["english", undefined],
    ["", undefined],
    ["xx-YY", undefined],
  ])("is not %j", (text, meant) => {
    expect(isLocale(text)).toBe(false);
    expect(localeMeant(text)).toBe(meant);
  });
});
