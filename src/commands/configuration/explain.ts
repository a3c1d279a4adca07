/** `switchhook explain`: what would become of a call, and why. */
import { dirname, resolve } from "node:path";
import { didYouMean, quote } from "../../config/findings/findings.ts";
import { printable, printableJson, shortened } from "../../config/findings/printable.ts";
import { CASE_DRAW_KEY, flagsNamed, zonesOf } from "../../config/judge/expectations/case.ts";
import { type GivenHistory, historyGiven } from "../../config/judge/expectations/given-history.ts";
import { doubtOfMoment } from "../../config/read/time/timezones.ts";
import { receive } from "../../routing/arrival.ts";
import type { Facts } from "../../routing/circumstances.ts";
import type { RoutingPlan } from "../../routing/plan.ts";
import { compileTable } from "../../routing/table/compile.ts";
import { readMoment } from "../../routing/time/moment.ts";
import { outcomeWords } from "../../routing/words/decisions.ts";
import { expectationOf } from "../../server/explain/expectation.ts";
import { explanationJson, explanationOf, stepsInWords } from "../../server/explain/explanation.ts";
import { ASK_HINT } from "../../server/explain/lookup-source.ts";
import { type CallOptions, eventOf } from "../call-options.ts";
import { loadWithCopies } from "../remote.ts";
import { aligned, paintFor, print } from "../terminal.ts";
import { type GivenLookups, gatherLookups } from "./lookups.ts";

/** Options of `explain`. */
export interface ExplainOptions extends CallOptions {
  readonly config?: string;
  /** When; by default now. */
  readonly at?: string;
  /** Limits to treat as reached. */
  readonly over?: readonly string[];
  /** What is to be known of the caller's earlier calls; by default there are none. */
  readonly history?: GivenHistory;
  /** Files of `exists` conditions to treat as there, besides those that are. */
  readonly exists?: readonly string[];
  /** What look-ups find; the others are missing. */
  readonly lookup?: GivenLookups;
  /** Ask the look-ups that are not given over the network. */
  readonly live?: true;
  /** The `[[expect]]` for this case instead of the explanation. */
  readonly expect?: true;
  /** One JSON object on standard output, for programs. */
  readonly json?: true;
}

/** Explains the decision on a call; exit code 1 where the configuration has errors, 2 where an option has. */
export async function explain(options: ExplainOptions): Promise<number> {
  const loaded = await loadWithCopies(options.config, roughly(options.at));
  if (!loaded) return 1;
  const { routing } = loaded.config;
  const table = compileTable(routing);
  const event = eventOf(options, undefined);
  const arrival = receive(table, event);
  const facts = readFacts(options, routing, {
    limits: new Set(arrival.scope.limits.keys()),
    directory: dirname(loaded.path),
  });
  const known = facts && (await gatherLookups(arrival, facts, options.lookup ?? {}, options.live === true));
  if (!facts || !known) return 2;

  const explanation = explanationOf({
    ...{ table, event, sources: known.sources, zones: zonesOf(routing) },
    facts: { ...facts, lookups: known.lookups },
  });
  if (options.expect) {
    print(process.stdout, ...expectationOf(explanation, options));
  } else if (options.json) {
    print(process.stdout, printableJson(explanationJson(explanation)));
  } else {
    const { decision, at, answer } = explanation;
    const words = stepsInWords(explanation, ASK_HINT);
    const paint = paintFor(process.stdout);
    const outcome = printable(outcomeWords(decision));
    const heading = `A ${options.sms ? "text" : "call"} from ${options.from} to ${options.to}, ${at}`;
    print(
      process.stdout,
      paint("strong", shown(heading)),
      "",
      ...aligned(
        words.map(({ topic, finding }) => [printable(topic), shown(finding)] as const),
        "  ",
      ),
      "",
      paint(decision.outcome === "reject" ? "error" : "good", `Result: ${outcome}. Response sent to Retell:`),
      printableJson(answer),
    );
  }
  return 0;
}

/** When that is, give or take a day, for the holidays of that year; undefined where it cannot be told. */
function roughly(at: string | undefined): number | undefined {
  const moment = at === undefined ? undefined : readMoment(at, new Set(["UTC"]));
  return moment && "nowMs" in moment ? moment.nowMs : undefined;
}

/** The longest line about what callers and files supply, in UTF-16 code units. */
const LONGEST_LINE = 2000;

function shown(text: string): string {
  return printable(shortened(text, LONGEST_LINE));
}

/**
 * What the options say besides the call; undefined where that cannot be read, which is reported.
 *
 * @param known the limits that can be asked about the call, and the directory of the configuration
 */
function readFacts(
  { at, over = [], exists = [], history }: ExplainOptions,
  routing: RoutingPlan,
  { limits, directory }: { readonly limits: ReadonlySet<string>; readonly directory: string },
): Facts | undefined {
  const moment = at === undefined ? { nowMs: Date.now() } : readMoment(at, zonesOf(routing));
  if ("problem" in moment) {
    print(process.stderr, `switchhook: --at: ${shown(moment.problem)}`);
    return undefined;
  }
  const doubt = at === undefined ? undefined : doubtOfMoment(at, quote);
  if (doubt) print(process.stderr, `note: --at: ${printable(`${doubt.message} (${doubt.hint})`)}`);
  const unknown = over.find((name) => !limits.has(name));
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, limits);
    print(
      process.stderr,
      `switchhook: --over: there is no limit ${printable(quote(unknown))} in [limits]${hint ? `; ${printable(hint)}` : ""}`,
    );
    return undefined;
  }
  const flags = routing.flags.filter(({ isThere }) => isThere);
  for (const name of exists) {
    const named = flagsNamed(name, resolve(directory, name), routing.flags);
    flags.push(...named);
    if (named.length > 0) continue;
    const hint = didYouMean(
      name,
      routing.flags.map((flag) => flag.name),
    );
    print(
      process.stderr,
      `switchhook: --exists: no rule asks whether the file ${printable(quote(name))} exists${hint ? `; ${printable(hint)}` : ""}`,
    );
    return undefined;
  }
  return {
    nowMs: moment.nowMs,
    drawKey: CASE_DRAW_KEY,
    over: new Set(over),
    flags: new Set(flags.map(({ path }) => path)),
    lookups: new Map(),
    history: historyGiven(history),
  };
}
