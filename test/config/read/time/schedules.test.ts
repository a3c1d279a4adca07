import { describe, expect, test } from "bun:test";
import { ACCOUNT, expectMistakes, expectWarnings, loadGood, type Said } from "../../cases.ts";

const schedule = (text: string) => `[schedules.office]\n${text}\n${ACCOUNT}`;

describe("a schedule", () => {
  test("has hours for each day of the week, and for dates that differ", async () => {
    const { routing } = await loadGood(
      schedule(`timezone = "America/Los_Angeles"
open = ["mon-tue 09:00-17:30", "sat,sun 10:00-14:00", "fri 22:00-02:00", "mon 18:00-24:00"]
except = { "2026-12-24" = ["09:00-12:00", "13:00-14:00"], "2026-12-25" = "closed", 2026-12-31 = "20:00-04:00" }`),
    );
    const nine = { start: 540, end: 1050 };
    const ten = { start: 600, end: 840 };
    expect(routing.schedules.get("office")).toEqual({
      timezone: "America/Los_Angeles",
      weekly: [
        [nine, { start: 1080, end: 1440 }],
        [nine],
        [],
        [],
        [{ start: 1320, end: 1560 }],
        [ten],
        [ten],
      ],
      except: [
        {
          kind: "date",
          from: "2026-12-24",
          to: "2026-12-24",
          hours: [
            { start: 540, end: 720 },
            { start: 780, end: 840 },
          ],
        },
        { kind: "date", from: "2026-12-25", to: "2026-12-25", hours: [] },
        { kind: "date", from: "2026-12-31", to: "2026-12-31", hours: [{ start: 1200, end: 1680 }] },
      ],
      holidays: undefined,
    });
  });

  const WHOLE_DAY = 'use "mon-fri 09:00-17:30", or "00:00-24:00" for the whole day';
  const TIMES = 'use two times from 00:00 to 24:00, such as "09:00-17:30"';

  test.each([
    ["", `"" has no hours; ${WHOLE_DAY}`],
    ["mon-fri", `"mon-fri" has no hours; ${WHOLE_DAY}`],
    ["closed", `"closed" has no hours; ${WHOLE_DAY}`],
    ["09:00-17:30", 'the days are missing; use "mon-fri 09:00-17:30"'],
    ["mo-fr 09:00-17:30", '"mo" is not a day of the week; use mon, tue, wed, thu, fri, sat, sun or daily'],
    ["mon, 09:00-17:30", '"mon," has an extra comma'],
    [
      "mon-wed-fri 09:00-17:30",
      '"mon-wed-fri" is not a range of days; use "mon-fri", or "daily" for every day',
    ],
    ["mon- 09:00-17:30", '"mon-" is not a range of days; use "mon-fri", or "daily" for every day'],
    ["mon-fri,wed 09:00-17:30", '"mon-fri,wed" includes wed twice'],
    ["mon 9-5", '"9-5" can be read in two ways; write hours such as "9am-5pm" or "09:00-17:00"'],
    ["mon 09:00", `"09:00" is not a time range; ${TIMES}`],
    ["mon 09:60-17:00", `"09:60-17:00" is not a time range; ${TIMES}`],
    ["mon 09:00-25:00", `"09:00-25:00" is not a time range; ${TIMES}`],
    ["mon 09:00-09:00", '"09:00-09:00" starts and ends at the same time; for the whole day use 00:00-24:00'],
    [
      "mon 24:00-02:00",
      '"24:00-02:00" starts at 24:00, which is allowed only as the end; use 00:00 on the next day',
    ],
  ])("does not open %j", async (text, message) => {
    await expectMistakes(schedule(`timezone = "UTC"\nopen = ["mon-fri 00:00-01:00", «"${text}"»]`), [
      [message],
    ]);
  });

  const HOURS = 'use a time range such as "09:00-12:00", or "closed"';
  test.each([
    ['"2026-12-24" = «""»', `"" is not valid here; ${HOURS}`],
    ['"2026-12-24" = «"close"»', `"close" is not valid here; ${HOURS}`],
    [
      '"2026-12-24" = «"9-12"»',
      '"9-12" can be read in two ways; write hours such as "9am-5pm" or "09:00-17:00"',
    ],
    ['"2026-12-24" = ["09:00-12:00", «"x"»]', `"x" is not valid here; ${HOURS}`],
    [
      '«"24.12.2026"» = "closed"',
      '"24.12.2026" is not a date; use one such as "2026-12-25", "12-25" for every year, or a range such as "2026-12-27/2027-01-02"',
    ],
    [
      '«"2026-02-29"» = "closed"',
      '"2026-02-29" is not a date; use one such as "2026-12-25", "12-25" for every year, or a range such as "2026-12-27/2027-01-02"',
    ],
    [
      '«"13-25"» = "closed"',
      '"13-25" is not a date; use one such as "2026-12-25", "12-25" for every year, or a range such as "2026-12-27/2027-01-02"',
    ],
    [
      '«"2026-12-27/01-02"» = "closed"',
      '"2026-12-27/01-02" has a year at one end only; give both ends one, or neither',
    ],
    [
      '«christmas» = "closed"',
      '"christmas" is not a date; use one such as "2026-12-25", "12-25" for every year, or a range such as "2026-12-27/2027-01-02"',
    ],
  ])("does not except %s", async (text, message) => {
    await expectMistakes(schedule(`timezone = "UTC"\nexcept = { ${text} }`), [[message]]);
  });

  test("may have hours that overlap or are said twice, in its week and on a date", async () => {
    await loadGood(
      schedule(
        'timezone = "UTC"\nopen = ["mon-fri 09:00-17:00", "wed 16:00-18:00", "wed 16:00-18:00"]\nexcept = { "12-24" = ["09:00-12:00", "11:00-13:00"] }',
      ),
    );
  });

  test("is warned of where all its dates with a year lie in the past", async () => {
    await expectWarnings(
      schedule(
        'timezone = "UTC"\nopen = ["daily 09:00-17:00"]\n«except» = { "2025-12-24/2026-01-02" = "closed", 2025-12-31 = "closed", "07-04" = "closed" }',
      ),
      [
        [
          "every date with a year in `except` is in the past; the last one is 2026-01-02",
          'a date without a year applies every year: "01-02"',
        ],
      ],
    );
    await loadGood(
      schedule('timezone = "UTC"\nexcept = { 2025-12-31 = "closed", 2026-08-01 = "09:00-12:00" }'),
    );
  });

  const NO_ZONE = 'is not a time zone; use a name such as "America/Los_Angeles"';
  const OFFSET =
    'a fixed offset is wrong for half of the year; use the name of a place, such as "America/New_York"';
  test.each<[string, Said]>([
    ["America/Los_Angles", [`"America/Los_Angles" ${NO_ZONE}`, 'did you mean "America/Los_Angeles"?']],
    ["Europe/Berln", [`"Europe/Berln" ${NO_ZONE}`, 'did you mean "Europe/Berlin"?']],
    ["+02:00", [`"+02:00" ${NO_ZONE}`, OFFSET]],
    ["UTC-5", [`"UTC-5" ${NO_ZONE}`, OFFSET]],
    ["", [`"" ${NO_ZONE}`]],
    ["California", [`"California" ${NO_ZONE}`, 'did you mean "America/Los_Angeles"?']],
    ["the moon", [`"the moon" ${NO_ZONE}`]],
  ])("is in a time zone that there is, not in %j", async (timezone, said) => {
    await expectMistakes(schedule(`timezone = «"${timezone}"»\nopen = ["mon 09:00-17:00"]`), [said]);
  });

  test.each(["UTC", "europe/berlin", "US/Pacific", "Asia/Calcutta"])(
    "may be in %s, for old names and any case are known",
    async (timezone) => {
      await loadGood(schedule(`timezone = "${timezone}"\nopen = ["mon 09:00-17:00"]`));
    },
  );

  test("is in the time zone of the file where it names none, and else in UTC, with a warning", async () => {
    const hours = '[schedules.«office»]\nopen = ["mon 09:00-17:00"]\n';
    await expectWarnings(hours + ACCOUNT, [
      [
        "its times are in UTC, because neither the schedule nor the file sets a time zone",
        'timezone = "America/Los_Angeles"',
      ],
    ]);
    const { routing } = await loadGood(
      `timezone = "Europe/Berlin"\n${hours.replaceAll(/[«»]/g, "")}${ACCOUNT}`,
    );
    expect(routing.schedules.get("office")?.timezone).toBe("Europe/Berlin");
    await expectMistakes(`timezone = «"Berlin"»\n${ACCOUNT}`, [
      [
        '"Berlin" is not a time zone; use a name such as "America/Los_Angeles"',
        'did you mean "Europe/Berlin"?',
      ],
    ]);
  });

  test.each([
    ["en_US", 'did you mean "en-US"?'],
    ["english", undefined],
  ])("is not worded in the locale %s", async (locale, hint) => {
    await expectMistakes(`locale = «"${locale}"»\n${ACCOUNT}`, [
      [`"${locale}" is not a locale; use a language and a country, such as "en-US" or "es-MX"`, hint],
    ]);
  });

  test("has everything named that is wrong with it", async () => {
    await expectMistakes(
      schedule(
        'timezone = «"Mars"»\nopen = [«"x"», «"mon 1-2"»]\nexcept = { «x» = "closed", 2026-12-25 = «"shut"» }',
      ),
      [[/^"Mars"/], [/^"x" has no hours/], [/^"1-2" can be/], [/^"x" is not a date/], [/^"shut"/]],
    );
  });
});

describe("a limit", () => {
  const limit = (text: string) => `[limits]\n${text}\n${ACCOUNT}`;

  test("counts by caller where it does not say", async () => {
    const { routing } = await loadGood(
      limit('a = { calls = 8, per = "1d" }\nb = { calls = 1, per = "90s", by = "all" }'),
    );
    expect(routing.limits).toEqual(
      new Map([
        ["a", { calls: 8, perMs: 86_400_000, by: "caller" as const }],
        ["b", { calls: 1, perMs: 90_000, by: "all" as const }],
      ]),
    );
  });

  const CALLS: Said = ["`calls` is missing in [limits.a]", "calls = 5"];
  const PER: Said = ["`per` is missing in [limits.a]", 'per = "1d"'];
  test.each<[string, readonly Said[]]>([
    ['«a» = { per = "1d" }', [CALLS]],
    ["«a» = { calls = 5 }", [PER]],
    ['a = { calls = «0», per = "1d" }', [["`calls` must be more than 0, found 0"]]],
    ['a = { calls = «-1», per = "1d" }', [["`calls` must be more than 0, found -1"]]],
    ['a = { calls = «1.5», per = "1d" }', [["`calls` must be a whole number, found 1.5"]]],
    ['a = { calls = «"5"», per = "1d" }', [['`calls` must be a number, found "5"']]],
    ['a = { calls = 5, per = «"day"» }', [['`per` must be a duration such as "1d", found "day"']]],
    ['a = { calls = 5, per = «""» }', [['`per` must be a duration such as "1d", found ""']]],
    ['a = { calls = 5, per = «"0s"» }', [['`per` must be a duration such as "1d", found "0s"']]],
    ["a = { calls = 5, per = «60» }", [["`per` must be text, found 60", 'with its unit, in quotes: "60s"']]],
    [
      'a = { calls = 5, per = "1d", by = «"callr"» }',
      [['`by` must be "caller" or "number" or "all", found "callr"', 'did you mean "caller"?']],
    ],
  ])("cannot be %s", async (text, said) => {
    await expectMistakes(limit(text), said);
  });
});
