/** `switchhook doctor`: the configuration, held against what the Retell account really has. */
import { baseUrlOf } from "../../../account/api.ts";
import { printable, printableJson } from "../../../config/findings/printable.ts";
import { reportOf } from "../../../config/findings/report.ts";
import { loadConfig } from "../../../config/load.ts";
import { openClient } from "../../../outbound/client.ts";
import { findToLoad, NO_CONFIG, reportNoConfig } from "../../config-file.ts";
import { progressBar } from "../../progress.ts";
import { readCopies } from "../../remote.ts";
import { paintFor, print } from "../../terminal.ts";
import { type Examined, examine } from "./judge.ts";
import { accountJson, accountLine } from "./summary.ts";

/** Options of `doctor`. */
export interface DoctorOptions {
  readonly config?: string;
  /** One JSON object on standard output, for programs. */
  readonly json?: true;
  /** Warnings, and what could not be checked, count as errors. */
  readonly strict?: true;
}

/** How long all of it may take, in milliseconds. */
const DEADLINE_MS = 120_000;
/** As JSON, at most this many diagnostics are given; `omitted` says how many more there are, if any. */
const MOST_AS_JSON = 1000;

/**
 * Checks a configuration, and holds it against its accounts. Exit code 0 where there are no errors, 1 where there are, or
 * where nothing of an account could be read.
 */
export async function doctor({ config: named, json, strict }: DoctorOptions): Promise<number> {
  const path = findToLoad(named);
  if (path === undefined) {
    if (json) {
      const nothing = { diagnostics: [], account: [], not_checked: [] };
      printJson({ file: null, valid: false, problem: NO_CONFIG, ...nothing });
    } else reportNoConfig();
    return 1;
  }
  const client = openClient();
  const bar = progressBar(process.stderr);
  let examined: Examined | undefined;
  const { config, diagnostics } = await loadConfig(path, process.env, "optional", undefined, {
    remote: readCopies,
    async judge(good, files) {
      const options = { baseUrl: baseUrlOf(process.env), client, signal: AbortSignal.timeout(DEADLINE_MS) };
      examined = await examine(good, files, options, (done, of) =>
        bar.show(done, of, `${done} of ${of} answers`),
      );
    },
  });
  bar.clear();
  client.close();
  const accounts = examined?.accounts ?? [];
  const notChecked = examined?.notChecked ?? [
    { client: "", what: "the account", why: "the configuration has errors" },
  ];
  const wasRead = accounts.some(({ numbers, agents }) => numbers !== undefined || agents !== undefined);
  const isGood =
    config !== undefined && wasRead && !(strict && (diagnostics.length > 0 || notChecked.length > 0));
  if (json) {
    const omitted = diagnostics.length > MOST_AS_JSON ? diagnostics.length - MOST_AS_JSON : undefined;
    printJson({
      ...{ file: path, valid: isGood, diagnostics: diagnostics.slice(0, MOST_AS_JSON), omitted },
      account: accounts.map(accountJson),
      not_checked: notChecked.map(({ client: whose, what, why }) => ({
        ...(whose !== "" && { client: whose }),
        ...{ what, why },
      })),
    });
    return isGood ? 0 : 1;
  }
  if (diagnostics.length > 0) print(process.stderr, reportOf(diagnostics, paintFor(process.stderr)));
  for (const { client: whose, what, why } of notChecked) {
    const of = whose === "" || what.includes(whose) ? "" : ` of the client ${JSON.stringify(whose)}`;
    print(process.stderr, `note: not checked: ${printable(`${what}${of}: ${why}`)}`);
  }
  const paint = paintFor(process.stdout);
  for (const account of accounts) print(process.stdout, printable(accountLine(account)));
  if (isGood && diagnostics.length === 0 && notChecked.length === 0) {
    print(process.stdout, paint("good", `${printable(path)} and the account agree`));
  }
  return isGood ? 0 : 1;
}

function printJson(found: Readonly<Record<string, unknown>>): void {
  print(process.stdout, printableJson(found));
}
