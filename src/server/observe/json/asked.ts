/** What was asked about a call before it was decided, and what came of it, as the record of the call has it. */
import type { Arrival } from "../../../routing/arrival.ts";
import type { CallerHistory, Facts } from "../../../routing/circumstances.ts";
import type { AnsweredCall, CallRecord, RecordedHistory } from "../record.ts";

const NONE: readonly never[] = [];

/** The members of it as JSON, each behind a comma; empty where nothing was asked. */
export function askedJson({ arrival, facts, verdicts }: AnsweredCall): string {
  const flags = flagsAsked(arrival);
  const { history, lookups } = facts;
  if (verdicts.size === 0 && flags.length === 0 && !history && lookups.size === 0) return "";
  const asked = {
    limits: verdicts.size > 0 ? Object.fromEntries(verdicts) : undefined,
    flags:
      flags.length > 0 ? Object.fromEntries(flags.map((path) => [path, facts.flags.has(path)])) : undefined,
    history: history && recordedHistory(history),
    lookups: lookupsAsked(arrival, facts),
  } satisfies Partial<CallRecord>;
  const json = JSON.stringify(asked);
  return json === "{}" ? "" : `,${json.slice(1, -1)}`;
}

function flagsAsked({ next }: Arrival): readonly string[] {
  return "refused" in next ? NONE : next.route.asks.flags;
}

function recordedHistory({ calls, last, lastAgent }: CallerHistory): RecordedHistory {
  return { calls, last, last_agent: lastAgent };
}

/** What look-ups said: of what was found, what the configuration uses. */
function lookupsAsked({ scope }: Arrival, { lookups }: Facts): CallRecord["lookups"] {
  if (lookups.size === 0) return undefined;
  const recorded = Array.from(scope.lookups.values()).flatMap(({ name, id }) => {
    const result = lookups.get(id);
    if (!result) return [];
    const isFound = result.kind === "found";
    return [
      [name, isFound ? { ...result, value: scope.lookupPaths.usedOf(id, result.value) } : result] as const,
    ];
  });
  return recorded.length > 0 ? Object.fromEntries(recorded) : undefined;
}
