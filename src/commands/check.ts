/** `switchhook check`: everything that is wrong with a configuration, at once. */

import { counted } from "../config/findings/counted.ts";
import { printable, printableJson } from "../config/findings/printable.ts";
import { reportOf } from "../config/findings/report.ts";
import { type Config, loadConfig } from "../config/load.ts";
import { sizeOf } from "../routing/callers/sets.ts";
import type { ScopePlan } from "../routing/plan.ts";
import { findConfig, NO_CONFIG, reportNoConfig } from "./config-file.ts";
import { paintFor, print } from "./terminal.ts";

/** Options of `check`. */
export interface CheckOptions {
  readonly config?: string;
  /** One JSON object on standard output, for programs. */
  readonly json?: true;
  /** Warnings count as errors. */
  readonly strict?: true;
}

/** As JSON, at most this many diagnostics are given; `omitted` says how many more there are, if any. */
const MOST_AS_JSON = 1000;

/** Checks a configuration; exit code 0 where it is good, 1 where it is not. */
export async function check({ config: named, json, strict }: CheckOptions): Promise<number> {
  const path = findConfig(named);
  if (path === undefined) {
    if (json) printJson({ file: null, valid: false, problem: NO_CONFIG, diagnostics: [] });
    else reportNoConfig();
    return 1;
  }
  const { config, diagnostics } = await loadConfig(path, process.env, "optional");
  const isGood = config !== undefined && !(strict && diagnostics.length > 0);
  if (json) {
    const omitted = diagnostics.length > MOST_AS_JSON ? diagnostics.length - MOST_AS_JSON : undefined;
    printJson({ file: path, valid: isGood, diagnostics: diagnostics.slice(0, MOST_AS_JSON), omitted });
    return isGood ? 0 : 1;
  }
  if (diagnostics.length > 0) print(process.stderr, reportOf(diagnostics, paintFor(process.stderr)));
  if (config && isGood) {
    print(
      process.stdout,
      paintFor(process.stdout)("good", `${printable(path)} is valid: ${summaryOf(config)}`),
    );
  }
  return isGood ? 0 : 1;
}

function printJson(found: Readonly<Record<string, unknown>>): void {
  print(process.stdout, printableJson(found));
}

/** `3 numbers, 2 presets, 1 list with 12,034 entries, 4 expectations that hold` */
function summaryOf({ routing, expectations }: Config): string {
  const { numbers, clients } = routing;
  const scopes: readonly ScopePlan[] = [routing, ...clients];
  const lists = scopes.flatMap((scope) => [...scope.lists.values()]);
  const entries = lists.reduce((sum, list) => sum + sizeOf(list), 0);
  const presets = scopes.reduce((sum, scope) => sum + scope.presets.size, 0);
  const contacts = scopes.reduce((sum, scope) => sum + (scope.contacts?.contacts.length ?? 0), 0);
  const parts: readonly (readonly [count: number, words: string])[] = [
    [clients.length, counted(clients.length, "client", "clients")],
    [presets, counted(presets, "preset", "presets")],
    [lists.length, `${counted(lists.length, "list", "lists")} with ${counted(entries, "entry", "entries")}`],
    [contacts, counted(contacts, "contact", "contacts")],
    [expectations, counted(expectations, "expectation that holds", "expectations that hold")],
  ];
  const present = parts.filter(([count]) => count > 0).map(([, words]) => words);
  return [counted(numbers.length, "number", "numbers"), ...present].join(", ");
}
