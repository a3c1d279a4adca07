/** JSON Schemas said as simply as they can be, for editors that look at one form of a value at a time. */

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Keywords that speak of values of every type. Forms that have one of them, or a condition, stay apart. */
const OF_ANY_TYPE = ["enum", "const", "not", "anyOf", "oneOf", "allOf", "if", "else", "dependencies"];

/** Keywords that explain; what a whole says goes before what its forms say. */
const NOTES = ["description", "examples", "default"];

/**
 * Says a schema, and everything in it, in as few forms as it can: several of different types, such as a text or an
 * array of texts, become one that lists the types. To an editor each form of a value is a key of its own, which it
 * offers as often, and without what the whole says of it.
 */
export function simplify(schema: JsonSchema): JsonSchema {
  const inner: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    // Names are texts in any case, and an editor that repeats it says nothing.
    if (keyword === "propertyNames" && isPlainText(value)) continue;
    inner[keyword] = simplifyIn(keyword, value);
  }
  const { anyOf, ...whole } = inner;
  // Of the items of an array, where they say nothing, what it says holds too.
  if (isTable(inner.items) && whole.description !== undefined)
    inner.items = { description: whole.description, ...inner.items };
  if (!Array.isArray(anyOf)) return inner;
  const forms = withoutNamed(anyOf);
  const merged = mergeForms(forms) ?? mergeVariants(forms);
  if (!merged) return { ...inner, anyOf: forms };
  const { description } = whole;
  const items = isTable(merged.items) &&
    description !== undefined && { items: { description, ...merged.items } };
  return { ...merged, ...whole, ...items };
}

/** Where any text will do, texts that have a name are examples of it. */
function withoutNamed(forms: readonly JsonSchema[]): readonly JsonSchema[] {
  const free = forms.find((form) => form.type === "string" && Object.keys(form).every(isNote));
  if (!free) return forms;
  const examples = forms.flatMap(({ type, examples: named }) =>
    type === "string" && Array.isArray(named) ? named : [],
  );
  const rest = forms.filter(({ type }) => type !== "string");
  return [examples.length > 0 ? { ...free, examples } : free, ...rest];
}

function simplifyIn(keyword: string, value: unknown): unknown {
  switch (keyword) {
    case "properties":
      return isTable(value)
        ? Object.fromEntries(Object.entries(value).map(([name, field]) => [name, simplifyValue(field)]))
        : value;
    case "additionalProperties":
    case "items":
      return simplifyValue(value);
    case "anyOf":
      return Array.isArray(value) ? value.map(simplifyValue) : value;
    default:
      return value;
  }
}

function simplifyValue(value: unknown): unknown {
  return isTable(value) ? simplify(value) : value;
}

/** One schema for forms of different types; undefined where they cannot be told apart by type alone. */
function mergeForms(forms: readonly JsonSchema[]): JsonSchema | undefined {
  const types = forms.flatMap(({ type }) => (Array.isArray(type) ? type : [type]));
  const isApart =
    types.every((type) => typeof type === "string") &&
    new Set(types).size === types.length &&
    forms.every((form) => OF_ANY_TYPE.every((keyword) => !Object.hasOwn(form, keyword)));
  if (!isApart || (types.includes("integer") && types.includes("number"))) return undefined;
  const rules = forms.flatMap((form) => Object.entries(form).filter(([keyword]) => !NOTES.includes(keyword)));
  const examples = forms.flatMap((form) => (Array.isArray(form.examples) ? form.examples : []));
  return {
    ...Object.fromEntries(rules),
    type: types,
    ...(examples.length > 0 && { examples }),
  };
}

/**
 * One schema for tables that `type` tells apart: the fields of all, and under each type what holds of it. Undefined
 * where the forms are no such tables.
 */
function mergeVariants(forms: readonly JsonSchema[]): JsonSchema | undefined {
  const variants = forms.map((form) => ({ form, fields: isTable(form.properties) ? form.properties : {} }));
  if (!variants.every(({ form, fields }) => form.type === "object" && isTable(fields.type))) return undefined;
  const types = variants.flatMap(({ fields }) => typeOf(fields) ?? []);
  const fields: Record<string, unknown> = {};
  for (const [name, field] of variants.flatMap((variant) => Object.entries(variant.fields))) {
    const known = fields[name];
    fields[name] =
      isTable(known) && JSON.stringify(known) !== JSON.stringify(field)
        ? { description: known.description }
        : field;
  }
  const description = `The kind: ${types.join(", ")}`;
  return {
    type: "object",
    properties: { ...fields, type: { type: "string", description, examples: types } },
    required: ["type"],
    ...variants.reduceRight<JsonSchema>((others, variant) => {
      const type = typeOf(variant.fields);
      if (type === undefined) return others;
      const { type: _object, ...rules } = variant.form;
      const isOfType = { properties: { type: { const: type } }, required: ["type"] };
      return { if: isOfType, [THEN]: rules, else: others };
    }, {}),
  };
}

/** A keyword of JSON Schema. As a plain name of a property it would be taken for that of a promise. */
const THEN = "then";

/** The one type that a form of a table has; undefined for the form that has any other. */
function typeOf({ type }: JsonSchema): string | undefined {
  return isTable(type) && typeof type.const === "string" ? type.const : undefined;
}

function isNote(keyword: string): boolean {
  return keyword === "type" || NOTES.includes(keyword);
}

function isPlainText(schema: unknown): boolean {
  return isTable(schema) && schema.type === "string" && Object.keys(schema).length === 1;
}

function isTable(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
