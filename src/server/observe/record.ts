/** The record of one call or text: what came in, what was decided and why. The history and notices are made of these. */
import type { InboundEvent } from "../../retell/event.ts";
import type { Arrival } from "../../routing/arrival.ts";
import { channelWord } from "../../routing/callers/call.ts";
import type { CallerHistory, Facts } from "../../routing/circumstances.ts";
import type { Decision } from "../../routing/decision.ts";
import type { LookupResult } from "../../routing/lookups/result.ts";
import { takenBy } from "../../routing/taken-by.ts";
import { reasonWords } from "../../routing/words/decisions.ts";
import { ruleTitle } from "../../routing/words/named.ts";
import type { LookupTold } from "../facts/found.ts";
import { timeText } from "./time-text.ts";

/** A call or text that was decided. */
export interface AnsweredCall {
  readonly event: InboundEvent;
  readonly arrival: Arrival;
  /** What it was decided by. */
  readonly facts: Facts;
  /** Whether each limit that its rules can ask about was reached, by name. */
  readonly verdicts: ReadonlyMap<string, boolean>;
  readonly decision: Decision;
  /** What look-ups said about it. */
  readonly lookups: readonly LookupTold[];
  /** Whether the same call was decided before: then it is told again, and is no other call. */
  readonly isRetry: boolean;
  /** The hash of the configuration that decided. */
  readonly config: string;
  /** From the whole body to the answer, in milliseconds; without the time that it was held. */
  readonly ms: number;
  /** What deciding took of that, in milliseconds. */
  readonly decisionMs: number;
  /** Its record, once `recordOf` has made it for all who ask. */
  record?: CallRecord | undefined;
}

/**
 * What is known of one call: plain JSON, one line of a history file. A key without a value is undefined, and left out in JSON.
 *
 * `v` is the version of this form: a change that a reader must know of counts it up. The keys that a start reads of every
 * record stand first.
 */
export interface CallRecord {
  readonly v: 1;
  /** When the call was first asked about, in ISO 8601 and UTC with milliseconds. */
  readonly time: string;
  /** The client whose number was called; empty for a number of the main file, and one that nobody has. */
  readonly client: string;
  /** Who called, in the form that callers are told apart by; not there for one who withholds the number. */
  readonly caller?: string | undefined;
  readonly outcome: Decision["outcome"];
  /** The agent that took the call, by its name in `[agents]`, else by its id. */
  readonly agent?: string | undefined;
  /** The limits that the call counts for, by name. */
  readonly counted?: readonly string[] | undefined;

  readonly channel: "call" | "text";
  /** The caller as sent. */
  readonly from: string;
  /** The number dialled, as sent. */
  readonly to: string;
  /** The id of the call or text. */
  readonly id?: string | undefined;
  /** The agent that Retell has bound to the number. */
  readonly agent_id?: string | undefined;
  /** SIP headers, names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;

  /** What Retell was told: the agent by its id, and the version of it where one was named. */
  readonly override_agent_id?: string | undefined;
  readonly override_agent_version?: string | number | undefined;
  /** The entry of `[numbers]` that decided. */
  readonly entry?: string | undefined;
  /** The rule that decided: its name, or `rule 3` for one without. */
  readonly rule?: string | undefined;
  /** The ruleset that it is in. */
  readonly ruleset?: string | undefined;
  /** Why, in the one line that the log has. */
  readonly reason: string;

  /** Whether each limit that could be asked about the call was reached, by name. */
  readonly limits?: Readonly<Record<string, boolean>> | undefined;
  /** Whether each flag file that could be asked for was there, by its absolute path. */
  readonly flags?: Readonly<Record<string, boolean>> | undefined;
  /** What `history.*` stood for, where it could be asked for. */
  readonly history?: RecordedHistory | undefined;
  /** What look-ups found, by name, as far as the decision used them. */
  readonly lookups?: Readonly<Record<string, LookupResult>> | undefined;
  /** The hash of the configuration that decided: 12 hexadecimal digits. */
  readonly config: string;
  /** From the whole body to the decision, in milliseconds. */
  readonly ms: number;
}

/** The caller's earlier calls to this client, when this one came. */
export interface RecordedHistory {
  readonly calls: number;
  /** The date of the last one in the client's time zone, such as `2026-12-25`. */
  readonly last?: string | undefined;
  /** The agent that took the last one that an agent took, as {@link CallRecord.agent}. */
  readonly last_agent?: string | undefined;
}

/** The record of a call: made once, for all who ask for it. */
export function recordOf(call: AnsweredCall): CallRecord {
  call.record ??= makeRecord(call);
  return call.record;
}

function makeRecord({ arrival, decision, facts, verdicts, config, ms }: AnsweredCall): CallRecord {
  const { call, caller, scope } = arrival;
  const { id, boundAgentId, headers } = call;
  const { outcome, entry, cause, limits } = decision;
  const agent = outcome === "agent" ? decision.agent : undefined;
  const rule = cause.kind === "rule" ? cause.rule : undefined;
  return {
    v: 1,
    time: timeText(facts.nowMs),
    client: decision.client,
    caller: caller.identity,
    outcome,
    agent: takenBy(decision, boundAgentId, scope.agentNames),
    counted: outcome !== "reject" && limits.length > 0 ? limits : undefined,
    channel: channelWord(call),
    from: call.from,
    to: call.to,
    id: id || undefined,
    agent_id: boundAgentId,
    headers: isEmpty(headers) ? undefined : headers,
    override_agent_id: agent?.id,
    override_agent_version: agent?.version,
    entry,
    rule: rule && ruleTitle(rule),
    ruleset: rule?.ruleset,
    reason: reasonWords(decision),
    limits: verdicts.size > 0 ? Object.fromEntries(verdicts) : undefined,
    flags: flagsAsked(arrival, facts),
    history: facts.history && recordedHistory(facts.history),
    lookups: lookupsAsked(arrival, facts),
    config,
    ms: Math.round(ms * 1000) / 1000,
  };
}

function isEmpty(table: Readonly<Record<string, unknown>>): boolean {
  for (const key in table) if (Object.hasOwn(table, key)) return false;
  return true;
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

function flagsAsked({ next }: Arrival, { flags }: Facts): CallRecord["flags"] {
  if ("refused" in next || next.route.asks.flags.length === 0) return undefined;
  return Object.fromEntries(next.route.asks.flags.map((path) => [path, flags.has(path)]));
}
