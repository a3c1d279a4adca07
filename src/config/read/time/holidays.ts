/**
 * Public holidays: which places there are, and the dates of their holidays for some years.
 *
 * The library is large, and is loaded only where a configuration names holidays. Calls never ask it.
 */
import { DAY_MINUTES, type Hours } from "../../../routing/time/hours.ts";
import type { Holiday, HolidaysPlan } from "../../../routing/time/plan.ts";
import { didYouMean, type Findings, type Path } from "../../findings/findings.ts";
import { eachOf, fittingEntries, fittingItems } from "../../shape/fitting.ts";
import type { ScopeDocument } from "../../shape/schema/schema.ts";

type HolidaysDocument = NonNullable<NonNullable<ScopeDocument["schedules"][string]>["holidays"]>;

/** Where holidays are looked up. */
export interface Calendar {
  /** The place that a text such as `US-CA` names, or what is wrong with it. */
  readonly placeOf: (
    text: string,
  ) => { readonly place: Place } | { readonly problem: string; readonly hint?: string };
  /** The holidays of a place by date, of the types that are named. @param language an ISO 639-1 code */
  readonly daysOf: (place: Place, types: readonly string[], language: string) => ReadonlyMap<string, Holiday>;
}

/** A country, or a part of it, or a part of that. */
type Place = readonly [country: string, state?: string, region?: string];

/** Which holidays count where it is not said. */
const USUAL_TYPES = ["public"];

/**
 * Opens the calendar, for the years from last year to two years ahead, and those that expectations are about.
 *
 * @returns undefined where no schedule names holidays
 */
export async function openCalendar(
  documents: readonly Pick<ScopeDocument, "schedules" | "expect">[],
  nowMs: number,
): Promise<Calendar | undefined> {
  const isNeeded = documents.some(({ schedules }) =>
    fittingEntries(schedules).some(([, { holidays }]) => holidays !== undefined),
  );
  if (!isNeeded) return undefined;
  const { default: Holidays } = await import("date-holidays");
  const expectations = documents.flatMap(({ expect }) => fittingItems(expect));
  const expected = expectations.map(({ item: { at } }) => Number(/^\s*(\d{4})-/.exec(at ?? "")?.[1]));
  // In UTC, as `daysIn` reads what the library says. A year here is not over everywhere at once: hence the one before.
  const thisYear = new Date(nowMs).getUTCFullYear();
  const wanted = [thisYear - 1, thisYear, thisYear + 1, thisYear + 2, ...expected];
  const years = [...new Set(wanted)].filter((year) => year >= FIRST_YEAR && year <= LAST_YEAR);
  const library = new Holidays();
  const known = new Map<string, ReadonlyMap<string, Holiday>>();
  const places = new Map<string, ReturnType<Calendar["placeOf"]>>();

  return {
    placeOf: (text) => {
      const place = places.get(text) ?? placeIn(library, text);
      places.set(text, place);
      return place;
    },
    daysOf: (place, types, language) => {
      const key = JSON.stringify([place, types, language]);
      const days = known.get(key) ?? daysIn(new Holidays(), place, types, language, years);
      known.set(key, days);
      return days;
    },
  };
}

/** The years that the library's calendars of other reckonings are good for. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2075;

type Library = InstanceType<typeof import("date-holidays").default>;

function daysIn(
  library: Library,
  place: Place,
  types: readonly string[],
  language: string,
  years: readonly number[],
): Map<string, Holiday> {
  const [country, state = "", region = ""] = place;
  // With UTC for a time zone, no clock change gets between the library's dates and a calendar's.
  library.init(country, state, region, { timezone: "UTC" });
  const days = new Map<string, Holiday>();
  for (const year of years) {
    for (const { name, start, end, type } of library.getHolidays(year, language)) {
      if (types.includes(type)) add(days, name, start, end);
    }
  }
  return days;
}

/**
 * Adds every day of a holiday. Those of the Hebrew and the Islamic calendar begin in the evening before; the library has
 * them end in the evening too, but what is closed for the day does not open for its last hours.
 */
function add(days: Map<string, Holiday>, name: string, start: Date, end: Date): void {
  let from = start.getUTCHours() * 60 + start.getUTCMinutes();
  for (let dayMs = start.getTime() - from * 60_000; dayMs < end.getTime(); dayMs += DAY_MINUTES * 60_000) {
    const date = new Date(dayMs).toISOString().slice(0, 10);
    const known = days.get(date);
    if (!known || from < known.from) days.set(date, { name, from });
    from = 0;
  }
}

function placeIn(library: Library, text: string): ReturnType<Calendar["placeOf"]> {
  const [country = "", state, region, ...more] = text.trim().toUpperCase().split("-");
  const shown = JSON.stringify(text);
  const countries = library.getCountries("en");
  if (countries[country] === undefined) {
    return {
      problem: `no public holidays are known for ${shown}; ${COUNTRY_FORM}`,
      ...hintOf(text, countries, ""),
    };
  }
  if (state === undefined) return { place: [country] };
  const states = library.getStates(country, "en") ?? {};
  const stateText = text.trim().split("-").slice(1).join("-");
  if (states[state] === undefined) {
    return {
      problem: `${shown}: ${countries[country]} has no region ${JSON.stringify(stateText)}`,
      ...hintOf(stateText, states, `${country}-`),
    };
  }
  if (region === undefined) return { place: [country, state] };
  const regions = library.getRegions(country, state, "en") ?? {};
  const regionText = [region, ...more].join("-");
  // The names of some regions have a dash in them.
  const found = Object.keys(regions).find((code) => code.toUpperCase() === regionText);
  if (found !== undefined) return { place: [country, state, found] };
  return {
    problem: `${shown}: ${states[state]} has no region ${JSON.stringify(regionText)}`,
    ...hintOf(regionText, regions, `${country}-${state}-`),
  };
}

const COUNTRY_FORM = 'use the code of a country, such as "US", or of a state or region, such as "US-CA"';

/** What people write for a country whose code is another. */
const OTHER_CODES: Readonly<Record<string, string>> = { UK: "GB", USA: "US", UAE: "AE", ENGLAND: "GB-ENG" };

/** Places that may be meant: one that is so called, or all where they are few. */
function hintOf(
  text: string,
  places: Readonly<Record<string, string>>,
  before: string,
): { readonly hint?: string } {
  const codes = Object.keys(places);
  if (codes.length === 0) return { hint: `it has no regions; use "${before.slice(0, -1)}"` };
  const other = before === "" ? OTHER_CODES[text.trim().toUpperCase()] : undefined;
  if (other !== undefined) return { hint: `did you mean "${other}"?` };
  const names = new Map(Object.entries(places).map(([code, name]) => [name.toLowerCase(), code]));
  const wanted = text.trim().toLowerCase();
  const near = names.has(wanted) ? wanted : /"(.*)"/.exec(didYouMean(wanted, names.keys()) ?? "")?.[1];
  const code = near === undefined || wanted.length < 4 ? undefined : names.get(near);
  if (code !== undefined) return { hint: `did you mean "${before}${code}"?` };
  return before === "" ? {} : { hint: `its regions: ${codes.join(", ")}` };
}

/** Reads `holidays` of a schedule. @param readHours reads the hours on holidays, and reports what is wrong with them */
export function readHolidays(
  holidays: HolidaysDocument,
  path: Path,
  {
    calendar,
    locale,
    findings,
  }: { readonly calendar: Calendar | undefined; readonly locale: string; readonly findings: Findings },
  readHours: (texts: string | readonly (string | undefined)[], path: Path) => readonly Hours[],
): HolidaysPlan | undefined {
  const isTable = typeof holidays === "object" && !Array.isArray(holidays);
  const said = isTable ? holidays : { in: holidays, types: USUAL_TYPES, hours: [] };
  const types = fittingItems(said.types).map(({ item }) => item);
  const language = new Intl.Locale(locale).language;
  const found = eachOf(said.in ?? [], isTable ? [...path, "in"] : path).flatMap(({ path: place, item }) => {
    const read = calendar?.placeOf(item);
    if (!calendar || !read) return [];
    if ("place" in read) return [calendar.daysOf(read.place, types, language)];
    findings.error(place, read.problem, { hint: read.hint });
    return [];
  });
  const [first, ...others] = found;
  const days = first && others.length === 0 ? first : unionOf(found);
  return { hours: readHours(said.hours, [...path, "hours"]), days };
}

/** The holidays of several places: of two on one day the one that begins earlier, else the first. */
function unionOf(calendars: readonly ReadonlyMap<string, Holiday>[]): Map<string, Holiday> {
  const days = new Map<string, Holiday>();
  for (const [date, holiday] of calendars.flatMap((calendar) => [...calendar])) {
    const known = days.get(date);
    if (!known || holiday.from < known.from) days.set(date, holiday);
  }
  return days;
}
