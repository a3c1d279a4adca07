/** Schedules: whether a moment falls within opening hours, in any time zone. */
import { DAY_MINUTES, type Hours } from "./hours.ts";

export { type Hours, overlapOf, overlapOfDay, readException, readOpen } from "./hours.ts";

/** A schedule, as the configuration says it. Plain data: it can be sent from one thread to another. */
export interface SchedulePlan {
  /** A name of the IANA time zone database, such as `America/Los_Angeles`. */
  readonly timezone: string;
  /** The stretches that begin on each day of the week: seven entries, Monday first. */
  readonly weekly: readonly (readonly Hours[])[];
  /** The stretches that begin on a date (`2026-12-25`), in place of the week's; none: closed. */
  readonly except: ReadonlyMap<string, readonly Hours[]>;
}

/** What a schedule says at a moment, and why. Plain data. */
export interface ScheduleState {
  readonly open: boolean;
  readonly timezone: string;
  /** What the clock shows in that time zone: `2026-12-25T10:00`. */
  readonly local: string;
  /** Whether the clock shows it for the second time, because it was put back. */
  readonly again: boolean;
  /** The day whose hours decide (`2026-12-25`). They may be carried over from it, so it may be the day before. */
  readonly day: string;
  /** Whether the hours of that day are an exception. */
  readonly exception: boolean;
  /** Where open, the one stretch that holds; where closed, all stretches that begin on that day. */
  readonly hours: readonly Hours[];
}

/** Whether a schedule is open at a moment, in milliseconds since 1970. */
export type ScheduleTest = (nowMs: number) => boolean;

/** A compiled schedule. */
export interface Schedule {
  /** Remembers how long its last answer holds, so that a call normally costs two comparisons. */
  readonly isOpen: ScheduleTest;
  /** The same with its reasons. Slower. */
  readonly stateAt: (nowMs: number) => ScheduleState;
}

/** Whether `text` names a time zone of the IANA database. Upper and lower case are the same. */
export function isTimezone(text: string): boolean {
  // An offset such as "-08:00" would be taken too, and be wrong for half of the year.
  if (!/^[a-z]/i.test(text)) return false;
  try {
    new Temporal.ZonedDateTime(0n, text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The names of time zones, for suggestions. {@link isTimezone} knows more: old names too, and those such as `Etc/GMT+5`,
 * whose sign is the reverse of what it seems.
 */
export function timezones(): readonly string[] {
  const zones = Intl.supportedValuesOf("timeZone").filter((zone) => !/^Etc\/GMT/.test(zone));
  return [...new Set(["UTC", ...zones])];
}

/** Whether `text` is a date of the calendar as `2026-12-25`. */
export function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  try {
    Temporal.PlainDate.from({ year, month, day }, { overflow: "reject" });
    return true;
  } catch {
    return false;
  }
}

/** Whether no stretch is in the schedule at all, neither in its week nor in its exceptions. */
export function isNeverOpen(plan: SchedulePlan): boolean {
  return [...plan.weekly, ...plan.except.values()].every((stretches) => stretches.length === 0);
}

/**
 * Compiles a schedule.
 *
 * A stretch is open from the moment the clock first reaches its start to the moment the clock first reaches its end.
 * So where a clock change skips a time, that time stands for the moment of the change, and where the clock shows a
 * time twice, for the first. An exception replaces all that begins on its date, and so what that date would have
 * carried past midnight; what the day before carries into it stays.
 *
 * @throws for a time zone that {@link isTimezone} refuses
 */
export function compileSchedule(plan: SchedulePlan): Schedule {
  const zone = new Temporal.ZonedDateTime(0n, plan.timezone).timeZoneId;
  const stateAt = (nowMs: number) => lookAt(plan, zone, nowMs).state;

  // The last answer, and the moments from which and before which it holds; at first it never does.
  let open = false;
  let sinceMs = Number.POSITIVE_INFINITY;
  let untilMs = Number.NEGATIVE_INFINITY;

  return {
    isOpen: (nowMs) => {
      if (nowMs < sinceMs || nowMs >= untilMs) {
        const look = lookAt(plan, zone, nowMs);
        open = look.state.open;
        ({ sinceMs, untilMs } = look);
      }
      return open;
    },
    stateAt,
  };
}

/** A state, and the moments from which and before which it is open, or closed, throughout. */
interface Look {
  readonly state: ScheduleState;
  readonly sinceMs: number;
  readonly untilMs: number;
}

function lookAt(plan: SchedulePlan, zone: string, nowMs: number): Look {
  const now = Temporal.Instant.fromEpochMilliseconds(Math.floor(nowMs)).toZonedDateTimeISO(zone);
  const local = now.toPlainDateTime();
  const first = local.toZonedDateTime(zone, { disambiguation: "earlier" });
  const holds = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => fromMs <= nowMs && nowMs < toMs;
  const timed = (day: Temporal.PlainDate, stretches: readonly Hours[]) =>
    stretches.map((hours) => ({
      day,
      hours,
      fromMs: firstReached(day, hours.start, zone),
      toMs: firstReached(day, hours.end, zone),
    }));

  let today = local.toPlainDate();
  // Where the clock is put back over midnight, it shows the day before again, though the next has begun.
  while (firstReached(today, DAY_MINUTES, zone) <= nowMs) today = today.add({ days: 1 });
  const yesterday = today.subtract({ days: 1 });
  const stretches = [yesterday, today].flatMap((day) => timed(day, stretchesOn(plan, day)));

  const found = stretches.find(holds);
  // Where an exception took away what yesterday would have carried over, yesterday is why it is closed.
  const lost =
    !found && isException(plan, yesterday) && timed(yesterday, weeklyOn(plan, yesterday)).some(holds);
  const day = found?.day ?? (lost && !isException(plan, today) ? yesterday : today);

  const edges = [
    firstReached(today, 0, zone),
    firstReached(today, DAY_MINUTES, zone),
    ...stretches.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
  ];
  return {
    state: {
      open: found !== undefined,
      timezone: zone,
      local: local.toString({ smallestUnit: "minute" }),
      again: first.epochMilliseconds !== now.epochMilliseconds,
      day: day.toString(),
      exception: isException(plan, day),
      hours: found ? [found.hours] : stretchesOn(plan, day),
    },
    sinceMs: Math.max(...edges.filter((edge) => edge <= nowMs)),
    untilMs: Math.min(...edges.filter((edge) => edge > nowMs)),
  };
}

/** The moment at which the clock in `zone` first shows so many minutes after midnight of `day`, or more. */
function firstReached(day: Temporal.PlainDate, minutes: number, zone: string): number {
  const wall = day.toPlainDateTime().add({ minutes });
  const moment = wall.toZonedDateTime(zone, { disambiguation: "earlier" });
  if (moment.toPlainDateTime().equals(wall)) return moment.epochMilliseconds;
  // The clock skips this time. `moment` then lies before the change, by as much as the clock skips.
  return (moment.getTimeZoneTransition("next") ?? moment).epochMilliseconds;
}

function isException(plan: SchedulePlan, day: Temporal.PlainDate): boolean {
  return plan.except.has(day.toString());
}

function weeklyOn(plan: SchedulePlan, day: Temporal.PlainDate): readonly Hours[] {
  return plan.weekly[day.dayOfWeek - 1] ?? [];
}

function stretchesOn(plan: SchedulePlan, day: Temporal.PlainDate): readonly Hours[] {
  return plan.except.get(day.toString()) ?? weeklyOn(plan, day);
}
