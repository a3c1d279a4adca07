/** What would become of a call, and why: for `switchhook explain` and the admin listener alike. */
import { answerBody } from "../../retell/answer.ts";
import type { InboundEvent } from "../../retell/event.ts";
import type { Facts } from "../../routing/circumstances.ts";
import { type Explained, explainCall } from "../../routing/decide.ts";
import type { Table } from "../../routing/table/table.ts";
import { momentText } from "../../routing/time/moment.ts";
import { type StepWords, stepWords } from "../../routing/words.ts";
import { answerOf } from "../webhook/app.ts";
import { lookupJson, type Sources, sourceWords } from "./lookup-source.ts";

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

/** The decision on a call with its steps in words, and the answer to Retell. */
export interface Explanation extends Explained {
  readonly event: InboundEvent;
  readonly sources: Sources;
  /** When, as `--at` and `[[expect]]` take it. */
  readonly at: string;
  readonly words: readonly StepWords[];
  /** The body of the answer. */
  readonly answer: ReturnType<typeof answerBody>;
}

/** Explains the decision on a call. Pure. */
export function explanationOf({ table, event, facts, sources, zones }: ExplainedCase): Explanation {
  const explained = explainCall(table, event, facts);
  const words = explained.steps.map((step) => {
    const { topic, finding } = stepWords(step);
    return { topic, finding: step.kind === "lookup" ? finding + sourceWords(step, sources) : finding };
  });
  const answer = answerBody(event.channel, answerOf(explained.decision));
  return { ...explained, event, sources, at: momentText(facts.nowMs, zones), words, answer };
}

/** An explanation for programs: `explain --json`, and `/api/explain`. */
export function explanationJson({ decision, steps, words, sources, at, answer }: Explanation) {
  const { outcome, client, entry, rule, applied } = decision;
  const agent = decision.outcome === "agent" ? decision.agent : undefined;
  const delayMs = decision.outcome === "reject" ? 0 : decision.delayMs;
  const asked = steps.flatMap((step) => (step.kind === "lookup" ? [lookupJson(step, sources)] : []));
  const lookups = asked.length > 0 ? asked : undefined;
  return { outcome, client, entry, rule, applied, agent, at, delayMs, lookups, steps: words, answer };
}
