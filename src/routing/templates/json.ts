/** JSON with templates in it: constant pieces of text, between which a call puts what it says. */
import { type JsonTable, mergeKeys } from "../merge.ts";
import type { NameContext } from "../names/value.ts";
import { compileText, type Fill } from "./fill.ts";

/** JSON, or a piece of it. */
type JsonText = string;

/** A value: constant JSON, a text that a call fills, or arrays and tables of them. */
type Node = JsonText | Fill<string> | readonly Node[] | Nodes;
interface Nodes {
  readonly [key: string]: Node;
}

/**
 * Compiles the strings inside a value (a string, or tables and arrays of them) as templates, to be filled as JSON. What
 * fills them, and what is missing, is as `compileText` has it.
 *
 * @throws for a template that the configuration should have refused
 */
export function compileJson(value: unknown, context: NameContext): Fill<JsonText> {
  const pieces: Pieces = { first: [], filled: [] };
  addNode(nodeOf(value, context), pieces);
  return fillOf(pieces);
}

/** The same of a table that others can be laid over. */
export function compileJsonTable(table: JsonTable, context: NameContext): JsonTemplate {
  const entries = Object.entries(table);
  return entries.length === 0 ? EMPTY : new JsonTemplate(nodesOf(entries, context));
}

/**
 * Puts tables under names, as the members of a JSON object without its braces, into one text: a call fills what is between
 * the constant pieces, and does nothing else. Tables that say nothing are left out.
 */
export function compileMembers(tables: Readonly<Record<string, JsonTemplate>>): Fill<string> {
  const pieces: Pieces = { first: [], filled: [] };
  const said = Object.entries(tables).filter(([, table]) => table.keys.length > 0);
  addMembers(
    said.map(([name, table]) => [name, table.nodes]),
    pieces,
  );
  return fillOf(pieces);
}

/** So many tables laid over one are known again: a route has few rules that say something. */
const MOST_LAID = 8;

/** A table of JSON, compiled. */
export class JsonTemplate {
  readonly nodes: Nodes;
  readonly #laid: { readonly over: JsonTemplate; readonly both: JsonTemplate }[] = [];
  readonly #mostLaid: number;

  constructor(nodes: Nodes, mostLaid = MOST_LAID) {
    this.nodes = nodes;
    this.#mostLaid = mostLaid;
  }

  get keys(): readonly string[] {
    return Object.keys(this.nodes);
  }

  /** What it says together with what a stronger place says, which replaces it key by key. */
  under(over: JsonTemplate): JsonTemplate {
    if (over === EMPTY) return this;
    // What says nothing is one for all tables: it keeps nothing of them.
    if (this === EMPTY) return over;
    for (const known of this.#laid) if (known.over === over) return known.both;
    // Rules that continue make combinations without end: of each of these, only the last one laid over it is kept.
    const both = new JsonTemplate(mergeKeys([this.nodes, over.nodes]), 1);
    if (this.#laid.length === this.#mostLaid) this.#laid.shift();
    this.#laid.push({ over, both });
    return both;
  }

  /** The same with other texts in place of its own, where a call has them: one that is empty counts as none. */
  preferring(texts: Readonly<Record<string, Fill<string | undefined>>>): JsonTemplate {
    const preferred = Object.entries(texts).map(([key, text]): [string, Fill<string>] => {
      const own = Object.hasOwn(this.nodes, key) ? this.nodes[key] : undefined;
      const otherwise = typeof own === "function" ? own : constant(own);
      return [key, (circumstances) => text(circumstances) || otherwise(circumstances)];
    });
    return preferred.length === 0
      ? this
      : new JsonTemplate(mergeKeys<Node>([this.nodes, Object.fromEntries(preferred)]));
  }
}

/** The table that says nothing. */
export const EMPTY = new JsonTemplate({});

/** As in JSON, what is undefined is left out: a text that cannot be filled in, where a faulty configuration is judged all the same. */
function nodesOf(entries: readonly (readonly [string, unknown])[], context: NameContext): Nodes {
  const said = entries.filter(([, value]) => value !== undefined);
  return Object.fromEntries(said.map(([key, value]) => [key, nodeOf(value, context)]));
}

function nodeOf(value: unknown, context: NameContext): Node {
  if (typeof value === "string") {
    const text = compileText(value, context);
    return typeof text === "string" ? JSON.stringify(text) : text;
  }
  if (Array.isArray(value)) return value.map((item) => nodeOf(item, context));
  if (typeof value === "object" && value !== null) return nodesOf(Object.entries(value), context);
  return JSON.stringify(value ?? null);
}

function fillOf({ first, filled }: Pieces): Fill<JsonText> {
  const begin = first.join("");
  if (filled.length === 0) return () => begin;
  const parts = filled.map(({ fill, rest }) => ({ fill, rest: rest.join("") }));
  return (circumstances) => {
    let text = begin;
    for (const { fill, rest } of parts) text = `${text}${escaped(fill(circumstances))}${rest}`;
    return text;
  };
}

/** A text as JSON has it between the quotation marks: most are the same there. */
function escaped(text: string): string {
  return PLAIN.test(text) ? text : JSON.stringify(text).slice(1, -1);
}

/** No control character, quotation mark, backslash, or half of a character, which is what a surrogate may be. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/**
 * Constant JSON, and each text that a call fills, with the constant JSON behind it. The constants have the quotation marks.
 * They are lists until all is there: the engine would keep a text that grows as all its parts, and walk them at each call.
 */
interface Pieces {
  readonly first: JsonText[];
  readonly filled: { readonly fill: Fill<string>; readonly rest: JsonText[] }[];
}

function addNode(node: Node, pieces: Pieces): void {
  if (typeof node === "string") add(node, pieces);
  else if (typeof node === "function") {
    add('"', pieces);
    pieces.filled.push({ fill: node, rest: ['"'] });
  } else if (isList(node)) {
    add("[", pieces);
    for (const [at, item] of node.entries()) {
      if (at > 0) add(",", pieces);
      addNode(item, pieces);
    }
    add("]", pieces);
  } else {
    add("{", pieces);
    addMembers(Object.entries(node), pieces);
    add("}", pieces);
  }
}

function addMembers(members: readonly (readonly [key: string, node: Node])[], pieces: Pieces): void {
  for (const [at, [key, node]] of members.entries()) {
    add(`${at > 0 ? "," : ""}${JSON.stringify(key)}:`, pieces);
    addNode(node, pieces);
  }
}

function add(text: JsonText, pieces: Pieces): void {
  (pieces.filled.at(-1)?.rest ?? pieces.first).push(text);
}

/** To `Array.isArray` itself, a list that cannot be written to is none. */
function isList(node: readonly Node[] | Nodes): node is readonly Node[] {
  return Array.isArray(node);
}

/** The text of a node that is one. */
function constant(node: Node | undefined): Fill<string> {
  const text: unknown = typeof node === "string" ? JSON.parse(node) : "";
  return () => (typeof text === "string" ? text : "");
}
