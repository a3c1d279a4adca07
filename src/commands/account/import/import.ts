/** `switchhook import`: a first configuration from what the Retell account has. */
import { existsSync } from "node:fs";
import { Account } from "../../../account/account.ts";
import { type ApiProblem, baseUrlOf, openApi, problemWords } from "../../../account/api.ts";
import { counted } from "../../../config/findings/counted.ts";
import { printable } from "../../../config/findings/printable.ts";
import { apiKeyProblem } from "../../../config/read/settings/api-key.ts";
import { openClient } from "../../../outbound/client.ts";
import { THERE, writeNew } from "../../new-file.ts";
import { print } from "../../terminal.ts";
import { firstConfig } from "./first.ts";

/** Options of `import`. */
export interface ImportOptions {
  /** The file to write; `-`: standard output. */
  readonly out: string;
}

/** Where the key is taken from: the variable that the configuration names too. */
const VARIABLE = "RETELL_API_KEY";

/** Writes a configuration that does what the account does now; exit code 1 where it cannot be read, or the file is there. */
export async function importAccount({ out }: ImportOptions): Promise<number> {
  const shown = printable(out);
  // Before anything is asked; writing checks it again.
  if (out !== "-" && existsSync(out)) return fail(`cannot write ${shown}: it ${THERE}, and was not changed`);
  const key = process.env[VARIABLE] ?? "";
  const problem = key === "" ? "it is not set" : apiKeyProblem(key);
  if (problem !== undefined) return fail(`cannot use $${VARIABLE}: ${problem}`);

  const client = openClient();
  const account = new Account(openApi({ key, baseUrl: baseUrlOf(process.env), client }));
  const [owner, numbers, agents] = await Promise.all([account.owner(), account.numbers(), account.agents()]);
  client.close();
  if (numbers.kind !== "ok") return fail(`cannot read the numbers of the account: ${said(numbers)}`);
  if (agents.kind !== "ok")
    note(`the agents could not be read, and are called by their ids: ${said(agents)}`);
  const { text, left, ...counts } = firstConfig({
    organisation: owner.kind === "ok" ? owner.value.organisation : undefined,
    numbers: numbers.value,
    agents: agents.kind === "ok" ? agents.value : [],
  });
  for (const line of left) note(`left out: ${line}`);
  if (out === "-") {
    print(process.stdout, text.trimEnd());
    return 0;
  }
  const unwritten = await writeNew(out, text, 0o640);
  if (unwritten !== undefined) {
    return fail(
      `cannot write ${shown}: ${unwritten === THERE ? `it ${THERE}, and was not changed` : printable(unwritten)}`,
    );
  }
  const option = out === "config.toml" ? "" : ` -c ${/\s/.test(out) ? JSON.stringify(shown) : shown}`;
  const what = `${counted(counts.numbers, "number", "numbers")} and ${counted(counts.agents, "agent", "agents")}`;
  print(
    process.stdout,
    `Wrote ${shown}: ${what}. Next:`,
    "",
    `  1. switchhook check${option}`,
    `  2. switchhook serve${option}     behind a proxy with TLS: switchhook proxy --help`,
    `  3. switchhook connect${option} --url https://YOUR-DOMAIN/webhook --dry-run`,
  );
  return 0;
}

function said(problem: ApiProblem): string {
  return printable(problemWords(problem));
}

function note(text: string): void {
  print(process.stderr, `note: ${text}`);
}

function fail(text: string): number {
  print(process.stderr, `switchhook: ${text}`);
  return 1;
}
