/** What is counted of the server's work: plain numbers, which cost next to nothing until somebody asks for them. */
import { channelWord } from "../../../routing/callers/call.ts";
import type { AnsweredCall, Observer, Refusal, ReloadEvent, WebhookObserver } from "../observer.ts";
import { Histogram } from "./histogram.ts";
import { LookupCounters } from "./lookups.ts";
import { LabelledCounter } from "./series.ts";

/** What calls are told apart by. */
export type CallLabel = "client" | "number" | "channel" | "outcome" | "agent";

/** What became of a reload. */
export type ReloadResult = "applied" | "unchanged" | "refused" | "failed";

/** How many values of each label are told apart. */
const MOST = { client: 200, number: 200, channel: 2, outcome: 4, agent: 200 } as const;
/** How many combinations of them are. */
const MOST_SERIES = 1000;

/** The counters of a running server. They outlive its configurations. */
export class Metrics {
  readonly calls = new LabelledCounter<CallLabel>(MOST, MOST_SERIES, "number");
  readonly refused: Record<Refusal["kind"], number> = {
    address: 0,
    "too large": 0,
    "broken off": 0,
    "too slow": 0,
    "malformed request": 0,
    "no signature": 0,
    "malformed signature": 0,
    "wrong key": 0,
    "stale signature": 0,
    "key of another client": 0,
    invalid: 0,
    method: 0,
    path: 0,
  };
  readonly reloads: Record<ReloadResult, number> = { applied: 0, unchanged: 0, refused: 0, failed: 0 };
  /** Calls that were passed because of a fault of ours. */
  faults = 0;
  /** Signed events that are neither calls nor texts. */
  misplaced = 0;
  readonly answer = new Histogram();
  readonly decision = new Histogram();
  readonly lookups = new LookupCounters();
  /** How long calls waited for the server through which machines count together. */
  readonly shared = new Histogram();
}

/** An observer that counts. */
export function metricsObserver(metrics: Metrics): WebhookObserver & Pick<Observer, "reloaded"> {
  return {
    answered(call) {
      countCall(metrics, call);
      for (const told of call.lookups) metrics.lookups.count(told);
    },
    failed() {
      metrics.faults++;
    },
    misplaced() {
      metrics.misplaced++;
    },
    refused({ kind }) {
      metrics.refused[kind]++;
    },
    reloaded(event) {
      const result = resultOf(event);
      if (result) metrics.reloads[result]++;
    },
  };
}

function countCall({ calls, answer, decision: decisions }: Metrics, call: AnsweredCall): void {
  const { decision, event, ms, decisionMs } = call;
  const { client, entry, outcome } = decision;
  const agent = outcome === "agent" ? (decision.agent.name ?? decision.agent.id) : "";
  calls.count({
    client,
    // The entry as it is written: a number that none matches is a caller's choice.
    number: entry ?? "",
    channel: channelWord(event),
    outcome,
    agent,
  });
  answer.observe(ms);
  decisions.observe(decisionMs);
}

function resultOf({ kind }: ReloadEvent): ReloadResult | undefined {
  return kind === "detached" ? undefined : kind;
}
