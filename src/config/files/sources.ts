/** The TOML files of a configuration: the main one, and those that it includes, one a client. */
import { basename, dirname, relative, resolve } from "node:path";
import { excerptOf } from "../findings/excerpt.ts";
import { type Diagnostic, type Findings, quote } from "../findings/findings.ts";
import { Secrets } from "../findings/secrets.ts";
import { eachOf } from "../shape/fitting.ts";
import { invalidWords } from "./decode.ts";
import { Source } from "./source.ts";
import { sizeOf, type TextFiles } from "./text-file.ts";
import { parseDocument, type RawTable, valueAt } from "./toml/document.ts";

/** The files of a configuration. */
export interface Sources {
  readonly main: Source;
  /** Those that are TOML, in the order in which they are included. */
  readonly clients: readonly Source[];
  /** Whether the main file could be read. */
  readonly isReadable: boolean;
  /** Whether every included file could be read too, so that nothing but what is here is said. */
  readonly isWhole: boolean;
  /** What is wrong with files that could not be read. */
  readonly diagnostics: readonly Diagnostic[];
}

/** There is more to read than was allowed. */
export class TooLongError extends Error {}

/**
 * Reads a configuration file and those that it includes; without values where the main file cannot be read.
 *
 * @param fill fills the templates in `include`, which says what is to be read, in place
 * @param mostBytes how long the files may be together
 * @throws {TooLongError} where they are longer, before it reads the one with which they are
 */
export function readSources(
  path: string,
  files: TextFiles,
  fill: (values: RawTable, findings: Findings) => unknown,
  mostBytes: number,
): Sources {
  let left = mostBytes;
  const take = (path: string) => {
    left -= sizeOf(files.look(path));
    if (left < 0) throw new TooLongError();
  };
  take(path);
  const read = readSource(path, "", files);
  if ("problem" in read) {
    const file = displayName(path);
    const message = `cannot read the configuration: ${read.problem}`;
    const diagnostic = { ...error(file, 1, 1, message), hint: undefined, excerpt: undefined };
    return unreadable(emptySource(path), [diagnostic]);
  }
  if ("diagnostic" in read) return unreadable(emptySource(path), [read.diagnostic]);
  const main = read.source;
  const { include } = main.values;
  if (include !== undefined) {
    const alone = { include };
    fill(alone, main.findings);
    main.values.include = alone.include ?? [];
  }

  const { findings } = main;
  const diagnostics: Diagnostic[] = [];
  const clients = new Map<string, Source>();
  const done = new Set([path]);
  let isWhole = true;
  for (const { path: place, item: pattern } of includesOf(main)) {
    if (dirname(pattern).includes("*")) {
      findings.error(place, '"*" is allowed only in the file name, not in the name of its directory');
      isWhole = false;
      continue;
    }
    const listed = files.list(resolve(main.directory, pattern));
    if ("problem" in listed) {
      // Never to be taken for "no files": that would drop every number that they have.
      const directory = displayName(dirname(resolve(main.directory, pattern)));
      findings.error(place, `cannot list the directory "${directory}": ${listed.problem}`);
      isWhole = false;
      continue;
    }
    if (listed.paths.length === 0) findings.warning(place, `${quote(pattern)} matches no file`);
    // Two patterns may match the same file, or this one.
    for (const included of listed.paths.filter((found) => !done.has(found))) {
      done.add(included);
      take(included);
      const client = clientOf(included);
      const namesake = clients.get(client);
      const found = readSource(included, client, files, findings);
      if ("source" in found && !namesake) {
        clients.set(client, found.source);
        continue;
      }
      isWhole = false;
      if ("problem" in found) {
        findings.error(place, `cannot read "${displayName(included)}": ${found.problem}`);
      } else if ("diagnostic" in found) diagnostics.push(found.diagnostic);
      else if (namesake) {
        const both = `${namesake.file} and ${found.source.file}`;
        findings.error(place, `two clients are named ${quote(client)}: ${both}`, {
          hint: "a client is named after its file; rename one of the files",
        });
      }
    }
  }
  return { main, clients: [...clients.values()], isReadable: true, isWhole, diagnostics };
}

/** What the client is called that a file is of. */
function clientOf(path: string): string {
  return basename(path).replace(/\.toml$/i, "");
}

function unreadable(main: Source, diagnostics: readonly Diagnostic[]): Sources {
  return { main, clients: [], isReadable: false, isWhole: false, diagnostics };
}

function emptySource(path: string): Source {
  return new Source({ path, file: displayName(path), text: "", client: "" }, { values: {}, problems: [] });
}

/** Where the program was started; undefined where that is gone, as it may be by the time of a reload. */
const START = startDirectory();

function startDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/** A path as messages show it: from the directory that the program was started in, if it is below that. */
export function displayName(path: string): string {
  // Below the root is everything, such as what a service names.
  if (START === undefined || START === "/") return path;
  const below = relative(START, path);
  return below === "" || below.startsWith("..") ? path : below;
}

/** What a file includes, as far as that is text. */
function includesOf({ values }: Source) {
  const include = valueAt(values, ["include"]);
  if (typeof include !== "string" && !Array.isArray(include)) return [];
  return eachOf(include, ["include"]).filter(({ item }) => typeof item === "string");
}

type SourceReading =
  | { readonly source: Source }
  /** It cannot be read. */
  | { readonly problem: string }
  /** It is not UTF-8, or not TOML. */
  | { readonly diagnostic: Diagnostic };

function readSource(path: string, client: string, files: TextFiles, of?: Findings): SourceReading {
  const file = displayName(path);
  const read = files.read(path);
  if ("problem" in read) {
    if (!read.invalid) return read;
    const { line, column, length, text } = read.invalid;
    const { message, hint } = invalidWords(read.invalid);
    const excerpt = excerptOf(text, line, new Secrets());
    return { diagnostic: { ...error(file, line, column, message), length, hint, excerpt } };
  }
  const { text } = read;
  const parsed = parseDocument(text);
  if ("values" in parsed) return { source: new Source({ path, file, text, client }, parsed, of) };
  const { line, column, message, hint, related } = parsed.problem;
  const diagnostic = {
    ...error(file, line, column, message),
    hint,
    excerpt: excerptOf(text, line, new Secrets()),
    related: related && { file, ...related },
  };
  return { diagnostic };
}

function error(file: string, line: number, column: number, message: string) {
  return { severity: "error", file, line, column, length: 1, message, related: undefined } as const;
}
