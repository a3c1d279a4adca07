/** Hours of a day. */

/**
 * One stretch of a day, in minutes since midnight of the day it belongs to. `start` is below 1440; `end` is above
 * `start` and at most 2880: past 1440 it lies in the next day.
 */
export interface Hours {
  readonly start: number;
  readonly end: number;
}

/** The minutes of a day without a clock change. */
export const DAY_MINUTES = 1440;
/** The days of the week, Monday first. */
export const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** Stretches of a day without overlaps, in order: those that overlap or adjoin are one. */
export function unionOf(stretches: readonly Hours[]): readonly Hours[] {
  if (stretches.length < 2) return stretches;
  const union: Hours[] = [];
  for (const next of stretches.toSorted((a, b) => a.start - b.start)) {
    const last = union.at(-1);
    if (!last || next.start > last.end) union.push(next);
    else if (next.end > last.end) union[union.length - 1] = { start: last.start, end: next.end };
  }
  return union;
}

/** A stretch as it is written: `22:00-02:00`. */
export function hoursWords({ start, end }: Hours): string {
  return `${timeWords(start)}-${timeWords(end)}`;
}

/** Minutes since midnight as `09:30`, those of the next day as that day's. */
export function timeWords(minutes: number): string {
  const ofDay = minutes > DAY_MINUTES ? minutes - DAY_MINUTES : minutes;
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(ofDay / 60))}:${two(ofDay % 60)}`;
}
