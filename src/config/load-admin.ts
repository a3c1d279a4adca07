/** Reading `[admin]` alone: whoever asks a server how it stands need not wait for the rest, nor must that be right. */
import { dirname, resolve } from "node:path";
import { TextFiles } from "./files/text-file.ts";
import { parseDocument } from "./files/toml/document.ts";
import { Findings } from "./findings/findings.ts";
import type { Env } from "./read/file.ts";
import { type AdminSettings, readAdmin } from "./read/settings/admin.ts";
import { fillTemplates } from "./shape/fill.ts";
import { checkShape } from "./shape/shape.ts";

/** Reads `[admin]` of a configuration file, or says why that cannot be. Never throws for what is in the file. */
export async function loadAdmin(
  path: string,
  env: Env,
): Promise<AdminSettings | { readonly problem: string }> {
  const files = new TextFiles();
  const read = files.read(resolve(path));
  if ("problem" in read) return { problem: read.problem };
  const parsed = parseDocument(read.text);
  if ("problem" in parsed) return { problem: `line ${parsed.problem.line} is not valid TOML` };
  const { admin } = parsed.values;
  const values = admin === undefined ? {} : { admin };
  const findings = new Findings();
  fillTemplates(values, { directory: dirname(resolve(path)), env, files, secrets: "optional" }, findings);
  const document = await checkShape(values, "admin", findings);
  const settings = readAdmin(document.admin, findings);
  const error = findings.inDocument.find(({ severity }) => severity === "error");
  return error ? { problem: error.message } : settings;
}
