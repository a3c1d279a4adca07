/** Compiles what the configuration says about routing into the table that decides calls. */

import { lengthsOf } from "../callers/lookup.ts";
import { type PhoneKey, phoneKey, spellingsOf } from "../callers/phones/canonical.ts";
import type { NumberPlan, RoutingPlan, ScopePlan } from "../plan.ts";
import { atOnce, type Sliced } from "../slices.ts";
import { compileScopesSliced } from "./compile-scopes.ts";
import { Lately } from "./lately.ts";
import { named } from "./named.ts";
import { idOf } from "./scopes.ts";
import type { Entry, Table } from "./table.ts";

/** The entries of `[numbers]`, each of which is read when it is needed. */
export interface NumberPlans {
  readonly size: number;
  /** Which dialled numbers the entry at `index` is for: one, or those that begin with a prefix; `""` for all. */
  placeAt(index: number): PhoneKey | string;
  /** The client whose entry it is; empty for the main file. */
  clientAt(index: number): string;
  /** The entry at `index`, made anew each time. */
  planAt(index: number): NumberPlan;
}

/** A plan whose entries of `[numbers]` are read when they are needed. */
export type LazyPlan = Omit<RoutingPlan, "numbers"> & { readonly numbers: NumberPlans };

/** Compiles what the configuration says into the table that decides calls. */
export function compileTable(plan: RoutingPlan): Table {
  const lazy = lazily(plan);
  const { table, entryAt } = atOnce(tableOf(lazy));
  for (let index = 0; index < lazy.numbers.size; index++) entryAt(index);
  return table;
}

/**
 * Compiles a plan in {@link Sliced} form; entries of `[numbers]` when a call first needs them, so that a table of very
 * many is there at once. A fault in one of them, which the configuration should have refused, is found by that call.
 */
export function* compileTableSliced(plan: LazyPlan): Sliced<Table> {
  return (yield* tableOf(plan)).table;
}

/**
 * So many entries stay compiled: they take 1 to 6 KB each, with 1 to 2 KB for each combination of what calls are given, and 10 µs
 * to be compiled again. Whoever has more of them has few that are called all the time.
 */
const MOST_COMPILED = 20_000;

/** A plan whose entries are there already, for {@link compileTableSliced}. */
export function lazily(plan: RoutingPlan): LazyPlan {
  const at = (index: number): NumberPlan => {
    const number = plan.numbers[index];
    if (!number) throw new Error(`Cannot compile the routing table: there is no entry ${index}`);
    return number;
  };
  const placeAt = (index: number) => placeOf(at(index));
  return {
    ...plan,
    numbers: { size: plan.numbers.length, placeAt, clientAt: (index) => at(index).client, planAt: at },
  };
}

/** Which dialled numbers an entry is for, as {@link NumberPlans.placeAt} says it. */
export function placeOf({ pattern }: NumberPlan): PhoneKey | string {
  switch (pattern.kind) {
    case "exact":
      return phoneKey(pattern.number.slice(1));
    case "prefix":
      return pattern.prefix;
    case "any":
      return "";
  }
}

function* tableOf(
  plan: LazyPlan,
): Sliced<{ readonly table: Table; readonly entryAt: (index: number) => Entry }> {
  const scopes = yield* compileScopesSliced(plan);
  const scopeFor = (client: string) => named(scopes, client);

  const { numbers } = plan;
  const entries = new Lately<number, Entry>(MOST_COMPILED);
  const entryAt = (index: number): Entry => {
    const known = entries.get(index);
    if (known) return known;
    const number = numbers.planAt(index);
    const { scope, compileRoute } = scopeFor(number.client);
    const calls = compileRoute(number, undefined);
    const texts = number.sms && compileRoute(number.sms, calls);
    const entry: Entry = { scope, name: number.entry, how: number.pattern.kind, calls, texts };
    entries.set(index, entry);
    return entry;
  };

  const exact = new Map<PhoneKey, number>();
  const prefixes = new Map<string, number>();
  for (let index = 0; index < numbers.size; index++) {
    if (index % 1000 === 0) yield;
    const place = numbers.placeAt(index);
    if (typeof place === "number") exact.set(place, index);
    else prefixes.set(place, index);
  }
  // The shortest of all prefixes is that of `*`.
  const prefixLengths = lengthsOf(prefixes.keys());
  const isOf = (account: string | undefined, index: number): boolean =>
    account === undefined || scopeFor(numbers.clientAt(index)).scope.account === account;
  const indexFor = (
    dialled: PhoneKey | undefined,
    account: string | undefined,
  ): number | "foreign" | undefined => {
    const any = prefixes.get("");
    if (dialled === undefined) return any !== undefined && isOf(account, any) ? any : undefined;
    const index = exact.get(dialled);
    if (index !== undefined) return isOf(account, index) ? index : "foreign";
    if (prefixes.size === 0) return undefined;
    const spellings = spellingsOf(dialled);
    for (const length of prefixLengths) {
      for (const spelling of spellings) {
        const candidate = prefixes.get(spelling.slice(0, length));
        if (candidate !== undefined && isOf(account, candidate)) return candidate;
      }
    }
    return undefined;
  };

  const compiled = [...scopes.values()].map(({ scope }) => scope);
  const table: Table = {
    accounts: new Map(
      compiled.filter(({ client, account }) => client === account).map((scope) => [scope.account, scope]),
    ),
    scopes: new Map(compiled.map((scope) => [scope.client, scope])),
    countries: [...new Set(compiled.map(({ country }) => country))],
    entryFor: (dialled) => {
      const index = indexFor(dialled, undefined);
      return typeof index === "number" ? entryAt(index) : undefined;
    },
    entryOf: (account, dialled) => {
      const index = indexFor(dialled, account);
      return typeof index === "number" ? entryAt(index) : index;
    },
    size: numbers.size,
    limits: new Map(
      compiled.flatMap(({ limits }) => Array.from(limits.values(), ({ id, plan }) => [id, plan])),
    ),
    notices: [plan, ...plan.clients].flatMap(({ client, notices }: Pick<ScopePlan, "client" | "notices">) =>
      Array.from(notices.keys(), (name) => idOf(client, name)),
    ),
    lookups: new Set(compiled.flatMap(({ lookups }) => Array.from(lookups.values(), ({ id }) => id))),
    flags: new Set(plan.flags.flatMap(({ path, isThere }) => (isThere ? [path] : []))),
  };
  return { table, entryAt };
}
