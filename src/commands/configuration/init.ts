/** `switchhook init`: a first configuration. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { printable } from "../../config/findings/printable.ts";
import { reasonOf, THERE, writeNew } from "../new-file.ts";
import { print } from "../terminal.ts";
import firstConfig from "./first-config.toml" with { type: "text" };

/** What the first line of the configuration names, for editors. */
const SCHEMA = "config.schema.json";

/**
 * Writes a first `config.toml` into a directory, and its schema beside it; exit code 1 where there is a `config.toml`, or
 * one of them cannot be written. A schema that exists is not changed.
 */
export async function init(directory: string): Promise<number> {
  const path = join(directory, "config.toml");
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    print(
      process.stderr,
      `switchhook: cannot create the directory ${printable(directory)}: ${printable(reasonOf(error))}`,
    );
    return 1;
  }
  const problem = await writeNew(path, firstConfig, 0o640);
  if (problem !== undefined) {
    const reason = problem === THERE ? `it ${THERE}, and was not changed` : problem;
    print(process.stderr, `switchhook: cannot write ${printable(path)}: ${printable(reason)}`);
    return 1;
  }
  const { configJsonSchema } = await import("../../config/shape/json-schema.ts");
  const schemaPath = join(directory, SCHEMA);
  const schemaProblem = await writeNew(schemaPath, `${JSON.stringify(configJsonSchema(), null, 2)}\n`, 0o644);
  const isSchemaLost = schemaProblem !== undefined && schemaProblem !== THERE;
  if (isSchemaLost) {
    print(
      process.stderr,
      `switchhook: cannot write ${printable(schemaPath)}: ${printable(schemaProblem)}`,
      "The configuration works without it; editors use it for completion and checks.",
    );
  }
  const shown = printable(path);
  const option = path === "config.toml" ? "" : ` -c ${/\s/.test(path) ? JSON.stringify(shown) : shown}`;
  if (schemaProblem === THERE) {
    print(process.stdout, `${printable(schemaPath)} ${THERE}, and was not changed.`);
  }
  print(
    process.stdout,
    schemaProblem === undefined
      ? `Wrote ${shown}, and ${printable(schemaPath)} for editors. Next:`
      : `Wrote ${shown}. Next:`,
    "",
    `  1. Add your numbers and agents to ${shown}.`,
    "  2. export RETELL_API_KEY=key_…     the key with the webhook badge, from Retell's dashboard",
    `  3. switchhook check${option}`,
    `  4. switchhook serve${option}`,
    `  5. switchhook send${option} --to +12137771235 --from +12137771234     in a second terminal`,
    "  6. In Retell's dashboard, set the inbound webhook of each number to https://YOUR-DOMAIN/webhook",
  );
  return isSchemaLost ? 1 : 0;
}
