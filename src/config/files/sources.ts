/** The TOML files of a configuration: the main one, and those that it includes. */
import { dirname, relative, resolve } from "node:path";
import { excerptOf } from "../findings/excerpt.ts";
import { type Diagnostic, quote } from "../findings/findings.ts";
import { Secrets } from "../findings/secrets.ts";
import { eachOf } from "../read/references.ts";
import { invalidWords } from "./decode.ts";
import { parseDocument, type RawTable, valueAt } from "./document.ts";
import { MergedDocument, type Source } from "./merged-document.ts";
import type { TextFiles } from "./text-file.ts";

/**
 * Reads a configuration file and those that it includes; without values where the main file cannot be read.
 *
 * @param fill fills the templates in `include`, which says what is to be read, in place
 */
export async function readSources(
  path: string,
  files: TextFiles,
  fill: (values: RawTable) => Promise<unknown>,
): Promise<MergedDocument> {
  const diagnostics: Diagnostic[] = [];
  const main = await readSource(path, files, diagnostics);
  if ("problem" in main) {
    const file = displayName(path);
    const message = `cannot read the configuration: ${main.problem}`;
    diagnostics.push({ ...error(file, 1, 1, message), hint: undefined, excerpt: undefined });
    return new MergedDocument({ path, file, text: "", values: {}, problems: [] }, diagnostics);
  }
  const { include } = main.values;
  if (include !== undefined) {
    const alone = { include };
    await fill(alone);
    main.values.include = alone.include ?? [];
  }
  const merged = new MergedDocument(main, diagnostics);
  const done = new Set([path]);
  for (const { path: place, item: pattern } of includesOf(main)) {
    if (dirname(pattern).includes("*")) {
      merged.report("error", place, '"*" is allowed only in the file name, not in the name of a directory');
      continue;
    }
    const listed = files.list(resolve(dirname(path), pattern));
    if ("problem" in listed) {
      // Never to be taken for "no files": that would drop every number that they have.
      const directory = displayName(dirname(resolve(dirname(path), pattern)));
      merged.report("error", place, `cannot list the directory "${directory}": ${listed.problem}`);
      merged.isWhole = false;
      continue;
    }
    const { paths } = listed;
    if (paths.length === 0) merged.report("warning", place, `${quote(pattern)} matches no file`);
    // Two patterns may match the same file, or this one.
    for (const included of paths.filter((found) => !done.has(found))) {
      done.add(included);
      const found = diagnostics.length;
      const source = await readSource(included, files, diagnostics);
      if (diagnostics.length > found) merged.isWhole = false;
      if (!("problem" in source)) merged.add(source);
      else {
        merged.report("error", place, `cannot read "${displayName(included)}": ${source.problem}`);
        merged.isWhole = false;
      }
    }
  }
  return merged;
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
  if (START === undefined) return path;
  const below = relative(START, path);
  return below === "" || below.startsWith("..") ? path : below;
}

/** What a file includes, as far as that is text. */
function includesOf({ values }: Source) {
  const include = valueAt(values, ["include"]);
  if (typeof include !== "string" && !Array.isArray(include)) return [];
  return eachOf(include, ["include"]).filter(({ item }) => typeof item === "string");
}

/** Reads one file, or says why it cannot be read; one that is not UTF-8 or TOML is reported, and has no values. */
async function readSource(
  path: string,
  files: TextFiles,
  diagnostics: Diagnostic[],
): Promise<Source | { readonly problem: string }> {
  const file = displayName(path);
  const read = files.read(path);
  if ("problem" in read) {
    if (!read.invalid) return read;
    const { line, column, length, text } = read.invalid;
    const { message, hint } = invalidWords(read.invalid);
    const excerpt = excerptOf(text, line, new Secrets());
    diagnostics.push({ ...error(file, line, column, message), length, hint, excerpt });
    return { path, file, text, values: {}, problems: [] };
  }
  const { text } = read;
  const parsed = parseDocument(text);
  if ("values" in parsed) return { path, file, text, ...parsed };
  const { line, column, message, hint, related } = parsed.problem;
  diagnostics.push({
    ...error(file, line, column, message),
    hint,
    excerpt: excerptOf(text, line, new Secrets()),
    related: related && { file, ...related },
  });
  return { path, file, text, values: {}, problems: [] };
}

function error(file: string, line: number, column: number, message: string) {
  return { severity: "error", file, line, column, length: 1, message, related: undefined } as const;
}
