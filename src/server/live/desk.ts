/** Everything that is in force at one moment, made from one configuration and replaced as a whole. */
import { zonesOf } from "../../config/judge/expectations/case.ts";
import type { Config } from "../../config/load.ts";
import type { KeyedDigest } from "../../retell/signature.ts";
import { atOnce, type Sliced } from "../../routing/slices.ts";
import { compileTableSliced, type LazyPlan, lazily } from "../../routing/table/compile.ts";
import type { Table } from "../../routing/table/table.ts";
import { quickDigest } from "../runtime.ts";
import { type AddressTest, compileAddresses } from "../webhook/address.ts";

/** A front desk: who may ask, how they prove it, and what they are told. Immutable. */
export interface Desk {
  /** That of the configuration it is made from: 12 hexadecimal digits. */
  readonly hash: string;
  readonly path: string;
  readonly apiKeys: readonly string[];
  /** The signatures that each of them makes, in the same order. */
  readonly digests: readonly KeyedDigest[];
  /** Whose each of them is, in the same order: the client, or `""` for those of the main file. */
  readonly accounts: readonly string[];
  readonly maxAgeMs: number;
  /** Undefined where every address may post. */
  readonly isAllowed: AddressTest | undefined;
  readonly isTrustedProxy: AddressTest;
  readonly table: Table;
  /** The time zones of all schedules, as a time that is written without one is read. */
  readonly zones: ReadonlySet<string>;
}

/** A configuration whose numbers are read when they are needed. */
export type LazyConfig = Omit<Config, "routing"> & { readonly routing: LazyPlan };

/** Compiles a configuration into the desk that serves it. @param hash that of its files */
export function compileDesk(config: Config, hash: string): Desk {
  return atOnce(compileDeskSliced({ ...config, routing: lazily(config.routing) }, hash));
}

/** {@link compileDesk} in {@link Sliced} form. */
export function* compileDeskSliced({ server, retell, routing }: LazyConfig, hash: string): Sliced<Desk> {
  const table = yield* compileTableSliced(routing);
  return {
    hash,
    path: server.path,
    apiKeys: retell.apiKeys.map(({ key }) => key),
    digests: retell.apiKeys.map(({ key }) => quickDigest(key)),
    accounts: retell.apiKeys.map(({ client }) => client),
    maxAgeMs: retell.maxAgeMs,
    isAllowed: server.allowIps.length > 0 ? compileAddresses(server.allowIps) : undefined,
    isTrustedProxy: compileAddresses(server.trustedProxies),
    table,
    zones: zonesOf(routing),
  };
}
