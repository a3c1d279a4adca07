/** The call of an `[[expect]]`, and what is known of it besides. */
import type { Call } from "../../../routing/callers/call.ts";
import type { Facts } from "../../../routing/circumstances.ts";
import type { Flag, RoutingPlan, ScopePlan } from "../../../routing/plan.ts";
import { readMoment } from "../../../routing/time/moment.ts";
import { didYouMean, type Findings, type Path } from "../../findings/findings.ts";
import { agentIdProblem } from "../../read/references.ts";
import { doubtOfMoment } from "../../read/time/timezones.ts";
import { eachOf, fittingEntries } from "../../shape/fitting.ts";
import type { ExpectationDocument } from "../../shape/schema/schema.ts";
import type { Soundness } from "../soundness.ts";
import { dateProblem, historyGiven } from "./given-history.ts";

type Expectation = ExpectationDocument;

/** What splits by call are drawn by in a case that is no real call, so that every look at it sees the same. */
export const CASE_DRAW_KEY = "expect";

/** The time zones of all schedules; where there are none, those that files name. */
export function zonesOf(plan: Omit<RoutingPlan, "numbers">): ReadonlySet<string> {
  const scopes: readonly ScopePlan[] = [plan, ...plan.clients];
  const zones = scopes.flatMap(({ schedules }) => Array.from(schedules.values(), ({ timezone }) => timezone));
  if (zones.length > 0) return new Set(zones);
  // UTC is that of files that name none.
  return new Set(scopes.map(({ timezone }) => timezone).filter((timezone) => timezone !== "UTC"));
}

/** The call; undefined where something of it is missing or wrong, which is reported. */
export function readCall(expectation: Expectation, path: Path, findings: Findings): Call | undefined {
  const { to, from, sms, agent_id, headers } = expectation;
  const problem = agent_id === undefined ? undefined : agentIdProblem(agent_id);
  if (problem) findings.error([...path, "agent_id"], problem);
  if (to === undefined || from === undefined || problem) return undefined;
  if (sms && Object.keys(headers).length > 0) {
    findings.error(
      [...path, "headers"],
      "texts have no SIP headers, so an expectation for a text cannot have `headers`",
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
export function readFacts(
  { at, over, history }: Expectation,
  path: Path,
  known: {
    readonly zones: ReadonlySet<string>;
    readonly limits: ReadonlySet<string> | undefined;
    readonly flags: ReadonlySet<string> | undefined;
    readonly lookups: Facts["lookups"] | undefined;
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
  if ("problem" in moment || unknown.length > 0 || problem) return undefined;
  if (!known.flags || !known.lookups) return undefined;
  return {
    nowMs: moment.nowMs,
    drawKey: CASE_DRAW_KEY,
    over: new Set(limits.map(({ item }) => item)),
    flags: known.flags,
    lookups: known.lookups,
    history: historyGiven(history),
  };
}

/** The paths of the flag files that an expectation says are there; undefined where no rule asks for one, which is reported. */
export function readFlags(
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
