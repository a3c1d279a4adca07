/** How the schedules of a configuration are at a moment. */
import type { Sliced } from "../../../routing/slices.ts";
import type { Table } from "../../../routing/table/table.ts";
import type { ScheduleState } from "../../../routing/time/schedule.ts";
import { prepareClock } from "./clock.ts";

/** A schedule at a moment. */
export interface ScheduleNow {
  readonly client: string;
  readonly name: string;
  readonly state: ScheduleState;
  /** When it opens, or closes; in milliseconds since the epoch, undefined where it does not within a year. */
  readonly changesMs: number | undefined;
}

/** So many schedules are shown: an agency may have one for each client. */
export const MOST_SCHEDULES = 60;

/** The schedules of the main file, then those of clients; or those of one client. Clocks for all of them are prepared. */
export function* schedulesNow(
  { scopes }: Table,
  client: string | undefined,
  nowMs: number,
): Sliced<{ readonly shown: readonly ScheduleNow[]; readonly more: number }> {
  const main = scopes.get("")?.schedules;
  const shown: ScheduleNow[] = [];
  let all = 0;
  for (const scope of scopes.values()) {
    if (client !== undefined && scope.client !== client) continue;
    for (const [name, schedule] of scope.schedules) {
      // What clients use of the main file is the main file's.
      if (client === undefined && scope.client !== "" && main?.get(name) === schedule) continue;
      all++;
      if (shown.length >= MOST_SCHEDULES) continue;
      const state = schedule.stateAt(nowMs);
      const { opensMs, closesMs } = schedule.edgesAt(nowMs);
      shown.push({ client: scope.client, name, state, changesMs: state.open ? closesMs : opensMs });
      yield* prepareClock(state.timezone);
      yield;
    }
  }
  return { shown, more: all - shown.length };
}
