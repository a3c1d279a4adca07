/** From a file to a configuration: read, parse, fill, check the shape, read the meaning, check what is expected. */
import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { RoutingPlan } from "../routing/plan.ts";
import { type RawTable, valueAt } from "./files/document.ts";
import type { MergedDocument } from "./files/merged-document.ts";
import { displayName, readSources } from "./files/sources.ts";
import { type Look, TextFiles } from "./files/text-file.ts";
import { bounded } from "./findings/excerpt.ts";
import { type Diagnostic, Findings, type Path } from "./findings/findings.ts";
import { asterisks } from "./findings/secrets.ts";
import { checkExpectations } from "./judge/expectations.ts";
import { findFlags } from "./judge/flags.ts";
import { checkNames } from "./judge/names.ts";
import { Soundness } from "./judge/soundness.ts";
import { warnOfTrouble } from "./judge/warnings.ts";
import { openCalendar } from "./read/holidays.ts";
import type { NamedFile } from "./read/lists.ts";
import { eachOf, type Names } from "./read/references.ts";
import { type NamedFiles, readRouting } from "./read/routing-plan.ts";
import {
  type LogSettings,
  type RetellSettings,
  readRetell,
  readServer,
  type ServerSettings,
} from "./read/settings.ts";
import { fillTemplates } from "./shape/fill.ts";
import { fittingEntries } from "./shape/fitting.ts";
import type { Document } from "./shape/schema.ts";
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
  const findings = new Findings();
  const directoryOf = () => dirname(absolute);
  const sources = await readSources(absolute, files, (values) =>
    fillTemplates(values, { directoryOf, env, files, secrets }, findings),
  );
  const done = (config: Config | undefined, found: readonly Diagnostic[]): Loaded => {
    const diagnostics = inOrder(
      [...sources.diagnostics, ...sources.inValues, ...found],
      displayName(absolute),
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
  };
  const all = () => [...sources.locate(findings), ...findings.inOtherFiles];
  // Of a main file that is not TOML, nothing is known.
  if (!sources.isReadable) return done(undefined, all());

  const { config, document, named } = await readMeaning(
    sources,
    { path: absolute, env, files, secrets, nowMs },
    findings,
  );
  const areFilesSound = sources.diagnostics.every(({ severity }) => severity !== "error");
  const soundness = new Soundness(errorPaths(findings, named), areFilesSound);
  const pathOf = pathsFrom(sources.directoryOf);
  checkExpectations(document.expect, config.routing, soundness, pathOf, findings);
  warnOfTrouble(document, config.routing, soundness, findings);
  return done(config, all());
}

/** Where errors stand; one in a file that the configuration names stands where that is named. */
function* errorPaths({ inDocument, inOtherFiles }: Findings, named: NamedFiles): Generator<Path> {
  for (const { severity, path } of inDocument) if (severity === "error") yield path;
  const broken = new Set(inOtherFiles.flatMap(({ severity, file }) => (severity === "error" ? [file] : [])));
  if (broken.size === 0) return;
  for (const [name, { file }] of named.lists) if (broken.has(file)) yield ["lists", name];
  for (const { file, path } of named.contacts) if (broken.has(file)) yield path;
}

/** By place: those of the main file, then those of each other file. */
function inOrder(diagnostics: readonly Diagnostic[], main: string): Diagnostic[] {
  const files = [...new Set([main, ...diagnostics.map(({ file }) => file)])];
  return diagnostics.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}

async function readMeaning(
  sources: MergedDocument,
  source: {
    readonly path: string;
    readonly env: Env;
    readonly files: TextFiles;
    readonly secrets: Secrecy;
    readonly nowMs: number;
  },
  findings: Findings,
): Promise<{ readonly config: Config; readonly document: Document; readonly named: NamedFiles }> {
  const { values, directoryOf } = sources;
  for (const key of literalsIn(valueAt(values, ["retell"]))) findings.secrets.add(key, asterisks(key));
  const names = namesIn(values, sources.isWhole);
  const writtenKey = structuredClone(valueAt(values, ["retell", "api_key"]));
  const uses = await fillTemplates(
    values,
    { directoryOf, env: source.env, files: source.files, secrets: source.secrets },
    findings,
  );
  const document = checkShape(values, findings);
  const named = readNamedFiles(document, directoryOf, source.files);
  const calendar = await openCalendar(document, source.nowMs);
  const reading = { calendar, nowMs: source.nowMs, pathOf: pathsFrom(directoryOf), uses };
  const plan = readRouting(document, names, named, reading, findings);
  const config = {
    server: readServer(document.server, findings),
    log: document.log,
    retell: readRetell(document.retell, findings),
    routing: { ...plan, flags: findFlags(plan, source.files, findings) },
    expectations: document.expect.length,
  };
  const { columns } = config.routing.contacts;
  const things = {
    // Where there are none, the files have been reported.
    columns: columns.length > 0 ? columns : undefined,
    hasContacts: document.contacts !== undefined,
    schedules: names.schedules,
    areAll: names.areAll,
    hasTimezone: document.timezone !== undefined,
  };
  checkNames(uses, things, findings);
  warnOfReadableKey(writtenKey, source.path, findings);
  return { config, document, named };
}

/** The absolute paths of files by what the configuration calls them: each is relative to the file that names it. */
function pathsFrom(directoryOf: (path: Path) => string) {
  return (place: Path, file: string): string => resolve(directoryOf(place), file);
}

/** Every text in `[retell]` that is not read from elsewhere: what stands there may be a key, whatever it is called. */
function literalsIn(retell: unknown): string[] {
  if (typeof retell === "string") return retell.includes("${") ? [] : [retell];
  if (typeof retell !== "object" || retell === null) return [];
  return Object.entries(retell).flatMap(([key, value]) => (key === "max_age" ? [] : literalsIn(value)));
}

/** The names that the document gives to things, before anything wrong was taken out of it. */
function namesIn(values: RawTable, isWhole: boolean): Names {
  const keys = (table: string) => new Set(Object.keys(valueAt(values, [table]) ?? {}));
  return {
    agents: keys("agents"),
    presets: keys("presets"),
    lists: keys("lists"),
    schedules: keys("schedules"),
    limits: keys("limits"),
    rulesets: keys("rulesets"),
    areAll: isWhole,
  };
}

/** Reads the files that lists and contacts name. */
function readNamedFiles(
  { lists, contacts }: Document,
  directoryOf: (path: Path) => string,
  files: TextFiles,
): NamedFiles {
  const read = (path: Path, name: string) => {
    const absolute = resolve(directoryOf(path), name);
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
