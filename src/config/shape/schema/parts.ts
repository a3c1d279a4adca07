/** What the schema of `config.toml` is made of. */
import * as z from "zod";
import { anyText, KEYS } from "./texts.ts";

/*
 * Whatever is wrong with a document is reported and left out of it: an item of an array, or an entry of a table, that
 * does not fit is `undefined` from then on. TOML has no such value, and the compiler reminds every reader of it.
 */

/** Several of one kind; those that do not fit are undefined. */
export const arrayOf = <Item extends z.ZodType>(item: Item) => z.array(item.optional());

/**
 * Entries with names of a person's choice; those that do not fit are undefined.
 *
 * @param keys a pattern of all names that there can be, for editors
 */
export const tableOf = <Value extends z.ZodType>(value: Value, keys?: string) => {
  const table = z.record(z.string(), value.optional());
  return keys === undefined ? table : table.meta({ [KEYS]: keys });
};

/** The name in a schema's metadata under which {@link needed} keeps its example. */
export const NEEDED = "needed";

/**
 * A key that must be given. It is optional here, so that a table without it is read as far as that goes; `missing.ts`
 * reports it, and the JSON Schema requires it.
 *
 * @param example what to write
 */
export const needed = <Value extends z.ZodType>(value: Value, example: string, description: string) =>
  value.optional().meta({ description, [NEEDED]: example });

/** The name in a schema's metadata of keys that need not be given where another one is: by the key, that other one. */
export const ALTERNATIVES = "alternatives";

/** By a key that must be given, the one that may be given in its place. */
export type Alternatives = Readonly<Record<string, string>>;

/** What the metadata of a table says under {@link ALTERNATIVES}. */
export function alternativesIn(schema: z.core.$ZodType): Alternatives {
  const alternatives = schema instanceof z.ZodType ? schema.meta()?.[ALTERNATIVES] : undefined;
  return typeof alternatives === "object" && alternatives !== null ? (alternatives as Alternatives) : {};
}

/** The example of a key that must be given; undefined for one that need not be. */
export function exampleIn(schema: z.core.$ZodType): string | undefined {
  const example = schema instanceof z.ZodType ? schema.meta()?.[NEEDED] : undefined;
  return typeof example === "string" ? example : undefined;
}

/** One text, or several of which any will do. */
export const oneOrMany = <Text extends z.ZodType>(text: Text) => z.union([text, arrayOf(text)]);

/** The same, and at least one. */
export const oneOrMore = <Text extends z.ZodType>(text: Text) => z.union([text, arrayOf(text).min(1)]);

/** The name in a schema's metadata of keys of which a table has at most one. */
export const EXCLUSIVE = "exclusive";

/** Override presets by name. */
export const presetNames = arrayOf(anyText("A name in [presets]", "spanish")).describe(
  "Override presets to apply, by name; a later one wins over an earlier one",
);

/** Notices by name. */
export const noticeNames = arrayOf(anyText("A name in [notify]", "slack"));

/** Dynamic variables, or what is expected of them. */
export const values = tableOf(
  z
    .union([z.string(), z.number(), z.boolean()])
    .describe("The variable's value; a template such as ${from_number} is filled for each call"),
);

/** What a route gives to the call besides its target. */
export const additions = {
  presets: presetNames.default([]),
  variables: values
    .describe("Dynamic variables for the agent's prompts; numbers and booleans are handed on as text")
    .default({}),
  metadata: z.record(z.string(), z.unknown()).describe("Anything to be stored with the call").default({}),
  notify: noticeNames
    .describe("Who is told of the call when it is decided; what defaults, number and rules say adds up")
    .default([]),
};
