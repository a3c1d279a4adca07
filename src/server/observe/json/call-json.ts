/** The JSON of a call, for the history and the log: what calls have in common, with what is a call's own between. */
import { printable } from "../../../config/findings/printable.ts";
import type { Call } from "../../../routing/callers/call.ts";
import type { Decision } from "../../../routing/decision.ts";
import { lookupWords } from "../../../routing/lookups/words.ts";
import { reasonWords } from "../../../routing/words/decisions.ts";
import type { LookupTold } from "../../facts/found.ts";
import type { AnsweredCall, CallJson } from "../record.ts";
import { timeText } from "../time-text.ts";
import { askedJson } from "./asked.ts";
import { frameOf } from "./frames.ts";

/** The JSON of a call: made once, for all who ask for it. */
export function jsonOf(call: AnsweredCall): CallJson {
  call.json ??= makeJson(call);
  return call.json;
}

/** What stands in JSON and in the log as it is, as nearly every text does. */
const PLAIN = /^[ !#-[\]-~]*$/;

function makeJson(answered: AnsweredCall): CallJson {
  const { arrival, decision, facts, lookups, ms } = answered;
  const { call, caller } = arrival;
  const { from, to, id = "" } = call;
  const { identity } = caller;
  const frame = frameOf(answered);

  const isPlain = PLAIN.test(from) && PLAIN.test(to) && PLAIN.test(id);
  const parties = isPlain ? partiesJson(from, to, id) : partiesJson(inner(from), inner(to), inner(id));
  const known = identity === from && isPlain ? identity : identity && inner(identity);
  const start = known === undefined ? frame.withheld : `${frame.caller}${known}"`;
  const { json, logJson } = reasonJson(decision);
  const us = Math.round(ms * 1000);
  const record = `{"v":1,"time":"${timeText(facts.nowMs)}${start}${frame.outcome}${countedJson(decision)}${frame.from}${parties}${frame.agentId}${headersJson(call)}${frame.reason}${json}${askedJson(answered)}${frame.ms}${us / 1000}}`;

  // A call that comes without an id and one whose id is empty are told apart in the log alone.
  const sent = call.id === "" ? `${parties}","id":"` : parties;
  const failures = lookups.length > 0 ? failuresJson(lookups) : "";
  const log = `${frame.logFrom}${isPlain ? sent : printable(sent)}${frame.logReason}${logJson}${failures}${frame.logUs}${us}`;
  return { record: inOnePiece(record), log };
}

/**
 * The same text in one piece. One that was put together is walked through by each who copies it, until somebody has asked for a
 * character: the history and the latest calls both copy a record.
 */
function inOnePiece(text: string): string {
  return text.charCodeAt(0) >= 0 ? text : "";
}

/** From the first character of the caller to the last of the id, or of the number dialled. */
function partiesJson(from: string, to: string, id: string): string {
  return id === "" ? `${from}","to":"${to}` : `${from}","to":"${to}","id":"${id}`;
}

/** A text as JSON has it between quotes. */
function inner(text: string): string {
  return PLAIN.test(text) ? text : JSON.stringify(text).slice(1, -1);
}

/** The reason that came last: under load, most calls have the same. */
let latest = { reason: "", json: '""', logJson: '""' };

function reasonJson(decision: Decision): { readonly json: string; readonly logJson: string } {
  const reason = reasonWords(decision);
  if (latest.reason !== reason) {
    const json = JSON.stringify(reason);
    latest = { reason, json, logJson: printable(json) };
  }
  return latest;
}

/** The limits that a call counts for. */
function countedJson({ outcome, limits }: Decision): string {
  return outcome === "reject" || limits.length === 0 ? "" : `,"counted":${JSON.stringify(limits)}`;
}

function headersJson({ headers }: Call): string {
  for (const name in headers)
    if (Object.hasOwn(headers, name)) return `,"headers":${JSON.stringify(headers)}`;
  return "";
}

/** The look-ups that failed. */
function failuresJson(lookups: readonly LookupTold[]): string {
  const failed = lookups.filter(({ result }) => result.kind === "failed").map(failureWords);
  return failed.length > 0 ? `,"lookups":${printable(JSON.stringify(failed.join("; ")))}` : "";
}

/** `crm failed: it answered 503 (210 ms)` */
function failureWords({ name, result, ms }: LookupTold): string {
  return `${name} ${lookupWords(result)} (${Math.round(ms)} ms)`;
}
