/** Deciding a recorded call anew, under another configuration, by what was known of it then. */
import { type Arrival, receive, receiveSigned } from "../../routing/arrival.ts";
import type { Call } from "../../routing/callers/call.ts";
import { type CallerHistory, type Facts, FIRST_CALL } from "../../routing/circumstances.ts";
import { decide } from "../../routing/decide.ts";
import type { Decision } from "../../routing/decision.ts";
import { lookupsAsked } from "../../routing/lookups/asked.ts";
import type { Table } from "../../routing/table/table.ts";
import { drawKeyOf } from "../facts/try.ts";
import type { CallRecord } from "../observe/record.ts";

/** Something that decides the call now, and that its record says nothing of: nobody asked for it then. */
export type Unknown =
  /** A limit; it is taken as not reached. */
  | { readonly kind: "limit"; readonly name: string }
  /** A flag file; it is taken as not there. */
  | { readonly kind: "flag"; readonly name: string }
  /** The caller's earlier calls; there are taken to be none. */
  | { readonly kind: "history"; readonly name: "history" }
  /** A look-up; it is taken to have found nobody. */
  | { readonly kind: "lookup"; readonly name: string };

/** A recorded call, decided anew. */
export interface DecidedAnew {
  readonly decision: Decision;
  readonly unknown: readonly Unknown[];
}

/** Decides a recorded call by another table. Pure: nothing counts it. */
export function decideAnew(table: Table, record: CallRecord): DecidedAnew {
  const { arrival, facts } = recalled(table, record);
  const decision = decide(arrival, facts);
  return { decision, unknown: unknownTo(record, arrival, decision) };
}

/** A recorded call as it arrives at a table, and what was known of it then. */
export function recalled(
  table: Table,
  record: CallRecord,
): { readonly arrival: Arrival; readonly facts: Facts } {
  const call = callOf(record);
  const arrival = arrivalOf(table, call, record);
  const nowMs = Date.parse(record.time);
  const { limits = {}, flags = {} } = record;
  const there = (of: Readonly<Record<string, boolean>>) =>
    new Set(Object.keys(of).filter((name) => of[name] === true));
  const facts = {
    nowMs,
    drawKey: drawKeyOf(call, nowMs),
    over: there(limits),
    flags: there(flags),
    history: historyOf(record),
    lookups: lookupsOf(record, arrival),
  };
  return { arrival, facts };
}

/** The caller's earlier calls, as they were recorded. */
export function historyOf({ history }: Pick<CallRecord, "history">): CallerHistory {
  if (!history) return FIRST_CALL;
  return { calls: history.calls, last: history.last, lastAgent: history.last_agent };
}

/** What look-ups said, as it was recorded: by their names, which may mean another one now. */
function lookupsOf({ lookups = {} }: CallRecord, { scope }: Arrival): Facts["lookups"] {
  return new Map(
    Object.entries(lookups).flatMap(([name, result]) => {
      const id = scope.lookups.get(name)?.id;
      return id === undefined ? [] : [[id, result] as const];
    }),
  );
}

/** The call that a record is of. */
export function callOf({ channel, from, to, id, agent_id, headers = {} }: CallRecord): Call {
  return { channel: channel === "text" ? "chat" : "call", from, to, id, boundAgentId: agent_id, headers };
}

/** Where a call arrives; one to a number that nobody has, with the client whose key it was signed with then. */
function arrivalOf(table: Table, call: Call, { client, entry }: CallRecord): Arrival {
  const account = entry === undefined && table.accounts.has(client) ? client : undefined;
  const signed = account === undefined ? "foreign" : receiveSigned(table, call, account);
  return signed === "foreign" ? receive(table, call) : signed;
}

function unknownTo(record: CallRecord, arrival: Arrival, decision: Decision): readonly Unknown[] {
  const { next, caller } = arrival;
  if ("refused" in next) return [];
  const { asks } = next.route;
  const { limits = {}, flags = {}, lookups = {} } = record;
  const isHistoryUnknown = asks.history && !record.history && caller.identity !== undefined;
  return [
    ...decision.limits.flatMap((name) =>
      Object.hasOwn(limits, name) ? [] : [{ kind: "limit", name } as const],
    ),
    ...asks.flags.flatMap((name) => (Object.hasOwn(flags, name) ? [] : [{ kind: "flag", name } as const])),
    ...lookupsAsked(arrival).flatMap(({ name }) =>
      Object.hasOwn(lookups, name) ? [] : [{ kind: "lookup", name } as const],
    ),
    ...(isHistoryUnknown ? [{ kind: "history", name: "history" } as const] : []),
  ];
}
