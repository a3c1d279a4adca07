/** Whether what templates and conditions name is there: columns of the contacts, and schedules. */
import type { Name } from "../../routing/names/name.ts";
import { didYouMean, type Findings, type Path, quote } from "../findings/findings.ts";
import type { ReadContext } from "../read/references.ts";

/** A name that a template uses, and where. */
export interface NameUse {
  readonly path: Path;
  readonly name: Name;
  /** The template as written. */
  readonly written: string;
}

/** What there is for names to name in one scope. */
export type NamedThings = Pick<ReadContext, "columns" | "hasContacts" | "names">;

/** Reports the names of templates that are there in none of the scopes that use them. */
export function checkTemplates(
  uses: readonly NameUse[],
  scopesOf: (path: Path) => readonly NamedThings[],
  findings: Findings,
): void {
  for (const { path, name, written } of uses) {
    const problems = scopesOf(path).map((things) => problemWith(name, things, written));
    const [problem] = problems;
    if (!problem || problems.includes(undefined)) continue;
    findings.error(path, findings.secrets.named(problem.message), { part: written, hint: problem.hint });
  }
}

/** Why a name means nothing in a scope; undefined where it does, or where that cannot be told. */
export function problemWith(
  name: Name,
  { columns, hasContacts, names }: NamedThings,
  written?: string,
): { readonly message: string; readonly hint: string | undefined } | undefined {
  switch (name.kind) {
    case "contact": {
      const { column } = name;
      // Where there are no columns, the files have been reported.
      if (hasContacts && (columns.length === 0 || columns.includes(column))) return undefined;
      if (!hasContacts && !names.areAll) return undefined;
      const message = hasContacts
        ? `the contacts have no column ${quote(column)}`
        : `${quote(written ?? `contact.${column}`)} is a column of the contacts, and there is no [contacts]`;
      const all = columns.length > 0 ? `their columns: ${columns.join(", ")}` : undefined;
      return { message, hint: didYouMean(column, columns) ?? all };
    }
    case "schedule": {
      const { schedule } = name;
      if (!names.areAll || names.has("schedules", schedule)) return undefined;
      const known = names.in("schedules");
      const none = known.length === 0 ? "there is no [schedules] yet" : undefined;
      return {
        message: `there is no schedule ${quote(schedule)} in [schedules]`,
        hint: didYouMean(schedule, known) ?? none,
      };
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
      return undefined;
  }
}
