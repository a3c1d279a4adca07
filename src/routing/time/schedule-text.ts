/** What a template can say of a schedule: `${schedule.office.opens}`. */
import type { Schedule } from "./schedule.ts";
import { worded } from "./wording.ts";

/** The names behind `schedule.NAME.`. */
export const SCHEDULE_PARTS = ["state", "opens", "closes", "holiday"] as const;

/** A name behind `schedule.NAME.`. */
export type SchedulePart = (typeof SCHEDULE_PARTS)[number];

/**
 * What a schedule says at a moment; `""` where there is nothing to say.
 *
 * | part | such as |
 * |---|---|
 * | `state` | `open` or `closed` |
 * | `opens` | `9:00 AM` today, `Monday at 9:00 AM` another day: the next opening, also while open |
 * | `closes` | `5:30 PM`: the end of the present stretch; empty while closed |
 * | `holiday` | `Christmas Day`, on a holiday |
 *
 * Times are those of the schedule's own time zone. What lies a week ahead or further has its date: the name of the
 * weekday alone would be today's.
 *
 * @param nowMs milliseconds since the epoch
 * @param locale one that `isLocale` accepts
 */
export function scheduleText(schedule: Schedule, part: SchedulePart, nowMs: number, locale: string): string {
  switch (part) {
    case "state":
      return schedule.isOpen(nowMs) ? "open" : "closed";
    case "opens":
      return momentWords(schedule.edgesAt(nowMs).opensMs, nowMs, schedule.timezone, locale);
    case "closes":
      return momentWords(schedule.edgesAt(nowMs).closesMs, nowMs, schedule.timezone, locale);
    case "holiday":
      return schedule.holidayAt(nowMs) ?? "";
  }
}

function momentWords(ms: number | undefined, nowMs: number, timezone: string, locale: string): string {
  if (ms === undefined) return "";
  const dateOf = (at: number) =>
    Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timezone).toPlainDate();
  const { days } = dateOf(nowMs).until(dateOf(ms), { largestUnit: "days" });
  if (days === 0) return worded("time", ms, timezone, locale);
  return worded(days < 7 ? "weekday and time" : "date and time", ms, timezone, locale);
}
