/** `[lists]`: named sets of callers, inline or from files. */
import { type CallerMatcher, callersOf } from "../../routing/callers/callers.ts";
import type { Callers } from "../../routing/plan.ts";
import type { ReadText } from "../files/decode.ts";
import { reportUnreadable } from "../files/unreadable.ts";
import { type Findings, quote } from "../findings/findings.ts";
import type { Document } from "../shape/schema.ts";
import { readListFile } from "./list-file.ts";
import { type ReadContext, readCallers, unknownIn } from "./references.ts";

/** A file that the configuration names, as it was read. */
export interface NamedFile {
  /** As messages name it. */
  readonly file: string;
  readonly read: ReadText;
}

/** Reads every list. @param files those that lists name, by the name of the list */
export function readLists(
  lists: Document["lists"],
  files: ReadonlyMap<string, NamedFile>,
  context: ReadContext,
): Map<string, Callers> {
  const { findings, country } = context;
  const read = new Map<string, Callers>();
  for (const [name, list] of Object.entries(lists)) {
    const path = ["lists", name];
    if (Array.isArray(list)) {
      read.set(name, callersOf(readCallers(list, path, context)));
      continue;
    }
    const named = files.get(name);
    read.set(name, callersOf([]));
    if (!named) {
      if (!findings.explainMissing(path, "file"))
        findings.error(path, `the list ${quote(name)} has no \`file\``);
    } else if ("problem" in named.read) {
      reportUnreadable(named.file, named.read, [...path, "file"], findings);
    } else {
      const unknown = (matcher: CallerMatcher) => unknownIn(matcher, context);
      const list = { text: named.read.text, file: named.file, country, unknown };
      read.set(name, callersOf(readListFile(list, findings)));
    }
  }
  reportCycles(read, findings);
  return read;
}

/** Reports every way from a list back to itself, and opens it. */
function reportCycles(lists: Map<string, Callers>, findings: Findings): void {
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    if (trail.includes(name)) {
      const cycle = [...trail.slice(trail.indexOf(name)), name].map((list) => `@${list}`).join(" → ");
      findings.error(["lists", name], `the list ${quote(name)} contains itself: ${cycle}`);
      return;
    }
    if (done.has(name)) return;
    for (const inner of lists.get(name)?.lists ?? []) visit(inner, [...trail, name]);
    done.add(name);
  };
  for (const name of lists.keys()) visit(name, []);
}
