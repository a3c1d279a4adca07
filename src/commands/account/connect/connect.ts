/** `switchhook connect`: sets the webhook URLs of the account's numbers to this server. */
import { InvalidArgumentError } from "commander";
import { baseUrlOf, problemWords } from "../../../account/api.ts";
import { counted } from "../../../config/findings/counted.ts";
import { printable } from "../../../config/findings/printable.ts";
import type { Config } from "../../../config/load.ts";
import { isSameUrl, publicUrlProblem } from "../../../config/read/settings/public-url.ts";
import { openClient } from "../../../outbound/client.ts";
import { readSent } from "../../../routing/callers/phones/phone.ts";
import { loadGoodConfig } from "../../config-file.ts";
import { readCopies } from "../../remote.ts";
import { print } from "../../terminal.ts";
import { entryFinder } from "../entries.ts";
import { type AccountKeys, accountsOf, type OpenOptions, openAccount } from "../open.ts";
import { apply } from "./apply.ts";
import { type AccountChanges, changeLines, changesOf } from "./changes.ts";
import { testCallProblem } from "./test-call.ts";

/** Options of `connect`. */
export interface ConnectOptions {
  readonly config?: string;
  /** By default `[server] public_url`. */
  readonly url?: string;
  /** The numbers to change; by default those that an entry matches. */
  readonly number?: readonly string[];
  /** Only shows what would change. */
  readonly dryRun?: true;
  /** Does not ask. */
  readonly yes?: true;
}

const NO_MATCH = "the account has no number that an entry of [numbers] matches";

/**
 * Sets the webhook URLs of numbers, those that differ. Exit code 0 where all are right by then, 1 where not, 2 where the
 * URL cannot be right.
 */
export async function connect(options: ConnectOptions): Promise<number> {
  const loaded = await loadGoodConfig(options.config, "optional", undefined, { remote: readCopies });
  if (!loaded) return 1;
  const { config } = loaded;
  const url = urlFor(options.url, config);
  if (typeof url === "object") return fail(url.problem, 2);
  const client = openClient();
  try {
    const planned = await plan(config, url, options, { baseUrl: baseUrlOf(process.env), client });
    if (typeof planned === "string") return fail(planned, 1);
    const changes = planned.flatMap((account) => account.changes);
    if (planned.every(({ wanted }) => wanted === 0)) return fail(NO_MATCH, 1);
    if (changes.length === 0) {
      print(process.stdout, `Nothing to change: every number calls ${printable(url)} already.`);
      return 0;
    }
    print(process.stdout, ...changes.flatMap(changeLines));
    if (options.dryRun) {
      print(
        process.stdout,
        "",
        `${counted(changes.length, "number", "numbers")} would change; nothing was changed.`,
      );
      return 0;
    }
    if (!options.yes && process.stdin.isTTY !== true)
      return fail("there is no terminal to ask on; add --yes", 2);
    const problem = await testProblem(planned, url, config);
    if (problem !== undefined) return fail(`nothing was changed: the test call to ${url}: ${problem}`, 1);
    if (!options.yes && !(await isAgreed(changes.length))) {
      print(process.stdout, "Nothing was changed.");
      return 1;
    }
    return await apply(planned);
  } finally {
    client.close();
  }
}

/** Reads the value of `--url`. */
export function readConnectUrl(text: string): string {
  const problem = publicUrlProblem(text);
  if (problem !== undefined) throw new InvalidArgumentError(`It ${problem}.`);
  return text;
}

/** The URL to set, or why there is none. */
function urlFor(
  named: string | undefined,
  { server: { path, publicUrl } }: Config,
): string | { readonly problem: string } {
  const url = named ?? publicUrl;
  if (url === undefined)
    return { problem: "name the URL that Retell should call: --url https://… or [server] public_url" };
  // A proxy in front may have another path: then the configuration says so.
  if (publicUrl !== undefined) {
    if (isSameUrl(url, publicUrl)) return url;
    return { problem: `the URL ${url} is not the public_url of [server], ${publicUrl}` };
  }
  const pathname = (URL.parse(url)?.pathname ?? "").replace(/(.)\/$/, "$1");
  if (pathname === path) return url;
  return { problem: `the path of ${url} is not that of the configuration, ${JSON.stringify(path)}` };
}

/** Finds what would change, in every account; a text says why that cannot be told. */
async function plan(
  { routing, retell }: Config,
  url: string,
  { number: named }: ConnectOptions,
  options: OpenOptions,
): Promise<readonly AccountChanges[] | string> {
  const find = entryFinder(routing);
  const keyOf = (number: string) => readSent(number, routing.country).key ?? number;
  const wanted = named && new Set(named.map(keyOf));
  const isNamed = wanted && ((number: string) => wanted.has(keyOf(number)));
  const planned: AccountChanges[] = [];
  const found = new Set<unknown>();
  for (const keys of accountsOf(routing, retell).filter((account) => hasNumbers(account, routing))) {
    const whose =
      keys.client === "" ? "the account" : `the account of the client ${JSON.stringify(keys.client)}`;
    const opened = await openAccount(keys, options);
    if (!opened.account) {
      return `cannot read ${whose}: ${opened.why === "no key" ? "there is no API key here" : "Retell does not accept its API key (401)"}`;
    }
    const numbers = await opened.account.numbers();
    if (numbers.kind !== "ok") return `cannot read the numbers of ${whose}: ${problemWords(numbers)}`;
    for (const { number } of numbers.value) found.add(keyOf(number));
    planned.push({ opened, ...changesOf(keys.client, numbers.value, url, find, isNamed) });
  }
  const missing = named?.filter((number) => !found.has(keyOf(number))) ?? [];
  return missing.length > 0 ? `the account has no number ${missing.join(", ")}` : planned;
}

function hasNumbers({ client }: AccountKeys, { numbers, clients }: Config["routing"]): boolean {
  const own = new Set(clients.filter(({ hasAccount }) => hasAccount).map((scope) => scope.client));
  return client !== "" || numbers.length === 0 || numbers.some((number) => !own.has(number.client));
}

/** What is wrong with the server at the URL: each account is tested with a call to the first of its numbers. */
async function testProblem(
  planned: readonly AccountChanges[],
  url: string,
  { routing, retell }: Config,
): Promise<string | undefined> {
  const target = URL.parse(url);
  for (const { opened, changes } of planned) {
    const first = changes.find((change) => change.plan !== undefined);
    if (!target || changes.length === 0) continue;
    const key = retell.apiKeys.find(({ client }) => client === opened.client)?.key;
    if (key === undefined) return "there is no API key here to sign it with";
    const plan = first?.plan ?? routing.numbers.find(({ client }) => client === opened.client);
    const number = first?.number.number ?? (plan?.pattern.kind === "exact" ? plan.pattern.number : undefined);
    if (!plan || number === undefined) return "no entry of the configuration says what its answer would be";
    const problem = await testCallProblem(target, key, number, plan, routing);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Asks on the terminal; anything but a yes is a no, also the end of input and Ctrl-C. */
async function isAgreed(count: number): Promise<boolean> {
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("\n")));
  const asked = lines.question(`Change ${counted(count, "number", "numbers")} in Retell? [y/N] `);
  const answer = await Promise.race([asked, ended]).catch(() => "\n");
  // Whoever ends it there leaves the cursor behind the question.
  if (answer === "\n") print(process.stdout, "");
  lines.close();
  return /^y(?:es)?$/i.test(answer.trim());
}

function fail(problem: string, exitCode: number): number {
  print(process.stderr, `switchhook: ${printable(problem)}`);
  return exitCode;
}
