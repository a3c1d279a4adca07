/** `[[expect]]`: what the configuration must do, checked before it is put in force. */
import type { Call } from "../routing/call.ts";
import { type Decision, decide } from "../routing/decide.ts";
import { readMoment } from "../routing/moment.ts";
import type { RoutingPlan } from "../routing/plan.ts";
import { compileTable } from "../routing/table.ts";
import { outcomeWords, stepWords } from "../routing/words.ts";
import { didYouMean, type Findings, type Path } from "./findings.ts";
import { eachOf } from "./references.ts";
import type { Document } from "./schema.ts";

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
  const zones = zonesOf(plan);
  for (const [at, expectation] of expectations.entries()) {
    const path: Path = ["expect", at];
    const { to, from } = expectation;
    const moment = expectation.at === undefined ? { nowMs: Date.now() } : readMoment(expectation.at, zones);
    const over = readOver(expectation, path, plan, findings);
    if (!isComplete(expectation, path, findings) || to === undefined || from === undefined) continue;
    if ("problem" in moment) {
      findings.error([...path, "at"], moment.problem);
      continue;
    }
    const isOver = ({ name }: { readonly name: string }) => over.has(name);
    const decision = decide(table, callOf(expectation, to, from), {
      nowMs: moment.nowMs,
      drawKey: CASE_DRAW_KEY,
      isOver,
    });
    compare(expectation, decision, path, findings);
    if (expectation.at === undefined && dependsOnTime(decision)) {
      findings.warning(
        path,
        "what becomes of this call depends on the time, and the expectation does not say `at`",
        {
          at: "key",
        },
      );
    }
  }
}

/** The time zones of all schedules. */
export function zonesOf(plan: RoutingPlan): ReadonlySet<string> {
  return new Set([...plan.schedules.values()].map(({ timezone }) => timezone));
}

function readOver(expectation: Expectation, path: Path, plan: RoutingPlan, findings: Findings): Set<string> {
  const names = eachOf(expectation.over, [...path, "over"]);
  for (const { path: place, item } of names) {
    if (plan.limits.has(item)) continue;
    findings.error(place, `there is no limit ${findings.quote(item)} in [limits]`, {
      hint: didYouMean(item, plan.limits.keys()),
    });
  }
  return new Set(names.map(({ item }) => item));
}

function isComplete(expectation: Expectation, path: Path, findings: Findings): boolean {
  const { to, from, agent, pass, reject, rule, variables } = expectation;
  const missing = Object.entries({ to, from }).filter(([, value]) => value === undefined);
  for (const [key] of missing) findings.error(path, `an expectation needs \`${key}\``, { at: "key" });
  const says =
    [agent, pass, reject, rule].some((value) => value !== undefined) || Object.keys(variables).length > 0;
  if (!says) {
    const message = "an expectation must say what must come out: agent, pass, reject, rule or variables";
    findings.error(path, message, { at: "key" });
  }
  return missing.length === 0 && says;
}

function callOf({ sms, headers }: Expectation, to: string, from: string): Call {
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

function compare(expectation: Expectation, decision: Decision, path: Path, findings: Findings): void {
  const steps = decision.steps.map(stepWords).map(({ topic, finding }) => `${topic}: ${finding}`);
  const differ = (key: keyof Expectation, expected: string, found: string, name?: string) => {
    const place = name === undefined ? [...path, key] : [...path, key, name];
    findings.error(place, `expected ${expected}, found ${found}`, { hint: steps.join("\n") });
  };
  const found = outcomeWords(decision);
  const { agent, pass, reject, rule, variables } = expectation;
  if (agent !== undefined) {
    const taken = decision.outcome === "agent" ? decision.agent : undefined;
    if (taken?.name !== agent && taken?.id !== agent)
      differ("agent", `agent ${findings.quote(agent)}`, found);
  }
  if (pass && decision.outcome !== "pass") differ("pass", "the call to pass", found);
  if (reject && decision.outcome !== "reject") differ("reject", "the call to be rejected", found);
  if (rule !== undefined && decision.rule !== rule) {
    differ(
      "rule",
      `rule ${findings.quote(rule)}`,
      decision.rule === undefined ? "no rule that holds" : `rule ${findings.quote(decision.rule)}`,
    );
  }
  const got = decision.outcome === "reject" ? {} : decision.variables;
  for (const [name, value] of Object.entries(variables)) {
    if (got[name] === value) continue;
    differ(
      "variables",
      `${name} = ${findings.quote(value)}`,
      got[name] === undefined ? "none" : findings.quote(got[name]),
      name,
    );
  }
}

function dependsOnTime(decision: Decision): boolean {
  return decision.steps.some(
    (step) =>
      step.kind === "rule" && step.conditions.some(({ kind }) => kind === "open" || kind === "closed"),
  );
}
