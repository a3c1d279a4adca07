/** What a template can say of the moment of a call: `${now.date}`, `${now.daypart}`. */
import { worded } from "./wording.ts";

/** The names behind `now.`. */
export const NOW_PARTS = ["date", "time", "weekday", "day", "hour", "daypart", "iso", "long"] as const;

/** A name behind `now.`. */
export type NowPart = (typeof NOW_PARTS)[number];

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/**
 * A moment as the clock of a time zone shows it.
 *
 * | part | such as |
 * |---|---|
 * | `date` | `2026-12-25` |
 * | `time` | `10:05`, from 00:00 to 23:59 |
 * | `weekday` | `friday`, in English whatever the locale, so that it can be compared |
 * | `day` | `viernes`: the weekday in the words of the locale |
 * | `hour` | `0` to `23` |
 * | `daypart` | `morning` from 5, `afternoon` from 12, `evening` from 17, `night` from 22 |
 * | `iso` | `2026-12-25T10:05:00-08:00` |
 * | `long` | `Friday, December 25, 2026 at 10:05 AM`, in the words of the locale |
 *
 * @param nowMs milliseconds since the epoch
 * @param timezone one that `isTimezone` accepts
 * @param locale one that `isLocale` accepts
 */
export function nowText(part: NowPart, nowMs: number, timezone: string, locale: string): string {
  if (part === "day") return worded("weekday", nowMs, timezone, locale);
  if (part === "long") return worded("full", nowMs, timezone, locale);
  const now = Temporal.Instant.fromEpochMilliseconds(Math.floor(nowMs)).toZonedDateTimeISO(timezone);
  switch (part) {
    case "date":
      return now.toPlainDate().toString();
    case "time":
      return now.toPlainTime().toString({ smallestUnit: "minute" });
    case "weekday":
      return WEEKDAYS[now.dayOfWeek - 1] ?? "";
    case "hour":
      return String(now.hour);
    case "daypart":
      return daypartOf(now.hour);
    case "iso":
      return now.toString({ smallestUnit: "second", timeZoneName: "never" });
  }
}

function daypartOf(hour: number): "morning" | "afternoon" | "evening" | "night" {
  if (hour < 5 || hour >= 22) return "night";
  if (hour < 12) return "morning";
  return hour < 17 ? "afternoon" : "evening";
}
