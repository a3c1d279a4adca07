/**
 * The entries of `[numbers]` in one piece of memory, which a thread hands to another without copying. Each is read when
 * a call needs it.
 */

import type { PhoneKey } from "../../routing/callers/canonical.ts";
import { NO_KEYS } from "../../routing/callers/phone-keys.ts";
import type { NumberPlan } from "../../routing/plan.ts";
import { atOnce, type Sliced } from "../../routing/slices.ts";
import { type NumberPlans, placeOf } from "../../routing/table/compile.ts";

/** Entries packed by {@link packNumbers}. Plain data. */
export interface PackedNumbers {
  /** The dialled number that each entry is for; `NaN` where its place is in `prefixes`. */
  readonly keys: Float64Array<ArrayBuffer>;
  /** What dialled numbers begin with, by index of the entry. */
  readonly prefixes: ReadonlyMap<number, string>;
  /** Whose each entry is: the place of the client in `clients`. */
  readonly owners: Uint32Array<ArrayBuffer>;
  readonly clients: readonly string[];
  /** The entries, each as JSON in UTF-8, one after the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each ends in `bytes`. */
  readonly ends: Float64Array<ArrayBuffer>;
}

/** Packs entries. */
export function packNumbers(numbers: readonly NumberPlan[]): PackedNumbers {
  return atOnce(packNumbersSliced(numbers));
}

/** {@link packNumbers} in {@link Sliced} form. */
export function* packNumbersSliced(numbers: readonly NumberPlan[]): Sliced<PackedNumbers> {
  const encoder = new TextEncoder();
  const keys = new Float64Array(numbers.length).fill(Number.NaN);
  const ends = new Float64Array(numbers.length);
  const prefixes = new Map<number, string>();
  const owners = new Uint32Array(numbers.length);
  const clients = new Map<string, number>();
  let bytes = new Uint8Array(Math.max(1024, numbers.length * 512));
  let end = 0;
  for (const [index, number] of numbers.entries()) {
    const place = placeOf(number);
    if (typeof place === "number") keys[index] = place;
    else prefixes.set(index, place);
    const owner = clients.get(number.client) ?? clients.size;
    clients.set(number.client, owner);
    owners[index] = owner;
    const text = planText(number);
    // No character takes more than three bytes a UTF-16 code unit.
    if (bytes.length - end < text.length * 3) {
      const grown = new Uint8Array((bytes.length + text.length * 3) * 2);
      grown.set(bytes);
      bytes = grown;
    }
    end += encoder.encodeInto(text, bytes.subarray(end)).written;
    ends[index] = end;
    if (index % 20 === 0) yield;
  }
  return { keys, prefixes, owners, clients: [...clients.keys()], bytes: bytes.slice(0, end), ends };
}

/** The memory that can be handed on with what {@link packNumbers} packed, instead of being copied. */
export function memoryOf({ keys, owners, bytes, ends }: PackedNumbers): ArrayBuffer[] {
  return [keys.buffer, owners.buffer, bytes.buffer, ends.buffer];
}

/** What {@link packNumbers} packed, to be read entry by entry. */
export function unpackNumbers(packed: PackedNumbers): NumberPlans {
  const { keys, prefixes, owners, clients, bytes, ends } = packed;
  const decoder = new TextDecoder();
  return {
    size: keys.length,
    placeAt: (index) => prefixes.get(index) ?? (keys[index] as PhoneKey),
    clientAt: (index) => clients[owners[index] ?? 0] ?? "",
    planAt: (index) => {
      const text = decoder.decode(bytes.subarray(ends[index - 1] ?? 0, ends[index]));
      return readPlanText<NumberPlan>(text);
    },
  };
}

/** A part of a plan as JSON, with its sets of callers. */
export function planText(part: unknown): string {
  return JSON.stringify(part, tagged);
}

/** What {@link planText} wrote. */
export function readPlanText<Part>(text: string): Part {
  return JSON.parse(text, untagged) as Part;
}

/** Marks the keys of a set of callers in JSON. */
const KEYS = "\u0000keys";

function tagged(_key: string, value: unknown): unknown {
  return value instanceof Uint32Array ? { [KEYS]: [...value] } : value;
}

function untagged(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(KEYS in value)) return value;
  const keys = value[KEYS];
  if (!Array.isArray(keys)) return value;
  return keys.length === 0 ? NO_KEYS : Uint32Array.from(keys);
}
