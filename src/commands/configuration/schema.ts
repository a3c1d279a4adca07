/** `switchhook schema`: the JSON Schema of `config.toml`, or of a client's file, for editors. */
import { clientJsonSchema, configJsonSchema } from "../../config/shape/json-schema.ts";
import { print } from "../terminal.ts";

/** Options of `schema`. */
export interface SchemaOptions {
  /** That of a client's file instead. */
  readonly client?: true;
}

/** Prints the schema. */
export async function schema({ client }: SchemaOptions): Promise<number> {
  print(process.stdout, JSON.stringify(client ? clientJsonSchema() : configJsonSchema(), null, 2));
  return 0;
}
