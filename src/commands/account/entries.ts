/** Which entries of a configuration the numbers of an account match. */
import type { AccountNumber } from "../../account/account.ts";
import { readSent } from "../../routing/callers/phones/phone.ts";
import type { NumberPlan, RoutingPlan } from "../../routing/plan.ts";
import { compileTable } from "../../routing/table/compile.ts";

/** Finds the entry of a number of an account; undefined where none matches. */
export type EntryFinder = (account: string, number: Pick<AccountNumber, "number">) => NumberPlan | undefined;

/** Prepares to find entries as calls find them. */
export function entryFinder(routing: RoutingPlan): EntryFinder {
  const table = compileTable(routing);
  const plans = new Map(routing.numbers.map((plan) => [keyOf(plan.client, plan.entry), plan]));
  return (account, { number }) => {
    const entry = table.entryOf(account, readSent(number, undefined).key);
    return typeof entry === "object" ? plans.get(keyOf(entry.scope.client, entry.name)) : undefined;
  };
}

function keyOf(client: string, entry: string): string {
  return JSON.stringify([client, entry]);
}
