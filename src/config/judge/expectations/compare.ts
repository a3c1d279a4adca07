/** What an `[[expect]]` says, held against what comes out. */
import type { Decision } from "../../../routing/decision.ts";
import { outcomeWords, stepWords } from "../../../routing/words/decisions.ts";
import { ruleWords } from "../../../routing/words/named.ts";
import type { Findings, Path } from "../../findings/findings.ts";
import { fittingEntries } from "../../shape/fitting.ts";
import type { ExpectationDocument } from "../../shape/schema/schema.ts";
import type { Soundness } from "../soundness.ts";
import type { DecidedCall } from "./sound-calls.ts";

type Expectation = ExpectationDocument;

/** Whether an expectation says what must come out; one that says nothing is reported. */
export function saysSomething(
  expectation: Expectation,
  path: Path,
  soundness: Soundness,
  findings: Findings,
): boolean {
  // What it said may be what is wrong with it.
  if (!soundness.isSound(...path)) return true;
  const { agent, pass, reject, rule, variables } = expectation;
  if ([agent, pass, reject, rule, ...Object.values(variables)].some((value) => value !== undefined)) {
    return true;
  }
  const message = "an expectation must say what to expect: agent, pass, reject, rule or variables";
  findings.error(path, message, { at: "key" });
  return false;
}

/** Reports everything that an expectation says and a decision does not, with the steps of the decision. */
export function compare(
  expectation: Expectation,
  { decision, steps }: DecidedCall,
  path: Path,
  findings: Findings,
): void {
  const { agent, pass, reject, rule, variables } = expectation;
  const differ = (place: Path, expected: string, found: string) => {
    const hint = steps()
      .map(stepWords)
      .map(({ topic, finding }) => `${topic}: ${finding}`);
    findings.error([...path, ...place], `expected ${expected}, found ${found}`, { hint: hint.join("\n") });
  };
  const outcome = decision.outcome === "agent" ? outcomeWords(decision) : `a call ${outcomeWords(decision)}`;
  if (agent !== undefined && !isTakenBy(agent, decision)) {
    differ(["agent"], `agent ${findings.quote(agent)}`, outcome);
  }
  if (pass && decision.outcome !== "pass") differ(["pass"], "the call to pass", outcome);
  if (reject && decision.outcome !== "reject") differ(["reject"], "the call to be rejected", outcome);
  if (rule !== undefined && !namesRule(rule, decision)) {
    differ(["rule"], `rule ${findings.quote(rule)}`, ruleFound(decision, findings));
  }
  const given = variablesOf(decision);
  for (const [name, value] of fittingEntries(variables)) {
    const found = Object.hasOwn(given, name) ? given[name] : undefined;
    if (found === String(value)) continue;
    const written = found === undefined ? "none" : findings.quote(found);
    differ(["variables", name], `${name} = ${findings.quote(String(value))}`, written);
  }
}

function variablesOf(decision: Decision): Readonly<Record<string, string>> {
  return decision.outcome === "reject" ? {} : (JSON.parse(`{${decision.given}}`).dynamic_variables ?? {});
}

function isTakenBy(agent: string, decision: Decision): boolean {
  return decision.outcome === "agent" && (decision.agent.name === agent || decision.agent.id === agent);
}

/** Of a rule that continues no more can be expected than that it applies: another one decides, or none does. */
function namesRule(name: string, { rule, applied }: Decision): boolean {
  return name === rule || applied.some((continued) => continued.name === name);
}

function ruleFound({ rule, applied, cause }: Decision, findings: Findings): string {
  if (rule !== undefined) return `rule ${findings.quote(rule)}`;
  if (cause.kind === "rule") return `${ruleWords(cause.rule)}, which has no name`;
  return applied.length > 0 ? "only rules that continue" : "no rule that applies";
}
