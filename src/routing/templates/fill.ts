/** Values with templates in them, compiled so that filling them for a call is all that is left to do. */
import type { Circumstances } from "../circumstances.ts";
import { readName } from "../names/name.ts";
import { askAgain, compileName, type NameContext, noting } from "../names/value.ts";
import { FILTERS, type Filter } from "./filters.ts";
import { readTemplate } from "./template.ts";

/** A value with its templates filled for one call. */
export type Fill<Value> = (circumstances: Circumstances) => Value;

/**
 * Compiles the strings inside `value` (a string, or tables and arrays of them) as templates.
 *
 * What fills a template is data: it is never read as a template in turn. A value missing at call time is the
 * fallback, or empty. A value without templates is made once, and frozen.
 *
 * @throws for a template that the configuration should have refused
 */
export function compileFill<Value>(value: Value, context: NameContext): Fill<Value> {
  const fill = compileNode(value, context);
  if (typeof fill === "function") return fill as Fill<Value>;
  const constant = deepFreeze(fill.constant as Value);
  return () => constant;
}

type Node = { readonly constant: unknown } | Fill<unknown>;

function compileNode(value: unknown, context: NameContext): Node {
  if (typeof value === "string") return compileText(value, context);
  if (Array.isArray(value)) {
    const items = value.map((item) => compileNode(item, context));
    if (items.every(isConstant)) return { constant: items.map((item) => item.constant) };
    return (circumstances) => items.map((item) => (isConstant(item) ? item.constant : item(circumstances)));
  }
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([key, field]) => [key, compileNode(field, context)] as const);
    const constants = fields.filter((field): field is [string, { constant: unknown }] =>
      isConstant(field[1]),
    );
    if (constants.length === fields.length) {
      return { constant: Object.fromEntries(constants.map(([key, field]) => [key, field.constant])) };
    }
    return fillTable(fields);
  }
  return { constant: value };
}

/**
 * Fills a table: a copy of one that has every key in its place, with what a call says put in. That is quicker than
 * making a table of entries for each call.
 */
function fillTable(fields: readonly (readonly [key: string, node: Node])[]): Fill<Record<string, unknown>> {
  const base: Readonly<Record<string, unknown>> = Object.fromEntries(
    fields.map(([key, node]) => [key, isConstant(node) ? node.constant : ""]),
  );
  const filled = fields.flatMap(([key, fill]) => (isConstant(fill) ? [] : [{ key, fill }]));
  return (circumstances) => {
    const table = { ...base };
    // Every key is there as one of its own, so this sets it, whatever its name: `__proto__` too.
    for (const { key, fill } of filled) table[key] = fill(circumstances);
    return table;
  };
}

/** So many texts of one client are known again. */
const MOST_TEXTS = 1000;

function compileText(text: string, context: NameContext): Node {
  if (!text.includes("$")) return { constant: text };
  const known = context.texts.get(text);
  if (known) {
    askAgain(known.asked, context.asks);
    return known.fill;
  }
  const noted = noting(context);
  const node = newText(text, noted.context);
  if (!isConstant(node) && context.texts.size < MOST_TEXTS) {
    context.texts.set(text, { fill: node, asked: noted.asked() });
  }
  return node;
}

function newText(text: string, context: NameContext): Node {
  const pieces = compilePieces(text, context);
  if (pieces.every((piece) => typeof piece === "string")) return { constant: pieces.join("") };
  const [first = "", ...others] = pieces;
  // Most are nothing but a name.
  if (others.length === 0 && typeof first === "function") return first;
  return (circumstances) => {
    let text = "";
    for (const piece of pieces) text += typeof piece === "string" ? piece : piece(circumstances);
    return text;
  };
}

/**
 * Compiles the pieces of a template: literal texts, and what a call puts between them.
 *
 * @throws for a template that the configuration should have refused
 */
export function compilePieces(text: string, context: NameContext): readonly (string | Fill<string>)[] {
  if (!text.includes("$")) return [text];
  const template = readTemplate(text);
  if ("problem" in template) throw new Error(`Cannot compile a template: ${template.problem}`);
  return template.segments.map((segment): string | Fill<string> => {
    if (typeof segment === "string") return segment;
    const read = readName(segment.name);
    if ("problem" in read) throw new Error(`Cannot compile a template: ${read.problem}`);
    const value = compileName(read.name, context);
    const filters = segment.filters.map(filterNamed);
    const { fallback = "" } = segment;
    const { country } = context;
    return (circumstances) => {
      let filled = value(circumstances);
      for (const filter of filters) if (filled) filled = filter(filled, country);
      return filled || fallback;
    };
  });
}

/** Fills the templates of a text that may name nothing but the client. */
export function fillClient(text: string, client: string): string {
  const template = readTemplate(text);
  if ("problem" in template) throw new Error(`Cannot fill in the client: ${template.problem}`);
  return template.segments
    .map((segment) => {
      if (typeof segment === "string") return segment;
      const filters = segment.filters.map(filterNamed);
      const filled = filters.reduce((value, filter) => filter(value, undefined), client);
      return filled || (segment.fallback ?? "");
    })
    .join("");
}

/** @throws for a filter that the configuration should have refused */
function filterNamed(name: string): Filter {
  const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (!filter) throw new Error(`Cannot compile a template: there is no filter "${name}"`);
  return filter;
}

function isConstant(node: Node): node is { readonly constant: unknown } {
  return typeof node !== "function";
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) {
    for (const field of Object.values(value)) deepFreeze(field);
    Object.freeze(value);
  }
  return value;
}
