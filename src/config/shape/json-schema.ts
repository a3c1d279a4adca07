/** The JSON Schema of `config.toml`, made from the definitions that configurations are checked with. */
import * as z from "zod";
import { agentOverride } from "../../retell/agent-override/index.ts";
import { documentSchema, NEEDED } from "./schema.ts";

/**
 * The schema, as what a person writes: defaults may be left out. Presets are described field by field, though what
 * is new in Retell may stand in them too.
 */
export function configJsonSchema(): Record<string, unknown> {
  const { description = "" } = documentSchema.shape.presets;
  const described = documentSchema.extend({
    presets: z.record(z.string(), z.strictObject(agentOverride.shape)).optional().describe(description),
  });
  return {
    ...z.toJSONSchema(described, { io: "input", target: "draft-07", override: requireNeeded }),
    title: "Switchhook configuration",
  };
}

/** Requires the keys that must be given, which the schema marks in its metadata and leaves optional itself. */
function requireNeeded({
  zodSchema,
  jsonSchema,
}: Parameters<NonNullable<z.core.ToJSONSchemaParams["override"]>>[0]): void {
  delete jsonSchema[NEEDED];
  if (!(zodSchema instanceof z.ZodObject)) return;
  const needed = Object.entries(zodSchema.shape).flatMap(([key, field]) =>
    field instanceof z.ZodType && field.meta()?.[NEEDED] !== undefined ? [key] : [],
  );
  if (needed.length > 0) jsonSchema.required = [...(jsonSchema.required ?? []), ...needed];
}
