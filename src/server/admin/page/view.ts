/** All that the status page shows, as plain data. */
import { createHash } from "node:crypto";
import type { Sliced } from "../../../routing/slices.ts";
import { CALL_PARAMETERS, explainAsked } from "../../explain/asked.ts";
import type { Explanation } from "../../explain/explanation.ts";
import type { Desk } from "../../live/desk.ts";
import type { Activity } from "../../observe/activity.ts";
import { maskedRecord } from "../../observe/mask-record.ts";
import { MOST_RECENT, type RecentCalls } from "../../observe/recent.ts";
import type { CallRecord } from "../../observe/record.ts";
import type { Total, Totals } from "../../observe/totals.ts";
import type { Measured } from "../metrics-text.ts";
import { type Known, type StatusReport, statusReport } from "../report.ts";
import { type Clock, clockIn, prepareClock } from "./clock.ts";
import { type Filter, filtered, readFilter } from "./filter.ts";
import { type ScheduleNow, schedulesNow } from "./schedules.ts";

/** What the page is made from. */
export interface Seen extends Known, Pick<Measured, "mask"> {
  readonly totals: Totals;
  readonly recent: RecentCalls;
  /** The desk in force. */
  readonly desk: Pick<Desk, "table" | "zones">;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What the page shows. */
export interface View {
  readonly query: URLSearchParams;
  readonly clock: Clock;
  readonly status: StatusReport;
  readonly hours: ReturnType<Activity["hours"]>;
  readonly calls: {
    readonly shown: readonly CallRecord[];
    readonly all: number;
    readonly filter: Filter;
    readonly areMasked: boolean;
  };
  /** The names of clients, those of the configuration in force. */
  readonly clients: readonly string[];
  readonly totals: { readonly clients: readonly Total[]; readonly numbers: readonly Total[] };
  readonly schedules: { readonly shown: readonly ScheduleNow[]; readonly more: number };
  /** The time zones in which a time without one is read: one at most where that can be told. */
  readonly zones: ReadonlySet<string>;
  /** Undefined where nothing is asked. */
  readonly explanation: Explanation | { readonly problem: string } | undefined;
}

/** The latest calls as they may be shown, the newest first. */
export function callsShown(
  { recent, mask }: Pick<Seen, "recent" | "mask">,
  most = MOST_RECENT,
): CallRecord[] {
  const records = recent.latest(most);
  return mask ? records.map(maskedRecord) : records;
}

/** Makes the view that a URL asks for. */
export function* viewOf(seen: Seen, query: URLSearchParams): Sliced<View> {
  const { activity, desk, totals, mask, now } = seen;
  const nowMs = now();
  const records = callsShown(seen);
  const filter = readFilter(query);
  const isAsked = CALL_PARAMETERS.some((name) => query.get(name));
  const timezone = desk.table.scopes.get("")?.timezone ?? "UTC";
  yield* prepareClock(timezone);
  const schedules = yield* schedulesNow(desk.table, filter.client, nowMs);
  const explanation = isAsked ? explainAsked(query, desk, nowMs) : undefined;
  yield;
  return {
    query,
    clock: clockIn(timezone, nowMs),
    status: statusReport(seen),
    hours: activity.hours(24),
    calls: { shown: filtered(records, filter), all: records.length, filter, areMasked: mask !== undefined },
    clients: Array.from(desk.table.scopes.keys()).filter((client) => client !== ""),
    totals: { clients: totals.clients.ranked(), numbers: totals.numbers.ranked(mask) },
    schedules,
    zones: desk.zones,
    explanation,
  };
}

/** What changes whenever the page would look different, at least once a minute: an entity tag, cheap to make. */
export function versionOf(seen: Seen, query: URLSearchParams): string {
  const minute = Math.floor(seen.now() / 60_000);
  const parts = [minute, seen.recent.count, seen.mask !== undefined, statusReport(seen), query.toString()];
  return `"${createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22)}"`;
}
