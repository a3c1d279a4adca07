/** A server as its admin listener sees it, made of calls that were decided. */
import type { Hono } from "hono";
import type { InboundEvent } from "../../../src/retell/event.ts";
import { explainCall } from "../../../src/routing/decide.ts";
import type { RoutingPlan } from "../../../src/routing/plan.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import { createAdminApp } from "../../../src/server/admin/app.ts";
import type { LookupState } from "../../../src/server/facts/lookups/asker.ts";
import type { LinkState } from "../../../src/server/facts/shared/link.ts";
import type { RemoteState } from "../../../src/server/live/remote/followed.ts";
import { Activity } from "../../../src/server/observe/activity.ts";
import { maskParty } from "../../../src/server/observe/log/mask.ts";
import { Metrics, metricsObserver } from "../../../src/server/observe/metrics/metrics.ts";
import type { AnsweredCall } from "../../../src/server/observe/observer.ts";
import { RecentCalls } from "../../../src/server/observe/recent.ts";
import { Standing } from "../../../src/server/observe/standing.ts";
import { Totals } from "../../../src/server/observe/totals.ts";

/** When it is. */
export const NOW_MS = Date.UTC(2026, 11, 2, 20, 42);

const IN_FORCE = {
  ...{ hash: "0123456789ab", file: "/etc/switchhook/config.toml", loadedMs: NOW_MS - 60_000 },
  ...{ numbers: 1, clients: 0, expectations: 0 },
};

/** A call as it was answered. @param agoMs how long ago */
export function answered(
  routing: RoutingPlan,
  call: Partial<InboundEvent> = {},
  { agoMs = 0, isRetry = false } = {},
): AnsweredCall {
  const event: InboundEvent = {
    ...{ channel: "call", from: "+12137771234", to: "+12137771235", id: undefined },
    ...{ boundAgentId: undefined, headers: {}, ...call },
  };
  const facts = {
    ...{ nowMs: NOW_MS - agoMs, drawKey: "draw", over: new Set<string>(), flags: new Set<string>() },
    ...{ history: undefined, lookups: new Map() },
  };
  const { arrival, decision } = explainCall(compileTable(routing), event, facts);
  return {
    ...{ event, arrival, facts, decision, isRetry, verdicts: new Map(), lookups: [] },
    ...{ config: IN_FORCE.hash, ms: 0.1, decisionMs: 0.05 },
  };
}

/** The admin listener of a server that answered some calls, the oldest first. */
export function adminOf(
  routing: RoutingPlan,
  calls: readonly AnsweredCall[],
  {
    isMasked = false,
    lookups = [],
    remote = [],
    shared,
  }: {
    isMasked?: boolean;
    lookups?: readonly LookupState[];
    remote?: readonly RemoteState[];
    shared?: LinkState;
  } = {},
): { readonly app: Hono; readonly tell: (call: AnsweredCall) => void; readonly standing: Standing } {
  const now = () => NOW_MS;
  const [metrics, activity, totals, recent] = [
    new Metrics(),
    new Activity(now),
    new Totals(now),
    new RecentCalls(),
  ];
  const standing = new Standing(IN_FORCE, now);
  const observers = [metricsObserver(metrics), activity, totals, recent];
  const tell = (call: AnsweredCall) => {
    for (const observer of observers) observer.answered(call);
  };
  for (const call of calls) tell(call);
  const desk = { table: compileTable(routing), zones: new Set<string>() };
  const app = createAdminApp({
    look: () => ({
      ...{ metrics, activity, totals, recent, standing, desk, now, sinceMs: NOW_MS - 3_600_000 },
      ...{ version: "0.1.0", logDropped: () => 0, historyDropped: () => 0 },
      ...{ lookups, remote, shared, notices: () => new Map() },
      mask: isMasked ? maskParty : undefined,
    }),
    token: () => undefined,
    reload: () => Promise.reject(new Error("nothing reloads here")),
  });
  return { app, tell, standing };
}
