/** Numbers of the configuration that the account lacks, and numbers of the account that nothing is said of. */
import type { AccountNumber } from "../../../../account/account.ts";
import { didYouMean } from "../../../../config/findings/findings.ts";
import type { JudgedScope } from "../../../../config/judge/judged-scope.ts";
import { readSent } from "../../../../routing/callers/phones/phone.ts";
import type { NumberPlan } from "../../../../routing/plan.ts";
import type { EntryFinder } from "../../entries.ts";
import type { AccountRead } from "../reading.ts";
import { accountOf } from "../uses.ts";
import { accountWords, listed } from "../words.ts";

/** An entry of `[numbers]`, and the numbers of its account that match it. */
export interface MatchedEntry {
  readonly scope: JudgedScope;
  readonly plan: NumberPlan;
  readonly numbers: readonly AccountNumber[];
}

/** Every entry whose account could be read, with its numbers. */
export function matchEntries(
  scopes: readonly JudgedScope[],
  reads: ReadonlyMap<string, AccountRead>,
  find: EntryFinder,
): MatchedEntry[] {
  const matched = new Map<NumberPlan, AccountNumber[]>();
  for (const { client, numbers = [] } of reads.values()) {
    for (const number of numbers) {
      const plan = find(client, number);
      if (plan) matched.set(plan, [...(matched.get(plan) ?? []), number]);
    }
  }
  return scopes.flatMap((scope) => {
    if (!reads.get(accountOf(scope))?.numbers) return [];
    return scope.plan.numbers.map((plan) => ({ scope, plan, numbers: matched.get(plan) ?? [] }));
  });
}

/** Warns of entries that no number of the account matches, and of numbers that match no entry. */
export function judgeNumbers(
  scopes: readonly JudgedScope[],
  entries: readonly MatchedEntry[],
  reads: ReadonlyMap<string, AccountRead>,
  find: EntryFinder,
): void {
  const owners = new Map(
    [...reads.values()].flatMap(({ client, numbers = [] }) =>
      numbers.map((number) => [readSent(number.number, undefined).key, client] as const),
    ),
  );
  for (const { scope, plan, numbers } of entries) {
    if (numbers.length === 0) reportLacking(scope, plan, reads, owners);
  }
  for (const { client, numbers = [] } of reads.values()) {
    const scope = scopes.find((one) => one.own.client === client);
    const unmatched = numbers.filter((number) => !find(client, number));
    if (!scope || unmatched.length === 0) continue;
    const named = unmatched.map(({ number, nickname }) => (nickname ? `${number} (${nickname})` : number));
    const what = `${unmatched.length === 1 ? "a number" : `${unmatched.length} numbers`} that no entry matches`;
    const fate =
      scope.plan.defaults.unrouted === "reject"
        ? "calls to them are rejected if their webhook leads here"
        : "calls to them pass to the agent bound in Retell";
    scope.source.findings.warning(["numbers"], `${accountWords(client)} has ${what}: ${listed(named)}`, {
      at: "key",
      hint: fate,
    });
  }
}

function reportLacking(
  scope: JudgedScope,
  { entry, pattern }: NumberPlan,
  reads: ReadonlyMap<string, AccountRead>,
  owners: ReadonlyMap<number | undefined, string>,
): void {
  const account = accountOf(scope);
  const { findings } = scope.source;
  const path = ["numbers", entry];
  if (pattern.kind === "any") return;
  const whose = accountWords(account);
  if (pattern.kind === "prefix") {
    findings.warning(path, `${whose} has no number that ${findings.quote(entry)} is for`, { at: "key" });
    return;
  }
  const other = owners.get(readSent(pattern.number, undefined).key);
  const known = reads.get(account)?.numbers ?? [];
  const hint =
    other !== undefined && other !== account
      ? `${accountWords(other)} has it`
      : didYouMean(
          pattern.number,
          known.map(({ number }) => number),
        );
  findings.warning(path, `${whose} has no number ${pattern.number}`, { at: "key", hint });
}
