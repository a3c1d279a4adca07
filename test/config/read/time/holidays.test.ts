import { describe, expect, test } from "bun:test";
import Holidays from "date-holidays";
import { compileSchedule } from "../../../../src/routing/time/schedule.ts";
import { ACCOUNT, expectMistakes, loadGood, type Said } from "../../cases.ts";

const schedule = (holidays: string, timezone = "UTC", top = "") =>
  `${top}[schedules.office]\ntimezone = "${timezone}"\nopen = ["daily 09:00-17:00"]\nholidays = ${holidays}\n${ACCOUNT}`;

/** The holidays of the schedule by date. */
async function holidaysOf(holidays: string, timezone?: string, top?: string) {
  const { routing } = await loadGood(schedule(holidays, timezone, top));
  const plan = routing.schedules.get("office");
  if (!plan?.holidays) throw new Error("There must be holidays");
  return { plan, days: plan.holidays.days };
}

const HOUR = 3_600_000;

/** Countries with every kind of calendar: substitute days, several days, evenings, Easter, the moon, the sun. */
const PLACES = ["US-CA", "GB-SCT", "DE-BY", "FR", "MX", "CA-QC", "IL", "AE", "ID", "JP", "BR-SP", "AU-NSW"];

describe("holidays agree with the library, hour by hour of three years:", () => {
  test.each(PLACES)("%s", async (place) => {
    const [country = "", state = ""] = place.split("-");
    const library = new Holidays(country, state, "", { types: ["public"] });
    const timezone = library.getTimezones()[0] ?? "UTC";
    const { plan } = await holidaysOf(`"${place}"`, timezone);
    const { holidayAt } = compileSchedule(plan);
    const found = [2026, 2027, 2028].flatMap((year) => library.getHolidays(year));
    const wrong: string[] = [];
    const first = Temporal.ZonedDateTime.from(`2026-01-01[${timezone}]`).epochMilliseconds;
    const last = Temporal.ZonedDateTime.from(`2028-12-31T23:00[${timezone}]`).epochMilliseconds;
    for (let ms = first; ms <= last; ms += HOUR) {
      const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timezone);
      const midnight = local.startOfDay().epochMilliseconds;
      // What ends in the evening lasts until midnight here.
      const expected = found.some(({ start, end }) => start.getTime() <= ms && midnight < end.getTime());
      if ((holidayAt(ms) !== undefined) !== expected) wrong.push(local.toString());
    }
    expect(found.length).toBeGreaterThan(15);
    expect(wrong).toEqual([]);
  });
});

describe("holidays of a schedule", () => {
  test("are named in the language of the locale where the library knows it, else in the country's", async () => {
    const name = async (place: string, locale: string) =>
      (await holidaysOf(`"${place}"`, "UTC", `locale = "${locale}"\n`)).days.get("2026-12-25")?.name;
    expect(await name("US", "en-US")).toBe("Christmas Day");
    expect(await name("US", "es-MX")).toBe("Navidad");
    expect(await name("DE", "en-GB")).toBe("Christmas Day");
    expect(await name("DE", "de-DE")).toBe("1. Weihnachtstag");
  });

  test("are public ones only, unless other types are asked for", async () => {
    expect((await holidaysOf('"DE"')).days.has("2026-12-24")).toBe(false);
    const { days } = await holidaysOf('{ in = "DE", types = ["public", "bank"] }');
    expect(days.get("2026-12-24")).toEqual({ name: "Christmas Eve", from: 14 * 60 });
    expect(days.get("2026-12-25")).toEqual({ name: "Christmas Day", from: 0 });
  });

  test("are those of a part of the country, in any case, and of several places together", async () => {
    const corpusChristi = "2027-05-27";
    expect((await holidaysOf('"DE"')).days.has(corpusChristi)).toBe(false);
    expect((await holidaysOf('"de-by"')).days.has(corpusChristi)).toBe(true);
    const { days } = await holidaysOf('["US", "DE-BY"]');
    expect([days.has(corpusChristi), days.get("2027-07-04")?.name]).toEqual([true, "Independence Day"]);
    expect((await holidaysOf('{ in = ["US", "DE-BY"] }')).days).toEqual(days);
  });

  test("reach two years ahead, one back, and to whatever year an expectation is about", async () => {
    const { days } = await holidaysOf('"US"');
    const years = [...new Set([...days.keys()].map((date) => date.slice(0, 4)))].sort();
    expect(years).toEqual(["2025", "2026", "2027", "2028"]);
    await loadGood(
      `${schedule('"US"')}\n[numbers."+12137771235"]\nagent = "agent_1"
[[numbers."+12137771235".rules]]\nname = "closed"\nwhen.closed = "office"\nagent = "agent_2"
[[expect]]\nto = "+12137771235"\nfrom = "+12137771234"\nat = "2019-12-25T12:00[UTC]"\nrule = "closed"\n`,
    );
  });

  test("may have hours of their own; what the week has before one that begins late stays", async () => {
    const { plan } = await holidaysOf(
      '{ in = "DE", types = ["public", "bank"], hours = ["10:00-11:00", "15:00-16:00"] }',
      "Europe/Berlin",
    );
    const { isOpen } = compileSchedule(plan);
    const open = (date: string) =>
      Array.from({ length: 24 }, (_, hour) => hour).filter((hour) =>
        isOpen(
          Temporal.ZonedDateTime.from(`${date}T${String(hour).padStart(2, "0")}:30[Europe/Berlin]`)
            .epochMilliseconds,
        ),
      );
    expect(open("2026-12-25")).toEqual([10, 15]);
    expect(open("2026-12-24")).toEqual([9, 10, 11, 12, 13, 15]);
    expect(open("2026-12-23")).toEqual([9, 10, 11, 12, 13, 14, 15, 16]);
  });

  const FORM = 'use the code of a country, such as "US", or of a state or region, such as "US-CA"';
  test.each<[string, ...Said[]]>([
    ['«"UK"»', [`no public holidays are known for "UK"; ${FORM}`, 'did you mean "GB"?']],
    ['«"Germany"»', [`no public holidays are known for "Germany"; ${FORM}`, 'did you mean "DE"?']],
    ['«"XX"»', [`no public holidays are known for "XX"; ${FORM}`]],
    [
      '«"US-California"»',
      ['"US-California": United States of America has no region "California"', 'did you mean "US-CA"?'],
    ],
    ['«"SG-01"»', ['"SG-01": Singapore has no region "01"', 'it has no regions; use "SG"']],
    ['«"DE-BY-X"»', ['"DE-BY-X": Bayern has no region "X"', "its regions: A, KATH, EVANG"]],
    ['["US", «"ZZ"»]', [`no public holidays are known for "ZZ"; ${FORM}`]],
    ['{ in = "US", hours = «"9-5"» }', [/^"9-5" can be read in two ways/]],
    [
      '{ in = "US", types = [«"pubic"»] }',
      [/^an entry of `types` must be "public" or/, 'did you mean "public"?'],
    ],
  ])("cannot be %s", async (holidays, ...said) => {
    await expectMistakes(schedule(holidays), said);
  });
});
