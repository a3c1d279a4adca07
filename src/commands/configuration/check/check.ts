/** `switchhook check`: everything that is wrong with a configuration, at once. */

import { counted } from "../../../config/findings/counted.ts";
import { printable, printableJson } from "../../../config/findings/printable.ts";
import { reportOf } from "../../../config/findings/report.ts";
import { type Config, loadConfig } from "../../../config/load.ts";
import { contactCount } from "../../../routing/callers/contact-book.ts";
import { sizeOf } from "../../../routing/callers/sets.ts";
import type { LookupResult } from "../../../routing/lookups/result.ts";
import type { ScopePlan } from "../../../routing/plan.ts";
import { findToLoad, NO_CONFIG, reportNoConfig } from "../../config-file.ts";
import { fetchAll, readCopies, remoteNotes, remoteUses } from "../../remote.ts";
import { aligned, paintFor, print } from "../../terminal.ts";
import { coverageJson, coverageReport } from "./coverage.ts";
import { askOnline, lookupNames } from "./online.ts";

/** Options of `check`. */
export interface CheckOptions {
  readonly config?: string;
  /** One JSON object on standard output, for programs. */
  readonly json?: true;
  /** Warnings count as errors. */
  readonly strict?: true;
  /** What the expectations do not test, too. */
  readonly coverage?: true;
  /** URLs and look-ups are asked, over the network: each once. */
  readonly online?: true;
}

/** As JSON, at most this many diagnostics are given; `omitted` says how many more there are, if any. */
const MOST_AS_JSON = 1000;

/** Checks a configuration; exit code 0 where it is good, 1 where it is not, or where a look-up that was asked failed. */
export async function check({
  config: named,
  json,
  strict,
  coverage: wanted,
  online,
}: CheckOptions): Promise<number> {
  const path = findToLoad(named);
  if (path === undefined) {
    if (json) printJson({ file: null, valid: false, problem: NO_CONFIG, diagnostics: [] });
    else reportNoConfig();
    return 1;
  }
  const { config, diagnostics, remote, coverage } = await loadConfig(
    path,
    process.env,
    "optional",
    undefined,
    { coverage: wanted, remote: online ? fetchAll : readCopies },
  );
  const uses = remoteUses(remote, online === true);
  const isGood = config !== undefined && !(strict && diagnostics.length > 0);
  const asked = config && online ? await askOnline(config.routing) : [];
  const haveFailed = asked.some(({ result }) => result?.kind === "failed");
  const notAsked = config && !online ? lookupNames(config.routing) : [];
  if (json) {
    const omitted = diagnostics.length > MOST_AS_JSON ? diagnostics.length - MOST_AS_JSON : undefined;
    printJson({
      ...{ file: path, valid: isGood, diagnostics: diagnostics.slice(0, MOST_AS_JSON), omitted },
      remote: uses.length > 0 ? uses : undefined,
      ...(online && { lookups: asked.map(({ name, result, ms }) => ({ name, ...resultJson(result), ms })) }),
      ...(notAsked.length > 0 && { lookups_not_asked: notAsked }),
      coverage: coverage && coverageJson(coverage),
    });
    return isGood && !haveFailed ? 0 : 1;
  }
  if (diagnostics.length > 0) print(process.stderr, reportOf(diagnostics, paintFor(process.stderr)));
  const remedy = online ? "A secret that it needs is missing here." : "Ask with --online.";
  const notes = [...remoteNotes(uses, remedy), ...(notAsked.length > 0 ? [notAskedWords(notAsked)] : [])];
  for (const note of notes) print(process.stderr, `note: ${printable(note)}`);
  if (config && isGood) {
    print(
      process.stdout,
      paintFor(process.stdout)("good", `${printable(path)} is valid: ${summaryOf(config)}`),
    );
  }
  const lines = asked.map(({ name, words }) => [printable(`look-up ${name}`), printable(words)] as const);
  if (lines.length > 0) print(process.stdout, ...aligned(lines, "  "));
  if (config && coverage) {
    const report = coverageReport(coverage, config.expectations, paintFor(process.stdout));
    print(process.stdout, ...(isGood ? [""] : []), report);
  }
  return isGood && !haveFailed ? 0 : 1;
}

/** So many look-ups are named. */
const MOST_NAMED = 10;

/** `not asked: the look-ups crm, acme/billing. Ask with --online.` */
function notAskedWords(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).join(", ");
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
  return `not asked: the look-up${names.length === 1 ? "" : "s"} ${shown}${more}. Ask with --online.`;
}

function resultJson(result: LookupResult | undefined) {
  if (!result) return { result: "not asked" };
  const { kind, ...more } = result;
  return { result: kind, ...more };
}

function printJson(found: Readonly<Record<string, unknown>>): void {
  print(process.stdout, printableJson(found));
}

/** `3 numbers, 2 presets, 1 list with 12,034 entries, 4 passing expectations` */
function summaryOf({ routing, expectations }: Config): string {
  const { numbers, clients } = routing;
  const scopes: readonly ScopePlan[] = [routing, ...clients];
  const lists = scopes.flatMap((scope) => [...scope.lists.values()]);
  const entries = lists.reduce((sum, list) => sum + sizeOf(list), 0);
  const presets = scopes.reduce((sum, scope) => sum + scope.presets.size, 0);
  const lookups = scopes.reduce((sum, scope) => sum + scope.lookups.size, 0);
  const contacts = scopes.reduce(
    (sum, scope) => sum + (scope.contacts ? contactCount(scope.contacts.contacts) : 0),
    0,
  );
  const parts: readonly (readonly [count: number, words: string])[] = [
    [clients.length, counted(clients.length, "client", "clients")],
    [presets, counted(presets, "preset", "presets")],
    [lists.length, `${counted(lists.length, "list", "lists")} with ${counted(entries, "entry", "entries")}`],
    [contacts, counted(contacts, "contact", "contacts")],
    [lookups, counted(lookups, "look-up", "look-ups")],
    [expectations, counted(expectations, "passing expectation", "passing expectations")],
  ];
  const present = parts.filter(([count]) => count > 0).map(([, words]) => words);
  return [counted(numbers.length, "number", "numbers"), ...present].join(", ");
}
