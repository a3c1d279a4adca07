/** The record of one call or text: what came in, what was decided and why. The history and notices are made of these. */
import type { InboundEvent } from "../../retell/event.ts";
import type { Arrival } from "../../routing/arrival.ts";
import type { Facts } from "../../routing/circumstances.ts";
import type { Decision } from "../../routing/decision.ts";
import type { LookupResult } from "../../routing/lookups/result.ts";
import type { LookupTold } from "../facts/found.ts";

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
  /** Its JSON, once `jsonOf` has made it for all who ask. */
  json?: CallJson | undefined;
}

/** What is told of a call, as JSON. */
export interface CallJson {
  /** A {@link CallRecord}. */
  readonly record: string;
  /** The fields of its line in the log: members of an object, without the braces, fit to be shown. */
  readonly log: string;
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
