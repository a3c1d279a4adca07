/** @jsxImportSource hono/jsx */
/** What became of a call, in a word and a colour. */
import { printable, shortened } from "../../../../config/findings/printable.ts";
import type { CallRecord } from "../../../observe/record.ts";

/** What becomes of calls, for headings and legends. */
export const OUTCOME_WORDS: Readonly<Record<CallRecord["outcome"], string>> = {
  agent: "To an agent",
  pass: "Passed",
  reject: "Rejected",
};

/** The longest text of one thing that callers or files supply, in UTF-16 code units. */
const LONGEST = 600;

/** A text of any origin, fit to be shown. */
export function shown(text: string): string {
  return printable(shortened(text, LONGEST));
}

/** Who took a call. */
export function OutcomeChip({
  outcome,
  agent,
}: {
  outcome: CallRecord["outcome"];
  agent?: string | undefined;
}) {
  const words = outcome === "agent" && agent !== undefined ? shown(agent) : OUTCOME_WORDS[outcome];
  return <span class={`chip ${outcome}`}>{words}</span>;
}
