/** From a file to a configuration: read, parse, fill, check the shape, read the meaning. */
import { stat } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import type { RoutingPlan } from "../routing/plan.ts";
import { parseDocument, type RawTable, valueAt } from "./document.ts";
import { excerptOf } from "./excerpt.ts";
import { fillTemplates } from "./fill.ts";
import { type Diagnostic, Findings } from "./findings.ts";
import { locator } from "./locate.ts";
import { type Names, type ReadList, readRouting } from "./routing-plan.ts";
import type { Document } from "./schema.ts";
import { asterisks, Secrets } from "./secrets.ts";
import {
  type LogSettings,
  type RetellSettings,
  readRetell,
  readServer,
  type ServerSettings,
} from "./settings.ts";
import { checkShape } from "./shape.ts";
import { type Look, TextFiles } from "./text-file.ts";

/** A configuration without errors. Plain data: it can be sent from one thread to another. */
export interface Config {
  readonly server: ServerSettings;
  readonly log: LogSettings;
  readonly retell: RetellSettings;
  readonly routing: RoutingPlan;
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
}

/** The environment variables that templates are filled from. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Loads a configuration file with all that it names. Never throws for what is in the files, or missing. */
export async function loadConfig(path: string, env: Env): Promise<Loaded> {
  const files = new TextFiles();
  const absolute = resolve(path);
  const file = displayName(absolute);
  const read = await files.read(absolute);
  const failed = (diagnostic: Omit<Diagnostic, "severity" | "file">): Loaded => ({
    path: absolute,
    config: undefined,
    diagnostics: [{ severity: "error", file, ...diagnostic }],
    files: files.looks,
  });

  if ("problem" in read) {
    const message = `cannot read the configuration: ${read.problem}`;
    return failed({
      line: 1,
      column: 1,
      length: 1,
      message,
      hint: undefined,
      excerpt: undefined,
      related: undefined,
    });
  }
  const { text } = read;
  const parsed = parseDocument(text);
  if ("problem" in parsed) {
    const { firstLine, ...problem } = parsed.problem;
    const related =
      firstLine === undefined ? undefined : { file, line: firstLine, message: "it first stands here" };
    return failed({ ...problem, length: 1, excerpt: excerptOf(text, problem.line, new Secrets()), related });
  }

  const findings = new Findings();
  const config = await readMeaning(parsed.values, { path: absolute, env, files }, findings);
  const diagnostics = [...locate(findings, text, file), ...findings.inOtherFiles];
  const failedToRead = diagnostics.some(({ severity }) => severity === "error");
  return { path: absolute, config: failedToRead ? undefined : config, diagnostics, files: files.looks };
}

async function readMeaning(
  values: RawTable,
  source: { readonly path: string; readonly env: Env; readonly files: TextFiles },
  findings: Findings,
): Promise<Config> {
  const directory = dirname(source.path);
  const names = namesIn(values);
  const writtenKey = structuredClone(valueAt(values, ["retell", "api_key"]));
  for (const key of literalsIn(valueAt(values, ["retell"]))) findings.secrets.add(key, asterisks(key));
  await fillTemplates(values, { directory, env: source.env, files: source.files }, findings);
  const document = checkShape(values, findings);
  const lists = await readListFiles(document.lists, directory, source.files);
  const config = {
    server: readServer(document.server, findings),
    log: document.log,
    retell: readRetell(document.retell, writtenKey, findings),
    routing: readRouting(document, names, lists, findings),
  };
  await warnOfReadableKey(writtenKey, source.path, findings);
  return config;
}

/** The names that the document gives to things, before anything wrong was taken out of it. */
function namesIn(values: RawTable): Names {
  const keys = (table: string) => new Set(Object.keys(valueAt(values, [table]) ?? {}));
  return { agents: keys("agents"), presets: keys("presets"), lists: keys("lists") };
}

/** Every text in `[retell]` that is not read from elsewhere: what stands there may be a key, whatever it is called. */
function literalsIn(retell: unknown): string[] {
  if (typeof retell === "string") return retell.includes("${") ? [] : [retell];
  if (typeof retell !== "object" || retell === null) return [];
  return Object.entries(retell).flatMap(([key, value]) => (key === "max_age" ? [] : literalsIn(value)));
}

async function readListFiles(
  lists: Document["lists"],
  directory: string,
  files: TextFiles,
): Promise<Map<string, ReadList>> {
  const read = new Map<string, ReadList>();
  for (const [name, list] of Object.entries(lists)) {
    if (Array.isArray(list) || list.file === undefined) continue;
    const path = resolve(directory, list.file);
    read.set(name, { file: displayName(path), read: await files.read(path) });
  }
  return read;
}

/** Warns of a key that stands as it is in a file that every user of the machine may read. */
async function warnOfReadableKey(written: unknown, path: string, findings: Findings): Promise<void> {
  const literal = [written]
    .flat()
    .some((key) => typeof key === "string" && key !== "" && !key.includes("${"));
  if (!literal) return;
  // The file may be gone by now; the watch will tell.
  const mode = await stat(path).then(
    (found) => found.mode,
    () => 0,
  );
  if ((mode & 0o004) === 0) return;
  findings.warning(
    ["retell", "api_key"],
    "this key stands in a file that every user of this machine may read",
    {
      hint: `use api_key = "\${env:RETELL_API_KEY}", or: chmod o-r ${displayName(path)}`,
    },
  );
}

function locate({ inDocument, secrets }: Findings, text: string, file: string): Diagnostic[] {
  if (inDocument.length === 0) return [];
  const place = locator(text);
  return inDocument
    .map(({ severity, path, at, message, hint, part, related }) => {
      const { line, column, length } = place(path, at, part);
      return {
        ...{ severity, file, line, column, length, message, hint },
        excerpt: excerptOf(text, line, secrets),
        related: related && { file, line: place(related.path, "key").line, message: related.message },
      };
    })
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** A path as messages show it: from the working directory, if it is below that. */
function displayName(path: string): string {
  const below = relative(process.cwd(), path);
  return below === "" || below.startsWith("..") ? path : below;
}
