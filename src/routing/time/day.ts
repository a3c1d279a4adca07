/** The hours that begin on a date, and why it is those. */
import { daysOf, EXCEPTION_KINDS, type ExceptionDates, isAmong } from "./dates.ts";
import { DAY_MINUTES, type Hours, unionOf } from "./hours.ts";
import type { Holiday, SchedulePlan } from "./plan.ts";

/** What the hours of a day are taken from. Plain data. */
export type DayReason =
  | { readonly kind: "week" }
  | { readonly kind: "exception"; readonly dates: ExceptionDates }
  | ({ readonly kind: "holiday" } & Holiday);

/** A day of a schedule. */
export interface Day {
  /** The stretches that begin on it. */
  readonly hours: readonly Hours[];
  readonly reason: DayReason;
}

/**
 * Compiles what a schedule says of days. The most specific date wins: a date, then a range, then a yearly date, then a
 * yearly range, then a holiday, then the week; of two ranges the shorter, and of two as long the one that begins later.
 *
 * @returns the day of a date
 */
export function compileDays({ weekly, except, holidays }: SchedulePlan): (date: Temporal.PlainDate) => Day {
  const week = weekly.map(unionOf);
  const exceptions = except.map(({ hours, ...dates }) => ({
    day: { hours: unionOf(hours), reason: { kind: "exception", dates } } satisfies Day,
    rank: EXCEPTION_KINDS.indexOf(dates.kind),
    days: daysOf(dates),
  }));
  exceptions.sort(
    (a, b) =>
      a.rank - b.rank || a.days - b.days || (a.day.reason.dates.from < b.day.reason.dates.from ? 1 : -1),
  );
  const days = exceptions.map(({ day }) => day);
  const single = new Map(
    days.flatMap((day) => (day.reason.dates.kind === "date" ? [[day.reason.dates.from, day] as const] : [])),
  );
  const others = days.filter(({ reason }) => reason.dates.kind !== "date");

  return (date) => {
    const text = date.toString();
    const exception = single.get(text) ?? others.find(({ reason }) => isAmong(reason.dates, text));
    if (exception) return exception;
    const ofWeek = week[date.dayOfWeek - 1] ?? [];
    const holiday = holidays?.days.get(text);
    if (!holidays || !holiday) return { hours: ofWeek, reason: { kind: "week" } };
    return {
      hours: unionOf([
        ...within(ofWeek, 0, holiday.from),
        ...within(holidays.hours, holiday.from, 2 * DAY_MINUTES),
      ]),
      reason: { kind: "holiday", ...holiday },
    };
  };
}

/** What of some stretches lies between two minutes. */
function within(stretches: readonly Hours[], from: number, to: number): Hours[] {
  return stretches
    .map(({ start, end }) => ({ start: Math.max(start, from), end: Math.min(end, to) }))
    .filter(({ start, end }) => start < end);
}
