/** `[schedules]` and `[limits]`: when, and how often. */
import type { LimitPlan } from "../../../routing/plan.ts";
import { readDates } from "../../../routing/time/dates.ts";
import type { Hours } from "../../../routing/time/hours.ts";
import type { ExceptionPlan } from "../../../routing/time/plan.ts";
import { readException, readOpen } from "../../../routing/time/read-hours.ts";
import type { SchedulePlan } from "../../../routing/time/schedule.ts";
import { type Findings, type Path, quote } from "../../findings/findings.ts";
import { readDuration } from "../../shape/duration.ts";
import { eachOf, fittingEntries } from "../../shape/fitting.ts";
import type { ScopeDocument } from "../../shape/schema/schema.ts";
import { type Calendar, readHolidays } from "./holidays.ts";
import { readTimezone } from "./locality.ts";

/** What schedules are read with. */
export interface ScheduleContext {
  /** The time zone of schedules that name none; undefined where none is said. */
  readonly timezone: string | undefined;
  /** What holidays are named in. */
  readonly locale: string;
  /** Undefined where no schedule names holidays. */
  readonly calendar: Calendar | undefined;
  readonly nowMs: number;
  readonly findings: Findings;
}

type ScheduleDocument = NonNullable<ScopeDocument["schedules"][string]>;

/** Reads every schedule; what cannot be read of one is reported and left out. */
export function readSchedules(
  schedules: ScopeDocument["schedules"],
  context: ScheduleContext,
): Map<string, SchedulePlan> {
  return new Map(
    fittingEntries(schedules).map(([name, schedule]) => [name, readSchedule(name, schedule, context)]),
  );
}

function readSchedule(name: string, schedule: ScheduleDocument, context: ScheduleContext): SchedulePlan {
  const { findings } = context;
  const path = ["schedules", name];
  const weekly: Hours[][] = Array.from({ length: 7 }, () => []);
  for (const { path: place, item } of eachOf(schedule.open, [...path, "open"])) {
    const read = readOpen(item);
    if ("problem" in read) reportHours(item, read.problem, place, findings);
    else for (const day of read.days) weekly[day]?.push(...read.hours);
  }
  const zonePath = [...path, "timezone"];
  const own =
    schedule.timezone === undefined ? undefined : readTimezone(schedule.timezone, zonePath, findings);
  const timezone = own ?? context.timezone ?? "UTC";
  const except = readExceptions(schedule.except, [...path, "except"], findings);
  // One that cannot be read may be meant for a date to come.
  const areRead = except.length === Object.keys(schedule.except).length;
  if (areRead) warnOfPast(except, timezone, [...path, "except"], context);
  const holidays =
    schedule.holidays === undefined
      ? undefined
      : readHolidays(schedule.holidays, [...path, "holidays"], context, (texts, place) =>
          readDay(texts, place, findings),
        );
  return { timezone, weekly, except, holidays };
}

function readExceptions(except: ScheduleDocument["except"], path: Path, findings: Findings): ExceptionPlan[] {
  return fittingEntries(except).flatMap(([text, hours]) => {
    const place = [...path, text];
    const dates = readDates(text);
    if ("problem" in dates) {
      findings.error(place, dates.problem, { at: "key" });
      return [];
    }
    return [{ ...dates, hours: readDay(hours, place, findings) }];
  });
}

/** Warns of exceptions that can apply no more: somebody meant to write those of this year. */
function warnOfPast(
  except: readonly ExceptionPlan[],
  timezone: string,
  path: Path,
  { nowMs, findings }: ScheduleContext,
): void {
  const ends = except.filter(({ kind }) => kind === "date" || kind === "range").map(({ to }) => to);
  const last = ends.toSorted().at(-1);
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timezone).toPlainDate();
  if (last === undefined || last >= today.toString()) return;
  const message = `every date with a year in \`except\` is in the past; the last one is ${last}`;
  const hint = `a date without a year applies every year: ${quote(last.slice(5))}`;
  findings.warning(path, message, { at: "key", hint });
}

/** The hours of an exception or a holiday. */
function readDay(texts: string | readonly (string | undefined)[], path: Path, findings: Findings): Hours[] {
  return eachOf(texts, path).flatMap(({ path: place, item }) => {
    const read = readException(item);
    if (!("problem" in read)) return read.hours;
    reportHours(item, read.problem, place, findings);
    return [];
  });
}

/** Reports hours that cannot be read. What is wrong names parts of them, which may be parts of a secret. */
function reportHours(text: string, problem: string, path: Path, findings: Findings): void {
  const holdsSecret = findings.secrets.named(text) !== text;
  findings.error(path, holdsSecret ? `${findings.quote(text)} is not a time range` : problem);
}

/** Reads every limit. */
export function readLimits(limits: ScopeDocument["limits"], findings: Findings): Map<string, LimitPlan> {
  return new Map(fittingEntries(limits).map(([name, limit]) => [name, readLimit(name, limit, findings)]));
}

function readLimit(
  name: string,
  { calls, per, by }: NonNullable<ScopeDocument["limits"][string]>,
  findings: Findings,
): LimitPlan {
  const path = ["limits", name];
  const perMs = per === undefined ? 1 : readDuration(per);
  if (!perMs) {
    const message = `\`per\` must be a duration such as "1d", found ${findings.quote(per)}`;
    findings.error([...path, "per"], message);
  }
  return { calls: calls ?? 1, perMs: perMs || 1, by };
}
