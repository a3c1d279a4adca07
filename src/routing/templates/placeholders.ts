/** The names that a template may use for what is known of a call. */
import { type Call, type Caller, headerOf } from "../callers/call.ts";
import { readTemplate } from "./template.ts";

/** What a placeholder is filled from. */
export interface Scene {
  readonly call: Call;
  /** The number dialled: normalized where it is a phone number, else as sent. */
  readonly dialled: string;
  readonly caller: Caller;
  /** Where each column of the contacts stands. */
  readonly columns: ReadonlyMap<string, number>;
}

/** The value for a call; undefined where the call has none. */
type Placeholder = (scene: Scene) => string | undefined;

const PLACEHOLDERS: Readonly<Record<string, Placeholder>> = {
  from_number: ({ call, caller }) => caller.number ?? (caller.withheld ? undefined : call.from),
  to_number: ({ dialled }) => dialled,
  from_country: ({ caller }) => caller.country,
  channel: ({ call }) => call.channel,
  call_id: ({ call }) => call.id,
  agent_id: ({ call }) => call.boundAgentId,
};

/** Every name without a dot, and the forms of those with one, for messages and suggestions. */
export const PLACEHOLDER_NAMES: readonly string[] = [
  ...Object.keys(PLACEHOLDERS),
  "contact.COLUMN",
  "header.NAME",
];

const HEADER = /^header\.(\S+)$/;
const CONTACT = /^contact\.(.+)$/;

/** The column of the contacts that a name stands for, if it is one of those. */
export function contactColumn(name: string): string | undefined {
  return CONTACT.exec(name)?.[1];
}

/** What fills `name`, or undefined where there is no such name. */
export function placeholder(name: string): Placeholder | undefined {
  const header = HEADER.exec(name)?.[1]?.toLowerCase();
  if (header) return ({ call }) => headerOf(call, header);
  const column = contactColumn(name);
  if (column) return ({ caller, columns }) => caller.contact?.values[columns.get(column) ?? -1];
  return Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name] : undefined;
}

/** A value with its placeholders filled for one call. */
export type Fill<Value> = (scene: Scene) => Value;

/**
 * Compiles the strings inside `value` (a string, or tables and arrays of them) as templates.
 *
 * What fills a placeholder is data: it is never read as a template in turn. A value missing at call time is the
 * fallback, or empty. A value without placeholders is made once, and frozen.
 *
 * @throws for a template that the configuration should have refused
 */
export function compileFill<Value>(value: Value): Fill<Value> {
  const fill = compileNode(value);
  if (typeof fill === "function") return fill as Fill<Value>;
  const constant = deepFreeze(fill.constant as Value);
  return () => constant;
}

type Node = { readonly constant: unknown } | Fill<unknown>;

function compileNode(value: unknown): Node {
  if (typeof value === "string") return compileText(value);
  if (Array.isArray(value)) {
    const items = value.map(compileNode);
    if (items.every(isConstant)) return { constant: items.map((item) => item.constant) };
    return (scene) => items.map((item) => (isConstant(item) ? item.constant : item(scene)));
  }
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([key, field]) => [key, compileNode(field)] as const);
    const constants = fields.filter((field): field is [string, { constant: unknown }] =>
      isConstant(field[1]),
    );
    if (constants.length === fields.length) {
      return { constant: Object.fromEntries(constants.map(([key, field]) => [key, field.constant])) };
    }
    return (scene) =>
      Object.fromEntries(
        fields.map(([key, field]) => [key, isConstant(field) ? field.constant : field(scene)]),
      );
  }
  return { constant: value };
}

function compileText(text: string): Node {
  if (!text.includes("$")) return { constant: text };
  const template = readTemplate(text);
  if ("problem" in template) throw new Error(`Cannot compile a template: ${template.problem}`);
  const parts = template.segments.map((segment): string | Fill<string> => {
    if (typeof segment === "string") return segment;
    const value = placeholder(segment.name);
    if (!value) throw new Error(`Cannot compile a template: there is no "\${${segment.name}}"`);
    const { fallback = "" } = segment;
    return (scene) => value(scene) || fallback;
  });
  if (parts.every((part) => typeof part === "string")) return { constant: parts.join("") };
  return (scene) => parts.map((part) => (typeof part === "string" ? part : part(scene))).join("");
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
