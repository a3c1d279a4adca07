/** One TOML file of a configuration, read as far as that goes without the others. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Pause } from "../files/content.ts";
import type { ReadRemote, Remote } from "../files/remote.ts";
import type { Source } from "../files/source.ts";
import { displayName } from "../files/sources.ts";
import type { TextFiles } from "../files/text-file.ts";
import { type RawTable, valueAt } from "../files/toml/document.ts";
import type { Findings, Path } from "../findings/findings.ts";
import { asterisks } from "../findings/secrets.ts";
import type { Taken, Unfilled } from "../shape/elsewhere.ts";
import { fillTemplates, type NameUse } from "../shape/fill.ts";
import { eachOf, fittingEntries } from "../shape/fitting.ts";
import type { Document, ScopeDocument } from "../shape/schema/schema.ts";
import { checkShape, type Shapes } from "../shape/shape.ts";
import type { NamedFile } from "./callers/lists.ts";
import { type NamedRemote, readRemotes, remoteFile } from "./callers/remote.ts";
import { Names, type OwnNames } from "./references.ts";
import type { NamedFiles, ScopeSource } from "./scope.ts";

/** The environment variables that templates are filled from. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Whether a configuration is of use without its secrets: what `[retell]`, look-ups, notices and URLs take from elsewhere
 * and is not there is an error where they are required, else a warning.
 */
export type Secrecy = "required" | "optional";

/** What files are read with. */
export interface Reading {
  readonly env: Env;
  readonly files: TextFiles;
  readonly secrets: Secrecy;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Tells what is known of lists and contacts that come from URLs. */
  readonly remote: ReadRemote;
  /** Is told of everything that templates take from elsewhere at load. */
  readonly taken: (taken: Taken) => void;
  /** Is told of every text that lacks secrets which may be missing. */
  readonly unfilled: (unfilled: Unfilled) => void;
}

/** A file, with its shape checked. */
export interface FileRead<Document> extends ScopeSource {
  readonly document: Document & ScopeDocument;
  /** The names that its templates use. */
  readonly templates: readonly NameUse[];
  /** The URLs of its lists and contacts. */
  readonly remotes: readonly NamedRemote[];
}

/**
 * Fills the templates of a file, checks its shape, and reads the files that it names.
 *
 * @param isWhole whether every file of the configuration could be read
 * @param main the main file, for that of a client
 */
export async function readFile<Name extends "document" | "client">(
  { client, path, directory, values, findings }: Source,
  shape: Name,
  isWhole: boolean,
  reading: Reading,
  main?: Pick<ScopeSource, "names" | "document">,
): Promise<FileRead<Shapes[Name]>> {
  const names = new Names(namesIn(values), isWhole, main?.names);
  const writtenKeys = (["api_key", "account_key"] as const).map(
    (name) => [name, structuredClone(valueAt(values, ["retell", name]))] as const,
  );
  const from = { directory, ...reading, country: main?.document.country };
  const templates = fillTemplates(values, from, findings);
  const document = await checkShape(values, shape, findings);
  for (const [name, written] of writtenKeys) warnOfReadableKey(name, written, path, findings);
  const files = readNamedFiles(document, directory, reading.files);
  const remotes = readRemotes(document, client, files.certificates, findings);
  const pathOf = (file: string) => resolve(directory, file);
  return { client, document, names, files, pathOf, uses: [...templates], findings, templates, remotes };
}

/** Adds what is known of the URLs that a file names, to be read with pauses. @param known by the ids of the sources */
export function withRemotes<File extends FileRead<unknown>>(
  file: File,
  known: ReadonlyMap<string, Remote>,
  pause: Pause,
): File {
  const lists = new Map(file.files.lists);
  const contacts = [...file.files.contacts];
  const missing: NamedRemote[] = [];
  for (const named of file.remotes) {
    const { source, path } = named;
    const found = remoteFile(named, known.get(source.id), pause);
    const [table, name = ""] = path.map(String);
    if (!found) missing.push(named);
    else if (table === "lists") lists.set(name, [...(lists.get(name) ?? []), found]);
    else contacts.push(found);
  }
  return { ...file, files: { ...file.files, lists, contacts, missing } };
}

/** Keeps the keys that stand in a file out of everything that is said. */
export function hideKeys({ values, findings }: Source): void {
  const headersIn = (table: unknown) => withoutPlain(valueAt(table, ["headers"]));
  const all = (table: string): unknown[] => Object.values(valueAt(values, [table]) ?? {});
  const written = [
    valueAt(values, ["retell"]),
    valueAt(values, ["admin", "token"]),
    valueAt(values, ["shared", "password"]),
    valueAt(values, ["shared", "sentinel_password"]),
    ...all("notify").map((notice) => valueAt(notice, ["key"])),
    ...["lookups", "notify", "lists"].flatMap(all).map(headersIn),
    headersIn(valueAt(values, ["contacts"])),
  ];
  for (const key of written.flatMap(literalsIn)) findings.secrets.add(key, asterisks(key));
}

/** Headers that are no secrets. */
const PLAIN_HEADERS = /^(?:accept(?:-.*)?|content-type|user-agent)$/i;

function withoutPlain(headers: unknown): unknown {
  if (typeof headers !== "object" || headers === null) return undefined;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !PLAIN_HEADERS.test(name)));
}

/** Every text that is not read from elsewhere: what stands there may be a key, whatever it is called. */
function literalsIn(value: unknown): string[] {
  if (typeof value === "string") return value.includes("${") ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, value]) => (key === "max_age" ? [] : literalsIn(value)));
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
    lookups: keys("lookups"),
    rulesets: keys("rulesets"),
    notify: keys("notify"),
  };
}

/** Reads the files that lists, contacts, look-ups and notices name. */
function readNamedFiles(
  { lists, contacts, lookups, notify, shared }: ScopeDocument & Partial<Pick<Document, "shared">>,
  directory: string,
  files: TextFiles,
): NamedFiles {
  const read = (path: Path, name: string): NamedFile => {
    const absolute = resolve(directory, name);
    return { path, file: displayName(absolute), content: files.open(absolute), remote: undefined };
  };
  const listFiles = new Map<string, readonly NamedFile[]>();
  for (const [name, list] of fittingEntries(lists)) {
    if (Array.isArray(list) || list.file === undefined) continue;
    listFiles.set(name, [read(["lists", name, "file"], list.file)]);
  }
  const contactFiles = eachOf(contacts?.file ?? [], ["contacts", "file"]).map(({ path, item }) =>
    read(path, item),
  );
  const certificates: NamedFile[] = [];
  const trust = (path: Path, { ca }: { readonly ca?: string | undefined }) => {
    if (ca !== undefined) certificates.push(read([...path, "ca"], ca));
  };
  for (const [name, lookup] of fittingEntries(lookups)) trust(["lookups", name], lookup);
  for (const [name, notice] of fittingEntries(notify)) trust(["notify", name], notice);
  for (const [name, list] of fittingEntries(lists)) if (!Array.isArray(list)) trust(["lists", name], list);
  if (contacts) trust(["contacts"], contacts);
  if (shared) trust(["shared"], shared);
  return {
    ...{ lists: listFiles, contacts: contactFiles, certificates },
    ...{ missing: [], reads: new Map() },
  };
}

/** Warns of a key that stands as it is in a file that every user of the machine may read. */
function warnOfReadableKey(
  name: "api_key" | "account_key",
  written: unknown,
  path: string,
  findings: Findings,
): void {
  const literal = [written]
    .flat()
    .some((key) => typeof key === "string" && key !== "" && !key.includes("${"));
  if (!literal) return;
  if ((modeOf(path) & 0o004) === 0) return;
  const variable = name === "api_key" ? "RETELL_API_KEY" : "RETELL_ACCOUNT_KEY";
  findings.warning(["retell", name], "this key is in a file that every user of this machine can read", {
    hint: `use ${name} = "\${env:${variable}}", or: chmod o-r ${displayName(path)}`,
  });
}

/** The permissions of a file; none where it is gone by now, which the watch will tell. */
function modeOf(path: string): number {
  try {
    return statSync(path).mode;
  } catch {
    return 0;
  }
}
