/** `lookup` of `[[expect]]`: what look-ups find in a case that asks nobody. */
import type { Lookup } from "../../../routing/lookups/compile.ts";
import { readGiven } from "../../../routing/lookups/given.ts";
import type { LookupResult } from "../../../routing/lookups/result.ts";
import { didYouMean, type Findings, type Path } from "../../findings/findings.ts";
import { fittingEntries } from "../../shape/fitting.ts";
import type { ExpectationDocument } from "../../shape/schema/schema.ts";

/**
 * Reads what is given for look-ups, by their id; undefined where something is wrong with it, which is reported.
 *
 * @param lookups those that there are for the call; undefined where that is not known
 */
export function readGivenLookups(
  given: ExpectationDocument["lookup"],
  path: Path,
  lookups: ReadonlyMap<string, Lookup> | undefined,
  findings: Findings,
): ReadonlyMap<string, LookupResult> | undefined {
  const results = new Map<string, LookupResult>();
  let areRead = true;
  for (const [name, value] of fittingEntries(given)) {
    const place = [...path, name];
    const lookup = lookups?.get(name);
    if (lookups && !lookup) {
      areRead = false;
      const hint = didYouMean(name, lookups.keys());
      findings.error(place, `there is no look-up ${findings.quote(name)} in [lookups]`, { at: "key", hint });
    }
    const read = readGiven(JSON.parse(JSON.stringify(value)));
    if ("problem" in read) {
      areRead = false;
      findings.error(place, read.problem, { hint: read.hint });
    } else if (lookup) results.set(lookup.id, read.result);
  }
  return areRead ? results : undefined;
}
