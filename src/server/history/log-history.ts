/** What the log says of the history. */
import { RESTORE_PATIENCE_MS } from "../facts/memory.ts";
import { log } from "../observe/log/log.ts";
import { stateProblem } from "../state.ts";
import type { HistoryEvent } from "./history.ts";

/** Logs an event of the history. @param state the state directory, which is named where it is to blame */
export function logHistory(event: HistoryEvent, state: string): void {
  switch (event.kind) {
    case "failing":
      log.error("the history cannot be written; calls are answered all the same, and it is tried again", {
        state,
        reason: stateProblem(event.error),
      });
      break;
    case "dropping":
      log.error("records of calls are dropped: those before them still wait for the disk", { state });
      break;
    case "writing":
      if (event.dropped > 0) log.warning("records of calls were lost", { dropped: event.dropped });
      else log.info("the history is written again; nothing was lost");
      break;
    case "not restored":
      log.error("earlier calls could not be read from the history: limits and `history.*` begin anew", {
        state,
        reason: event.reason,
      });
      break;
    case "restored":
      logRestored(event);
      break;
  }
}

function logRestored({
  calls,
  ms,
  unreadable,
  unreadableCount,
  torn,
}: HistoryEvent & { kind: "restored" }): void {
  for (const file of torn) {
    log.warning("the last line of the history was torn, and is dropped", { file });
  }
  if (unreadableCount > 0) {
    log.warning("lines of the history are no records, and are left out", {
      lines: unreadableCount,
      first: unreadable.join(", "),
    });
  }
  if (ms > RESTORE_PATIENCE_MS) {
    log.warning("reading earlier calls took long: some calls were decided before all of them were known");
  }
  log.info("earlier calls were read from the history", { calls, ms: Math.round(ms) });
}
