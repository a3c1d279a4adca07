/** The JSON Schemas of `config.toml` and of clients' files, made from the definitions that they are checked with. */
import * as z from "zod";
import { agentOverride } from "../../retell/agent-override/index.ts";
import { type JsonSchema, simplify } from "./json-forms.ts";
import { PRESET } from "./schema/agents.ts";
import { ALTERNATIVES, alternativesIn, EXCLUSIVE, NEEDED } from "./schema/parts.ts";
import { clientSchema, documentSchema } from "./schema/schema.ts";
import { KEYS, TEMPLATE } from "./schema/texts.ts";

/**
 * The schema, as what a person writes: defaults may be left out. Presets are described field by field, though what
 * is new in Retell may stand in them too.
 */
export function configJsonSchema(): JsonSchema {
  return { ...described(documentSchema), title: "Switchhook configuration" };
}

/** The same of the file of a client. */
export function clientJsonSchema(): JsonSchema {
  return { ...described(clientSchema), title: "Switchhook: the file of a client" };
}

function described(schema: typeof documentSchema | typeof clientSchema): JsonSchema {
  const { description = "" } = schema.shape.presets;
  const preset = z.strictObject(agentOverride.shape).describe(PRESET);
  const presets = z.record(z.string(), preset).optional().describe(description);
  const made = z.toJSONSchema(schema.extend({ presets }), {
    ...{ io: "input", target: "draft-07", override: sayMore },
  });
  return simplify(made);
}

type Node = Parameters<NonNullable<z.core.ToJSONSchemaParams["override"]>>[0];

/** Says what zod checks elsewhere, or not at all: what the metadata holds, and that templates may stand in texts. */
function sayMore({ zodSchema, jsonSchema }: Node): void {
  const { [NEEDED]: _needed, [KEYS]: keys, [EXCLUSIVE]: exclusive } = jsonSchema;
  for (const name of [NEEDED, KEYS, EXCLUSIVE, ALTERNATIVES]) delete jsonSchema[name];
  if (typeof keys === "string") jsonSchema.propertyNames = { pattern: keys };
  if (Array.isArray(exclusive)) jsonSchema.not = { anyOf: pairsOf(exclusive).map(bothGiven) };
  const { pattern } = jsonSchema;
  if (zodSchema instanceof z.ZodString && pattern && !pattern.endsWith(TEMPLATE))
    jsonSchema.pattern = `${pattern}|${TEMPLATE}`;
  if (zodSchema instanceof z.ZodEnum) allowTemplate(jsonSchema);
  if (zodSchema instanceof z.ZodObject) requireNeeded(zodSchema, jsonSchema);
}

/** Requires the keys that must be given, which the schema marks in its metadata and leaves optional itself. */
function requireNeeded(schema: z.ZodObject, jsonSchema: Node["jsonSchema"]): void {
  const { shape } = schema;
  const alternatives = alternativesIn(schema);
  const marked = Object.entries(shape).flatMap(([key, field]) =>
    field instanceof z.ZodType && field.meta()?.[NEEDED] !== undefined ? [key] : [],
  );
  const needed = marked.filter((key) => alternatives[key] === undefined);
  // "One of the two" can be said only in ways that editors do not understand.
  if (needed.length < marked.length) jsonSchema.minProperties = 1;
  if (needed.length > 0) jsonSchema.required = [...(jsonSchema.required ?? []), ...needed];
}

/**
 * One of several words, or a template that becomes one. Not as `anyOf`: editors take each of its forms for a key of its
 * own, and offer the key as often.
 */
function allowTemplate(jsonSchema: Node["jsonSchema"]): void {
  const { enum: words } = jsonSchema;
  if (!words) return;
  delete jsonSchema.enum;
  jsonSchema.examples = words;
  jsonSchema.if = { pattern: TEMPLATE };
  jsonSchema.else = { enum: words };
}

function pairsOf<Item>(items: readonly Item[]): (readonly [Item, Item])[] {
  return items.flatMap((first, at) => items.slice(at + 1).map((second) => [first, second] as const));
}

/** What holds of a table that has both keys. */
function bothGiven([first, second]: readonly [string, string]) {
  return { required: [first, second] };
}
