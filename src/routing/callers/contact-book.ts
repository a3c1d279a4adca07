/** Contacts, packed into a few pieces of memory, so that a million of them are no matter. */
import type { Agent } from "../agent.ts";
import { keyText, type PhoneKey } from "./phones/canonical.ts";
import type { E164 } from "./phones/phone.ts";

/** What is known of one caller. */
export interface Contact {
  readonly number: E164;
  /** In the order of `ContactsPlan.columns`. */
  readonly values: readonly string[];
  readonly agent: Agent | undefined;
  readonly presets: readonly string[];
}

/** Contacts. Plain data, which threads hand to each other without copying; `contactsOf` finds them. */
export interface ContactBook {
  /** Their numbers, in the order in which they were read. */
  readonly keys: Float64Array<ArrayBuffer>;
  /**
   * A hash table: for each slot the place of a contact in `keys`, from 1, or 0 where it is free. A contact is in the slot
   * that `slotOf` gives for its number, or the first behind it that was free. There are two slots a contact or more.
   */
  readonly slots: Uint32Array<ArrayBuffer>;
  /** What is known of them, in UTF-8: each field ends with a byte that UTF-8 does not have. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the fields of each contact end in `bytes`. */
  readonly ends: Float64Array<ArrayBuffer>;
  /** The place in `assignments` of each contact's; empty where nobody has one of their own. */
  readonly assigned: Uint32Array<ArrayBuffer>;
  /** Each once; the first is that of contacts who have none. */
  readonly assignments: readonly Assignment[];
}

/** What contacts are given besides their fields, and many have in common. */
export type Assignment = Pick<Contact, "agent" | "presets">;

const FIELD_END = 0xff;
const NO_ASSIGNMENT: Assignment = { agent: undefined, presets: [] };

/** Whoever can tell who a number is. */
export interface Contacts {
  readonly get: (key: PhoneKey) => Contact | undefined;
}

/** The contacts in a book. */
export function contactsOf(book: ContactBook): Contacts {
  return { get: (key) => contactIn(book, key) };
}

/** How many contacts there are. */
export function contactCount({ keys }: ContactBook): number {
  return keys.length;
}

/** The contact of a number; its fields are read when they are asked for. */
function contactIn(book: ContactBook, key: PhoneKey): Contact | undefined {
  const at = placeIn(book.keys, book.slots, key);
  return at === undefined ? undefined : new PackedContact(book, at);
}

/** All contacts, in the order in which they were read. */
export function* contactsIn(book: ContactBook): Generator<Contact, undefined> {
  for (let at = 0; at < book.keys.length; at++) yield new PackedContact(book, at);
}

/** The memory that holds a book, which can be handed on. */
export function memoryOfBook({ keys, slots, bytes, ends, assigned }: ContactBook): ArrayBuffer[] {
  return [keys.buffer, slots.buffer, bytes.buffer, ends.buffer, assigned.buffer];
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

class PackedContact implements Contact {
  readonly #book: ContactBook;
  readonly #at: number;
  #values: readonly string[] | undefined;

  constructor(book: ContactBook, at: number) {
    this.#book = book;
    this.#at = at;
  }

  get number(): E164 {
    return keyText((this.#book.keys[this.#at] ?? 0) as PhoneKey) as E164;
  }

  get values(): readonly string[] {
    this.#values ??= valuesAt(this.#book, this.#at);
    return this.#values;
  }

  get #assignment(): Assignment {
    const { assigned, assignments } = this.#book;
    return assignments[assigned[this.#at] ?? 0] ?? NO_ASSIGNMENT;
  }

  get agent(): Agent | undefined {
    return this.#assignment.agent;
  }

  get presets(): readonly string[] {
    return this.#assignment.presets;
  }
}

function valuesAt({ bytes, ends }: ContactBook, at: number): string[] {
  const values: string[] = [];
  const last = ends[at] ?? 0;
  for (let start = ends[at - 1] ?? 0; start < last; ) {
    const end = bytes.indexOf(FIELD_END, start);
    values.push(decoder.decode(bytes.subarray(start, end)));
    start = end + 1;
  }
  return values;
}

/** Where the search for a key begins. @param slots how many there are: a power of two */
function slotOf(key: number, slots: number): number {
  // Both halves, mixed well: numbers of one block differ in their last digits only.
  const low = Math.imul(key | 0, 0x9e3779b1) ^ Math.imul(Math.floor(key / 2 ** 32), 0x85ebca6b);
  return ((low ^ (low >>> 15)) >>> 0) & (slots - 1);
}

function placeIn(keys: Float64Array, slots: Uint32Array, key: number): number | undefined {
  if (slots.length === 0) return undefined;
  for (let slot = slotOf(key, slots.length); ; slot = (slot + 1) & (slots.length - 1)) {
    const place = slots[slot] ?? 0;
    if (place === 0) return undefined;
    if (keys[place - 1] === key) return place - 1;
  }
}

/** Packs contacts, one after the other: `begin`, its fields, the next. */
export class ContactBookBuilder {
  #count = 0;
  #keys = new Float64Array(64);
  #ends = new Float64Array(64);
  #assigned = new Uint32Array(64);
  #slots = new Uint32Array(128);
  #bytes = new Uint8Array(4096);
  #end = 0;
  readonly #assignments: Assignment[] = [NO_ASSIGNMENT];
  readonly #assignmentPlaces = new Map<string, number>();
  readonly #encoder = new TextEncoder();

  /** The place of a contact that has that number already. */
  placeOf(key: PhoneKey): number | undefined {
    return placeIn(this.#keys, this.#slots, key);
  }

  /** Begins a contact whose number is not here yet. @param assignment as {@link assignmentOf} gives it @returns its place */
  begin(key: PhoneKey, assignment: number): number {
    const at = this.#count++;
    if (at === this.#keys.length) this.#grow();
    this.#keys[at] = key;
    this.#ends[at] = this.#end;
    this.#assigned[at] = assignment;
    enter(this.#keys, this.#slots, at);
    return at;
  }

  /** Adds a field to the contact that was begun last: UTF-8. */
  addBytes(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start + 1);
    for (let at = start; at < end; at++) this.#bytes[this.#end++] = bytes[at] ?? 0;
    this.#endField();
  }

  addText(text: string): void {
    // No character takes more than three bytes a UTF-16 code unit.
    this.#reserve(text.length * 3 + 1);
    this.#end += this.#encoder.encodeInto(text, this.#bytes.subarray(this.#end)).written;
    this.#endField();
  }

  /** A number for what a contact is given, the same for the same: 0 for nothing. */
  assignmentOf({ agent, presets }: Assignment): number {
    if (!agent && presets.length === 0) return 0;
    const text = JSON.stringify([agent, presets]);
    const known = this.#assignmentPlaces.get(text) ?? this.#assignments.push({ agent, presets }) - 1;
    this.#assignmentPlaces.set(text, known);
    return known;
  }

  build(): ContactBook {
    const count = this.#count;
    return {
      keys: this.#keys.slice(0, count),
      slots: count === 0 ? new Uint32Array() : this.#slots,
      bytes: this.#bytes.slice(0, this.#end),
      ends: this.#ends.slice(0, count),
      assigned: this.#assignments.length > 1 ? this.#assigned.slice(0, count) : new Uint32Array(),
      assignments: this.#assignments,
    };
  }

  #endField(): void {
    this.#bytes[this.#end++] = FIELD_END;
    this.#ends[this.#count - 1] = this.#end;
  }

  #reserve(length: number): void {
    if (this.#bytes.length - this.#end >= length) return;
    const longer = new Uint8Array((this.#bytes.length + length) * 2);
    longer.set(this.#bytes);
    this.#bytes = longer;
  }

  #grow(): void {
    const length = this.#keys.length * 2;
    const [keys, ends, assigned] = [
      new Float64Array(length),
      new Float64Array(length),
      new Uint32Array(length),
    ];
    keys.set(this.#keys);
    ends.set(this.#ends);
    assigned.set(this.#assigned);
    const slots = new Uint32Array(length * 2);
    for (let at = 0; at < this.#keys.length; at++) enter(keys, slots, at);
    this.#keys = keys;
    this.#ends = ends;
    this.#assigned = assigned;
    this.#slots = slots;
  }
}

function enter(keys: Float64Array, slots: Uint32Array, at: number): void {
  let slot = slotOf(keys[at] ?? 0, slots.length);
  while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
  slots[slot] = at + 1;
}

/** Packs contacts, each with a number of its own. */
export function contactBook(contacts: Iterable<Contact>): ContactBook {
  const builder = new ContactBookBuilder();
  for (const contact of contacts) {
    builder.begin(Number(contact.number.slice(1)) as PhoneKey, builder.assignmentOf(contact));
    for (const value of contact.values) builder.addText(value);
  }
  return builder.build();
}
