/**
 * A loaded configuration on its way from one thread to another.
 *
 * Copying a large object between threads holds up the thread that receives it. So what grows with the configuration
 * travels as short texts, which cost next to nothing to receive, and is unpacked slice by slice.
 */
import type { Loaded } from "../../config/load.ts";
import type { Contact, NumberPlan, RoutingPlan } from "../../routing/plan.ts";
import type { Sliced } from "../../routing/slices.ts";

/** A configuration packed by {@link pack}. */
export interface Parcel {
  /** Everything but what is below. */
  readonly loaded: Loaded;
  /** The entries of `[numbers]`, as JSON, some in each text. */
  readonly numbers: readonly string[];
  /** The contacts, as JSON, some in each text. */
  readonly contacts: readonly string[];
}

const NUMBERS_A_TEXT = 20;
const CONTACTS_A_TEXT = 200;

/** Packs a configuration. */
export function pack(loaded: Loaded): Parcel {
  const { config } = loaded;
  if (!config) return { loaded, numbers: [], contacts: [] };
  const { routing } = config;
  const numbers = chunks(routing.numbers, NUMBERS_A_TEXT).map((chunk) =>
    JSON.stringify(chunk, (_key, value: unknown) =>
      value instanceof Float64Array ? { [KEYS]: [...value] } : value,
    ),
  );
  const contacts = chunks(routing.contacts.contacts, CONTACTS_A_TEXT).map((chunk) => JSON.stringify(chunk));
  const light: RoutingPlan = {
    ...routing,
    numbers: [],
    contacts: { ...routing.contacts, contacts: [] },
  };
  return { loaded: { ...loaded, config: { ...config, routing: light } }, numbers, contacts };
}

/** Unpacks what {@link pack} packed. */
export function* unpack({ loaded, numbers, contacts }: Parcel): Sliced<Loaded> {
  const { config } = loaded;
  if (!config) return loaded;
  const plans = yield* unpackTexts<NumberPlan>(numbers, (_key, value: unknown) => {
    const keys: unknown = isTagged(value) ? value[KEYS] : undefined;
    return Array.isArray(keys) ? Float64Array.from(keys) : value;
  });
  const people = { ...config.routing.contacts, contacts: yield* unpackTexts<Contact>(contacts) };
  const routing = { ...config.routing, numbers: plans, contacts: people };
  return { ...loaded, config: { ...config, routing } };
}

/** Marks packed keys of numbers in JSON. */
const KEYS = "\u0000keys";

function isTagged(value: unknown): value is Readonly<Record<typeof KEYS, unknown>> {
  return typeof value === "object" && value !== null && KEYS in value;
}

function* unpackTexts<Item>(
  texts: readonly string[],
  revive?: (key: string, value: unknown) => unknown,
): Sliced<Item[]> {
  const items: Item[] = [];
  for (const text of texts) {
    for (const item of JSON.parse(text, revive) as Item[]) items.push(item);
    yield;
  }
  return items;
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}
