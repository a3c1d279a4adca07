/** Hours of the week, as a person writes them. */

/**
 * One stretch of a day, in minutes since midnight of the day it belongs to. `start` is below 1440; `end` is above
 * `start` and at most 2880: past 1440 it lies in the next day.
 */
export interface Hours {
  readonly start: number;
  readonly end: number;
}

/** The minutes of a day without a clock change. */
export const DAY_MINUTES = 1440;
/** The days of the week, Monday first. */
export const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const SHORT_DAYS = DAYS.map((day) => day.slice(0, 3).toLowerCase());

/**
 * Reads hours of the week: `mon-fri 09:00-17:30`, `mon,wed 22:00-02:00`. Days may wrap around the end of the week.
 *
 * @returns the days, 0 for Monday to 6 for Sunday, and the stretch that begins on each of them; or what is wrong
 */
export function readOpen(
  text: string,
): { readonly days: readonly number[]; readonly hours: Hours } | { readonly problem: string } {
  const at = text.search(/\d/);
  if (at === -1) {
    return {
      problem: `"${text}" has no hours; use "mon-fri 09:00-17:30", or "00:00-24:00" for the whole day`,
    };
  }
  const days = readDays(text.slice(0, at).trim());
  if ("problem" in days) return days;
  const hours = readHours(text.slice(at).trim());
  return "problem" in hours ? hours : { days: days.days, hours };
}

/** Reads the hours of an exception: `09:00-12:00` or `closed`. */
export function readException(text: string): Hours | "closed" | { readonly problem: string } {
  const written = text.trim();
  if (written.toLowerCase() === "closed") return "closed";
  if (/\d/.test(written)) return readHours(written);
  return { problem: `"${text}" is not valid here; use a time range such as "09:00-12:00", or "closed"` };
}

/**
 * Says in words which stretches of a week overlap first, counting from Monday; undefined where none do.
 *
 * @param weekly seven entries, Monday first
 */
export function overlapOf(weekly: readonly (readonly Hours[])[]): string | undefined {
  const week = weekly.flatMap((stretches, day) =>
    stretches.map((hours) => ({
      from: day * DAY_MINUTES + hours.start,
      to: day * DAY_MINUTES + hours.end,
      written: `${SHORT_DAYS[day]} ${hoursWords(hours)}`,
    })),
  );
  // The week comes round: what Sunday carries past midnight meets the Monday after.
  const again = week.map(({ from, to, written }) => ({
    from: from + 7 * DAY_MINUTES,
    to: to + 7 * DAY_MINUTES,
    written,
  }));
  return firstOverlap([...week, ...again]);
}

/** The same for the stretches of one day. */
export function overlapOfDay(stretches: readonly Hours[]): string | undefined {
  return firstOverlap(
    stretches.map((hours) => ({ from: hours.start, to: hours.end, written: hoursWords(hours) })),
  );
}

function firstOverlap(
  stretches: readonly { readonly from: number; readonly to: number; readonly written: string }[],
): string | undefined {
  const [first, ...rest] = stretches.toSorted((a, b) => a.from - b.from || a.to - b.to);
  let last = first;
  for (const next of rest) {
    if (last && next.from < last.to) {
      return last.written === next.written
        ? `${next.written} is listed twice`
        : `${last.written} and ${next.written} overlap`;
    }
    last = next;
  }
  return undefined;
}

/** A stretch as it is written: `22:00-02:00`. */
export function hoursWords({ start, end }: Hours): string {
  return `${timeWords(start)}-${timeWords(end)}`;
}

/** Minutes since midnight as `09:30`, those of the next day as that day's. */
export function timeWords(minutes: number): string {
  const ofDay = minutes > DAY_MINUTES ? minutes - DAY_MINUTES : minutes;
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(ofDay / 60))}:${two(ofDay % 60)}`;
}

function readDays(text: string): { readonly days: readonly number[] } | { readonly problem: string } {
  if (text === "") return { problem: 'the days are missing; use "mon-fri 09:00-17:30"' };
  if (/,\s*(,|$)/.test(text)) return { problem: `"${text}" has an extra comma` };
  const days: number[] = [];
  for (const item of text.toLowerCase().split(",")) {
    const ends = item.split("-").map((name) => name.trim());
    const unknown = ends.find((name) => name !== "" && !SHORT_DAYS.includes(name));
    if (unknown !== undefined) {
      return {
        problem: `"${unknown}" is not a day of the week; use ${SHORT_DAYS.slice(0, -1).join(", ")} or sun`,
      };
    }
    const [from = 0, to = from, ...more] = ends.map((name) => SHORT_DAYS.indexOf(name));
    if (more.length > 0 || ends.includes("") || (ends.length === 2 && from === to)) {
      return {
        problem: `"${item.trim()}" is not a range of days; use "mon-fri", or "mon-sun" for every day`,
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

function readHours(text: string): Hours | { readonly problem: string } {
  const match = /^(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$/.exec(text);
  const [, startHour = 0, startMinute = 0, endHour = 0, endMinute = 0] = match?.map(Number) ?? [];
  const start = startHour * 60 + startMinute;
  const end = endHour * 60 + endMinute;
  if (!match || startMinute > 59 || endMinute > 59 || start > DAY_MINUTES || end > DAY_MINUTES) {
    return {
      problem: /\d\s*-.*\d\s*-/.test(text)
        ? `"${text}" is more than one time range; write an entry for each, such as "mon-fri 09:00-12:00"`
        : `"${text}" is not a time range; use two times from 00:00 to 24:00, such as "09:00-17:30"`,
    };
  }
  if (start === end)
    return { problem: `"${text}" starts and ends at the same time; for the whole day use 00:00-24:00` };
  if (start === DAY_MINUTES) {
    return {
      problem: `"${text}" starts at 24:00, which is allowed only as the end; use 00:00 on the next day`,
    };
  }
  return { start, end: end > start ? end : end + DAY_MINUTES };
}
