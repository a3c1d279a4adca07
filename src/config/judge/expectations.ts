/** `[[expect]]`: what the configuration must do, checked before it is put in force. */

import { receive } from "../../routing/arrival.ts";
import type { Call } from "../../routing/callers/call.ts";
import { callersOf } from "../../routing/callers/sets.ts";
import type { Facts } from "../../routing/circumstances.ts";
import { dependsOnTime, type Explained, explainCall } from "../../routing/decide.ts";
import type { Decision } from "../../routing/decision.ts";
import { isTimedName } from "../../routing/names/name.ts";
import type { Flag, NumberPlan, RoutingPlan, ScopePlan } from "../../routing/plan.ts";
import { atOnce } from "../../routing/slices.ts";
import { compileTableSliced, lazily } from "../../routing/table/compile.ts";
import { readMoment } from "../../routing/time/moment.ts";
import { outcomeWords, ruleWords, stepWords } from "../../routing/words.ts";
import { didYouMean, type Findings, type Path } from "../findings/findings.ts";
import { agentIdProblem, eachOf } from "../read/references.ts";
import { doubtOfMoment } from "../read/time/timezones.ts";
import { fittingEntries, fittingItems } from "../shape/fitting.ts";
import type { ExpectationDocument } from "../shape/schema.ts";
import { dateProblem, historyGiven } from "./given-history.ts";
import type { JudgedScope } from "./judged-scope.ts";
import type { Soundness } from "./soundness.ts";

type Expectation = ExpectationDocument;

/** What splits by call are drawn by in a case that is no real call, so that every look at it sees the same. */
export const CASE_DRAW_KEY = "expect";

/** Decides every call that the files of a configuration have expectations of, and reports what comes out otherwise. */
export function checkExpectations(plan: RoutingPlan, scopes: readonly JudgedScope[]): void {
  if (scopes.every(({ source }) => source.document.expect.length === 0)) return;
  const explain = soundExplainer(plan, scopes);
  const timed = timedVariables(scopes);
  for (const scope of scopes) checkExpectationsOf(scope, plan, explain, timed);
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

type Explain = ReturnType<typeof soundExplainer>;

function checkExpectationsOf(
  { source, soundness }: JudgedScope,
  plan: RoutingPlan,
  explain: Explain,
  timed: ReadonlySet<string | number>,
): void {
  const { findings } = source;
  for (const { at, item: expectation } of fittingItems(source.document.expect)) {
    const path: Path = ["expect", at];
    const call = readCall(expectation, path, findings);
    const limits = call && explain.limitsFor(call);
    const flags = readFlags(expectation, path, plan, { soundness, pathOf: source.pathOf }, findings);
    const facts = readFacts(expectation, path, plan, { limits, flags }, findings);
    const isMeant = saysSomething(expectation, path, soundness, findings);
    if (!call || !facts || !isMeant || !soundness.isSound(...path)) continue;
    const explained = explain.call(call, facts);
    if (!explained) continue;
    // Whatever the hour: a start at night must not stumble over what held by day.
    const isTimed =
      dependsOnTime(explained.arrival, facts) ||
      Object.keys(expectation.variables).some((name) => timed.has(name));
    if (expectation.at === undefined && isTimed) {
      const message = "the result of this call depends on the time, and the expectation has no `at`";
      findings.error(path, message, { at: "key", hint: `add one: at = ${MOMENT_EXAMPLE}` });
    } else {
      compare(expectation, explained, path, findings);
    }
  }
}

/** Explains the calls to entries of `[numbers]` that can be relied on. */
function soundExplainer(plan: RoutingPlan, scopes: readonly JudgedScope[]) {
  const areCallsSound = scopes.every(({ plan, soundness }) => soundness.areCallsSound(plan));
  const byClient = new Map(scopes.map((scope) => [scope.source.client, scope]));
  const unsound = new Set<string>();
  const numbers = plan.numbers.map((number): NumberPlan => {
    const scope = byClient.get(number.client);
    if (areCallsSound && scope?.soundness.isEntrySound(scope.plan, number)) return number;
    unsound.add(number.entry);
    // It is there, so that calls to it go nowhere else; what it says is not known.
    return {
      ...number,
      target: { kind: "pass" },
      presets: [],
      rules: [],
      rulesets: [],
      deny: NOBODY,
      allow: NOBODY,
      sms: undefined,
    };
  });
  // What cannot be relied on is left out, so that it can be compiled.
  const table = areCallsSound ? atOnce(compileTableSliced(lazily({ ...plan, numbers }))) : undefined;
  return {
    call: (call: Call, facts: Facts): Explained | undefined => {
      if (!table) return undefined;
      const explained = explainCall(table, call, facts);
      return unsound.has(explained.decision.entry ?? "") ? undefined : explained;
    },
    /** The limits that the rules for a call can name; undefined where that is not known. */
    limitsFor: (call: Call): ReadonlySet<string> | undefined =>
      table && new Set(receive(table, call).scope.limits.keys()),
  };
}

const NOBODY = callersOf([]);

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
  plan: RoutingPlan,
  known: {
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
  const moment = at === undefined ? { nowMs: Date.now() } : readMoment(at, zonesOf(plan));
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
  { flags }: RoutingPlan,
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
  { decision, steps }: Explained,
  path: Path,
  findings: Findings,
): void {
  const { agent, pass, reject, rule, variables } = expectation;
  const differ = (place: Path, expected: string, found: string) => {
    const hint = steps.map(stepWords).map(({ topic, finding }) => `${topic}: ${finding}`);
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
