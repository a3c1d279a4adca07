/** The first half of the way of a call: where it arrives in the table, who calls, and whether they are let in. */
import { type Call, type Caller, callerOf, identityOf } from "./callers/call.ts";
import { readSent } from "./callers/phone.ts";
import type { ScreenCause, Step } from "./decision.ts";
import type { LimitPlan } from "./plan.ts";
import type { Entry, Route, Table } from "./table.ts";

/** A call that has arrived at the table. */
export interface Arrival {
  readonly table: Table;
  readonly call: Call;
  /** The number dialled: normalized where it is a phone number, else as sent. */
  readonly dialled: string;
  readonly caller: Caller;
  /** The entry of `[numbers]`; undefined where none matches. */
  readonly entry: Entry | undefined;
  /** Where the call goes on, or why it goes no further. */
  readonly next: { readonly route: Route } | { readonly refused: ScreenCause };
}

/** Told every step, where somebody wants to know all of them. */
export type Record = ((step: Step) => void) | undefined;

/** Finds the route of a call, and screens the caller. Never throws. */
export function receive(table: Table, call: Call, record?: Record): Arrival {
  const { number, key } = readSent(call.to, table.country);
  const dialled = number ?? call.to;
  const caller = callerOf(call.from, table.country, table.contacts);
  const entry = table.entryFor(key);
  if (entry) record?.({ kind: "entry", dialled, entry: entry.name, how: entry.how });
  const next = nextOf(table, call, dialled, caller, entry, record);
  if ("refused" in next) record?.({ kind: "refused", cause: next.refused });
  return { table, call, dialled, caller, entry, next };
}

function nextOf(
  table: Table,
  call: Call,
  dialled: string,
  caller: Caller,
  entry: Entry | undefined,
  record: Record,
): Arrival["next"] {
  if (!entry) return { refused: { kind: "unrouted", dialled, unrouted: table.unrouted } };
  const route = call.channel === "chat" ? (entry.texts ?? entry.calls) : entry.calls;
  const refused = screen(route, caller, record);
  if (refused) return { refused };
  if (call.channel === "chat" && !entry.texts) return { refused: { kind: "no route for texts" } };
  return { route };
}

/** Why a route does not let a caller in: `deny` beats `allow`. */
function screen(route: Route, caller: Caller, record: Record): ScreenCause | undefined {
  for (const { origin, test } of route.deny) {
    const hit = test(caller);
    if (hit) return { kind: "denied", origin, hit };
  }
  if (route.deny.length > 0) record?.({ kind: "not denied", screens: route.deny.map(named) });
  for (const { origin, entries, test } of route.allow) {
    const hit = test(caller);
    if (!hit) return { kind: "not allowed", origin, entries };
    record?.({ kind: "allowed", origin, hit });
  }
  return undefined;
}

function named({ origin, entries }: Route["deny"][number]) {
  return { origin, entries };
}

/** A limit that may be asked about a call. */
export interface LimitUse {
  readonly name: string;
  readonly plan: LimitPlan;
  /** What the limit counts apart: the caller, the dialled number, or nothing. */
  readonly key: string;
}

/** The limits that the rules of a call's route can ask about. */
export function limitsAsked({ table, call, caller, next }: Arrival): LimitUse[] {
  if ("refused" in next || next.route.asks.limits.length === 0) return [];
  return next.route.asks.limits.flatMap((name): LimitUse[] => {
    const plan = table.limits.get(name);
    return plan ? [{ name, plan, key: limitKey(plan.by, caller, call, table) }] : [];
  });
}

/** Those who hide their number cannot be told apart, and are counted as one. */
function limitKey(by: LimitPlan["by"], caller: Caller, call: Call, { country }: Table): string {
  switch (by) {
    case "all":
      return "";
    case "number":
      return identityOf(readSent(call.to, country));
    case "caller":
      return caller.identity ?? "withheld";
  }
}
