/** `switchhook schema`: the JSON Schema of `config.toml`, or of a client's file, for editors. */
import { print } from "../terminal.ts";

/** Options of `schema`. */
export interface SchemaOptions {
  /** That of a client's file instead. */
  readonly client?: true;
}

/** Prints the schema. */
export async function schema({ client }: SchemaOptions): Promise<number> {
  // Of use to nobody else, and it takes in all that describes a configuration.
  const { clientJsonSchema, configJsonSchema } = await import("../../config/shape/json-schema.ts");
  print(process.stdout, JSON.stringify(client ? clientJsonSchema() : configJsonSchema(), null, 2));
  return 0;
}
