/** Values with templates in them, compiled so that filling them for a call is all that is left to do. */
import type { Circumstances } from "../circumstances.ts";
import { placeholder } from "./placeholders.ts";
import { readTemplate } from "./template.ts";

/** A value with its placeholders filled for one call. */
export type Fill<Value> = (circumstances: Circumstances) => Value;

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
    return (circumstances) => items.map((item) => (isConstant(item) ? item.constant : item(circumstances)));
  }
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([key, field]) => [key, compileNode(field)] as const);
    const constants = fields.filter((field): field is [string, { constant: unknown }] =>
      isConstant(field[1]),
    );
    if (constants.length === fields.length) {
      return { constant: Object.fromEntries(constants.map(([key, field]) => [key, field.constant])) };
    }
    return (circumstances) =>
      Object.fromEntries(
        fields.map(([key, field]) => [key, isConstant(field) ? field.constant : field(circumstances)]),
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
    return (circumstances) => value(circumstances) || fallback;
  });
  if (parts.every((part) => typeof part === "string")) return { constant: parts.join("") };
  return (circumstances) =>
    parts.map((part) => (typeof part === "string" ? part : part(circumstances))).join("");
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
