/** `switchhook status`: how a running server stands. */
import { printable, printableJson } from "../../config/findings/printable.ts";
import { reportOf } from "../../config/findings/report.ts";
import { diagnosticsIn, type StatusReport, statusSchema } from "../../server/admin/report.ts";
import { contentsWords, durationWords, type Health, healthOf } from "../../server/admin/words.ts";
import { aligned, paintFor, print } from "../terminal.ts";
import { type AdminOptions, askServer } from "./admin-client.ts";

/** How long ago a look-up may have failed to be worth a line, in milliseconds. */
const HOUR_MS = 3_600_000;

/** Shows how a running server stands; exit code 0 where all is well, 1 where something needs attention or nobody answers. */
export async function status(options: AdminOptions): Promise<number> {
  const answer = await askServer(options, "GET", "/api/status", statusSchema);
  if ("problem" in answer) {
    print(process.stderr, `switchhook: ${printable(answer.problem)}`);
    return 1;
  }
  const { report } = answer;
  const health = healthOf(report);
  const isWell = health.state === "well";
  if (options.json) {
    print(process.stdout, printableJson(report));
    return isWell ? 0 : 1;
  }
  const paint = paintFor(process.stdout);
  const nowMs = Date.now();
  const { config, calls } = report;
  const rows = [
    ["state", paint(isWell ? "good" : "error", stateWords(health))],
    ["serving", since(report.since, nowMs)],
    ["version", printable(report.version)],
    ["configuration", printable(`${config.file}, hash ${config.hash}`)],
    ["", contentsWords(config)],
    ["in force", since(config.loaded_at, nowMs)],
    ["last hour", callsWords(calls.last_hour)],
    ["last day", callsWords(calls.last_day)],
    ...report.remote
      .filter((remote) => remote.stale)
      .map((remote) => [printable(remote.name), printable(staleWords(remote, nowMs))] as const),
    ...lookupRows(report, paint, nowMs),
    ...sharedRows(report, paint),
  ] as const;
  print(process.stdout, ...aligned(rows, ""));
  if (report.refused !== null) print(process.stdout, "", ...refusedWords(report, paint));
  return isWell ? 0 : 1;
}

/** The look-ups that nobody asks now, and those that failed in the last hour, and why. */
function lookupRows(
  { lookups }: StatusReport,
  paint: ReturnType<typeof paintFor>,
  nowMs: number,
): (readonly [topic: string, words: string])[] {
  return lookups.flatMap(({ lookup, paused_since: paused, last_failure: last }) => {
    if (paused !== null) {
      const why = last ? `: ${last.reason}` : "";
      return [
        ["look-up", paint("error", printable(`${lookup} is not asked since ${timeWords(paused)}${why}`))],
      ];
    }
    if (last === null || nowMs - Date.parse(last.at) > HOUR_MS) return [];
    return [
      ["look-up", paint("warning", printable(`${lookup} failed at ${timeWords(last.at)}: ${last.reason}`))],
    ];
  });
}

/** Why this machine counts by itself, where it is meant not to. */
function sharedRows(
  { shared }: StatusReport,
  paint: ReturnType<typeof paintFor>,
): (readonly [topic: string, words: string])[] {
  if (shared === null) return [];
  if (shared.up) return [["shared", "calls are counted together with other machines"]];
  const words = `counting alone since ${timeWords(shared.since)}: ${shared.problem ?? "no answer"}`;
  return [["shared", paint("error", printable(words))]];
}

/** What is kept out and why, as `check` would show it. */
export function refusedWords(
  { refused, config }: StatusReport,
  paint: ReturnType<typeof paintFor>,
): string[] {
  if (refused === null) return [];
  const stays = `hash ${config.hash} stays in force`;
  if ("reason" in refused) {
    return [printable(`cannot read ${config.file} since ${refused.since}: ${refused.reason}; ${stays}`)];
  }
  return [
    reportOf(diagnosticsIn(refused), paint),
    "",
    printable(`refused since ${refused.since}, hash ${refused.hash}; ${stays}`),
  ];
}

/** `well`, or the sentence that the status page has. */
function stateWords({ state, words }: Health): string {
  return state === "well" ? "well" : `${words.slice(0, 1).toLowerCase()}${words.slice(1)}`;
}

/** `last fetched since 2026-11-27 21:14:03 UTC (3 h 12 min); status 503` */
function staleWords({ fetched_at, problem }: StatusReport["remote"][number], nowMs: number): string {
  const age = fetched_at === null ? "never fetched" : `in force ${since(fetched_at, nowMs)}`;
  return problem === null ? age : `${age}; ${problem}`;
}

/** `120 to an agent, 3 passed, 2 rejected` */
function callsWords({ agent, pass, reject }: StatusReport["calls"]["last_hour"]): string {
  if (agent + pass + reject === 0) return "no calls";
  const number = (count: number) => count.toLocaleString("en-US");
  return `${number(agent)} to an agent, ${number(pass)} passed, ${number(reject)} rejected`;
}

/** `since 2026-11-27 21:14:03 UTC (3 h 12 min)` */
function since(time: string, nowMs: number): string {
  return `since ${printable(timeWords(time))} (${durationWords(nowMs - Date.parse(time))})`;
}

/** `2026-11-27 21:14:03 UTC` */
function timeWords(time: string): string {
  return time.replace("T", " ").replace(/\.\d+Z$/, " UTC");
}
