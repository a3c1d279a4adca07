/**
 * The places of everything in a TOML text.
 *
 * A scanner of our own, for texts that are known to be TOML: toml-eslint-parser needs 4 s and 2 GB for 100,000 numbers.
 * One pass finds the headers of tables; what is in a table, an array or an inline table is looked at when asked for.
 */
import { isBareKey, skipBlank, skipKeyPart, skipValue } from "./toml-scan.ts";

/** A stretch of the text, in UTF-16 code units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where a table, an array or a value stands, and what is in it. */
export interface Place {
  /** Undefined for items of arrays. */
  readonly key: Range | undefined;
  readonly value: Range;
  child(key: string | number): Place | undefined;
}

/** The place of the whole text. */
export function placesOf(text: string): Place {
  const root = new Node(text, undefined, { start: 0, end: text.length });
  // A text is neither array nor inline table, even where it begins with a header.
  root.isRead = true;
  let table = root;
  let bodyStart = 0;
  let at = skipBlank(text, 0);
  while (at < text.length) {
    if (text[at] === "[") {
      table.addBody(bodyStart, at);
      ({ table, end: at } = readHeader(text, at, root));
      bodyStart = at;
    } else {
      at = skipPair(text, at);
    }
    at = skipBlank(text, at);
  }
  table.addBody(bodyStart, text.length);
  return root;
}

class Node implements Place {
  /** How many tables `[[…]]` are in it. */
  tables = 0;
  key: Range | undefined;
  value: Range;
  readonly #text: string;
  // Most places are those of plain values, and never need one.
  #children: Map<string | number, Node> | undefined;
  /** Sections of `key = value` lines that are not read yet. */
  #bodies: Range[] | undefined;
  /** Whether the array or the inline table that it may be has been read. */
  isRead = false;

  constructor(text: string, key: Range | undefined, value: Range) {
    this.#text = text;
    this.key = key;
    this.value = value;
  }

  child(key: string | number): Node | undefined {
    this.#read();
    return this.#children?.get(key);
  }

  /** Adds a section of `key = value` lines. */
  addBody(start: number, end: number): void {
    this.#bodies ??= [];
    this.#bodies.push({ start, end });
  }

  /** The child of a key, made where it is not there; it stands where it first does. */
  add(name: string | number, key: Range | undefined, value: Range): Node {
    this.#children ??= new Map();
    let child = this.#children.get(name);
    if (!child) {
      child = new Node(this.#text, key, value);
      this.#children.set(name, child);
    } else if (value.start < child.value.start) {
      child.key = key;
      child.value = value;
    }
    return child;
  }

  #read(): void {
    const bodies = this.#bodies ?? [];
    this.#bodies = undefined;
    for (const { start, end } of bodies) {
      for (let at = skipBlank(this.#text, start); at < end; at = skipBlank(this.#text, at)) {
        at = readPair(this.#text, at, this);
      }
    }
    if (this.isRead) return;
    this.isRead = true;
    const opening = this.#text[this.value.start];
    // A table's place is its header or its key, which has quotes at most.
    if (this.key?.start === this.value.start || (opening !== "[" && opening !== "{")) return;
    let index = 0;
    let at = skipBlank(this.#text, this.value.start + 1);
    while (at < this.value.end - 1) {
      if (opening === "{") at = readPair(this.#text, at, this);
      else {
        const end = skipValue(this.#text, at);
        this.add(index++, undefined, { start: at, end });
        at = end;
      }
      at = skipBlank(this.#text, at);
      if (this.#text[at] === ",") at = skipBlank(this.#text, at + 1);
    }
  }
}

/** Adds `key.key = value` to a table. @returns where it ends */
function readPair(text: string, at: number, table: Node): number {
  let node = table;
  const { parts, end } = readKey(text, at);
  const start = skipBlank(text, end + 1);
  const value = { start, end: skipValue(text, start) };
  for (const [depth, { name, range }] of parts.entries()) {
    node = node.add(name, range, depth < parts.length - 1 ? range : value);
  }
  return value.end;
}

function skipPair(text: string, at: number): number {
  let end = at;
  while (text[end] !== "=" && end < text.length) end = skipKeyPart(text, end);
  return skipValue(text, skipBlank(text, end + 1));
}

/** Adds the table that a header begins. */
function readHeader(text: string, at: number, root: Node): { readonly table: Node; readonly end: number } {
  const isArray = text[at + 1] === "[";
  const { parts, end } = readKey(text, at + (isArray ? 2 : 1));
  const first = parts[0]?.range ?? { start: at, end };
  const whole = { start: first.start, end: parts.at(-1)?.range.end ?? end };
  let table = root;
  for (const [depth, { name, range }] of parts.entries()) {
    table = table.add(name, range, range);
    const isLast = depth === parts.length - 1;
    if (isLast && isArray) table.tables++;
    if (table.tables > 0) table = table.add(table.tables - 1, undefined, whole);
  }
  return { table, end: end + (isArray ? 2 : 1) };
}

interface KeyPart {
  readonly name: string;
  readonly range: Range;
}

/** Reads a dotted key up to the `=` or `]` behind it. */
function readKey(text: string, start: number): { readonly parts: readonly KeyPart[]; readonly end: number } {
  const parts: KeyPart[] = [];
  let at = start;
  while (at < text.length && text[at] !== "=" && text[at] !== "]") {
    const end = skipKeyPart(text, at);
    const written = text.slice(at, end);
    if (isBareKey(written)) parts.push({ name: written, range: { start: at, end } });
    else if (/^["']/.test(written)) parts.push({ name: unquoted(written), range: { start: at, end } });
    at = end;
  }
  return { parts, end: at };
}

/** What a key in quotes means. */
function unquoted(written: string): string {
  const inner = written.slice(1, -1);
  if (written.startsWith("'") || !inner.includes("\\")) return inner;
  return inner.replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gi,
    (_all, two?: string, four?: string, eight?: string, one = "") => {
      const code = two ?? four ?? eight;
      return code === undefined ? (ESCAPES.get(one) ?? one) : String.fromCodePoint(Number.parseInt(code, 16));
    },
  );
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["b", "\b"],
  ["t", "\t"],
  ["n", "\n"],
  ["f", "\f"],
  ["r", "\r"],
  ["e", "\u001b"],
]);
