/**
 * A loaded configuration on its way from one thread to another.
 *
 * Copying a large object between threads holds up the thread that receives it. So what grows with the configuration
 * is handed on as memory, or travels as short texts, which cost next to nothing to receive and are unpacked slice by
 * slice.
 */
import type { Loaded } from "../../config/load.ts";
import type { Contact, RoutingPlan, RulePlan, ScopePlan } from "../../routing/plan.ts";
import type { Sliced } from "../../routing/slices.ts";
import type { LazyConfig } from "./desk.ts";
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
  /** The contacts, as JSON, some in each text. */
  readonly contacts: readonly string[];
  /** The rules of each ruleset by its name, in the same form. */
  readonly rulesets: readonly (readonly [name: string, rules: readonly string[]])[];
}

/** What became of a configuration file, with numbers that are read when they are needed. */
export type LazyLoaded = Omit<Loaded, "config"> & { readonly config: LazyConfig | undefined };

const CONTACTS_A_TEXT = 200;
const RULES_A_TEXT = 50;

/** Packs a configuration. */
export function pack(loaded: Loaded): Parcel {
  const { config } = loaded;
  if (!config) return { loaded, numbers: packNumbers([]), scopes: [] };
  const { routing } = config;
  const light: RoutingPlan = {
    ...routing,
    ...lightened(routing),
    clients: routing.clients.map(lightened),
    numbers: [],
  };
  return {
    loaded: { ...loaded, config: { ...config, routing: light } },
    numbers: packNumbers(routing.numbers),
    scopes: [routing, ...routing.clients].map(packScope),
  };
}

function packScope({ contacts, rulesets }: ScopePlan): PackedScope {
  return {
    contacts: chunks(contacts?.contacts ?? [], CONTACTS_A_TEXT).map((chunk) => JSON.stringify(chunk)),
    rulesets: [...rulesets].map(
      ([name, rules]) => [name, chunks(rules, RULES_A_TEXT).map(planText)] as const,
    ),
  };
}

/** A scope without what {@link packScope} packs. */
function lightened<Scope extends ScopePlan>(scope: Scope): Scope {
  return {
    ...scope,
    rulesets: new Map(),
    contacts: scope.contacts && { ...scope.contacts, contacts: [] },
  };
}

/** The memory of a parcel that goes with it instead of being copied; it is gone from the thread that sent it. */
export function transferable({ numbers, loaded }: Parcel): ArrayBuffer[] {
  return [...memoryOf(numbers), ...longLists(loaded.config?.routing)];
}

/** Lists from so many bytes on are handed on: short ones are copied as fast, and the set without members is shared. */
const LONG_BYTES = 4096;

function longLists(routing: RoutingPlan | undefined): Set<ArrayBuffer> {
  const scopes = routing ? [routing, ...routing.clients] : [];
  const memory = scopes.flatMap(({ lists }) => Array.from(lists.values(), ({ numbers }) => numbers.buffer));
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

function* unpackScope<Scope extends ScopePlan>(light: Scope, packed: PackedScope | undefined): Sliced<Scope> {
  const contacts = light.contacts && {
    ...light.contacts,
    contacts: yield* unpackContacts(packed?.contacts ?? []),
  };
  const rulesets = new Map<string, readonly RulePlan[]>();
  for (const [name, texts] of packed?.rulesets ?? []) rulesets.set(name, yield* unpackRules(texts));
  return { ...light, contacts, rulesets };
}

function* unpackContacts(texts: readonly string[]): Sliced<Contact[]> {
  const contacts: Contact[] = [];
  for (const text of texts) {
    for (const contact of JSON.parse(text) as Contact[]) contacts.push(contact);
    yield;
  }
  return contacts;
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
