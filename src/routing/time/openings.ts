/** When a schedule opens and closes next. */
import type { Day } from "./day.ts";
import { DAY_MINUTES } from "./hours.ts";

/** What comes next, in milliseconds since 1970; undefined where nothing does within 370 days. */
export interface Edges {
  /** The next opening after the moment, also while open. */
  readonly opensMs: number | undefined;
  /** The end of the present stretch; undefined while closed. */
  readonly closesMs: number | undefined;
}

/** How far ahead is looked. */
const HORIZON_DAYS = 370;

/**
 * The next opening after a moment, and the end of the stretch that it lies in. Stretches that adjoin are one, whichever
 * days they begin on.
 */
export function nextEdges(dayOf: (date: Temporal.PlainDate) => Day, zone: string, nowMs: number): Edges {
  const horizonMs = nowMs + HORIZON_DAYS * DAY_MINUTES * 60_000;
  const orNone = (ms: number | undefined) => (ms !== undefined && ms <= horizonMs ? ms : undefined);
  const now = Temporal.Instant.fromEpochMilliseconds(Math.floor(nowMs)).toZonedDateTimeISO(zone);
  let closesMs: number | undefined;
  // What began the day before yesterday ends today, where the clock was put back over midnight.
  for (const { fromMs, toMs } of openTimes(dayOf, now.toPlainDate().subtract({ days: 2 }), zone)) {
    if (toMs <= nowMs) continue;
    if (fromMs > nowMs) return { opensMs: orNone(fromMs), closesMs: orNone(closesMs) };
    closesMs = toMs;
  }
  return { opensMs: undefined, closesMs: orNone(closesMs) };
}

/** Times at which a schedule is open without a break, in order, of the year and some days from `first` on. */
function* openTimes(
  dayOf: (date: Temporal.PlainDate) => Day,
  first: Temporal.PlainDate,
  zone: string,
): Generator<{ readonly fromMs: number; readonly toMs: number }> {
  let open: { readonly fromMs: number; readonly toMs: number } | undefined;
  for (const { start, end } of openMinutes(dayOf, first)) {
    const fromMs = firstReached(first, start, zone);
    const toMs = firstReached(first, end, zone);
    // All of it may be skipped by the clock, and so may all that lies between two of them.
    if (open && fromMs > open.toMs) {
      if (open.toMs > open.fromMs) yield open;
      open = undefined;
    }
    open = { fromMs: open?.fromMs ?? fromMs, toMs };
  }
  if (open && open.toMs > open.fromMs) yield open;
}

/** The same in minutes since midnight of `first`, on a clock that nobody changes. */
function* openMinutes(
  dayOf: (date: Temporal.PlainDate) => Day,
  first: Temporal.PlainDate,
): Generator<{ readonly start: number; readonly end: number }> {
  let open: { readonly start: number; readonly end: number } | undefined;
  for (let at = 0; at < HORIZON_DAYS + 4; at++) {
    // What the day before carries over may end within the first stretch of this one, or after it.
    for (const hours of dayOf(first.add({ days: at })).hours) {
      const start = at * DAY_MINUTES + hours.start;
      const end = at * DAY_MINUTES + hours.end;
      if (open && start <= open.end) {
        open = { start: open.start, end: Math.max(open.end, end) };
      } else {
        if (open) yield open;
        open = { start, end };
      }
    }
  }
  if (open) yield open;
}

/** The moment at which the clock in `zone` first shows so many minutes after midnight of `date`, or more. */
export function firstReached(date: Temporal.PlainDate, minutes: number, zone: string): number {
  const wall = date.toPlainDateTime().add({ minutes });
  const moment = wall.toZonedDateTime(zone, { disambiguation: "earlier" });
  if (moment.toPlainDateTime().equals(wall)) return moment.epochMilliseconds;
  // The clock skips this time. `moment` then lies before the change, by as much as the clock skips.
  return (moment.getTimeZoneTransition("next") ?? moment).epochMilliseconds;
}
