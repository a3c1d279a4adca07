/**
 * The entries of `[numbers]` in a few pieces of memory, which a thread hands to another without copying. Each is read
 * when a call needs it. Sets of callers, which many entries have alike, are there once.
 */

import type { PhoneKey } from "../../../routing/callers/phones/canonical.ts";
import { e164Of } from "../../../routing/callers/phones/phone.ts";
import { NO_KEYS } from "../../../routing/callers/phones/phone-keys.ts";
import type { Callers, DialledPattern, NumberPlan } from "../../../routing/plan.ts";
import { atOnce, type Sliced } from "../../../routing/slices.ts";
import { type NumberPlans, placeOf } from "../../../routing/table/compile.ts";
import { bytesAt, type PackedTexts, TextPacker } from "./packed-texts.ts";

/** Entries packed by {@link packNumbers}. Plain data. */
export interface PackedNumbers {
  /** The dialled number that each entry is for; `NaN` where its place is in `prefixes`. */
  readonly keys: Float64Array<ArrayBuffer>;
  /** What dialled numbers begin with, by index of the entry. */
  readonly prefixes: ReadonlyMap<number, string>;
  /** Whose each entry is: the place of the client in `clients`. */
  readonly owners: Uint32Array<ArrayBuffer>;
  readonly clients: readonly string[];
  /** What else the entries say, each as JSON. */
  readonly entries: PackedTexts;
  /** The sets of callers that the entries have, each as JSON. */
  readonly sets: PackedTexts;
  /** The place of the set in `sets` that each entry denies, and of the one that it allows, from 1; 0: none. */
  readonly denied: Uint32Array<ArrayBuffer>;
  readonly allowed: Uint32Array<ArrayBuffer>;
}

/** Packs entries. */
export function packNumbers(numbers: readonly NumberPlan[]): PackedNumbers {
  return atOnce(packNumbersSliced(numbers));
}

/** {@link packNumbers} in {@link Sliced} form. */
export function* packNumbersSliced(numbers: readonly NumberPlan[]): Sliced<PackedNumbers> {
  const keys = new Float64Array(numbers.length).fill(Number.NaN);
  const prefixes = new Map<number, string>();
  const owners = new Uint32Array(numbers.length);
  const clients = new Map<string, number>();
  const entries = new TextPacker();
  const sets = new SetPacker();
  const denied = new Uint32Array(numbers.length);
  const allowed = new Uint32Array(numbers.length);
  for (const [index, number] of numbers.entries()) {
    const place = placeOf(number);
    if (typeof place === "number") keys[index] = place;
    else prefixes.set(index, place);
    const owner = clients.get(number.client) ?? clients.size;
    clients.set(number.client, owner);
    owners[index] = owner;
    denied[index] = sets.placeOf(number.deny);
    allowed[index] = sets.placeOf(number.allow);
    entries.add(entryText(number));
    if (index % 20 === 0) yield;
  }
  return {
    ...{ keys, prefixes, owners, clients: [...clients.keys()] },
    ...{ entries: entries.build(), sets: sets.build(), denied, allowed },
  };
}

/** Packs sets of callers, each once. */
class SetPacker {
  readonly #places = new Map<Callers, number>();
  readonly #packer = new TextPacker();

  /** The place of a set, from 1; 0 where there is none. */
  placeOf(set: Callers | undefined): number {
    if (!set) return 0;
    const known = this.#places.get(set);
    if (known !== undefined) return known;
    this.#packer.add(planText(set));
    this.#places.set(set, this.#packer.count);
    return this.#packer.count;
  }

  build(): PackedTexts {
    return this.#packer.build();
  }
}

/** The memory that can be handed on with what {@link packNumbers} packed, instead of being copied. */
export function memoryOf({ keys, owners, entries, sets, denied, allowed }: PackedNumbers): ArrayBuffer[] {
  const texts = [entries, sets].flatMap(({ bytes, ends }) => [bytes.buffer, ends.buffer]);
  return [keys.buffer, owners.buffer, denied.buffer, allowed.buffer, ...texts];
}

/** What {@link packNumbers} packed, to be read entry by entry. */
export function unpackNumbers(packed: PackedNumbers): NumberPlans {
  const { keys, prefixes, owners, clients, entries, sets, denied, allowed } = packed;
  const decoder = new TextDecoder();
  const textAt = (texts: PackedTexts, index: number) => decoder.decode(bytesAt(texts, index));
  const known = new Map<number, Callers>();
  const setAt = (place: number): Callers | undefined => {
    if (place === 0) return undefined;
    const set = known.get(place) ?? readPlanText<Callers>(textAt(sets, place - 1));
    known.set(place, set);
    return set;
  };
  const placeAt = (index: number) => prefixes.get(index) ?? (keys[index] as PhoneKey);
  return {
    size: keys.length,
    placeAt,
    clientAt: (index) => clients[owners[index] ?? 0] ?? "",
    planAt: (index) => {
      const deny = setAt(denied[index] ?? 0);
      if (!deny) throw new Error(`Cannot read the entry ${index} of [numbers]: it has no set of callers`);
      const client = clients[owners[index] ?? 0] ?? "";
      const pattern = patternOf(placeAt(index));
      const said = readEntry(textAt(entries, index));
      return { ...said, client, pattern, deny, allow: setAt(allowed[index] ?? 0) };
    },
  };
}

/** What is packed of an entry as JSON. */
type Said = Omit<NumberPlan, "deny" | "allow" | "client" | "pattern">;

/** What most entries have of most things. */
const NOTHING: readonly never[] = [];

/** What an entry says that stands nowhere else, and is not what most say: a part of it, copied whole, takes longer to write. */
function entryText(number: NumberPlan): string {
  const { entry, presets, variables, metadata, delayMs, notify, target, rules, rulesets, sms } = number;
  const said = {
    entry,
    presets: presets.length === 0 ? undefined : presets,
    variables,
    metadata,
    delayMs,
    notify: notify.length === 0 ? undefined : notify,
    target,
    rules: rules.length === 0 ? undefined : rules,
    rulesets,
    sms,
  };
  // Nothing else has sets of callers, and without them it is written in half the time.
  return rules.length === 0 && sms === undefined ? JSON.stringify(said) : planText(said);
}

/** What {@link entryText} wrote. */
function readEntry(text: string): Said {
  const written = readPlanText<WrittenEntry>(text);
  const { presets = NOTHING, notify = NOTHING, rules = NOTHING } = written;
  const { entry, variables, metadata, delayMs, target, rulesets, sms } = written;
  return { entry, presets, variables, metadata, delayMs, notify, target, rules, rulesets, sms };
}

/** What `placeOf` made a place of. */
function patternOf(place: PhoneKey | string): DialledPattern {
  if (typeof place === "number") return { kind: "exact", number: e164Of(place) };
  return place === "" ? { kind: "any" } : { kind: "prefix", prefix: place };
}

type MayBeLeftOut = "presets" | "notify" | "rules";
type WrittenEntry = Omit<Said, MayBeLeftOut> & Partial<Pick<Said, MayBeLeftOut>>;

/** A part of a plan as JSON, with its sets of callers. */
export function planText(part: unknown): string {
  return JSON.stringify(part, tagged);
}

/** What {@link planText} wrote. */
export function readPlanText<Part>(text: string): Part {
  return JSON.parse(text, text.includes(KEYS_AS_WRITTEN) ? untagged : undefined) as Part;
}

/** Marks the keys of a set of callers in JSON. */
const KEYS = "\u0000keys";
const KEYS_AS_WRITTEN = JSON.stringify(KEYS);

function tagged(_key: string, value: unknown): unknown {
  return value instanceof Uint32Array ? { [KEYS]: [...value] } : value;
}

function untagged(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(KEYS in value)) return value;
  const keys = value[KEYS];
  if (!Array.isArray(keys)) return value;
  return keys.length === 0 ? NO_KEYS : Uint32Array.from(keys);
}
