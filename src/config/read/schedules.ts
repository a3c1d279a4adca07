/** `[schedules]` and `[limits]`: when, and how often. */
import type { LimitPlan } from "../../routing/plan.ts";
import {
  type Hours,
  isDate,
  isTimezone,
  overlapOf,
  overlapOfDay,
  readException,
  readOpen,
  type SchedulePlan,
} from "../../routing/time/schedule.ts";
import { type Findings, type Path, quote } from "../findings/findings.ts";
import { fittingEntries } from "../shape/fitting.ts";
import type { ScopeDocument } from "../shape/schema.ts";
import { readDuration } from "./duration.ts";
import { eachOf } from "./references.ts";
import { doubtOf, timezoneHint } from "./timezones.ts";

/** Reads every schedule; what cannot be read of one is reported and left out. */
export function readSchedules(
  schedules: ScopeDocument["schedules"],
  findings: Findings,
): Map<string, SchedulePlan> {
  return new Map(
    fittingEntries(schedules).map(([name, schedule]) => [name, readSchedule(name, schedule, findings)]),
  );
}

function readSchedule(
  name: string,
  schedule: NonNullable<ScopeDocument["schedules"][string]>,
  findings: Findings,
): SchedulePlan {
  const path = ["schedules", name];
  const weekly: Hours[][] = Array.from({ length: 7 }, () => []);
  for (const { path: place, item } of eachOf(schedule.open, [...path, "open"])) {
    const read = readOpen(item);
    if ("problem" in read) reportHours(item, read.problem, place, findings);
    else for (const day of read.days) weekly[day]?.push(read.hours);
  }
  const overlap = overlapOf(weekly);
  if (overlap) findings.error([...path, "open"], overlap);

  const except = new Map<string, Hours[]>();
  for (const [date, hours] of fittingEntries(schedule.except)) {
    const place = [...path, "except", date];
    if (!isDate(date)) {
      findings.error(place, `${quote(date)} is not a date; use one such as "2026-12-25"`, {
        at: "key",
      });
    } else {
      except.set(date, readDay(hours, place, findings));
    }
  }
  return { timezone: readTimezone(schedule.timezone, path, findings), weekly, except };
}

/** The hours of an exception. */
function readDay(texts: string | readonly (string | undefined)[], path: Path, findings: Findings): Hours[] {
  const day = eachOf(texts, path).flatMap(({ path: place, item }) => {
    const read = readException(item);
    if (read === "closed") return [];
    if (!("problem" in read)) return [read];
    reportHours(item, read.problem, place, findings);
    return [];
  });
  const overlap = overlapOfDay(day);
  if (overlap) findings.error(path, overlap);
  return day;
}

/** Reports hours that cannot be read. What is wrong names parts of them, which may be parts of a secret. */
function reportHours(text: string, problem: string, path: Path, findings: Findings): void {
  const holdsSecret = findings.secrets.named(text) !== text;
  findings.error(path, holdsSecret ? `${findings.quote(text)} is not a time range` : problem);
}

function readTimezone(timezone: string | undefined, path: Path, findings: Findings): string {
  if (timezone !== undefined && isTimezone(timezone)) {
    const doubt = doubtOf(timezone, findings.quote(timezone));
    if (doubt) findings.warning([...path, "timezone"], doubt.message, { hint: doubt.hint });
    return timezone;
  }
  if (timezone !== undefined) {
    const message = `${findings.quote(timezone)} is not a time zone; use a name such as "America/Los_Angeles"`;
    findings.error([...path, "timezone"], message, { hint: timezoneHint(timezone) });
  }
  return "UTC";
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
