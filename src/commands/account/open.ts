/** Opening the accounts of a configuration: with the first key of each that Retell accepts. */
import { Account, type KeyOwner } from "../../account/account.ts";
import { type ApiProblem, openApi } from "../../account/api.ts";
import type { RetellSettings } from "../../config/read/settings/settings.ts";
import type { OutboundClient } from "../../outbound/client.ts";
import type { RoutingPlan } from "../../routing/plan.ts";

/** One account: that of the main file's keys, or that of a client with a key of its own. */
export interface AccountKeys {
  /** The client whose account it is; empty for that of the main file. */
  readonly client: string;
  /** In the order in which they are tried. */
  readonly keys: readonly NamedKey[];
}

/** A key, and where it stands in `[retell]`. */
export interface NamedKey {
  readonly name: "account_key" | "api_key";
  readonly key: string;
}

/** An account that was opened, or why it was not. */
export type Opened = {
  readonly client: string;
  /** Keys that Retell does not accept. */
  readonly refused: readonly NamedKey[];
} & (
  | { readonly account: Account; readonly key: string; readonly owner: KeyOwner | ApiProblem }
  | { readonly account: undefined; readonly why: "no key" | "refused" }
);

/** The accounts of a configuration, that of the main file first. */
export function accountsOf(routing: RoutingPlan, { apiKeys, accountKeys }: RetellSettings): AccountKeys[] {
  const own = routing.clients.filter(({ hasAccount }) => hasAccount).map(({ client }) => client);
  return ["", ...own].map((client) => ({
    client,
    keys: [
      ...accountKeys.filter((key) => key.client === client).map(({ key }) => named("account_key", key)),
      ...apiKeys.filter((key) => key.client === client).map(({ key }) => named("api_key", key)),
    ],
  }));
}

function named(name: NamedKey["name"], key: string): NamedKey {
  return { name, key };
}

/** What accounts are opened with. */
export interface OpenOptions {
  readonly baseUrl: string;
  readonly client: OutboundClient;
  readonly signal?: AbortSignal;
}

/** Opens an account with the first of its keys that is not answered 401. */
export async function openAccount({ client, keys }: AccountKeys, options: OpenOptions): Promise<Opened> {
  const refused: NamedKey[] = [];
  for (const named of keys) {
    const account = new Account(openApi({ key: named.key, ...options }));
    const owner = await account.owner();
    if (owner.kind === "status" && owner.status === 401) {
      refused.push(named);
      continue;
    }
    return { client, refused, account, key: named.key, owner: owner.kind === "ok" ? owner.value : owner };
  }
  return { client, refused, account: undefined, why: keys.length === 0 ? "no key" : "refused" };
}
