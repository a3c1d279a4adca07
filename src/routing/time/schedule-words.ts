/** What a schedule says, for people. */
import type { ExceptionDates } from "./dates.ts";
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
  return `it is ${date}, ${time} in ${state.timezone}: ${stateWords(state, today)}`;
}

function stateWords(state: ScheduleState, today: Temporal.PlainDate): string {
  const { open, day, reason, hours } = state;
  const date = Temporal.PlainDate.from(day);
  const isToday = date.equals(today);
  const because = reasonWords(state, isToday);
  if (open) {
    const stretches = hours.map(
      ({ start, end }) =>
        `open from ${timeWords(start)}${isToday ? "" : ` on ${weekday(date)}`} to ${timeWords(end)}`,
    );
    return stretches.join() + (because && `, because ${because}`);
  }
  const written = hours.map(hoursWords);
  const list = [written.slice(0, -1).join(", "), ...written.slice(-1)].filter(Boolean).join(" and ");
  if (reason.kind !== "week") return `closed, because ${because}${list && `, open ${list}`}`;
  return `closed, ${weekday(date)}s are ${list ? `open ${list}` : "closed"}`;
}

/** Why the hours of a day are not the week's; empty where they are. */
function reasonWords({ day, reason }: ScheduleState, isToday: boolean): string {
  const named = `${day}${isToday ? "" : ", the day before,"}`;
  switch (reason.kind) {
    case "week":
      return "";
    case "exception":
      return `${named} ${exceptionWords(reason.dates)}`;
    case "holiday": {
      const from = reason.from > 0 ? ` from ${timeWords(reason.from)} on` : "";
      return `${named} is a holiday${from} (${reason.name})`;
    }
  }
}

function exceptionWords({ kind, from, to }: ExceptionDates): string {
  switch (kind) {
    case "date":
      return "is an exception";
    case "range":
    case "yearly range":
      return `is in the exception ${from}/${to}`;
    case "yearly date":
      return `is an exception every year (${from})`;
  }
}

function weekday(day: Temporal.PlainDate): string {
  return DAYS[day.dayOfWeek - 1] ?? "";
}
