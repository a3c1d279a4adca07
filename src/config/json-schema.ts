/** The JSON Schema of `config.toml`, made from the definition that configurations are checked with. */
import * as z from "zod";
import { documentSchema } from "./schema.ts";

/** The schema, as what a person writes: defaults may be left out. */
export function configJsonSchema(): Record<string, unknown> {
  const generated = z.toJSONSchema(documentSchema, { io: "input", target: "draft-07" });
  return { ...generated, title: "Switchhook configuration" };
}
