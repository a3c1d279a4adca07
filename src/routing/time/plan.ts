/** A schedule, as the configuration says it. Plain data: it can be sent from one thread to another. */
import type { ExceptionDates } from "./dates.ts";
import type { Hours } from "./hours.ts";

/** `[schedules.NAME]`. */
export interface SchedulePlan {
  /** A name of the IANA time zone database, such as `America/Los_Angeles`. */
  readonly timezone: string;
  /** The stretches that begin on each day of the week: seven entries, Monday first. */
  readonly weekly: readonly (readonly Hours[])[];
  /** Dates with other hours, in any order. */
  readonly except: readonly ExceptionPlan[];
  /** Undefined where public holidays are days like any other. */
  readonly holidays: HolidaysPlan | undefined;
}

/** The stretches that begin on certain dates, in place of the week's; none: closed. */
export interface ExceptionPlan extends ExceptionDates {
  readonly hours: readonly Hours[];
}

/** Holidays, of the two years to come. */
export interface HolidaysPlan {
  /** The stretches that begin on a holiday; none: closed. */
  readonly hours: readonly Hours[];
  /** By date (`2026-12-25`). */
  readonly days: ReadonlyMap<string, Holiday>;
}

/** A holiday on one day. */
export interface Holiday {
  readonly name: string;
  /** The minute of the day it begins with: above 0 where it begins in the afternoon or the evening. It lasts to midnight. */
  readonly from: number;
}

/** Whether no stretch is in the schedule at all, neither in its week nor in its exceptions and holidays. */
export function isNeverOpen({ weekly, except, holidays }: SchedulePlan): boolean {
  const days = [...weekly, ...except.map(({ hours }) => hours), holidays?.hours ?? []];
  return days.every((stretches) => stretches.length === 0);
}
