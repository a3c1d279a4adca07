/** A caller's history as it is given for a case that is no real call: by `[[expect]]`, or on the command line. */
import { type CallerHistory, FIRST_CALL } from "../../../routing/circumstances.ts";

/** What is given, as it is written. */
export interface GivenHistory {
  readonly calls?: number | undefined;
  readonly last?: string | undefined;
  readonly last_agent?: string | undefined;
}

/** The history that is meant: none, where nothing is given. Whoever has a last call has called at least once. */
export function historyGiven(given: GivenHistory | undefined): CallerHistory {
  if (given === undefined) return FIRST_CALL;
  const { calls, last, last_agent: lastAgent } = given;
  const hasCalled = last !== undefined || lastAgent !== undefined;
  return { calls: calls ?? (hasCalled ? 1 : 0), last, lastAgent };
}

/** What is wrong with a date of the last call; undefined where it is one. */
export function dateProblem(text: string): string | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  // A day that the month does not have is read as one of the next.
  if (Number.isFinite(date.getTime()) && date.toISOString().startsWith(text)) return undefined;
  return 'must be a date such as "2026-12-25"';
}
