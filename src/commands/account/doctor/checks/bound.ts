/** Agents that are bound in Retell, and take what the configuration passes on to them. */
import type { AccountNumber } from "../../../../account/account.ts";
import type { Agent } from "../../../../routing/plan.ts";
import type { EntryFinder } from "../../entries.ts";
import type { BoundUse, PresetUse } from "../uses.ts";

/** A bound agent, and the presets that may come with it. */
export interface BoundAgentUse {
  readonly account: string;
  readonly agent: Pick<Agent, "id" | "version">;
  readonly presets: readonly PresetUse[];
  /** The number that it is bound to. */
  readonly number: string;
}

/** Who takes what an account's numbers pass on. @param account the client whose account it is */
export function boundAgents(
  uses: readonly BoundUse[],
  account: string,
  numbers: readonly AccountNumber[],
  find: EntryFinder,
): BoundAgentUse[] {
  const byPlan = Map.groupBy(uses, ({ plan }) => plan);
  return numbers.flatMap((number) => {
    const plan = find(account, number);
    return (plan ? (byPlan.get(plan) ?? []) : []).flatMap(({ channel, presets }) =>
      (channel === "call" ? number.agents : number.textAgents).map((agent) => ({
        ...{ account, agent, presets, number: number.number },
      })),
    );
  });
}
