/** `switchhook schema`: the JSON Schema of `config.toml`, for editors. */
import { configJsonSchema } from "../config/shape/json-schema.ts";
import { print } from "./terminal.ts";

/** Prints the schema. */
export async function schema(): Promise<number> {
  print(process.stdout, JSON.stringify(configJsonSchema(), null, 2));
  return 0;
}
