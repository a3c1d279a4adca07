/** Holding a configuration against the accounts that it is for. */
import type { JudgedScope } from "../../../config/judge/judged-scope.ts";
import type { Config } from "../../../config/load.ts";
import { entryFinder } from "../entries.ts";
import { accountsOf, type OpenOptions, openAccount } from "../open.ts";
import { judgeAgents } from "./checks/agents.ts";
import { boundAgents } from "./checks/bound.ts";
import { judgeCountries } from "./checks/countries.ts";
import { judgeNumbers, matchEntries } from "./checks/numbers.ts";
import { judgeBoundEngines, judgeEngines, judgePresets } from "./checks/presets.ts";
import { judgeSafetyNets, judgeWebhooks } from "./checks/webhooks.ts";
import { type AccountRead, type NotChecked, type Progress, readAccount } from "./reading.ts";
import { usesIn } from "./uses.ts";
import { wantedOf } from "./wanted.ts";
import { accountWords } from "./words.ts";

/** What was read, and what was not. */
export interface Examined {
  readonly accounts: readonly AccountRead[];
  readonly notChecked: readonly NotChecked[];
}

/** Reads the accounts of a configuration, and reports in the findings of its files where the two do not agree. */
export async function examine(
  { routing, retell, server }: Config,
  scopes: readonly JudgedScope[],
  options: OpenOptions,
  progress: Progress,
): Promise<Examined> {
  const uses = usesIn(scopes);
  const find = entryFinder(routing);
  const notChecked: NotChecked[] = [];
  const counts = new Map<string, readonly [done: number, of: number]>();
  const read = accountsOf(routing, retell).map(async (keys): Promise<AccountRead | undefined> => {
    const { client } = keys;
    const isUsed = client !== "" || needsMain(scopes);
    if (!isUsed) return undefined;
    const opened = await openAccount(keys, options);
    const { findings } = scopes.find(({ own }) => own.client === client)?.source ?? {};
    for (const { name } of opened.account ? opened.refused : opened.refused.slice(0, 1)) {
      const message = "Retell does not accept this API key (401)";
      if (opened.account) findings?.warning(["retell", name], message, { hint: "another key was used" });
      else findings?.error(["retell", name], message);
    }
    if (!opened.account) {
      const why = opened.why === "no key" ? "there is no API key here" : "Retell does not accept its API key";
      notChecked.push({ client, what: accountWords(client), why });
      return undefined;
    }
    const ofAccount = <Use extends { readonly account: string }>(all: readonly Use[]) =>
      all.filter(({ account }) => account === client);
    const wanted = wantedOf(ofAccount(uses.agents), ofAccount(uses.presets), (numbers) =>
      boundAgents(uses.bound, client, numbers, find),
    );
    return readAccount(opened.account, client, opened.owner, wanted, notChecked, (done, of) => {
      counts.set(client, [done, of]);
      const sum = (at: 0 | 1) => counts.values().reduce((total, count) => total + count[at], 0);
      progress(sum(0), sum(1));
    });
  });
  const accounts = (await Promise.all(read)).filter((account) => account !== undefined);
  const reads = new Map(accounts.map((account) => [account.client, account]));
  const entries = matchEntries(scopes, reads, find);
  judgeAgents(uses.agents, reads);
  judgePresets(uses.presets, reads);
  judgeEngines(uses.agents, reads);
  judgeBoundEngines(
    accounts.flatMap(({ client, numbers = [] }) => boundAgents(uses.bound, client, numbers, find)),
    reads,
  );
  judgeNumbers(scopes, entries, reads, find);
  judgeWebhooks(entries, server);
  judgeSafetyNets(entries, reads);
  judgeCountries(entries);
  return { accounts, notChecked: distinct(notChecked) };
}

/** Where every number is that of a client with an account of its own, the main file's may have nothing. */
function needsMain(scopes: readonly JudgedScope[]): boolean {
  const others = scopes.filter(({ own }) => !own.hasAccount || own.client === "");
  return scopes.length === 1 || others.some(({ plan }) => plan.numbers.length > 0);
}

function distinct(missed: readonly NotChecked[]): NotChecked[] {
  return [...new Map(missed.map((one) => [JSON.stringify(one), one])).values()];
}
