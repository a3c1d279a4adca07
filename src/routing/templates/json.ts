/** JSON with templates in it: constant pieces of text, between which a call puts what it says. */
import type { Circumstances } from "../circumstances.ts";
import { type JsonTable, type JsonText, mergeKeys } from "../merge.ts";
import type { NameContext } from "../names/value.ts";
import { compileText, type Fill } from "./fill.ts";

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
  return fillOf(nodeOf(value, context));
}

/** The same of a table that others can be laid over. */
export function compileJsonTable(table: JsonTable, context: NameContext): JsonTemplate {
  const entries = Object.entries(table);
  return entries.length === 0 ? EMPTY : new JsonTemplate(nodesOf(entries, context));
}

/** A table of JSON, compiled. */
export class JsonTemplate {
  readonly #nodes: Nodes;
  /** Made when a call first needs it. */
  #fill: Fill<JsonText> | undefined;
  #laid: { readonly over: JsonTemplate; readonly both: JsonTemplate } | undefined;

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
  }

  get keys(): readonly string[] {
    return Object.keys(this.#nodes);
  }

  /** The table, filled for a call. */
  fill(circumstances: Circumstances): JsonText {
    this.#fill ??= fillOf(this.#nodes);
    return this.#fill(circumstances);
  }

  /**
   * What it says together with what a stronger place says, which replaces it key by key. The last answer is kept: a route
   * has few rules that say something.
   */
  under(over: JsonTemplate): JsonTemplate {
    if (over === EMPTY) return this;
    if (this.#laid?.over !== over) {
      this.#laid = { over, both: new JsonTemplate(mergeKeys([this.#nodes, over.#nodes])) };
    }
    return this.#laid.both;
  }

  /** The same with other texts in place of its own, where a call has them: one that is empty counts as none. */
  preferring(texts: Readonly<Record<string, Fill<string | undefined>>>): JsonTemplate {
    const preferred = Object.entries(texts).map(([key, text]): [string, Fill<string>] => {
      const own = Object.hasOwn(this.#nodes, key) ? this.#nodes[key] : undefined;
      const otherwise = typeof own === "function" ? own : constant(own);
      return [key, (circumstances) => text(circumstances) || otherwise(circumstances)];
    });
    return preferred.length === 0
      ? this
      : new JsonTemplate(mergeKeys<Node>([this.#nodes, Object.fromEntries(preferred)]));
  }
}

/** The table that says nothing. */
export const EMPTY = new JsonTemplate({});

function nodesOf(entries: readonly (readonly [string, unknown])[], context: NameContext): Nodes {
  return Object.fromEntries(entries.map(([key, value]) => [key, nodeOf(value, context)]));
}

function nodeOf(value: unknown, context: NameContext): Node {
  if (typeof value === "string") {
    const text = compileText(value, context);
    return typeof text === "string" ? JSON.stringify(text) : text;
  }
  if (Array.isArray(value)) return value.map((item) => nodeOf(item, context));
  if (typeof value === "object" && value !== null) return nodesOf(Object.entries(value), context);
  return JSON.stringify(value);
}

/** Puts constant pieces together, so that a call fills what is between them and does nothing else. */
function fillOf(node: Node): Fill<JsonText> {
  const pieces: Pieces = { first: "", filled: [] };
  addNode(node, pieces);
  const { first, filled } = pieces;
  if (filled.length === 0) return () => first;
  return (circumstances) => {
    let text = first;
    for (const { fill, rest } of filled) text = `${text}${escaped(fill(circumstances))}${rest}`;
    return text;
  };
}

/** A text as JSON has it between the quotation marks: most are the same there. */
function escaped(text: string): string {
  return PLAIN.test(text) ? text : JSON.stringify(text).slice(1, -1);
}

/** No control character, quotation mark, backslash, or half of a character, which is what a surrogate may be. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** Constant JSON, and each text that a call fills, with the constant JSON behind it. The constants have the quotation marks. */
interface Pieces {
  first: JsonText;
  readonly filled: { readonly fill: Fill<string>; rest: JsonText }[];
}

function addNode(node: Node, pieces: Pieces): void {
  if (typeof node === "string") add(node, pieces);
  else if (typeof node === "function") {
    add('"', pieces);
    pieces.filled.push({ fill: node, rest: '"' });
  } else if (isList(node)) {
    add("[", pieces);
    for (const [at, item] of node.entries()) {
      if (at > 0) add(",", pieces);
      addNode(item, pieces);
    }
    add("]", pieces);
  } else {
    add("{", pieces);
    for (const [at, [key, field]] of Object.entries(node).entries()) {
      add(`${at > 0 ? "," : ""}${JSON.stringify(key)}:`, pieces);
      addNode(field, pieces);
    }
    add("}", pieces);
  }
}

function add(text: JsonText, pieces: Pieces): void {
  const last = pieces.filled.at(-1);
  if (last) last.rest += text;
  else pieces.first += text;
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
