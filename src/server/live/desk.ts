/** Everything that is in force at one moment, made from one configuration and replaced as a whole. */
import type { Config } from "../../config/load.ts";
import { compileTableSliced } from "../../routing/compile.ts";
import { atOnce, type Sliced } from "../../routing/slices.ts";
import type { Table } from "../../routing/table.ts";
import { type AddressTest, compileAddresses } from "../webhook/address.ts";

/** A front desk: who may ask, how they prove it, and what they are told. Immutable. */
export interface Desk {
  readonly path: string;
  readonly apiKeys: readonly string[];
  readonly maxAgeMs: number;
  /** Undefined where every address may post. */
  readonly isAllowed: AddressTest | undefined;
  readonly isTrustedProxy: AddressTest;
  readonly table: Table;
}

/** Compiles a configuration into the desk that serves it. */
export function compileDesk(config: Config): Desk {
  return atOnce(compileDeskSliced(config));
}

/** {@link compileDesk} in {@link Sliced} form. */
export function* compileDeskSliced({ server, retell, routing }: Config): Sliced<Desk> {
  const table = yield* compileTableSliced(routing);
  return {
    path: server.path,
    apiKeys: retell.apiKeys,
    maxAgeMs: retell.maxAgeMs,
    isAllowed: server.allowIps.length > 0 ? compileAddresses(server.allowIps) : undefined,
    isTrustedProxy: compileAddresses(server.trustedProxies),
    table,
  };
}
