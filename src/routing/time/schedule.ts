/** Schedules: whether a moment falls within opening hours, in any time zone. */
import { compileDays, type Day, type DayReason } from "./day.ts";
import { DAY_MINUTES, type Hours } from "./hours.ts";
import { type Edges, firstReached, nextEdges } from "./openings.ts";
import type { SchedulePlan } from "./plan.ts";

export { isNeverOpen, type SchedulePlan } from "./plan.ts";

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
  /** What the hours of that day are taken from. */
  readonly reason: DayReason;
  /** Where open, the one stretch that holds; where closed, all stretches that begin on that day. */
  readonly hours: readonly Hours[];
}

/** Whether a schedule is open at a moment, in milliseconds since 1970. */
export type ScheduleTest = (nowMs: number) => boolean;

/** A compiled schedule. */
export interface Schedule {
  /** A name of the time zone database, spelled as it spells it. */
  readonly timezone: string;
  /** Remembers how long its last answer holds, so that a call normally costs two comparisons. */
  readonly isOpen: ScheduleTest;
  /** The same with its reasons. Slower. */
  readonly stateAt: (nowMs: number) => ScheduleState;
  /** Remembers its last answer too. */
  readonly edgesAt: (nowMs: number) => Edges;
  /** Whether it asks for public holidays, which are compiled for the years around. */
  readonly hasHolidays: boolean;
  /** The name of the holiday at a moment, whatever the hours are; undefined where there is none. */
  readonly holidayAt: (nowMs: number) => string | undefined;
}

/** How long what comes next is remembered at most, in milliseconds. */
const EDGES_MS = 3_600_000;

/**
 * Compiles a schedule.
 *
 * A stretch is open from the moment the clock first reaches its start to the moment the clock first reaches its end.
 * So where a clock change skips a time, that time stands for the moment of the change, and where the clock shows a
 * time twice, for the first. An exception or a holiday replaces all that begins on its date, and so what that date
 * would have carried past midnight; what the day before carries into it stays.
 *
 * @throws for a time zone that `isTimezone` refuses
 */
export function compileSchedule(plan: SchedulePlan): Schedule {
  const zone = new Temporal.ZonedDateTime(0n, plan.timezone).timeZoneId;
  const dayOf = compileDays(plan);
  const look = (nowMs: number) => lookAt(plan, dayOf, zone, nowMs);
  // The last answers hold from a moment on and until another; at first never.
  let last: Pick<Look, "sinceMs" | "untilMs"> & { readonly open: boolean } = { ...NEVER, open: false };
  let next: Pick<Look, "sinceMs" | "untilMs"> & Edges = { ...NEVER, opensMs: undefined, closesMs: undefined };

  return {
    timezone: zone,
    isOpen: (nowMs) => {
      if (nowMs < last.sinceMs || nowMs >= last.untilMs) {
        const { state, sinceMs, untilMs } = look(nowMs);
        last = { open: state.open, sinceMs, untilMs };
      }
      return last.open;
    },
    stateAt: (nowMs) => look(nowMs).state,
    edgesAt: (nowMs) => {
      if (nowMs < next.sinceMs || nowMs >= next.untilMs) {
        const edges = nextEdges(dayOf, zone, nowMs);
        const { opensMs = Number.POSITIVE_INFINITY, closesMs = Number.POSITIVE_INFINITY } = edges;
        next = { ...edges, sinceMs: nowMs, untilMs: Math.min(opensMs, closesMs, nowMs + EDGES_MS) };
      }
      return next;
    },
    hasHolidays: plan.holidays !== undefined,
    holidayAt: (nowMs) => {
      if (!plan.holidays) return undefined;
      const now = localTime(nowMs, zone);
      const holiday = plan.holidays.days.get(now.toPlainDate().toString());
      return holiday && holiday.from <= now.hour * 60 + now.minute ? holiday.name : undefined;
    },
  };
}

const NEVER = { sinceMs: Number.POSITIVE_INFINITY, untilMs: Number.NEGATIVE_INFINITY };

/** A state, and the moments from which and before which it is open, or closed, throughout. */
interface Look {
  readonly state: ScheduleState;
  readonly sinceMs: number;
  readonly untilMs: number;
}

function localTime(nowMs: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(nowMs)).toZonedDateTimeISO(zone);
}

function lookAt(
  plan: SchedulePlan,
  dayOf: (date: Temporal.PlainDate) => Day,
  zone: string,
  nowMs: number,
): Look {
  const now = localTime(nowMs, zone);
  const local = now.toPlainDateTime();
  const first = local.toZonedDateTime(zone, { disambiguation: "earlier" });
  const holds = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => fromMs <= nowMs && nowMs < toMs;
  const timed = (date: Temporal.PlainDate, stretches: readonly Hours[]) =>
    stretches.map((hours) => ({
      date,
      hours,
      fromMs: firstReached(date, hours.start, zone),
      toMs: firstReached(date, hours.end, zone),
    }));

  let today = local.toPlainDate();
  // Where the clock is put back over midnight, it shows the day before again, though the next has begun.
  while (firstReached(today, DAY_MINUTES, zone) <= nowMs) today = today.add({ days: 1 });
  const yesterday = today.subtract({ days: 1 });
  const isOrdinary = (date: Temporal.PlainDate) => dayOf(date).reason.kind === "week";
  const stretches = [yesterday, today].flatMap((date) => timed(date, dayOf(date).hours));

  const found = stretches.find(holds);
  // Where an exception took away what yesterday would have carried over, yesterday is why it is closed.
  const lost =
    !found &&
    !isOrdinary(yesterday) &&
    timed(yesterday, plan.weekly[yesterday.dayOfWeek - 1] ?? []).some(holds);
  const date = found?.date ?? (lost && isOrdinary(today) ? yesterday : today);
  const { hours, reason } = dayOf(date);

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
      day: date.toString(),
      reason,
      hours: found ? [found.hours] : hours,
    },
    sinceMs: Math.max(...edges.filter((edge) => edge <= nowMs)),
    untilMs: Math.min(...edges.filter((edge) => edge > nowMs)),
  };
}
