/** What the JSON of calls has in common that are decided alike: what stands around that which each has of its own. */
import { printable } from "../../../config/findings/printable.ts";
import type { Agent } from "../../../routing/agent.ts";
import { channelWord } from "../../../routing/callers/call.ts";
import type { RuleName } from "../../../routing/decision.ts";
import { takenBy } from "../../../routing/taken-by.ts";
import { agentWords, ruleTitle } from "../../../routing/words/named.ts";
import type { AnsweredCall, CallRecord } from "../record.ts";

/** So many frames are known, some 1 KB each; then all are forgotten. */
const MOST_FRAMES = 4000;
/** So many of them for one entry of `[numbers]`. */
const MOST_BESIDE = 8;

/** The pieces of JSON around what a call has of its own, in their order: that of its record first, then those of the log. */
export interface Frame {
  /** Up to the text of the caller. */
  readonly caller: string;
  /** The same where the number is withheld: no text comes between this and the next piece. */
  readonly withheld: string;
  readonly outcome: string;
  /** Up to the text of the caller as sent. */
  readonly from: string;
  /** Behind the text of the last of both sides and the id. */
  readonly agentId: string;
  /** Up to the reason. */
  readonly reason: string;
  /** Up to the number of milliseconds. */
  readonly ms: string;
  /** As {@link from}. */
  readonly logFrom: string;
  /** As {@link reason}, but behind the text of the last of both sides and the id. */
  readonly logReason: string;
  /** Up to the number of microseconds. */
  readonly logUs: string;
}

/** What a frame is made of. */
interface Alike {
  readonly client: string;
  readonly channel: CallRecord["channel"];
  readonly outcome: CallRecord["outcome"];
  readonly agent: Agent | undefined;
  readonly taken: string | undefined;
  readonly boundAgentId: string | undefined;
  readonly entry: string | undefined;
  readonly rule: RuleName | undefined;
  readonly config: string;
}

/** By the entry of `[numbers]`, which tells most apart. */
const known = new Map<string, (Alike & { readonly frame: Frame })[]>();
let knownCount = 0;

/** The frame of a call: that of one before it that was decided alike, else a new one. */
export function frameOf({ arrival, decision, config }: AnsweredCall): Frame {
  const { call, scope } = arrival;
  const { boundAgentId } = call;
  const { client, outcome, entry, cause } = decision;
  const channel = channelWord(call);
  const agent = outcome === "agent" ? decision.agent : undefined;
  const taken = takenBy(decision, boundAgentId, scope.agentNames);
  const rule = cause.kind === "rule" ? cause.rule : undefined;
  const beside = known.get(entry ?? "");
  if (beside) {
    for (const each of beside) {
      const isDecidedAlike = each.outcome === outcome && each.agent === agent && each.rule === rule;
      if (!isDecidedAlike || each.taken !== taken || each.boundAgentId !== boundAgentId) continue;
      if (each.entry !== entry || each.client !== client || each.channel !== channel) continue;
      if (each.config === config) return each.frame;
    }
  }
  const alike: Alike = { client, channel, outcome, agent, taken, boundAgentId, entry, rule, config };
  const frame = newFrame(alike);
  know(entry ?? "", { ...alike, frame });
  return frame;
}

function know(entry: string, made: Alike & { readonly frame: Frame }): void {
  if (knownCount >= MOST_FRAMES) {
    known.clear();
    knownCount = 0;
  }
  const beside = known.get(entry);
  if (beside && beside.length >= MOST_BESIDE) return;
  if (beside) beside.push(made);
  else known.set(entry, [made]);
  knownCount++;
}

function newFrame({
  client,
  channel,
  outcome,
  agent,
  taken,
  boundAgentId,
  entry,
  rule,
  config,
}: Alike): Frame {
  const title = rule && ruleTitle(rule);
  const decided = {
    override_agent_id: agent?.id,
    override_agent_version: agent?.version,
    entry,
    rule: title,
    ruleset: rule?.ruleset,
  } satisfies Partial<CallRecord>;
  const shown = (pieces: readonly string[]) => printable(joined(pieces));
  return {
    caller: joined(['",', members({ client }), ',"caller":"']),
    withheld: joined(['",', members({ client })]),
    outcome: joined([",", members({ outcome, agent: taken })]),
    from: joined([",", members({ channel }), ',"from":"']),
    agentId: joined(['"', ...before(members({ agent_id: boundAgentId }))]),
    reason: joined([...before(members(decided)), ',"reason":']),
    ms: joined([",", members({ config }), ',"ms":']),
    logFrom: shown([members({ client: client === "" ? undefined : client, channel }), ',"from":"']),
    logReason: shown([
      '"',
      ...before(members({ agent: agent && agentWords(agent), rule: title })),
      ',"reason":',
    ]),
    logUs: shown([",", members({ config }), ',"us":']),
  };
}

/** The members of an object as JSON; those that are undefined are left out. */
function members(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(fields).slice(1, -1);
}

/** With the comma in front of them, if there are members. */
function before(members: string): readonly string[] {
  return members === "" ? [] : [",", members];
}

/** One text in one piece: a text that was put together with `+` is walked through anew wherever it becomes part of another. */
function joined(pieces: readonly string[]): string {
  return pieces.join("");
}
