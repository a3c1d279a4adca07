/**
 * A loaded configuration on its way from one thread to another.
 *
 * Copying a large object between threads holds up the thread that receives it. So what grows with the configuration
 * travels as short texts, which cost next to nothing to receive, and is unpacked slice by slice.
 */
import type { Loaded } from "../../config/load.ts";
import type { E164 } from "../../routing/callers/phone.ts";
import type { Callers, Contact, NumberPlan, RoutingPlan } from "../../routing/plan.ts";
import type { Sliced } from "../../routing/slices.ts";

/** A configuration packed by {@link pack}. */
export interface Parcel {
  /** Everything but what is below. */
  readonly loaded: Loaded;
  /** The entries of `[numbers]`, as JSON, some in each text. */
  readonly numbers: readonly string[];
  /** The numbers in each list, some in each text. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  /** The contacts, as JSON, some in each text. */
  readonly contacts: readonly string[];
}

const NUMBERS_A_TEXT = 20;
const CONTACTS_A_TEXT = 200;
const LIST_ENTRIES_A_TEXT = 1000;

/** Packs a configuration. */
export function pack(loaded: Loaded): Parcel {
  const { config } = loaded;
  if (!config) return { loaded, numbers: [], lists: new Map(), contacts: [] };
  const { routing } = config;
  const numbers = chunks(routing.numbers, NUMBERS_A_TEXT).map((chunk) => JSON.stringify(chunk));
  const contacts = chunks(routing.contacts.contacts, CONTACTS_A_TEXT).map((chunk) => JSON.stringify(chunk));
  const lists = new Map<string, string[]>();
  const emptied = new Map<string, Callers>();
  for (const [name, list] of routing.lists) {
    lists.set(
      name,
      chunks(list.numbers, LIST_ENTRIES_A_TEXT).map((chunk) => chunk.join(" ")),
    );
    emptied.set(name, { ...list, numbers: [] });
  }
  const light: RoutingPlan = {
    ...routing,
    numbers: [],
    lists: emptied,
    contacts: { ...routing.contacts, contacts: [] },
  };
  return { loaded: { ...loaded, config: { ...config, routing: light } }, numbers, lists, contacts };
}

/** Unpacks what {@link pack} packed. */
export function* unpack({ loaded, numbers, lists, contacts }: Parcel): Sliced<Loaded> {
  const { config } = loaded;
  if (!config) return loaded;
  const plans = yield* unpackTexts<NumberPlan>(numbers);
  const filled = new Map<string, Callers>();
  for (const [name, list] of config.routing.lists) {
    const entries: E164[] = [];
    for (const text of lists.get(name) ?? []) {
      for (const entry of text.split(" ")) entries.push(entry as E164);
      yield;
    }
    filled.set(name, { ...list, numbers: entries });
  }
  const people = { ...config.routing.contacts, contacts: yield* unpackTexts<Contact>(contacts) };
  const routing = { ...config.routing, numbers: plans, lists: filled, contacts: people };
  return { ...loaded, config: { ...config, routing } };
}

function* unpackTexts<Item>(texts: readonly string[]): Sliced<Item[]> {
  const items: Item[] = [];
  for (const text of texts) {
    for (const item of JSON.parse(text) as Item[]) items.push(item);
    yield;
  }
  return items;
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}
