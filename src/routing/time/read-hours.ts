/** Hours as a person writes them: `mon-fri 09:00-12:00, 13:00-17:30`, `daily 9am-5pm`. */
import { DAY_MINUTES, DAYS, type Hours } from "./hours.ts";

type Problem = { readonly problem: string };

const SHORT_DAYS = DAYS.map((day) => day.slice(0, 3).toLowerCase());

/** Other names of days, in lower case, by which people know them: `tues`, `mondays`. */
const DAY_NAMES: ReadonlyMap<string, number> = new Map([
  ...DAYS.flatMap((day, at) => {
    const name = day.toLowerCase();
    return [name.slice(0, 3), name, `${name}s`].map((each) => [each, at] as const);
  }),
  ...Object.entries({ tues: 1, weds: 2, thur: 3, thurs: 3 }),
]);

/**
 * Reads hours of the week: `mon-fri 09:00-12:00, 13:00-17:30`, `mon,wed 22:00-02:00`, `daily 9am-5pm`. Days may wrap
 * around the end of the week.
 *
 * @returns the days, 0 for Monday to 6 for Sunday, and the stretches that begin on each of them; or what is wrong
 */
export function readOpen(
  text: string,
): { readonly days: readonly number[]; readonly hours: readonly Hours[] } | Problem {
  const plain = plainText(text);
  const at = plain.search(/\d|\bnoon\b|\bmidnight\b/);
  if (at === -1) {
    return {
      problem: `"${text}" has no hours; use "mon-fri 09:00-17:30", or "00:00-24:00" for the whole day`,
    };
  }
  const days = readDays(plain.slice(0, at).trim());
  if ("problem" in days) return days;
  const hours = readHours(plain.slice(at));
  return "problem" in hours ? hours : { days: days.days, hours: hours.hours };
}

/** Reads the hours of an exception: `09:00-12:00, 13:00-15:00`, or `closed`, which are none. */
export function readException(text: string): { readonly hours: readonly Hours[] } | Problem {
  const plain = plainText(text);
  if (plain === "closed") return { hours: [] };
  if (/^(\d|noon|midnight)/.test(plain)) return readHours(plain);
  return { problem: `"${text}" is not valid here; use a time range such as "09:00-12:00", or "closed"` };
}

/** Between two days or two times: what is pasted has other dashes than what is typed. */
const DASH = /[-\u2010-\u2015\u2212]|(?<=[\s\d.m])to(?=[\s\d])/;

/** In lower case, with plain blanks. */
function plainText(text: string): string {
  return text.toLowerCase().replaceAll(/\s+/g, " ").trim();
}

function readDays(text: string): { readonly days: readonly number[] } | Problem {
  if (text === "") return { problem: 'the days are missing; use "mon-fri 09:00-17:30"' };
  if (text === "daily") return { days: [...DAYS.keys()] };
  if (/,\s*(,|$)/.test(text)) return { problem: `"${text}" has an extra comma` };
  const days: number[] = [];
  for (const item of text.split(",")) {
    const ends = item.split(DASH).map((name) => name.trim());
    const unknown = ends.find((name) => name !== "" && !DAY_NAMES.has(name));
    if (unknown !== undefined) {
      return {
        problem: `"${unknown}" is not a day of the week; use ${SHORT_DAYS.join(", ")} or daily`,
      };
    }
    const [from = 0, to = from, ...more] = ends.map((name) => DAY_NAMES.get(name) ?? 0);
    if (more.length > 0 || ends.includes("") || (ends.length === 2 && from === to)) {
      return {
        problem: `"${item.trim()}" is not a range of days; use "mon-fri", or "daily" for every day`,
      };
    }
    for (let day = from; ; day = (day + 1) % 7) {
      if (days.includes(day)) return { problem: `"${text}" includes ${SHORT_DAYS[day]} twice` };
      days.push(day);
      if (day === to) break;
    }
  }
  return { days };
}

/** Reads time ranges, with commas between them. */
function readHours(text: string): { readonly hours: readonly Hours[] } | Problem {
  const hours: Hours[] = [];
  for (const item of text.split(",")) {
    const range = item.trim();
    if (range === "") return { problem: `"${text.trim()}" has an extra comma` };
    if ([...DAY_NAMES.keys(), "daily"].some((name) => range.startsWith(`${name} `))) {
      return { problem: `"${range}" names other days; put them in an entry of their own` };
    }
    const read = readRange(range);
    if ("problem" in read) return read;
    hours.push(read);
  }
  return { hours };
}

function readRange(text: string): Hours | Problem {
  const times = text.split(DASH).map((time) => time.trim());
  const [from, to, ...more] = times.map(readTime);
  if (!from || !to || more.length > 0) {
    return {
      problem:
        times.length > 2 && times.every((time) => /^\d/.test(time))
          ? `"${text}" is more than one time range; write a comma between them, such as "09:00-12:00, 13:00-17:30"`
          : `"${text}" is not a time range; use two times from 00:00 to 24:00, such as "09:00-17:30"`,
    };
  }
  const doubt = doubtOf(from, to);
  if (doubt !== undefined) return { problem: `"${text}" ${doubt}` };
  const start = from.minutes;
  const end = to.minutes;
  if (start === end) {
    return { problem: `"${text}" starts and ends at the same time; for the whole day use 00:00-24:00` };
  }
  if (start === DAY_MINUTES) {
    return {
      problem: `"${text}" starts at 24:00, which is allowed only as the end; use 00:00 on the next day`,
    };
  }
  return { start, end: end > start ? end : end + DAY_MINUTES };
}

/** A time of day, and the clock it is written by: `9am`; `09:00`, `17:30`; `9`; `noon`. */
interface Time {
  readonly minutes: number;
  readonly by: "am and pm" | "24 hours" | "hour alone" | "name";
}

/**
 * Why two times are in doubt: `9-5` might be anything, `9-5pm` begin in the morning or the evening. An hour alone is
 * that of the 24 hours where one of the two can be of no other clock: `9-17`, `22-6`.
 */
function doubtOf(from: Time, to: Time): string | undefined {
  const clocks = new Set([from.by, to.by]);
  if (clocks.has("am and pm") && (clocks.has("hour alone") || clocks.has("24 hours"))) {
    return 'has am or pm at one end only; write both, such as "9am-5pm"';
  }
  const isLate = [from, to].some(({ minutes, by }) => by !== "name" && (minutes >= 780 || minutes < 60));
  if (clocks.has("hour alone") && !isLate) {
    return 'can be read in two ways; write hours such as "9am-5pm" or "09:00-17:00"';
  }
  return undefined;
}

function readTime(text: string): Time | undefined {
  if (text === "noon") return { minutes: 720, by: "name" };
  if (text === "midnight") return { minutes: 0, by: "name" };
  const [, hourText, minuteText, half] = /^(\d{1,2})(?::(\d{2}))? ?([ap])?(?:\.?m\.?)?$/.exec(text) ?? [];
  if (hourText === undefined || /m/.test(text) !== (half !== undefined)) return undefined;
  const hour = Number(hourText);
  const minute = Number(minuteText ?? 0);
  if (minute > 59) return undefined;
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    return { minutes: ((hour % 12) + (half === "p" ? 12 : 0)) * 60 + minute, by: "am and pm" };
  }
  if (hour * 60 + minute > DAY_MINUTES) return undefined;
  return { minutes: hour * 60 + minute, by: minuteText === undefined ? "hour alone" : "24 hours" };
}
