/** `[[expect]]`: what the configuration must do, checked before it is put in force. */

import { receive } from "../../../routing/arrival.ts";
import type { Call } from "../../../routing/callers/call.ts";
import { callersOf } from "../../../routing/callers/sets.ts";
import type { Facts } from "../../../routing/circumstances.ts";
import { dependsOnTime, type Explained, explainCall } from "../../../routing/decide.ts";
import { isTimedName } from "../../../routing/names/name.ts";
import type { NumberPlan, RoutingPlan } from "../../../routing/plan.ts";
import { atOnce } from "../../../routing/slices.ts";
import { compileTableSliced, lazily } from "../../../routing/table/compile.ts";
import type { Path } from "../../findings/findings.ts";
import { fittingItems } from "../../shape/fitting.ts";
import type { Touched } from "../coverage/touched.ts";
import type { JudgedScope } from "../judged-scope.ts";
import { readCall, readFacts, readFlags } from "./case.ts";
import { compare, saysSomething } from "./compare.ts";

/**
 * Decides every call that the files of a configuration have expectations of, and reports what comes out otherwise.
 *
 * @param touched is told what the calls touch
 */
export function checkExpectations(
  plan: RoutingPlan,
  scopes: readonly JudgedScope[],
  touched?: Touched,
): void {
  if (scopes.every(({ source }) => source.document.expect.length === 0)) return;
  const explain = soundExplainer(plan, scopes);
  const timed = timedVariables(scopes);
  for (const scope of scopes) checkExpectationsOf(scope, plan, explain, timed, touched);
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
  touched: Touched | undefined,
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
    touched?.add(explained);
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
