/** What a schedule says, for people. */
import { DAYS, hoursWords, timeWords } from "./hours.ts";
import type { ScheduleState } from "./schedule.ts";

const MONTHS = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
];

/** `it is Friday, 25 December 2026, 10:00 in America/Los_Angeles: closed, because 2026-12-25 is an exception` */
export function scheduleWords(state: ScheduleState): string {
  const local = Temporal.PlainDateTime.from(state.local);
  const today = local.toPlainDate();
  const date = `${weekday(today)}, ${local.day} ${MONTHS[local.month - 1]} ${local.year}`;
  const time = timeWords(local.hour * 60 + local.minute) + (state.again ? " (for the second time)" : "");
  return `it is ${date}, ${time} in ${state.timezone}: ${reasonWords(state, today)}`;
}

function reasonWords({ open, day, exception, hours }: ScheduleState, today: Temporal.PlainDate): string {
  const date = Temporal.PlainDate.from(day);
  const isToday = date.equals(today);
  if (open) {
    const stretches = hours.map(
      ({ start, end }) =>
        `open from ${timeWords(start)}${isToday ? "" : ` on ${weekday(date)}`} to ${timeWords(end)}`,
    );
    return stretches.join() + (exception ? `, because ${day} is an exception` : "");
  }
  const written = hours.map(hoursWords);
  const list = [written.slice(0, -1).join(", "), ...written.slice(-1)].filter(Boolean).join(" and ");
  if (exception) {
    return `closed, because ${day}${isToday ? "" : ", the day before,"} is an exception${list && `, open ${list}`}`;
  }
  return `closed, ${weekday(date)}s are ${list ? `open ${list}` : "closed"}`;
}

function weekday(day: Temporal.PlainDate): string {
  return DAYS[day.dayOfWeek - 1] ?? "";
}
