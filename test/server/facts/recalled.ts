/** Recalling calls where no other machine is asked. */
import type { Memory } from "../../../src/server/facts/memory.ts";
import type { Try } from "../../../src/server/facts/try.ts";

/** What {@link Memory.recall} says at once, in parts that stand by themselves. */
export function recalled(memory: Memory, ...told: Parameters<Memory["recall"]>): Try {
  const attempt = memory.recall(...told);
  if (attempt instanceof Promise) throw new Error("Cannot recall a call at once: other machines are asked");
  const { known, isRetry, sinceFirstMs } = attempt;
  return {
    known,
    isRetry,
    sinceFirstMs,
    found: () => attempt.found(),
    facts: (lookups) => attempt.facts(lookups),
    verdicts: () => attempt.verdicts(),
    count: (decision) => attempt.count(decision),
  };
}
