/** The `[[expect]]` that holds for a call that was explained. */
import { printable } from "../../config/findings/printable.ts";
import type { GivenHistory } from "../../config/judge/expectations/given-history.ts";
import type { Finding } from "../../routing/decision.ts";
import { escapeTemplate } from "../../routing/templates/template.ts";
import type { Explanation } from "./explanation.ts";
import { expectedLookup } from "./lookup-source.ts";

/** What was given for the call besides itself. */
export interface Given {
  /** Limits that are taken as reached. */
  readonly over?: readonly string[] | undefined;
  readonly history?: GivenHistory | undefined;
}

/** The `[[expect]]` that holds for a decision, ready to paste: its lines. */
export function expectationOf(
  { event, decision, steps, at }: Explanation,
  { over = [], history }: Given = {},
): string[] {
  const exists = [
    ...new Set(steps.flatMap((step) => (step.kind === "rule" ? step.findings.flatMap(flagsThere) : []))),
  ];
  // What looks like a template in what callers send is none.
  const text = (value: string) => printable(JSON.stringify(escapeTemplate(value)));
  const key = (name: string) => printable(JSON.stringify(name));
  // Where no rule decides, one that continues may apply.
  const rule = decision.rule ?? decision.applied.findLast(({ name }) => name !== undefined)?.name;
  const headers = Object.entries(event.headers).map(([name, value]) => `${key(name)} = ${text(value)}`);
  return [
    "[[expect]]",
    `to = ${text(event.to)}`,
    `from = ${text(event.from)}`,
    `at = ${text(at)}`,
    ...(event.channel === "chat" ? ["sms = true"] : []),
    ...(event.boundAgentId === undefined ? [] : [`agent_id = ${text(event.boundAgentId)}`]),
    ...(headers.length > 0 ? [`headers = { ${headers.join(", ")} }`] : []),
    ...(over.length > 0 ? [`over = [${over.map(text).join(", ")}]`] : []),
    ...(history
      ? [
          `history = { ${Object.entries(history)
            .map(([part, value]) => `${part} = ${typeof value === "string" ? text(value) : value}`)
            .join(", ")} }`,
        ]
      : []),
    ...(exists.length > 0 ? [`exists = [${exists.map(text).join(", ")}]`] : []),
    ...steps.flatMap((step) => (step.kind === "lookup" ? expectedLookup(step) : [])),
    ...(decision.outcome === "agent"
      ? [`agent = ${text(decision.agent.name ?? decision.agent.id)}`]
      : [`${decision.outcome} = true`]),
    ...(rule === undefined ? [] : [`rule = ${text(rule)}`]),
  ];
}

/** The flag files that were found to be there. */
function flagsThere(finding: Finding): readonly string[] {
  if ("findings" in finding) return finding.findings.flatMap(flagsThere);
  if (finding.kind !== "exists") return [];
  return finding.flags.flatMap(({ name, isThere }) => (isThere ? [name] : []));
}
