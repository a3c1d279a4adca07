/**
 * A loaded configuration on its way from one thread to another.
 *
 * Copying a large object between threads holds up the thread that receives it. So what grows with the configuration
 * is handed on as memory, or travels as short texts, which cost next to nothing to receive and are unpacked slice by
 * slice.
 */
import type { Loaded } from "../../config/load.ts";
import type { Contact, RoutingPlan, RulePlan } from "../../routing/plan.ts";
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
  if (!config) return { loaded, numbers: packNumbers([]), contacts: [], rulesets: [] };
  const { routing } = config;
  const contacts = chunks(routing.contacts.contacts, CONTACTS_A_TEXT).map((chunk) => JSON.stringify(chunk));
  const rulesets = [...routing.rulesets].map(
    ([name, rules]) => [name, chunks(rules, RULES_A_TEXT).map(planText)] as const,
  );
  const light: RoutingPlan = {
    ...routing,
    numbers: [],
    rulesets: new Map(),
    contacts: { ...routing.contacts, contacts: [] },
  };
  const numbers = packNumbers(routing.numbers);
  return { loaded: { ...loaded, config: { ...config, routing: light } }, numbers, contacts, rulesets };
}

/** The memory of a parcel that goes with it instead of being copied; it is gone from the thread that sent it. */
export function transferable({ numbers }: Parcel): ArrayBuffer[] {
  return memoryOf(numbers);
}

/** Unpacks what {@link pack} packed. */
export function* unpack({ loaded, numbers, contacts, rulesets }: Parcel): Sliced<LazyLoaded> {
  const { config, ...rest } = loaded;
  if (!config) return { ...rest, config };
  const people = { ...config.routing.contacts, contacts: yield* unpackContacts(contacts) };
  const rules = new Map<string, readonly RulePlan[]>();
  for (const [name, texts] of rulesets) rules.set(name, yield* unpackRules(texts));
  const routing = {
    ...config.routing,
    numbers: unpackNumbers(numbers),
    contacts: people,
    rulesets: rules,
  };
  return { ...rest, config: { ...config, routing } };
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
