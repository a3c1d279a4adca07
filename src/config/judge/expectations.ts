/** `[[expect]]`: what the configuration must do, checked before it is put in force. */

import type { Call } from "../../routing/callers/call.ts";
import type { Facts } from "../../routing/circumstances.ts";
import { dependsOnTime } from "../../routing/decide.ts";
import type { Decision } from "../../routing/decision.ts";
import { isTimedName } from "../../routing/names/name.ts";
import type { Flag, RoutingPlan, ScopePlan } from "../../routing/plan.ts";
import { readMoment } from "../../routing/time/moment.ts";
import { outcomeWords, ruleWords, stepWords } from "../../routing/words.ts";
import { didYouMean, type Findings, type Path } from "../findings/findings.ts";
import { agentIdProblem, eachOf } from "../read/references.ts";
import { doubtOfMoment } from "../read/time/timezones.ts";
import { fittingEntries, fittingItems } from "../shape/fitting.ts";
import type { ExpectationDocument } from "../shape/schema.ts";
import { dateProblem, historyGiven } from "./given-history.ts";
import type { JudgedScope } from "./judged-scope.ts";
import { type DecidedCall, type SoundCalls, soundCalls } from "./sound-calls.ts";
import type { Soundness } from "./soundness.ts";

type Expectation = ExpectationDocument;

/** What splits by call are drawn by in a case that is no real call, so that every look at it sees the same. */
export const CASE_DRAW_KEY = "expect";

/** Decides every call that the files of a configuration have expectations of, and reports what comes out otherwise. */
export function checkExpectations(plan: RoutingPlan, scopes: readonly JudgedScope[]): void {
  if (scopes.every(({ source }) => source.document.expect.length === 0)) return;
  const calls = soundCalls(plan, scopes);
  const timed = timedVariables(scopes);
  const known = { flags: plan.flags, zones: zonesOf(plan) };
  for (const scope of scopes) checkExpectationsOf(scope, known, calls, timed);
}

/** The variables that are another text at another time, wherever they are given. */
function timedVariables(scopes: readonly JudgedScope[]): ReadonlySet<string | number> {
  const names = scopes.flatMap(({ source }) =>
    source.uses.flatMap(({ path, name }) => {
      const variable = path[path.lastIndexOf("variables") + 1];
      return isTimedName(name) && path.includes("variables") && variable !== undefined ? [variable] : [];
    }),
  );
  return new Set(names);
}

/** What the cases of all files may name. */
interface Known {
  readonly flags: readonly Flag[];
  /** Time zones, for times that name none. */
  readonly zones: ReadonlySet<string>;
}

function checkExpectationsOf(
  { source, soundness }: JudgedScope,
  { flags: allFlags, zones }: Known,
  calls: SoundCalls,
  timed: ReadonlySet<string | number>,
): void {
  const { findings } = source;
  for (const { at, item: expectation } of fittingItems(source.document.expect)) {
    const path: Path = ["expect", at];
    const call = readCall(expectation, path, findings);
    // Where none are named, nobody needs to know which there are.
    const limits = call && expectation.over.length > 0 ? calls.limitsFor(call) : undefined;
    const flags = readFlags(expectation, path, allFlags, { soundness, pathOf: source.pathOf }, findings);
    const facts = readFacts(expectation, path, { zones, limits, flags }, findings);
    const isMeant = saysSomething(expectation, path, soundness, findings);
    if (!call || !facts || !isMeant || !soundness.isSound(...path)) continue;
    const decided = calls.decide(call, facts);
    if (!decided) continue;
    // Whatever the hour: a start at night must not stumble over what held by day.
    const isTimed =
      dependsOnTime(decided.arrival, facts) ||
      Object.keys(expectation.variables).some((name) => timed.has(name));
    if (expectation.at === undefined && isTimed) {
      const message = "the result of this call depends on the time, and the expectation has no `at`";
      findings.error(path, message, { at: "key", hint: `add one: at = ${MOMENT_EXAMPLE}` });
    } else {
      compare(expectation, decided, path, findings);
    }
  }
}

const MOMENT_EXAMPLE = '"2026-12-25T10:00[America/Los_Angeles]"';

/** The time zones of all schedules; where there are none, those that files name. */
export function zonesOf(plan: RoutingPlan): ReadonlySet<string> {
  const scopes: readonly ScopePlan[] = [plan, ...plan.clients];
  const zones = scopes.flatMap(({ schedules }) => Array.from(schedules.values(), ({ timezone }) => timezone));
  if (zones.length > 0) return new Set(zones);
  // UTC is that of files that name none.
  return new Set(scopes.map(({ timezone }) => timezone).filter((timezone) => timezone !== "UTC"));
}

/** The call; undefined where something of it is missing or wrong, which is reported. */
function readCall(expectation: Expectation, path: Path, findings: Findings): Call | undefined {
  const { to, from, sms, agent_id, headers } = expectation;
  const problem = agent_id === undefined ? undefined : agentIdProblem(agent_id);
  if (problem) findings.error([...path, "agent_id"], problem);
  if (to === undefined || from === undefined || problem) return undefined;
  if (sms && Object.keys(headers).length > 0) {
    findings.error(
      [...path, "headers"],
      "texts have no SIP headers, so an expectation of one cannot have any",
      { at: "key" },
    );
  }
  const lower = fittingEntries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    channel: sms ? "chat" : "call",
    from,
    to,
    id: undefined,
    boundAgentId: agent_id,
    headers: Object.fromEntries(lower),
  };
}

/** What is known of the call besides; undefined where that cannot be read, which is reported. */
function readFacts(
  { at, over, history }: Expectation,
  path: Path,
  known: {
    readonly zones: ReadonlySet<string>;
    readonly limits: ReadonlySet<string> | undefined;
    readonly flags: ReadonlySet<string> | undefined;
  },
  findings: Findings,
): Facts | undefined {
  const limits = eachOf(over, [...path, "over"]);
  const unknown = limits.filter(({ item }) => known.limits && !known.limits.has(item));
  for (const { path: place, item } of unknown) {
    const hint = didYouMean(item, known.limits ?? []);
    findings.error(place, `there is no limit ${findings.quote(item)} in [limits]`, { hint });
  }
  const moment = at === undefined ? { nowMs: Date.now() } : readMoment(at, known.zones);
  if ("problem" in moment) findings.error([...path, "at"], moment.problem);
  else if (at !== undefined) {
    const doubt = doubtOfMoment(at, (timezone) => findings.quote(timezone));
    if (doubt) findings.warning([...path, "at"], doubt.message, { hint: doubt.hint });
  }
  const problem = history?.last === undefined ? undefined : dateProblem(history.last);
  if (problem)
    findings.error(
      [...path, "history", "last"],
      `\`last\` ${problem}, found ${findings.quote(history?.last ?? "")}`,
    );
  if ("problem" in moment || unknown.length > 0 || !known.flags || problem) return undefined;
  return {
    nowMs: moment.nowMs,
    drawKey: CASE_DRAW_KEY,
    over: new Set(limits.map(({ item }) => item)),
    flags: known.flags,
    history: historyGiven(history),
  };
}

/** The paths of the flag files that an expectation says are there; undefined where no rule asks for one, which is reported. */
function readFlags(
  { exists }: Expectation,
  path: Path,
  flags: readonly Flag[],
  { soundness, pathOf }: { readonly soundness: Soundness; readonly pathOf: (file: string) => string },
  findings: Findings,
): ReadonlySet<string> | undefined {
  let areKnown = true;
  const found = eachOf(exists, [...path, "exists"]).flatMap(({ path: place, item }) => {
    const named = flagsNamed(item, pathOf(item), flags);
    if (named.length === 0 && soundness.isSound("numbers")) {
      const hint = didYouMean(
        item,
        flags.map(({ name }) => name),
      );
      areKnown = false;
      findings.error(place, `no rule asks whether the file ${findings.quote(item)} exists`, { hint });
    }
    return named;
  });
  return areKnown ? new Set(found.map(({ path: flag }) => flag)) : undefined;
}

/** The flag files that are meant by a name: as rules write it, or as the path of a file. */
export function flagsNamed(name: string, path: string, flags: readonly Flag[]): readonly Flag[] {
  return flags.filter((flag) => flag.name === name || flag.path === path);
}

function saysSomething(
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
  const message = "an expectation must say what must come out: agent, pass, reject, rule or variables";
  findings.error(path, message, { at: "key" });
  return false;
}

/** Reports everything that an expectation says and a decision does not, with the steps of the decision. */
function compare(
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
  const given = decision.outcome === "reject" ? {} : decision.variables;
  for (const [name, value] of fittingEntries(variables)) {
    const found = given[name];
    if (found === String(value)) continue;
    const written = found === undefined ? "none" : findings.quote(found);
    differ(["variables", name], `${name} = ${findings.quote(String(value))}`, written);
  }
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
