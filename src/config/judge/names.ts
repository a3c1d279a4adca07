/** Whether the names that templates and conditions use are there: columns, schedules, a time zone. */
import type { Name } from "../../routing/names/name.ts";
import { didYouMean, type Findings, type Path, quote } from "../findings/findings.ts";

/** A name that the configuration uses, and where. */
export interface NameUse {
  readonly path: Path;
  readonly at: "key" | "value";
  readonly name: Name;
  /** The part of the value that names it, as written; undefined where that is the key or the whole value. */
  readonly part: string | undefined;
}

/** What there is for names to name. */
export interface NamedThings {
  /** The columns of the contacts; undefined where there is no `[contacts]`, or where what it has is not known. */
  readonly columns: readonly string[] | undefined;
  readonly hasContacts: boolean;
  readonly schedules: ReadonlySet<string>;
  /** Whether there are no other schedules. */
  readonly areAll: boolean;
}

/** Warns of the first of the times that a file names, where nobody says whose clock it is. */
export function warnOfTimes(uses: readonly NameUse[], findings: Findings): void {
  const timed = uses.find(({ name }) => name.kind === "now");
  if (!timed) return;
  const message = "this time is in UTC, since the file names no time zone";
  const hint = 'add one at the top of the file: timezone = "America/Los_Angeles"';
  findings.warning(timed.path, message, { at: timed.at, part: timed.part, hint });
}

/** Whether there is what a name names. */
export function isThere(name: Name, { columns, hasContacts, schedules, areAll }: NamedThings): boolean {
  switch (name.kind) {
    case "contact":
      return hasContacts && (!columns || columns.includes(name.column));
    case "schedule":
      return !areAll || schedules.has(name.schedule);
    case "from_number":
    case "to_number":
    case "from_country":
    case "forwarded_from":
    case "channel":
    case "call_id":
    case "agent_id":
    case "client":
    case "header":
    case "now":
      return true;
  }
}

/** Reports a name whose column or schedule is not there. */
export function checkName(use: NameUse, things: NamedThings, findings: Findings): void {
  const { path, at, name, part } = use;
  if (isThere(name, things)) return;
  const { columns, hasContacts, schedules } = things;
  switch (name.kind) {
    case "contact": {
      const { column } = name;
      const message = hasContacts
        ? `the contacts have no column ${findings.quote(column)}`
        : `${quote(part ?? `contact.${column}`)} is a column of the contacts, and there is no [contacts]`;
      const near = didYouMean(column, columns ?? []);
      const hint =
        near ?? (columns && columns.length > 0 ? `their columns: ${columns.join(", ")}` : undefined);
      findings.error(path, message, { at, part, hint, mayBeElsewhere: true });
      return;
    }
    case "schedule": {
      const { schedule } = name;
      const none = schedules.size === 0 ? "there is no [schedules] yet" : undefined;
      const message = `there is no schedule ${findings.quote(schedule)} in [schedules]`;
      const hint = didYouMean(schedule, schedules) ?? none;
      findings.error(path, message, { at, part, hint, mayBeElsewhere: true });
      return;
    }
    case "from_number":
    case "to_number":
    case "from_country":
    case "forwarded_from":
    case "channel":
    case "call_id":
    case "agent_id":
    case "client":
    case "header":
    case "now":
      return;
  }
}
