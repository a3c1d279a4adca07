/** From a file to a configuration: read, parse, fill, check the shape, read the meaning, check what is expected. */
import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type * as z from "zod";
import type { RoutingPlan } from "../routing/plan.ts";
import { type RawTable, valueAt } from "./files/document.ts";
import type { Source } from "./files/source.ts";
import { displayName, readSources, type Sources } from "./files/sources.ts";
import { type Look, TextFiles } from "./files/text-file.ts";
import { bounded } from "./findings/excerpt.ts";
import type { Diagnostic, Findings, Path } from "./findings/findings.ts";
import { asterisks } from "./findings/secrets.ts";
import { checkExpectations } from "./judge/expectations.ts";
import { findFlags } from "./judge/flags.ts";
import { judgedScopes } from "./judge/judged-scope.ts";
import { checkMergedPresets } from "./judge/merged-presets.ts";
import { checkName, isThere, type NamedThings, type NameUse, warnOfTimes } from "./judge/names.ts";
import { ErrorPlaces } from "./judge/soundness.ts";
import { warnOfTrouble } from "./judge/warnings.ts";
import type { NamedFile } from "./read/callers/lists.ts";
import { eachOf, Names, type OwnNames } from "./read/references.ts";
import { readRouting } from "./read/routing-plan.ts";
import type { NamedFiles, ScopeSource } from "./read/scope.ts";
import {
  type KeysDocument,
  type LogSettings,
  type RetellSettings,
  readRetell,
  readServer,
  type ServerSettings,
} from "./read/settings.ts";
import { openCalendar } from "./read/time/holidays.ts";
import { fillTemplates } from "./shape/fill.ts";
import { fittingEntries } from "./shape/fitting.ts";
import {
  type ClientDocument,
  clientSchema,
  type Document,
  documentSchema,
  type ScopeDocument,
} from "./shape/schema.ts";
import { checkShape } from "./shape/shape.ts";

/** A configuration without errors. Plain data: it can be sent from one thread to another. */
export interface Config {
  readonly server: ServerSettings;
  readonly log: LogSettings;
  readonly retell: RetellSettings;
  readonly routing: RoutingPlan;
  /** How many `[[expect]]` there are, all of which hold. */
  readonly expectations: number;
}

/** What became of a configuration file. Plain data. */
export interface Loaded {
  /** The file, as an absolute path. */
  readonly path: string;
  /** Undefined where there are errors. */
  readonly config: Config | undefined;
  /** Errors and warnings, by place. */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Every file that the configuration is made of, also those that could not be read, as absolute paths, with what
   * they looked like before they were read.
   */
  readonly files: ReadonlyMap<string, Look>;
  /** The same for the same content of the same files: 12 hexadecimal digits. */
  readonly hash: string;
  /** Why something could not be read, where that may pass by itself: then what is wrong may not be the configuration. */
  readonly passing: string | undefined;
}

/** The environment variables that templates are filled from. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Whether a configuration is of use without its secrets: what `[retell]` takes from elsewhere and is not there is an
 * error where they are required, else a warning.
 */
export type Secrecy = "required" | "optional";

/**
 * Loads a configuration file with all that it names. Never throws for what is in the files, or missing.
 *
 * @param nowMs when, in milliseconds since the epoch: holidays are compiled for the years around it
 */
export async function loadConfig(
  path: string,
  env: Env,
  secrets: Secrecy = "required",
  nowMs: number = Date.now(),
): Promise<Loaded> {
  const files = new TextFiles();
  const absolute = resolve(path);
  const reading = { env, files, secrets, nowMs };
  const sources = await readSources(absolute, files, (values, findings) =>
    fillTemplates(values, { directory: dirname(absolute), ...reading }, findings),
  );
  // Of a main file that is not TOML, nothing is known.
  const config = sources.isReadable ? await readMeaning(sources, reading) : undefined;

  const all = [sources.main, ...sources.clients];
  const sourceOf = (findings: Findings) => all.find((source) => source.findings === findings);
  const located = all.flatMap((source) => source.located(sourceOf));
  const diagnostics = inOrder(
    [...sources.diagnostics, ...located, ...sources.main.findings.inOtherFiles],
    sources.main.file,
  ).map(bounded);
  const isGood = diagnostics.every(({ severity }) => severity !== "error");
  return {
    path: absolute,
    config: isGood ? config : undefined,
    diagnostics,
    files: files.looks,
    hash: files.hash,
    passing: files.passing,
  };
}

/** Where errors stand in a file; one in a file that it names stands where that is named. */
function* errorPaths({ findings, files }: ScopeSource): Generator<Path> {
  const { inDocument, inOtherFiles } = findings;
  for (const { severity, path } of inDocument) if (severity === "error") yield path;
  const broken = new Set(inOtherFiles.flatMap(({ severity, file }) => (severity === "error" ? [file] : [])));
  if (broken.size === 0) return;
  for (const [name, { file }] of files.lists) if (broken.has(file)) yield ["lists", name];
  for (const { file, path } of files.contacts) if (broken.has(file)) yield path;
}

/** By place: those of the main file, then those of each other file. */
function inOrder(diagnostics: readonly Diagnostic[], main: string): Diagnostic[] {
  const order = new Map<string, number>();
  for (const file of [main, ...diagnostics.map(({ file }) => file)]) {
    if (!order.has(file)) order.set(file, order.size);
  }
  const placeOf = ({ file }: Diagnostic) => order.get(file) ?? 0;
  return diagnostics.toSorted((a, b) => placeOf(a) - placeOf(b) || a.line - b.line || a.column - b.column);
}

/** What files are read with. */
interface Reading {
  readonly env: Env;
  readonly files: TextFiles;
  readonly secrets: Secrecy;
  readonly nowMs: number;
}

async function readMeaning(sources: Sources, reading: Reading): Promise<Config> {
  const { clients, isWhole } = sources;
  // The secrets of every file are known before anything is said of one.
  for (const { values, findings } of [sources.main, ...clients]) {
    for (const key of literalsIn(valueAt(values, ["retell"]))) findings.secrets.add(key, asterisks(key));
  }
  const main = await readSource(sources.main, documentSchema, isWhole, reading);
  const others: Read<ClientDocument>[] = [];
  for (const client of clients) {
    others.push(await readSource(client, clientSchema, isWhole, reading, main.names));
  }
  const all: readonly Read<ScopeDocument>[] = [main, ...others];
  const calendar = await openCalendar(
    all.map(({ document }) => document),
    reading.nowMs,
  );
  const { document, findings } = main;
  const { plan, things } = readRouting(main, others, { calendar, nowMs: reading.nowMs });
  const config = {
    server: readServer(document.server, findings),
    log: document.log,
    retell: readRetell(
      document.retell,
      [keysOf(main, document.retell), ...others.flatMap(ownKeysOf)],
      findings,
    ),
    routing: plan,
    expectations: all.reduce((sum, { document }) => sum + document.expect.length, 0),
  };
  checkTemplates(all, things);

  const judged = judgedScopes(plan, all, new Map(), isWhole);
  for (const { plan, findings } of judged.scopes) checkMergedPresets(plan, findings);
  const routing = { ...plan, flags: findFlags(judged.scopes, reading.files) };
  judged.reportShared();
  // Now that all errors are known, what they leave can be judged.
  const errors = new Map(all.map((source) => [source.client, new ErrorPlaces(errorPaths(source))]));
  const { scopes, reportShared } = judgedScopes(routing, all, errors, isWhole);
  checkExpectations(routing, scopes);
  warnOfTrouble(scopes);
  reportShared();
  return { ...config, routing };
}

/** A file, with its shape checked. */
interface Read<Document> extends ScopeSource {
  readonly document: Document & ScopeDocument;
  /** The names that its templates use. */
  readonly templates: readonly NameUse[];
}

/** @param main the names of the main file, for that of a client */
async function readSource<Schema extends typeof documentSchema | typeof clientSchema>(
  { client, path, directory, values, findings }: Source,
  schema: Schema,
  isWhole: boolean,
  reading: Reading,
  main?: Names,
): Promise<Read<z.output<Schema>>> {
  const names = new Names(namesIn(values), isWhole, main);
  const writtenKey = structuredClone(valueAt(values, ["retell", "api_key"]));
  const templates = await fillTemplates(values, { directory, ...reading }, findings);
  const document = checkShape(values, schema, findings);
  warnOfReadableKey(writtenKey, path, findings);
  const files = readNamedFiles(document, directory, reading.files);
  const pathOf = (file: string) => resolve(directory, file);
  return { client, document, names, files, pathOf, uses: [...templates], findings, templates };
}

function keysOf(
  { client, findings }: ScopeSource,
  retell: Pick<Document["retell"], "api_key">,
): KeysDocument {
  return { client, api_key: retell.api_key, findings };
}

/** The keys of a client that has its own. */
function ownKeysOf(client: Read<ClientDocument>): KeysDocument[] {
  const { document, findings } = client;
  if (document.retell) return [keysOf(client, document.retell)];
  if (document.defaults.unrouted !== undefined) {
    const message = "`unrouted` of a client is for numbers called with its own API key, and it has none";
    const hint = "give it one in [retell], or say `unrouted` in the main file";
    findings.error(["defaults", "unrouted"], message, { at: "key", hint });
  }
  return [];
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

/**
 * Checks the names that templates use. What the main file says may be for its clients: then it is enough that one of
 * them has what is named.
 */
function checkTemplates(
  files: readonly Read<ScopeDocument>[],
  things: ReadonlyMap<string, NamedThings>,
): void {
  const [main] = files;
  for (const file of files) {
    const own = things.get(file.client);
    for (const use of file.templates) {
      const isShared = file === main && use.path[0] !== "numbers";
      if (!own || (isShared && things.values().some((known) => isThere(use.name, known)))) continue;
      checkName(use, own, file.findings);
    }
    const hasTimezone = [file, main].some((one) => one?.document.timezone !== undefined);
    if (!hasTimezone) warnOfTimes(file.uses, file.findings);
  }
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
