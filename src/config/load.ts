/** From a file to a configuration: read, parse, fill, check the shape, read the meaning, check what is expected. */
import { dirname, resolve } from "node:path";
import type { RoutingPlan } from "../routing/plan.ts";
import type { Pause } from "./files/content.ts";
import type { ReadRemote, RemoteRead } from "./files/remote.ts";
import { readSources, type Sources } from "./files/sources.ts";
import { type Look, TextFiles } from "./files/text-file.ts";
import type { RawTable } from "./files/toml/document.ts";
import { bounded } from "./findings/excerpt.ts";
import type { Diagnostic, Findings, Path } from "./findings/findings.ts";
import { type Coverage, coverageOf } from "./judge/coverage/coverage.ts";
import type { Thing } from "./judge/coverage/things.ts";
import { Touched } from "./judge/coverage/touched.ts";
import { checkExpectations } from "./judge/expectations/expectations.ts";
import { findFlags } from "./judge/flags.ts";
import { fileScopes, type JudgedScope, judgedScopes } from "./judge/judged-scope.ts";
import { checkMergedPresets } from "./judge/merged-presets.ts";
import { ErrorPlaces } from "./judge/soundness.ts";
import { warnOfTrouble } from "./judge/warnings.ts";
import type { Env, FileRead, Reading, Secrecy } from "./read/file.ts";
import { readFiles } from "./read/files.ts";
import { checkTemplates } from "./read/names.ts";
import { readRouting } from "./read/routing-plan.ts";
import type { ScopeSource } from "./read/scope.ts";
import { type AdminSettings, checkApart, readAdmin } from "./read/settings/admin.ts";
import {
  type HistorySettings,
  type LogSettings,
  type RetellSettings,
  readHistory,
  readRetell,
  type ServerSettings,
} from "./read/settings/settings.ts";
import { readShared, type SharedSettings } from "./read/settings/shared.ts";
import { openCalendar } from "./read/time/holidays.ts";
import type { Taken, Unfilled } from "./shape/elsewhere.ts";
import { fillTemplates } from "./shape/fill.ts";
import { fittingEntries } from "./shape/fitting.ts";
import type { ScopeDocument } from "./shape/schema/schema.ts";

/** A configuration without errors. Plain data: it can be sent from one thread to another. */
export interface Config {
  readonly server: ServerSettings;
  readonly admin: AdminSettings;
  readonly log: LogSettings;
  readonly history: HistorySettings;
  /** Undefined where this machine counts by itself. */
  readonly shared: SharedSettings | undefined;
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
  /** What templates take from the environment, from files and from credentials, each once, there or not. */
  readonly taken: readonly Taken[];
  /** Texts that lack secrets which this machine does not have, where these are optional. */
  readonly unfilled: readonly Unfilled[];
  /** What it takes from URLs, also where there are errors. */
  readonly remote: readonly RemoteRead[];
  /** Where it was asked for and there are no errors. */
  readonly coverage: Coverage | undefined;
}

/** What a configuration is loaded with besides its files. */
export interface LoadOptions {
  /** Whether to find out what no expectation tests. */
  readonly coverage?: boolean | undefined;
  /** Tells what is known of URLs, once it is known which there are. */
  readonly remote?: ReadRemote | undefined;
  /** Holds it against more than its files. */
  readonly judge?: Judge | undefined;
  /** How many bytes of TOML there may be. */
  readonly mostBytes?: number | undefined;
  /** Is called again and again while something long is read. */
  readonly pause?: Pause | undefined;
}

/**
 * Holds a configuration without errors against something else, and reports what it finds in the findings of its files,
 * which are then located like all others.
 */
export type Judge = (config: Config, files: readonly JudgedScope[]) => Promise<void>;

/** Asks nobody: what comes from URLs is empty. */
const ASK_NOBODY: ReadRemote = async () => new Map();

/**
 * Loads a configuration file with all that it names. Never throws for what is wrong with the files, or missing.
 *
 * @param nowMs when, in milliseconds since the epoch: holidays are compiled for the years around it
 * @param options what to find out besides, and who knows what URLs hold
 * @throws {TooLongError} where there is more TOML than `mostBytes`
 */
export async function loadConfig(
  path: string,
  env: Env,
  secrets: Secrecy = "required",
  nowMs: number = Date.now(),
  options: LoadOptions = {},
): Promise<Loaded> {
  const files = new TextFiles(options.pause);
  const absolute = resolve(path);
  const { coverage = false, remote = ASK_NOBODY, judge, mostBytes = Number.POSITIVE_INFINITY } = options;
  const taken = new Map<string, Taken>();
  const unfilled: Unfilled[] = [];
  const reading: Reading = {
    ...{ env, files, secrets, nowMs, remote },
    taken(one) {
      const key = `${one.source}:${one.path ?? one.name}`;
      const before = taken.get(key);
      taken.set(key, before ? { ...before, isOptional: before.isOptional && one.isOptional } : one);
    },
    unfilled: (one) => unfilled.push(one),
  };
  const fillInclude = (values: RawTable, findings: Findings) =>
    fillTemplates(values, { directory: dirname(absolute), ...reading }, findings);
  const sources = readSources(absolute, files, fillInclude, mostBytes);
  // Of a main file that is not TOML, nothing is known.
  const meaning = sources.isReadable ? await readMeaning(sources, reading, { coverage, judge }) : undefined;

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
    config: isGood ? meaning?.config : undefined,
    coverage: isGood ? meaning?.coverage : undefined,
    diagnostics,
    files: files.looks,
    hash: files.hash,
    passing: files.passing,
    taken: [...taken.values()],
    unfilled,
    remote: meaning?.remote ?? [],
  };
}

function hasErrors(files: readonly ScopeSource[]): boolean {
  return files.some(({ findings: { inDocument, inOtherFiles } }) =>
    [...inDocument, ...inOtherFiles].some(({ severity }) => severity === "error"),
  );
}

/** Where errors stand in a file; one in a file that it names stands where that is named. */
function* errorPaths({ findings, files }: ScopeSource): Generator<Path> {
  const { inDocument, inOtherFiles } = findings;
  for (const { severity, path } of inDocument) if (severity === "error") yield path;
  const broken = new Set(inOtherFiles.flatMap(({ severity, file }) => (severity === "error" ? [file] : [])));
  if (broken.size === 0) return;
  for (const [name, named] of files.lists) {
    if (named.some(({ file }) => broken.has(file))) yield ["lists", name];
  }
  for (const { file, path } of files.contacts) if (broken.has(file)) yield path;
  for (const { file, path } of files.certificates) if (broken.has(file)) yield path.slice(0, -1);
}

/** Tells where things stand. */
function placesIn({ main, clients }: Sources) {
  const byClient = new Map(clients.map((source) => [source.client, source]));
  return ({ client, path }: Thing) => {
    const source = byClient.get(client) ?? main;
    const { line, column } = source.placeOf(path);
    return { file: source.file, line, column };
  };
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

interface MeaningRead {
  readonly config: Config;
  readonly remote: readonly RemoteRead[];
  readonly coverage: Coverage | undefined;
}

async function readMeaning(
  sources: Sources,
  reading: Reading,
  { coverage: wantsCoverage, judge }: Pick<LoadOptions, "coverage" | "judge">,
): Promise<MeaningRead> {
  const { isWhole } = sources;
  const { main, clients: others, server, remote } = await readFiles(sources, reading);
  const all: readonly FileRead<ScopeDocument>[] = [main, ...others];
  const calendar = await openCalendar(
    all.map(({ document }) => document),
    reading.nowMs,
  );
  // What Retell takes is large.
  const hasPresets = all.some(({ document }) => fittingEntries(document.presets).length > 0);
  const checkPreset = hasPresets ? (await import("./read/presets.ts")).checkPreset : undefined;
  const { document } = main;
  const { plan, things } = readRouting(main, others, { calendar, checkPreset, nowMs: reading.nowMs });
  const admin = readAdmin(document.admin, main.findings);
  checkApart(server.listen, admin, main.findings);
  const config = {
    server,
    admin,
    log: document.log,
    history: readHistory(document.history, main.findings),
    shared: readShared(main, all),
    retell: readRetell(main, others),
    routing: plan,
    expectations: all.reduce((sum, { document }) => sum + document.expect.length, 0),
  };
  checkTemplates(all, things);

  const { scopes, reportShared } = fileScopes(plan, all);
  for (const { plan, findings } of scopes) checkMergedPresets(plan, findings);
  const routing = { ...plan, flags: findFlags(scopes, reading.files) };
  reportShared();
  // Now that all errors are known, what they leave can be judged.
  const errors = new Map(all.map((source) => [source.client, new ErrorPlaces(errorPaths(source))]));
  const judged = judgedScopes(scopes, errors, isWhole);
  const touched = wantsCoverage ? new Touched(judged) : undefined;
  checkExpectations(routing, judged, touched);
  warnOfTrouble(judged);
  reportShared();
  const coverage = touched && coverageOf(judged, touched, placesIn(sources));
  const whole = { ...config, routing };
  if (judge && isWhole && !hasErrors(all)) {
    await judge(whole, judged);
    reportShared();
  }
  return { config: whole, remote: remote(), coverage };
}
