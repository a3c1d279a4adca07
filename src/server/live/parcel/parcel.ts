/**
 * A loaded configuration on its way from one thread to another.
 *
 * Copying a large object between threads holds up the thread that receives it. So what grows with the configuration
 * is handed on as memory, or travels as short texts, which cost next to nothing to receive and are unpacked slice by
 * slice.
 */
import type { Loaded } from "../../../config/load.ts";
import { memoryOfBook } from "../../../routing/callers/contact-book.ts";
import type { RoutingPlan, RulePlan, ScopePlan } from "../../../routing/plan.ts";
import { atOnce, type Sliced } from "../../../routing/slices.ts";
import type { LazyConfig } from "../desk.ts";
import {
  memoryOf,
  type PackedNumbers,
  packNumbers,
  planText,
  readPlanText,
  unpackNumbers,
} from "./packed-numbers.ts";

/** A configuration packed by {@link pack}. */
export interface Parcel {
  /** Everything but what is below. */
  readonly loaded: Loaded;
  /** The entries of `[numbers]`. */
  readonly numbers: PackedNumbers;
  /** What is long of each scope: that of the main file, and those of its clients. */
  readonly scopes: readonly PackedScope[];
}

interface PackedScope {
  /** The rules of each ruleset by its name, as JSON, some in each text. */
  readonly rulesets: readonly (readonly [name: string, rules: readonly string[]])[];
}

/** What became of a configuration file, with numbers that are read when they are needed. */
export type LazyLoaded = Omit<Loaded, "config"> & { readonly config: LazyConfig | undefined };

const RULES_A_TEXT = 50;

/** Packs a configuration. @param numbers its entries of `[numbers]`, where they are packed already */
export function pack(
  loaded: Loaded,
  numbers: PackedNumbers = packNumbers(loaded.config?.routing.numbers ?? []),
): Parcel {
  const { config } = loaded;
  if (!config) return { loaded, numbers, scopes: [] };
  const { routing } = config;
  const light: RoutingPlan = {
    ...routing,
    ...lightened(routing),
    clients: routing.clients.map(lightened),
    numbers: [],
  };
  return {
    loaded: { ...loaded, config: { ...config, routing: light } },
    numbers,
    scopes: [routing, ...routing.clients].map(packScope),
  };
}

function packScope({ rulesets }: ScopePlan): PackedScope {
  return {
    rulesets: [...rulesets].map(
      ([name, rules]) => [name, chunks(rules, RULES_A_TEXT).map(planText)] as const,
    ),
  };
}

/** A scope without what {@link packScope} packs. */
function lightened<Scope extends ScopePlan>(scope: Scope): Scope {
  return { ...scope, rulesets: new Map() };
}

/** The memory of a parcel that goes with it instead of being copied; it is gone from the thread that sent it. */
export function transferable({ numbers, loaded }: Parcel): ArrayBuffer[] {
  return [...memoryOf(numbers), ...longMemory(loaded.config?.routing)];
}

/** Pieces of so many bytes or more are handed on: short ones are copied as fast, and some of them are shared. */
const LONG_BYTES = 4096;

/** The memory of lists and contacts. */
function longMemory(routing: RoutingPlan | undefined): Set<ArrayBuffer> {
  const scopes: readonly ScopePlan[] = routing ? [routing, ...routing.clients] : [];
  const memory = scopes.flatMap(({ lists, contacts }) => [
    ...Array.from(lists.values(), ({ numbers }) => numbers.buffer),
    ...(contacts ? memoryOfBook(contacts.contacts) : []),
  ]);
  return new Set(memory.filter(({ byteLength }) => byteLength >= LONG_BYTES));
}

/** Unpacks what {@link pack} packed. */
export function* unpack({ loaded, numbers, scopes }: Parcel): Sliced<LazyLoaded> {
  const { config, ...rest } = loaded;
  if (!config) return { ...rest, config };
  const [main, ...packed] = scopes;
  const routing = yield* unpackScope(config.routing, main);
  const clients: ScopePlan[] = [];
  for (const [at, client] of routing.clients.entries()) clients.push(yield* unpackScope(client, packed[at]));
  return {
    ...rest,
    config: { ...config, routing: { ...routing, clients, numbers: unpackNumbers(numbers) } },
  };
}

/** {@link unpack}, at once. */
export function unpackAtOnce(parcel: Parcel): LazyLoaded {
  return atOnce(unpack(parcel));
}

function* unpackScope<Scope extends ScopePlan>(light: Scope, packed: PackedScope | undefined): Sliced<Scope> {
  const rulesets = new Map<string, readonly RulePlan[]>();
  for (const [name, texts] of packed?.rulesets ?? []) rulesets.set(name, yield* unpackRules(texts));
  return { ...light, rulesets };
}

function* unpackRules(texts: readonly string[]): Sliced<RulePlan[]> {
  const rules: RulePlan[] = [];
  for (const text of texts) {
    rules.push(...readPlanText<RulePlan[]>(text));
    yield;
  }
  return rules;
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}
