/** Times as the status page shows them. */
import { atOnce, type Sliced } from "../../../routing/slices.ts";

/** Words times in one time zone. */
export interface Clock {
  readonly timezone: string;
  /** What counts as now, in milliseconds since the epoch. */
  readonly nowMs: number;
  /** `14:03:12` for a moment of today, else `27 Nov 14:03`. */
  readonly call: (ms: number) => string;
  /** `27 Nov, 14:03`, with the year where it is another one. */
  readonly moment: (ms: number) => string;
  /** `at 14:03`, `on 27 Nov at 14:03` */
  readonly when: (ms: number) => string;
  /** `14:00` */
  readonly hour: (ms: number) => string;
  /** The same in another time zone. */
  readonly in: (timezone: string) => Clock;
}

/** Makes a clock. @param timezone one that `isTimezone` accepts */
export function clockIn(timezone: string, nowMs: number): Clock {
  const { time, minute, day, year } = formatsOf(timezone);
  const today = year.format(nowMs);
  const isToday = (ms: number) => year.format(ms) === today;
  const isThisYear = (ms: number) => year.format(ms).slice(-4) === today.slice(-4);
  const date = (ms: number) => (isThisYear(ms) ? day : year).format(ms);
  return {
    timezone,
    nowMs,
    call: (ms) => (isToday(ms) ? time.format(ms) : `${date(ms)} ${minute.format(ms)}`),
    moment: (ms) => (isToday(ms) ? minute.format(ms) : `${date(ms)}, ${minute.format(ms)}`),
    when: (ms) => `${isToday(ms) ? "" : `on ${date(ms)} `}at ${minute.format(ms)}`,
    hour: (ms) => minute.format(ms),
    in: (other) => clockIn(other, nowMs),
  };
}

interface Formats {
  readonly time: Intl.DateTimeFormat;
  readonly minute: Intl.DateTimeFormat;
  readonly day: Intl.DateTimeFormat;
  readonly year: Intl.DateTimeFormat;
}

/** Making a format takes a hundred times what using it does. There are no more of them than time zones. */
const FORMATS = new Map<string, Formats>();

/** Makes what a clock in a time zone needs, so that {@link clockIn} is quick. */
export function* prepareClock(timezone: string): Sliced<void> {
  if (!FORMATS.has(timezone)) FORMATS.set(timezone, yield* formatsIn(timezone));
}

function formatsOf(timezone: string): Formats {
  atOnce(prepareClock(timezone));
  return FORMATS.get(timezone) ?? atOnce(formatsIn(timezone));
}

function* formatsIn(timeZone: string): Sliced<Formats> {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { timeZone, hourCycle: "h23", ...options });
  const time = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  yield;
  const minute = format({ hour: "2-digit", minute: "2-digit" });
  yield;
  const day = format({ day: "numeric", month: "short" });
  yield;
  return { time, minute, day, year: format({ day: "numeric", month: "short", year: "numeric" }) };
}
