/** Whether the names that templates and conditions use are there: columns, schedules, look-ups, a time zone. */
import { isWhole, type Name } from "../../routing/names/name.ts";
import { didYouMean, type Findings, quote } from "../findings/findings.ts";
import type { NameUse } from "../shape/fill.ts";
import { type LocalityDocument, localityOf } from "./time/locality.ts";

/** What there is for names to name. */
export interface NamedThings {
  /** The columns of the contacts; undefined where there is no `[contacts]`, or where what it has is not known. */
  readonly columns: readonly string[] | undefined;
  readonly hasContacts: boolean;
  readonly schedules: ReadonlySet<string>;
  readonly lookups: ReadonlySet<string>;
  /** Whether there are no other schedules and look-ups. */
  readonly areAll: boolean;
}

/** Warns of the first of the times that a file names, where nobody says whose clock it is. */
function warnOfTimes(uses: readonly NameUse[], findings: Findings): void {
  const timed = uses.find(({ name }) => name.kind === "now");
  if (!timed) return;
  const message = "this time is in UTC, because the file sets no time zone";
  const hint = 'add one at the top of the file: timezone = "America/Los_Angeles"';
  findings.warning(timed.path, message, { at: timed.at, part: timed.part, hint });
}

/**
 * Checks the names that templates use. What the main file says may be for its clients: then it is enough that one of
 * them has what is named.
 */
export function checkTemplates(
  files: readonly TemplateSource[],
  things: ReadonlyMap<string, NamedThings>,
): void {
  const [main] = files;
  for (const file of files) {
    const own = things.get(file.client);
    for (const use of file.templates) {
      const isShared = file === main && use.path[0] !== "numbers";
      if (
        !own ||
        (isShared && things.values().some((known) => !missingIn(use.name, use.part, known, file.findings)))
      )
        continue;
      checkName(use, own, file.findings);
    }
    const hasTimezone = [file, main].some((one) => one && localityOf(one.document, "timezone"));
    if (!hasTimezone) warnOfTimes(file.uses, file.findings);
  }
}

/** A file whose templates name things. */
interface TemplateSource {
  readonly client: string;
  readonly document: LocalityDocument;
  readonly templates: readonly NameUse[];
  readonly uses: readonly NameUse[];
  readonly findings: Findings;
}

/** Reports a name whose column, schedule or look-up is not there. */
export function checkName({ path, at, name, part }: NameUse, things: NamedThings, findings: Findings): void {
  const missing = missingIn(name, part, things, findings);
  if (missing) findings.error(path, missing.message, { at, part, hint: missing.hint, mayBeElsewhere: true });
}

/** What is said of a name whose column, schedule or look-up is not there; undefined where it is. */
function missingIn(
  name: Name,
  part: string | undefined,
  { columns, hasContacts, schedules, lookups, areAll }: NamedThings,
  findings: Findings,
): { readonly message: string; readonly hint: string | undefined } | undefined {
  if (isWhole(name)) return undefined;
  switch (name.kind) {
    case "contact": {
      const { column } = name;
      if (hasContacts && (!columns || columns.includes(column))) return undefined;
      const message = hasContacts
        ? `the contacts have no column ${findings.quote(column)}`
        : `${quote(part ?? `contact.${column}`)} is a column of the contacts, but there is no [contacts]`;
      const all = columns && columns.length > 0 ? `their columns: ${columns.join(", ")}` : undefined;
      return { message, hint: didYouMean(column, columns ?? []) ?? all };
    }
    case "schedule": {
      const { schedule } = name;
      if (!areAll || schedules.has(schedule)) return undefined;
      const none = schedules.size === 0 ? "there is no [schedules] yet" : undefined;
      const message = `there is no schedule ${findings.quote(schedule)} in [schedules]`;
      return { message, hint: didYouMean(schedule, schedules) ?? none };
    }
    case "lookup": {
      const { lookup } = name;
      if (!areAll || lookups.has(lookup)) return undefined;
      const none = lookups.size === 0 ? "there is no [lookups] yet" : undefined;
      const message = `there is no look-up ${findings.quote(lookup)} in [lookups]`;
      return { message, hint: didYouMean(lookup, lookups) ?? none };
    }
    case "header":
    case "now":
    case "history":
      return undefined;
  }
}
