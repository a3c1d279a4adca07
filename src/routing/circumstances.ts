/** What a call is decided by. */
import type { Call, Caller } from "./callers/call.ts";
import type { Decision } from "./decision.ts";
import type { LookupResult } from "./lookups/result.ts";

/**
 * What is known of a call, and that neither it nor the table says. Plain data, gathered beforehand: the clock, the
 * counters and whatever else lies outside are never asked while a call is decided.
 */
export interface Facts {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** What a split by call is drawn by: the same for every try of one call, another for each call. */
  readonly drawKey: string;
  /** The limits that are reached for this call, by name. */
  readonly over: ReadonlySet<string>;
  /** The flag files that are there, as absolute paths. */
  readonly flags: ReadonlySet<string>;
  /** What look-ups found, by their id; one that is not here is missing. */
  readonly lookups: ReadonlyMap<string, LookupResult>;
  /** The caller's earlier calls; undefined where nothing asks, and for those who hide their number. */
  readonly history: CallerHistory | undefined;
}

/** The earlier calls and texts of one caller to the numbers of one client, those that were rejected among them. */
export interface CallerHistory {
  readonly calls: number;
  /** The date of the last one in the client's time zone, such as `2026-12-25`; undefined where there was none. */
  readonly last: string | undefined;
  /** The agent that took the last one that was not rejected: its name in `[agents]`, or its id. */
  readonly lastAgent: string | undefined;
}

/** That of somebody who calls for the first time. */
export const FIRST_CALL: CallerHistory = { calls: 0, last: undefined, lastAgent: undefined };

/** Everything that conditions and templates may ask about. */
export interface Circumstances extends Facts {
  readonly call: Call;
  /** The number dialled: normalized where it is a phone number, else as sent. */
  readonly dialled: string;
  readonly caller: Caller;
  /** Only for what is told when the call is decided. */
  readonly decision?: Decision;
}

/** Puts together what is known of a call that has arrived. */
export function circumstancesOf(
  { call, dialled, caller }: Pick<Circumstances, "call" | "dialled" | "caller">,
  facts: Facts,
): Circumstances {
  const { nowMs, drawKey, over, flags, lookups, history } = facts;
  return { nowMs, drawKey, over, flags, lookups, history, call, dialled, caller };
}
