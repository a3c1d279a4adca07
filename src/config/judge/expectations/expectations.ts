/** `[[expect]]`: what the configuration must do, checked before it is put in force. */

import { dependsOnTime } from "../../../routing/decide.ts";
import { isTimedName } from "../../../routing/names/name.ts";
import type { Flag, RoutingPlan } from "../../../routing/plan.ts";
import type { Path } from "../../findings/findings.ts";
import { fittingItems } from "../../shape/fitting.ts";
import type { Touched } from "../coverage/touched.ts";
import { doubting } from "../doubts.ts";
import type { JudgedScope } from "../judged-scope.ts";
import { readCall, readFacts, readFlags, zonesOf } from "./case.ts";
import { compare, saysSomething } from "./compare.ts";
import { readGivenLookups } from "./given-lookups.ts";
import { type SoundCalls, soundCalls } from "./sound-calls.ts";

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
  const calls = soundCalls(plan, scopes);
  const timed = timedVariables(scopes);
  const known = { flags: plan.flags, zones: zonesOf(plan) };
  for (const scope of scopes) checkExpectationsOf(scope, scopes[0], known, calls, timed, touched);
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
  main: JudgedScope | undefined,
  { flags: allFlags, zones }: Known,
  calls: SoundCalls,
  timed: ReadonlySet<string | number>,
  touched: Touched | undefined,
): void {
  const { findings } = source;
  for (const { at, item: expectation } of fittingItems(source.document.expect)) {
    const path: Path = ["expect", at];
    const call = readCall(expectation, path, findings);
    // Where nothing is named, nobody needs to know what there is.
    const isNamed = expectation.over.length > 0 || Object.keys(expectation.lookup).length > 0;
    const scope = call && isNamed ? calls.scopeFor(call) : undefined;
    const limits = scope && new Set(scope.limits.keys());
    const flags = readFlags(expectation, path, allFlags, { soundness, pathOf: source.pathOf }, findings);
    const lookups = readGivenLookups(expectation.lookup, [...path, "lookup"], scope?.lookups, findings);
    const facts = readFacts(expectation, path, { zones, limits, flags, lookups }, findings);
    const isMeant = saysSomething(expectation, path, soundness, findings);
    if (!call || !facts || !isMeant || !soundness.isSound(...path)) continue;
    const decided = calls.decide(call, facts);
    if (!decided) continue;
    touched?.add(decided.arrival, decided.steps());
    // Whatever the hour: a start at night must not stumble over what held by day.
    const isTimed =
      dependsOnTime(decided.arrival, decided.facts) ||
      Object.keys(expectation.variables).some((name) => timed.has(name));
    if (expectation.at === undefined && isTimed) {
      const message = "the result of this call depends on the time, and the expectation has no `at`";
      findings.error(path, message, { at: "key", hint: `add one: at = ${MOMENT_EXAMPLE}` });
    } else {
      compare(expectation, decided, path, doubting(source, main?.source));
    }
  }
}

const MOMENT_EXAMPLE = '"2026-12-25T10:00[America/Los_Angeles]"';
