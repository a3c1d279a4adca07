/** The TOML files of a configuration: the main one, and those that it includes. */
import { readdir } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { parseDocument, type RawTable, valueAt } from "./document.ts";
import { excerptOf } from "./excerpt.ts";
import { type Diagnostic, type Finding, type Findings, type Path, quote } from "./findings.ts";
import { type Locate, locator } from "./locate.ts";
import { INCLUDABLE } from "./schema.ts";
import { Secrets } from "./secrets.ts";
import { isPattern, nameFilter, type TextFiles } from "./text-file.ts";

/** One TOML file. */
interface Source {
  /** As an absolute path. */
  readonly path: string;
  /** As messages name it. */
  readonly file: string;
  readonly text: string;
  readonly values: RawTable;
}

/** The files of a configuration, merged into one document. */
export interface Sources {
  readonly values: RawTable;
  /** What is wrong with the files themselves: they cannot be read, are not TOML, or clash. */
  readonly diagnostics: readonly Diagnostic[];
  /** The directory of the file that says what is at `path`: what it names is relative to that. */
  readonly directoryOf: (path: Path) => string;
  /** Gives findings their places. */
  readonly locate: (findings: Findings) => Diagnostic[];
}

/** Reads a configuration file and those that it includes; undefined values where the main file cannot be read. */
export async function readSources(path: string, files: TextFiles): Promise<Sources> {
  const diagnostics: Diagnostic[] = [];
  const main = await readSource(path, files, diagnostics);
  const merged = new Merged(main, diagnostics);
  // A file that two patterns stand for is one file, and a pattern may stand for the main file too.
  const seen = new Set([path]);
  for (const [at, pattern] of [valueAt(main.values, ["include"]) ?? []].flat().entries()) {
    if (typeof pattern !== "string") continue;
    const paths = await pathsOf(resolve(dirname(path), pattern), files);
    if (paths.length === 0) merged.complain(["include", at], "warning", `${quote(pattern)} matches no file`);
    for (const included of paths) {
      if (seen.has(included)) continue;
      seen.add(included);
      const unreadable = (problem: string) =>
        merged.complain(["include", at], "error", `cannot read ${quote(displayName(included))}: ${problem}`);
      merged.add(await readSource(included, files, diagnostics, unreadable));
    }
  }
  return merged;
}

/** A path as messages show it: from the working directory, if it is below that. */
export function displayName(path: string): string {
  const below = relative(process.cwd(), path);
  return below === "" || below.startsWith("..") ? path : below;
}

/**
 * Reads one file; where it cannot be read, or is not TOML, that is reported and its values are empty.
 *
 * @param unreadable reports that it cannot be read where it is named; without it, that stands at its own first line
 */
async function readSource(
  path: string,
  files: TextFiles,
  diagnostics: Diagnostic[],
  unreadable?: (problem: string) => void,
): Promise<Source> {
  const file = displayName(path);
  const fail = (
    diagnostic: Pick<Diagnostic, "line" | "column" | "message" | "hint" | "excerpt" | "related">,
  ) => diagnostics.push({ severity: "error", file, length: 1, ...diagnostic });
  const read = await files.read(path);
  if ("problem" in read) {
    const message = `cannot read the configuration: ${read.problem}`;
    if (unreadable) unreadable(read.problem);
    else fail({ line: 1, column: 1, message, hint: undefined, excerpt: undefined, related: undefined });
    return { path, file, text: "", values: {} };
  }
  const { text } = read;
  const parsed = parseDocument(text);
  if ("values" in parsed) return { path, file, text, values: parsed.values };
  const { firstLine, ...problem } = parsed.problem;
  const related =
    firstLine === undefined ? undefined : { file, line: firstLine, message: "it first stands here" };
  fail({ ...problem, excerpt: excerptOf(text, problem.line, new Secrets()), related });
  return { path, file, text, values: {} };
}

/** The files that a path with `*` in its last part stands for, by name; a path without one stands for itself. */
async function pathsOf(path: string, files: TextFiles): Promise<string[]> {
  if (!isPattern(path)) return [path];
  await files.look(path);
  const isMeant = nameFilter(path);
  const names = await readdir(dirname(path)).catch(() => []);
  return names
    .filter(isMeant)
    .sort()
    .map((name) => join(dirname(path), name));
}

function isTable(value: unknown): value is RawTable {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Where something in the merged document comes from. */
interface Origin {
  readonly source: Source;
  readonly path: Path;
}

class Merged implements Sources {
  readonly values: RawTable;
  readonly #main: Source;
  readonly #diagnostics: Diagnostic[];
  readonly #origins = new Map<string, Origin>();
  readonly #locators = new Map<Source, Locate>();

  constructor(main: Source, diagnostics: Diagnostic[]) {
    this.values = { ...main.values };
    this.#main = main;
    this.#diagnostics = diagnostics;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  complain(path: Path, severity: Diagnostic["severity"], message: string): void {
    this.#diagnostics.push(
      this.#diagnostic(
        { severity, path, at: "value", message, hint: undefined, part: undefined, related: undefined },
        new Secrets(),
      ),
    );
  }

  readonly directoryOf = (path: Path): string => dirname(this.#originOf(path).source.path);

  readonly locate = ({ inDocument, secrets }: Findings): Diagnostic[] =>
    inDocument.map((finding) => this.#diagnostic(finding, secrets));

  /** Takes over what an included file says. */
  add(source: Source): void {
    for (const [table, value] of Object.entries(source.values)) {
      if (!INCLUDABLE.some((name) => name === table)) {
        const hint = `an included file may hold ${INCLUDABLE.map((name) => `[${name}]`).join(", ")}`;
        this.#reject({ source, path: [table] }, `${quote(table)} can stand only in the main file`, hint);
      } else if (table === "expect") {
        if (Array.isArray(value)) this.#append([table], value, { source, path: [table] });
        else this.#reject({ source, path: [table] }, "`expect` must be an array of tables", undefined);
      } else if (!isTable(value)) {
        this.#reject({ source, path: [table] }, `\`${table}\` must be a table`, undefined);
      } else if (isTable(this.values[table] ?? {})) {
        // Otherwise what the main file says is no table, and is reported with its shape.
        this.#mergeTable(table, value, source);
      }
    }
  }

  #mergeTable(table: string, value: RawTable, source: Source): void {
    if (table === "contacts") {
      for (const [key, items] of Object.entries(value)) {
        this.#append([table, key], items, { source, path: [table, key] });
      }
      return;
    }
    const into = { ...(this.values[table] as RawTable | undefined) };
    this.values[table] = into;
    for (const [name, entry] of Object.entries(value)) {
      const origin = { source, path: [table, name] };
      if (Object.hasOwn(into, name)) {
        const first = this.#originOf([table, name]);
        const line = this.#locatorOf(first.source)(first.path, "key").line;
        const related = { file: first.source.file, line, message: `${quote(name)} stands here` };
        this.#reject(origin, `${quote(name)} is in [${table}] already`, undefined, related);
        continue;
      }
      into[name] = entry;
      this.#origins.set(JSON.stringify([table, name]), origin);
    }
  }

  /** Adds the items of an array, or a single one, to the array at `path`. */
  #append(path: Path, value: unknown, origin: Origin): void {
    const before = [valueAt(this.values, path) ?? []].flat();
    const items = [value].flat();
    for (const at of items.keys()) {
      const place = Array.isArray(value) ? [...origin.path, at] : origin.path;
      this.#origins.set(JSON.stringify([...path, before.length + at]), { ...origin, path: place });
    }
    const [table = "", key] = path;
    const joined = [...before, ...items];
    this.values[table] =
      key === undefined ? joined : { ...(this.values[table] as RawTable | undefined), [key]: joined };
    if (!this.#origins.has(JSON.stringify([table])) && this.#main.values[table] === undefined) {
      this.#origins.set(JSON.stringify([table]), { source: origin.source, path: [table] });
    }
  }

  #reject(origin: Origin, message: string, hint: string | undefined, related?: Diagnostic["related"]): void {
    const { source, path } = origin;
    const place = this.#locatorOf(source)(path, "key");
    const excerpt = excerptOf(source.text, place.line, new Secrets());
    this.#diagnostics.push({
      severity: "error",
      file: source.file,
      ...place,
      message,
      hint,
      excerpt,
      related,
    });
  }

  #diagnostic({ severity, path, at, message, hint, part, related }: Finding, secrets: Secrets): Diagnostic {
    const origin = this.#originOf(path);
    const { file, text } = origin.source;
    const place = this.#locatorOf(origin.source)(origin.path, at, part);
    const other = related && this.#originOf(related.path);
    return {
      ...{ severity, file, ...place, message, hint, excerpt: excerptOf(text, place.line, secrets) },
      related: other && {
        file: other.source.file,
        line: this.#locatorOf(other.source)(other.path, "key").line,
        message: related.message,
      },
    };
  }

  #originOf(path: Path): Origin {
    for (let depth = Math.min(path.length, 3); depth > 0; depth--) {
      const origin = this.#origins.get(JSON.stringify(path.slice(0, depth)));
      if (origin) return { source: origin.source, path: [...origin.path, ...path.slice(depth)] };
    }
    return { source: this.#main, path };
  }

  #locatorOf(source: Source): Locate {
    let locate = this.#locators.get(source);
    if (!locate) {
      locate = locator(source.text);
      this.#locators.set(source, locate);
    }
    return locate;
  }
}
