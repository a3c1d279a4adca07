/** What notices ask for that is not in the call: it is known once a call is decided, so it must be asked before. */
import type { LookupPaths } from "../lookups/paths.ts";
import type { Name } from "../names/name.ts";
import type { NoticePlan } from "../plan.ts";
import { namesIn } from "../templates/names-in.ts";

/** What the notices of one scope ask for. */
export interface NoticesAsk {
  /** The names of the look-ups that each asks for, by the name of the notice; those that ask for none are left out. */
  readonly lookupsByNotice: ReadonlyMap<string, readonly string[]>;
  /** Whether one of them asks for the caller's earlier calls. */
  readonly history: boolean;
}

/** The names that a notice uses. */
export type NamesOfNotice = (notice: NoticePlan) => readonly Name[];

/** Finds the names in notices, of each notice once: many clients share those of the main file. */
export function noticeNames(): NamesOfNotice {
  const known = new Map<NoticePlan, readonly Name[]>();
  return (notice) => {
    const names = known.get(notice) ?? namesIn([notice.url, notice.body]).map(({ name }) => name);
    known.set(notice, names);
    return names;
  };
}

/**
 * Finds what the notices of a scope ask for. They themselves are compiled only when one is first sent.
 *
 * @param paths is told which places in what look-ups find they use
 */
export function noticesAsk(
  {
    notices,
    lookupIds,
  }: { notices: ReadonlyMap<string, NoticePlan>; lookupIds: ReadonlyMap<string, string> },
  namesOf: NamesOfNotice,
  paths: LookupPaths,
): NoticesAsk {
  const lookupsByNotice = new Map<string, readonly string[]>();
  let history = false;
  for (const [notice, plan] of notices) {
    const names = namesOf(plan);
    if (names.some(({ kind }) => kind === "history")) history = true;
    const lookups = names.flatMap((name) => (name.kind === "lookup" ? [name] : []));
    if (lookups.length === 0) continue;
    lookupsByNotice.set(notice, [...new Set(lookups.map(({ lookup }) => lookup))]);
    for (const { lookup, path } of lookups) {
      const id = lookupIds.get(lookup);
      if (id !== undefined) paths.note(id, path);
    }
  }
  return { lookupsByNotice, history };
}
