/** `[lists]`: named sets of callers, inline, from files, from URLs. */
import type { CallerMatcher } from "../../../routing/callers/callers.ts";
import { callersOf, unionOf } from "../../../routing/callers/sets.ts";
import type { Callers } from "../../../routing/plan.ts";
import type { Content } from "../../files/content.ts";
import type { Unreadable } from "../../files/decode.ts";
import type { RemoteRead, RemoteSource, TellRead } from "../../files/remote.ts";
import { reportUnreadable } from "../../files/unreadable.ts";
import { type Findings, type Path, quote } from "../../findings/findings.ts";
import { fittingEntries } from "../../shape/fitting.ts";
import type { ScopeDocument } from "../../shape/schema/schema.ts";
import { type ReadContext, readCallers, unknownIn } from "../references.ts";
import type { ContactsFile } from "./contacts.ts";
import { readListFile } from "./list-file.ts";

/** A file that the configuration names, or a URL, as it was read. */
export interface NamedFile {
  /** As messages name it. */
  readonly file: string;
  /** The place that names it. */
  readonly path: Path;
  readonly content: Content;
  /** Of a URL, what is asked for, and how what was fetched is to be read; undefined for a file of this machine. */
  readonly remote: { readonly source: RemoteSource; readonly fetched: ContactsFile["fetched"] } | undefined;
}

/**
 * Reads every list of a file.
 *
 * @param files those that lists name, and URLs, by the name of the list
 * @param main the lists of the main file, for that of a client
 */
export function readLists(
  lists: ScopeDocument["lists"],
  files: ReadonlyMap<string, readonly NamedFile[]>,
  context: ReadContext,
  reads: RemoteReads,
  main?: ReadonlyMap<string, Callers>,
): Map<string, Callers> {
  const { findings } = context;
  const read = new Map<string, Callers>();
  for (const [name, list] of fittingEntries(lists)) {
    if (Array.isArray(list)) {
      read.set(name, readCallers(list, ["lists", name], context));
      continue;
    }
    const parts = (files.get(name) ?? []).map((named) => readNamed(named, context, reads));
    read.set(name, parts.reduce(unionOf, callersOf([])));
  }
  reportCycles(read, (name) => read.get(name) ?? main?.get(name), findings);
  return read;
}

/** What was read of each URL, by the id of its source. */
export type RemoteReads = Map<string, Pick<RemoteRead, "entries" | "errors">>;

/** Takes what is read of a URL into `reads`. */
export function readTeller({ remote }: NamedFile, reads: RemoteReads): TellRead | undefined {
  return remote && ((entries, errors) => reads.set(remote.source.id, { entries, errors }));
}

/** Reports a file or URL that cannot be read. */
export function tellUnreadable(
  named: NamedFile,
  why: Unreadable,
  reads: RemoteReads,
  findings: Findings,
): void {
  const { file, path, remote } = named;
  reportUnreadable(file, why, path, findings, remote ? "fetch" : "read");
  readTeller(named, reads)?.(0, 1);
}

function readNamed(named: NamedFile, context: ReadContext, reads: RemoteReads): Callers {
  const { findings, country } = context;
  const unknown = (matcher: CallerMatcher) => unknownIn(matcher, context);
  const { file, content, remote } = named;
  const list = {
    content,
    file,
    fetched: remote?.fetched,
    country,
    unknown,
    tellRead: readTeller(named, reads),
  };
  const read = readListFile(list, findings);
  if ("callers" in read) return read.callers;
  tellUnreadable(named, read, reads, findings);
  return callersOf([]);
}

/** Reports every way from a list back to itself, each list once. Lists may be chained by the thousand. */
function reportCycles(
  lists: ReadonlyMap<string, Callers>,
  listNamed: (name: string) => Callers | undefined,
  findings: Findings,
): void {
  const done = new Set<string>();
  const reported = new Set<string>();
  for (const start of lists.keys()) {
    if (done.has(start)) continue;
    const trail = [{ name: start, at: 0 }];
    const places = new Map([[start, 0]]);
    for (let top = trail.at(-1); top; top = trail.at(-1)) {
      const inner = listNamed(top.name)?.lists[top.at++];
      if (inner === undefined) {
        done.add(top.name);
        places.delete(top.name);
        trail.pop();
        continue;
      }
      const place = places.get(inner);
      if (place !== undefined) {
        // A list of the main file is judged there, unless it leads back by way of a client's own.
        if (!reported.has(inner) && lists.has(inner)) {
          const cycle = cycleWords(
            trail.slice(place, place + MOST_NAMED).map(({ name }) => name),
            trail.length - place,
            inner,
          );
          findings.error(["lists", inner], `the list ${quote(inner)} contains itself: ${cycle}`);
        }
        reported.add(inner);
      } else if (!done.has(inner)) {
        places.set(inner, trail.length);
        trail.push({ name: inner, at: 0 });
      }
    }
  }
}

/** So many lists of a cycle are named. */
const MOST_NAMED = 8;

/** `@a → @b → @a`, a long one shortened. */
function cycleWords(first: readonly string[], length: number, back: string): string {
  const left = length - first.length;
  const more = left > 0 ? [`${left} more`] : [];
  return [...first.map((list) => `@${list}`), ...more, `@${back}`].join(" → ");
}
