/** A call as a URL asks about it: `?to=…&from=…&at=…&sms&agent=…&header=name=value`. */
import { CASE_DRAW_KEY } from "../../config/judge/expectations/case.ts";
import { agentIdProblem } from "../../config/read/references.ts";
import { FIRST_CALL } from "../../routing/circumstances.ts";
import type { Table } from "../../routing/table/table.ts";
import { readMoment } from "../../routing/time/moment.ts";
import type { Desk } from "../live/desk.ts";
import { type Explanation, explanationOf } from "./explanation.ts";

/** The parameters that describe a call. `header` may be given several times, or have several lines. */
export const CALL_PARAMETERS = ["to", "from", "at", "sms", "agent", "header"] as const;

/** The longest value of a parameter, in UTF-16 code units. */
const LONGEST = 2000;

/** Values that say no, for `sms`. */
const NO: ReadonlySet<string> = new Set(["false", "0", "no"]);

/**
 * Explains the call that a URL describes by the desk in force, asking no look-ups; `problem` says what is wrong with a
 * parameter.
 *
 * @param nowMs when, where `at` does not say, in milliseconds since the epoch
 */
export function explainAsked(
  query: URLSearchParams,
  { table, zones }: Pick<Desk, "table" | "zones">,
  nowMs: number,
): Explanation | { readonly problem: string } {
  const tooLong = CALL_PARAMETERS.find((name) => query.getAll(name).some((text) => text.length > LONGEST));
  if (tooLong) return { problem: `\`${tooLong}\` is longer than ${LONGEST} characters` };
  const valueAt = (name: (typeof CALL_PARAMETERS)[number]) => query.get(name)?.trim() || undefined;
  const [to, from, at, agent] = [valueAt("to"), valueAt("from"), valueAt("at"), valueAt("agent")];
  if (to === undefined) return { problem: "`to` is missing: the number dialled, such as +12137771235" };
  if (from === undefined) {
    return { problem: '`from` is missing: the caller, a number or a word such as "anonymous"' };
  }
  const moment = at === undefined ? { nowMs } : readMoment(at, zones);
  const timeProblem = "problem" in moment ? moment.problem : holidayProblem(table, moment.nowMs, nowMs);
  if ("problem" in moment || timeProblem) return { problem: `\`at\`: ${timeProblem}` };
  const agentProblem = agent === undefined ? undefined : agentIdProblem(agent);
  if (agentProblem) return { problem: `\`agent\` must be an agent id: ${agentProblem}` };
  const headers = readHeaders(query.getAll("header"));
  if (typeof headers === "string") return { problem: headers };
  const isSms = isText(query);
  return explanationOf({
    ...{ table, zones, sources: new Map() },
    event: {
      ...{ channel: isSms ? "chat" : "call", to, from, id: undefined, boundAgentId: agent },
      headers: isSms ? {} : headers,
    },
    facts: {
      ...{ nowMs: moment.nowMs, drawKey: CASE_DRAW_KEY, history: FIRST_CALL },
      ...{ over: new Set(), flags: table.flags, lookups: new Map() },
    },
  });
}

/**
 * Why a time cannot be explained by a table that is in force: it is compiled with the holidays of some years around now.
 * Undefined where it can.
 */
function holidayProblem({ scopes }: Table, atMs: number, nowMs: number): string | undefined {
  const [year, thisYear] = [atMs, nowMs].map((ms) => new Date(ms).getUTCFullYear()) as [number, number];
  if (Math.abs(year - thisYear) <= 1) return undefined;
  const schedules = Array.from(scopes.values()).flatMap((scope) => [...scope.schedules.values()]);
  if (!schedules.some(({ hasHolidays }) => hasHolidays)) return undefined;
  const years = `${thisYear - 1} to ${thisYear + 1}`;
  return `the server knows the public holidays of ${years}; the command \`switchhook explain\` takes a time in ${year}`;
}

/** Whether a URL asks about a text: `sms` is there, and does not say no. */
export function isText(query: URLSearchParams): boolean {
  return query.has("sms") && !NO.has(query.get("sms") ?? "");
}

/** Headers by their names in lower case; a text says what is wrong. */
function readHeaders(values: readonly string[]): Readonly<Record<string, string>> | string {
  const lines = values.flatMap((value) => value.split(/\r?\n/)).filter((line) => line.trim() !== "");
  const headers: [name: string, value: string][] = [];
  for (const line of lines) {
    const [, name, value] = /^([^=\s]+)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      return `\`header\` must be name=value, such as x-tier=gold; found ${JSON.stringify(line)}`;
    }
    headers.push([name.toLowerCase(), value]);
  }
  return Object.fromEntries(headers);
}
