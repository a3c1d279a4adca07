/** `[[expect]]`: what the configuration must do, checked before it is put in force. */
import type { Call } from "../../routing/callers/call.ts";
import { type Circumstances, type Decision, decide } from "../../routing/decide.ts";
import type { RoutingPlan } from "../../routing/plan.ts";
import { compileTable } from "../../routing/table.ts";
import { readMoment } from "../../routing/time/moment.ts";
import { outcomeWords, stepWords } from "../../routing/words.ts";
import { didYouMean, type Findings, type Path } from "../findings/findings.ts";
import { eachOf } from "../read/references.ts";
import type { Document } from "../shape/schema.ts";

type Expectation = Document["expect"][number];

/** What splits by call are drawn by in a case that is no real call, so that every look at it sees the same. */
export const CASE_DRAW_KEY = "expect";

/** Decides every call that the configuration has expectations of, and reports what comes out otherwise. */
export function checkExpectations(
  expectations: Document["expect"],
  plan: RoutingPlan,
  findings: Findings,
): void {
  if (expectations.length === 0) return;
  const table = compileTable(plan);
  for (const [at, expectation] of expectations.entries()) {
    const path: Path = ["expect", at];
    const call = readCall(expectation, path, findings);
    const circumstances = readCircumstances(expectation, path, plan, findings);
    if (!call || !circumstances || !saysSomething(expectation, path, findings)) continue;
    const decision = decide(table, call, circumstances);
    compare(expectation, decision, path, findings);
    if (expectation.at === undefined && dependsOnTime(decision)) {
      const message = "what becomes of this call depends on the time, and the expectation does not say `at`";
      findings.warning(path, message, { at: "key" });
    }
  }
}

/** The time zones of all schedules. */
export function zonesOf(plan: RoutingPlan): ReadonlySet<string> {
  return new Set([...plan.schedules.values()].map(({ timezone }) => timezone));
}

/** The call; undefined where something of it is missing, which is reported. */
function readCall({ to, from, sms, headers }: Expectation, path: Path, findings: Findings): Call | undefined {
  for (const [key, value] of Object.entries({ to, from })) {
    if (value === undefined) findings.error(path, `an expectation needs \`${key}\``, { at: "key" });
  }
  if (to === undefined || from === undefined) return undefined;
  if (sms && Object.keys(headers).length > 0) {
    findings.error(
      [...path, "headers"],
      "texts have no SIP headers, so an expectation of one cannot have any",
      { at: "key" },
    );
  }
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    channel: sms ? "chat" : "call",
    from,
    to,
    id: undefined,
    boundAgentId: undefined,
    headers: Object.fromEntries(lower),
  };
}

/** What the call is decided by besides; undefined where that cannot be read, which is reported. */
function readCircumstances(
  { at, over }: Expectation,
  path: Path,
  plan: RoutingPlan,
  findings: Findings,
): Circumstances | undefined {
  const limits = eachOf(over, [...path, "over"]);
  const unknown = limits.filter(({ item }) => !plan.limits.has(item));
  for (const { path: place, item } of unknown) {
    const hint = didYouMean(item, plan.limits.keys());
    findings.error(place, `there is no limit ${findings.quote(item)} in [limits]`, { hint });
  }
  const moment = at === undefined ? { nowMs: Date.now() } : readMoment(at, zonesOf(plan));
  if ("problem" in moment) findings.error([...path, "at"], moment.problem);
  if ("problem" in moment || unknown.length > 0) return undefined;
  const used = new Set(limits.map(({ item }) => item));
  return { nowMs: moment.nowMs, drawKey: CASE_DRAW_KEY, isOver: ({ name }) => used.has(name) };
}

function saysSomething(expectation: Expectation, path: Path, findings: Findings): boolean {
  const { agent, pass, reject, rule, variables } = expectation;
  if ([agent, pass, reject, rule, ...Object.values(variables)].some((value) => value !== undefined)) {
    return true;
  }
  const message = "an expectation must say what must come out: agent, pass, reject, rule or variables";
  findings.error(path, message, { at: "key" });
  return false;
}

/** Reports everything that an expectation says and a decision does not, with the steps of the decision. */
function compare(expectation: Expectation, decision: Decision, path: Path, findings: Findings): void {
  const { agent, pass, reject, rule, variables } = expectation;
  const steps = decision.steps.map(stepWords).map(({ topic, finding }) => `${topic}: ${finding}`);
  const differ = (place: Path, expected: string, found: string) => {
    findings.error([...path, ...place], `expected ${expected}, found ${found}`, { hint: steps.join("\n") });
  };
  const outcome = outcomeWords(decision);
  if (agent !== undefined && !isTakenBy(agent, decision)) {
    differ(["agent"], `agent ${findings.quote(agent)}`, outcome);
  }
  if (pass && decision.outcome !== "pass") differ(["pass"], "the call to pass", outcome);
  if (reject && decision.outcome !== "reject") differ(["reject"], "the call to be rejected", outcome);
  if (rule !== undefined && rule !== decision.rule) {
    differ(["rule"], `rule ${findings.quote(rule)}`, ruleFound(decision, findings));
  }
  const given = decision.outcome === "reject" ? {} : decision.variables;
  for (const [name, value] of Object.entries(variables)) {
    const found = given[name];
    if (found === String(value)) continue;
    const written = found === undefined ? "none" : findings.quote(found);
    differ(["variables", name], `${name} = ${findings.quote(String(value))}`, written);
  }
}

function isTakenBy(agent: string, decision: Decision): boolean {
  return decision.outcome === "agent" && (decision.agent.name === agent || decision.agent.id === agent);
}

function ruleFound({ rule, steps }: Decision, findings: Findings): string {
  if (rule !== undefined) return `rule ${findings.quote(rule)}`;
  const decided = steps.find((step) => step.kind === "rule" && step.holds);
  return decided ? `${stepWords(decided).topic}, which has no name` : "no rule that holds";
}

function dependsOnTime(decision: Decision): boolean {
  return decision.steps.some(
    (step) =>
      step.kind === "rule" && step.conditions.some(({ kind }) => kind === "open" || kind === "closed"),
  );
}
