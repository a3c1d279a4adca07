/** What would become of a call, and why: for `switchhook explain` and the admin listener alike. */
import { answerText } from "../../retell/answer.ts";
import type { InboundEvent } from "../../retell/event.ts";
import type { Facts } from "../../routing/circumstances.ts";
import { type Explained, explainCall } from "../../routing/decide.ts";
import type { Table } from "../../routing/table/table.ts";
import { momentText } from "../../routing/time/moment.ts";
import { type StepWords, stepWords } from "../../routing/words/decisions.ts";
import { noticeText } from "../../routing/words/named.ts";
import { ASK_HINT, lookupJson, type Sources, sourceWords } from "./lookup-source.ts";

/** A call that is explained, and what is known besides. */
export interface ExplainedCase {
  readonly table: Table;
  readonly event: InboundEvent;
  readonly facts: Facts;
  /** How it is known what look-ups say. */
  readonly sources: Sources;
  /** The time zones of the schedules; the time is shown in the first. */
  readonly zones: ReadonlySet<string>;
}

/** The decision on a call with its steps, and the answer to Retell. */
export interface Explanation extends Explained {
  readonly event: InboundEvent;
  readonly sources: Sources;
  /** When, as `--at` and `[[expect]]` take it. */
  readonly at: string;
  /** The body of the answer. */
  readonly answer: Readonly<Record<string, unknown>>;
}

/** Explains the decision on a call. Pure. */
export function explanationOf({ table, event, facts, sources, zones }: ExplainedCase): Explanation {
  const explained = explainCall(table, event, facts);
  const answer = JSON.parse(answerText(event.channel, explained.decision));
  return { ...explained, event, sources, at: momentText(facts.nowMs, zones), answer };
}

/** The steps in words. @param lookupHint what to do about look-ups that are not asked */
export function stepsInWords({ steps, sources }: Explanation, lookupHint?: string): StepWords[] {
  return steps.map((step) => {
    const { topic, finding } = stepWords(step);
    if (step.kind !== "lookup") return { topic, finding };
    return { topic, finding: finding + sourceWords(step, sources, lookupHint) };
  });
}

/** An explanation for programs: `explain --json`, and `/api/explain`. */
export function explanationJson(explanation: Explanation) {
  const { decision, steps, sources, at, answer } = explanation;
  const { outcome, client, entry, rule, applied } = decision;
  const agent = decision.outcome === "agent" ? decision.agent : undefined;
  const delayMs = decision.outcome === "reject" ? 0 : decision.delayMs;
  const asked = steps.flatMap((step) => (step.kind === "lookup" ? [lookupJson(step, sources)] : []));
  const words = stepsInWords(explanation, ASK_HINT);
  const lookups = asked.length > 0 ? asked : undefined;
  const notify = decision.notify.map(noticeText);
  return {
    ...{ outcome, client, entry, rule, applied, agent, at, delayMs },
    ...{ notify, lookups, steps: words, answer },
  };
}
