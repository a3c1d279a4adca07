/** Finding what Retell may know of an override, but this program does not. */
import * as z from "zod";

/** The way to a value inside an override: `["agent", "backchannel_words", 0]`. */
export type OverridePath = readonly (string | number)[];

/** A field, or a name from a list, that is not known here. */
export interface Stranger {
  readonly kind: "field" | "name";
  readonly path: OverridePath;
  /** The field's name, or the name that the value is. */
  readonly name: string;
  /** What is known in its place. */
  readonly known: readonly string[];
}

/** Every field and name in `value` that `schema` accepts without knowing it. */
export function strangersIn(value: unknown, schema: z.core.$ZodType, path: OverridePath = []): Stranger[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return strangersIn(value, schema.unwrap(), path);
  }
  if (schema instanceof z.ZodUnion) return inUnion(value, schema.options, path);
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.flatMap((item, at) => strangersIn(item, schema.element, [...path, at]));
  }
  if (schema instanceof z.ZodObject && isTable(value)) return inTable(value, schema.shape, path);
  return [];
}

function inTable(
  fields: Readonly<Record<string, unknown>>,
  shape: Readonly<Record<string, z.core.$ZodType>>,
  path: OverridePath,
): Stranger[] {
  return Object.entries(fields).flatMap(([name, value]): Stranger[] => {
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (field) return strangersIn(value, field, [...path, name]);
    return [{ kind: "field", path: [...path, name], name, known: Object.keys(shape) }];
  });
}

/** A union is a list of names, or a choice between such a list and an array, or between forms of a table. */
function inUnion(value: unknown, options: readonly z.core.$ZodType[], path: OverridePath): Stranger[] {
  const known = options.flatMap((option) => (option instanceof z.ZodEnum ? option.options.map(String) : []));
  if (known.length > 0) {
    if (typeof value !== "string" || known.includes(value)) return [];
    return [{ kind: "name", path, name: value, known }];
  }
  const forms = options.flatMap(tagged);
  if (isTable(value) && forms.length > 0) {
    const { type } = value;
    const form = forms.find(({ types }) => types.some((known) => known === type));
    if (form) return strangersIn(value, form.schema, path);
    const types = forms.flatMap((form) => form.types);
    return typeof type === "string"
      ? [{ kind: "name", path: [...path, "type"], name: type, known: types }]
      : [];
  }
  return options.flatMap((option) => strangersIn(value, option, path));
}

/** A form of a table that a literal `type` tells from others. */
function tagged(schema: z.core.$ZodType): { readonly schema: z.ZodObject; readonly types: string[] }[] {
  if (!(schema instanceof z.ZodObject)) return [];
  const type: unknown = schema.shape.type;
  return type instanceof z.ZodLiteral ? [{ schema, types: [...type.values].map(String) }] : [];
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
