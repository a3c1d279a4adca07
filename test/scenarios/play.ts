/** Plays a scenario: its configuration is loaded from real files, and its calls are signed and posted to the webhook. */
import { chmod } from "node:fs/promises";
import { eventOf, readHistory } from "../../src/commands/call-options.ts";
import { coverageReport } from "../../src/commands/configuration/check/coverage.ts";
import { aligned } from "../../src/commands/terminal.ts";
import { displayName } from "../../src/config/files/sources.ts";
import { plain, reportOf } from "../../src/config/findings/report.ts";
import { CASE_DRAW_KEY, zonesOf } from "../../src/config/judge/expectations/case.ts";
import { type GivenHistory, historyGiven } from "../../src/config/judge/expectations/given-history.ts";
import { type Config, type Loaded, loadConfig } from "../../src/config/load.ts";
import { SIGNATURE_HEADER, signBody } from "../../src/retell/signature.ts";
import { receive } from "../../src/routing/arrival.ts";
import type { CallerHistory, Facts } from "../../src/routing/circumstances.ts";
import { explainCall } from "../../src/routing/decide.ts";
import { readGiven } from "../../src/routing/lookups/given.ts";
import type { LookupResult } from "../../src/routing/lookups/result.ts";
import { readMoment } from "../../src/routing/time/moment.ts";
import { outcomeWords, stepWords } from "../../src/routing/words/decisions.ts";
import { Inquiries } from "../../src/server/facts/inquiries.ts";
import { Memory } from "../../src/server/facts/memory.ts";
import type { Try } from "../../src/server/facts/try.ts";
import { compileDesk, type Desk } from "../../src/server/live/desk.ts";
import { createApp } from "../../src/server/webhook/app.ts";
import { Health } from "../../src/server/webhook/health.ts";
import { Holds } from "../../src/server/webhook/hold.ts";
import { directory, KEY } from "../harness.ts";
import type { Question, Scenario } from "./format.ts";
import { GivenAsker } from "./given-asker.ts";

/** When the configuration is loaded, and calls come that do not say: a Thursday. */
const DEFAULT_TIME = "2026-01-15T12:00Z";
/** Answers that are longer are broken into lines. */
const LINE_WIDTH = 100;

/** What was found: the text by the line of the question. */
export type Found = ReadonlyMap<number, string>;

/** Plays a scenario, and says what came of each question, in the form that scenarios are written in. */
export async function play({ files, env, questions }: Scenario): Promise<Found> {
  const main = files["config.toml"] ?? "";
  const account = /^\[retell\]/m.test(main) ? "" : '\n[retell]\napi_key = "${env:RETELL_API_KEY}"\n';
  await using dir = await directory({ ...files, "config.toml": main + account });
  await chmod(dir.file("config.toml"), 0o640);
  const nowMs = Temporal.Instant.from(DEFAULT_TIME).epochMilliseconds;
  const loaded = await loadConfig(
    dir.file("config.toml"),
    { RETELL_API_KEY: KEY, ...env },
    "required",
    nowMs,
    { coverage: questions.some(({ kind }) => kind === "coverage") },
  );
  const report = reportIn(loaded, dir.path);

  if (report !== "valid" && !questions.some(({ kind }) => kind === "check"))
    throw new Error(`The configuration must be valid, or the scenario have a section check:\n\n${report}`);
  const { config } = loaded;
  const desk = config && compileDesk(config, loaded.hash);
  const found = new Map<number, string>();
  for (const question of questions) {
    if (question.kind === "check") found.set(question.line, report);
    else if (question.kind === "coverage") found.set(question.line, coverageIn(loaded, dir.path));
    else if (!config || !desk)
      throw new Error(`No call can be decided by a configuration with errors:\n\n${report}`);
    else found.set(question.line, await answerTo(question, config, desk));
  }
  return found;
}

/** "valid", or the report with files named from the scenario's directory. */
function reportIn({ diagnostics, config }: Loaded, path: string): string {
  const report = [
    ...(diagnostics.length > 0 ? [reportOf(diagnostics, plain)] : []),
    ...(config ? ["valid"] : []),
  ];
  return inDirectory(report.join("\n\n"), path);
}

/** What expectations do not test, with files named from the scenario's directory. */
function coverageIn({ config, coverage }: Loaded, path: string): string {
  if (!config || !coverage) throw new Error("A configuration with errors has no coverage.");
  const report = coverageReport(coverage, config.expectations, plain);
  return inDirectory(report, path);
}

function inDirectory(text: string, path: string): string {
  return text.replaceAll(`${displayName(path)}/`, "").replaceAll(`${path}/`, "");
}

async function answerTo(question: Question, config: Config, desk: Desk): Promise<string> {
  const { options } = question;
  const moment = readMoment(options.get("at") ?? DEFAULT_TIME, zonesOf(config.routing));
  if ("problem" in moment) throw new Error(moment.problem);
  const over = (options.get("over") ?? "").split(",").filter((name) => name !== "");
  const unknown = over.find((name) => !config.routing.limits.has(name));
  if (unknown !== undefined) throw new Error(`There is no limit "${unknown}".`);
  const { flags } = desk.table;
  const lookups = new Map<string, LookupResult>();
  const { scope } = receive(desk.table, eventOf(callOf(options), undefined));
  for (const { name, id } of scope.lookups.values()) {
    const given = options.get(`lookup.${name}`);
    if (given !== undefined) lookups.set(id, resultOf(given));
  }
  const facts: Facts = {
    ...{ nowMs: moment.nowMs, drawKey: CASE_DRAW_KEY, over: new Set(over), flags, lookups },
    history: historyOf(options),
  };
  return question.kind === "explain" ? explained(options, desk, facts) : await posted(question, desk, facts);
}

function callOf(options: Question["options"]) {
  return { to: options.get("to") ?? "", from: options.get("from") ?? "" };
}

/** `missing`, `failed`, or what is found, as JSON. */
function resultOf(given: string): LookupResult {
  const read = readGiven(given === "missing" || given === "failed" ? given : JSON.parse(given));
  if ("problem" in read) throw new Error(read.problem);
  return read.result;
}

/** What is known of the caller's earlier calls: `history.calls=3`. */
function historyOf(options: Question["options"]): CallerHistory {
  const named = [...options].filter(([name]) => name.startsWith("history."));
  const given = named.reduce<GivenHistory>(
    (before, [name, value]) => readHistory(`${name.slice("history.".length)}=${value}`, before),
    {},
  );
  return historyGiven(given);
}

/** The steps of the decision, and its outcome. */
function explained(options: Question["options"], desk: Desk, facts: Facts): string {
  const header = lowerCased(headersOf(options));
  const call = { ...callOf(options), header };
  const event = { ...eventOf(call, options.get("id")), boundAgentId: options.get("agent_id") };
  const { decision, steps } = explainCall(desk.table, event, facts);
  const told = steps.map(stepWords).map(({ topic, finding }) => [topic, finding] as const);
  return [...aligned(told, ""), "", outcomeWords(decision)].join("\n");
}

/** The answer of the webhook, with a line above it where it is held back. */
async function posted({ kind, options }: Question, desk: Desk, facts: Facts): Promise<string> {
  const channel = kind === "text" ? "chat" : "call";
  const body = JSON.stringify({
    event: `${channel}_inbound`,
    [`${channel}_inbound`]: {
      from_number: options.get("from") ?? "",
      to_number: options.get("to") ?? "",
      [`${channel}_id`]: options.get("id"),
      agent_id: options.get("agent_id"),
      custom_sip_headers: headersOf(options),
    },
  });
  const holds = new NotedHolds();
  let fault: unknown;
  const ignore = () => {};
  const observer = {
    answered: ignore,
    misplaced: ignore,
    refused: ignore,
    failed: (_event: unknown, error: unknown) => {
      fault = error;
    },
  };
  const { nowMs } = facts;
  const inquiries = new Inquiries(new GivenAsker(facts.lookups));
  const memory = new GivenMemory(facts);
  const app = createApp({ desk, observer, memory, inquiries, holds, health: new Health(), now: () => nowMs });
  const headers = { [SIGNATURE_HEADER]: signBody(Buffer.from(body), KEY, nowMs) };
  const request = new Request(`http://localhost${desk.path}`, { method: "POST", body, headers });
  const response = await app.fetch(request, { peer: "127.0.0.1" });
  if (fault !== undefined) throw fault;
  const answer = jsonText(await response.json());
  const lines = response.status === 200 ? [answer] : [`status ${response.status}`, answer];
  return (holds.heldMs > 0 ? [`delay ${holds.heldMs / 1000}s`, ...lines] : lines).join("\n");
}

function headersOf(options: Question["options"]): Record<string, string> {
  const headers = [...options].filter(([name]) => name.startsWith("header."));
  return Object.fromEntries(headers.map(([name, value]) => [name.slice("header.".length), value]));
}

/** With names in lower case, as they are read from a request and from the options of `explain`. */
function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Remembers no calls: what a call is decided by is what the scenario says. */
class GivenMemory extends Memory {
  readonly #facts: Facts;
  constructor(facts: Facts) {
    super();
    this.#facts = facts;
  }
  override recall(): Try {
    const known = this.#facts;
    const found = new Map();
    return {
      known,
      found: () => found,
      facts: (lookups) => ({ ...known, lookups }),
      verdicts: () => new Map(),
      isRetry: false,
      sinceFirstMs: 0,
      count: () => {},
    };
  }
}

/** Notes for how long an answer is held back, and lets it go. */
class NotedHolds extends Holds {
  heldMs = 0;
  override async wait(ms: number): Promise<void> {
    this.heldMs = ms;
  }
}

/** JSON in one form, so that texts can be compared: keys sorted, in one line where that is not too long. */
export function jsonText(value: unknown, indent = ""): string {
  const isObject = typeof value === "object" && value !== null;
  if (!isObject) return JSON.stringify(value);
  const isArray = Array.isArray(value);
  const entries = Object.entries(value);
  const parts = (isArray ? entries : entries.toSorted(([a], [b]) => (a < b ? -1 : 1))).map(
    ([key, part]) => [isArray ? "" : `${JSON.stringify(key)}: `, part] as const,
  );
  const [open, close] = isArray ? ["[", "]"] : ["{", "}"];
  if (parts.length === 0) return `${open}${close}`;
  const blank = isArray ? "" : " ";
  const flat = `${open}${blank}${parts.map(([key, part]) => key + jsonText(part)).join(", ")}${blank}${close}`;
  if (!flat.includes("\n") && indent.length + flat.length <= LINE_WIDTH) return flat;
  const deeper = `${indent}  `;
  const lines = parts.map(([key, part]) => `${deeper}${key}${jsonText(part, deeper)}`);
  return `${open}\n${lines.join(",\n")}\n${indent}${close}`;
}
