/** One TOML file of a configuration, read as far as that goes without the others. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type * as z from "zod";
import { type RawTable, valueAt } from "../files/document.ts";
import type { Source } from "../files/source.ts";
import { displayName } from "../files/sources.ts";
import type { TextFiles } from "../files/text-file.ts";
import type { Findings, Path } from "../findings/findings.ts";
import { asterisks } from "../findings/secrets.ts";
import type { NameUse } from "../judge/names.ts";
import { fillTemplates } from "../shape/fill.ts";
import { fittingEntries } from "../shape/fitting.ts";
import type { clientSchema, documentSchema, ScopeDocument } from "../shape/schema.ts";
import { checkShape } from "../shape/shape.ts";
import type { NamedFile } from "./callers/lists.ts";
import { eachOf, Names, type OwnNames } from "./references.ts";
import type { NamedFiles, ScopeSource } from "./scope.ts";

/** The environment variables that templates are filled from. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Whether a configuration is of use without its secrets: what `[retell]` takes from elsewhere and is not there is an
 * error where they are required, else a warning.
 */
export type Secrecy = "required" | "optional";

/** What files are read with. */
export interface Reading {
  readonly env: Env;
  readonly files: TextFiles;
  readonly secrets: Secrecy;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** A file, with its shape checked. */
export interface FileRead<Document> extends ScopeSource {
  readonly document: Document & ScopeDocument;
  /** The names that its templates use. */
  readonly templates: readonly NameUse[];
}

/**
 * Fills the templates of a file, checks its shape, and reads the files that it names.
 *
 * @param isWhole whether every file of the configuration could be read
 * @param main the names of the main file, for that of a client
 */
export async function readFile<Schema extends typeof documentSchema | typeof clientSchema>(
  { client, path, directory, values, findings }: Source,
  schema: Schema,
  isWhole: boolean,
  reading: Reading,
  main?: Names,
): Promise<FileRead<z.output<Schema>>> {
  const names = new Names(namesIn(values), isWhole, main);
  const writtenKey = structuredClone(valueAt(values, ["retell", "api_key"]));
  const templates = await fillTemplates(values, { directory, ...reading }, findings);
  const document = checkShape(values, schema, findings);
  warnOfReadableKey(writtenKey, path, findings);
  const files = readNamedFiles(document, directory, reading.files);
  const pathOf = (file: string) => resolve(directory, file);
  return { client, document, names, files, pathOf, uses: [...templates], findings, templates };
}

/** Keeps the keys that stand in a file out of everything that is said. */
export function hideKeys({ values, findings }: Source): void {
  const written = [valueAt(values, ["retell"]), valueAt(values, ["admin", "token"])];
  for (const key of written.flatMap(literalsIn)) findings.secrets.add(key, asterisks(key));
}

/** Every text in `[retell]` that is not read from elsewhere: what stands there may be a key, whatever it is called. */
function literalsIn(retell: unknown): string[] {
  if (typeof retell === "string") return retell.includes("${") ? [] : [retell];
  if (typeof retell !== "object" || retell === null) return [];
  return Object.entries(retell).flatMap(([key, value]) => (key === "max_age" ? [] : literalsIn(value)));
}

/** The names that the document gives to things, before anything wrong was taken out of it. */
function namesIn(values: RawTable): OwnNames {
  const keys = (table: string) => new Set(Object.keys(valueAt(values, [table]) ?? {}));
  return {
    agents: keys("agents"),
    presets: keys("presets"),
    lists: keys("lists"),
    schedules: keys("schedules"),
    limits: keys("limits"),
    rulesets: keys("rulesets"),
  };
}

/** Reads the files that lists and contacts name. */
function readNamedFiles({ lists, contacts }: ScopeDocument, directory: string, files: TextFiles): NamedFiles {
  const read = (path: Path, name: string) => {
    const absolute = resolve(directory, name);
    return { path, file: displayName(absolute), read: files.read(absolute) };
  };
  const listFiles = new Map<string, NamedFile>();
  for (const [name, list] of fittingEntries(lists)) {
    if (Array.isArray(list) || list.file === undefined) continue;
    listFiles.set(name, read(["lists", name, "file"], list.file));
  }
  const contactFiles: NamedFiles["contacts"][number][] = [];
  for (const { path, item } of eachOf(contacts?.file ?? [], ["contacts", "file"])) {
    contactFiles.push(read(path, item));
  }
  return { lists: listFiles, contacts: contactFiles };
}

/** Warns of a key that stands as it is in a file that every user of the machine may read. */
function warnOfReadableKey(written: unknown, path: string, findings: Findings): void {
  const literal = [written]
    .flat()
    .some((key) => typeof key === "string" && key !== "" && !key.includes("${"));
  if (!literal) return;
  if ((modeOf(path) & 0o004) === 0) return;
  findings.warning(
    ["retell", "api_key"],
    "this key stands in a file that every user of this machine may read",
    {
      hint: `use api_key = "\${env:RETELL_API_KEY}", or: chmod o-r ${displayName(path)}`,
    },
  );
}

/** The permissions of a file; none where it is gone by now, which the watch will tell. */
function modeOf(path: string): number {
  try {
    return statSync(path).mode;
  } catch {
    return 0;
  }
}
