/** What several TOML files say, as one document in which everything can still be found. */
import { dirname } from "node:path";
import { excerptsOf } from "../findings/excerpt.ts";
import { type Diagnostic, type Finding, type Findings, type Path, quote } from "../findings/findings.ts";
import { type Locate, locator } from "../findings/locate.ts";
import { Secrets } from "../findings/secrets.ts";
import { INCLUDABLE } from "../shape/schema.ts";
import type { ValueProblem } from "./as-written.ts";
import { type RawTable, valueAt } from "./document.ts";

/** One TOML file. */
export interface Source {
  /** As an absolute path. */
  readonly path: string;
  /** As messages name it. */
  readonly file: string;
  readonly text: string;
  readonly values: RawTable;
  /** What is wrong with single values, which are left out. */
  readonly problems: readonly ValueProblem[];
}

/** Where something in the merged document comes from: a file, and the path in that file. */
interface Origin {
  readonly source: Source;
  readonly path: Path;
}

/** The main file, with what included files say added to it. */
export class MergedDocument {
  readonly values: RawTable;
  /** Whether the main file could be read. */
  readonly isReadable: boolean;
  /** Whether every included file could be read, so that nothing but what is here is said. */
  isWhole = true;
  /** What is wrong with the files themselves: they cannot be read, are not TOML, or clash. */
  readonly diagnostics: Diagnostic[];
  /** What is wrong with single values, which are left out of {@link values}. */
  readonly inValues: Diagnostic[] = [];
  readonly #main: Source;
  /** By the path in the merged document; what is not here comes from the main file. */
  readonly #origins = new Map<string, Origin>();
  readonly #locators = new Map<Source, Locate>();
  /** Before any secret is known: what is wrong with the files themselves is told before they are read. */
  readonly #excerpts = new Map<Source, (line: number) => string | undefined>();

  /** @param diagnostics what is wrong with the files so far; more is added to it */
  constructor(main: Source, diagnostics: Diagnostic[]) {
    this.isReadable = diagnostics.every(({ severity }) => severity !== "error");
    this.values = { ...main.values };
    this.diagnostics = diagnostics;
    this.#main = main;
    this.#reportValues(main);
  }

  /** The directory of the file that says what is at `path`: what it names is relative to that. */
  readonly directoryOf = (path: Path): string => dirname(this.#originOf(path).source.path);

  /** Gives findings their places. */
  locate({ inDocument, secrets }: Findings): Diagnostic[] {
    const excerpts = new Map<Source, (line: number) => string | undefined>();
    const excerptsIn = (source: Source) => {
      const known = excerpts.get(source) ?? excerptsOf(source.text, secrets);
      excerpts.set(source, known);
      return known;
    };
    return inDocument.map((finding) => {
      const origin = this.#originOf(finding.path);
      return this.#diagnostic(origin, finding, secrets, excerptsIn(origin.source));
    });
  }

  /** Reports something wrong with the files, at a value of the main one. */
  report(severity: Diagnostic["severity"], path: Path, message: string): void {
    this.#report({ source: this.#main, path }, { severity, at: "value", message });
  }

  /** Takes over what an included file says. */
  add(source: Source): void {
    this.#reportValues(source);
    for (const [table, value] of Object.entries(source.values)) {
      const origin = { source, path: [table] };
      if (!INCLUDABLE.some((name) => name === table)) {
        this.#report(origin, {
          at: "key",
          message: `${quote(table)} is allowed only in the main file`,
          hint: `an included file may contain ${INCLUDABLE.join(", ")}`,
        });
      } else if (table === "expect") {
        this.#append([table], value, origin);
      } else if (!isTable(value)) {
        this.#report(origin, { at: "value", message: `\`${table}\` must be a table, found ${quote(value)}` });
      } else if (!isTable(this.values[table] ?? {})) {
        // What the main file says instead of a table is reported with its shape.
      } else if (table === "contacts") {
        for (const [key, added] of Object.entries(value)) {
          this.#append([table, key], added, { source, path: [table, key] });
        }
      } else {
        this.#mergeTable(table, value, source);
      }
    }
  }

  #reportValues(source: Source): void {
    for (const { path, message, hint } of source.problems) {
      this.#report({ source, path }, { at: "value", message, hint }, this.inValues);
    }
  }

  /** Adds the entries of a table whose keys are names. */
  #mergeTable(table: string, added: RawTable, source: Source): void {
    const merged = { ...(this.values[table] as RawTable | undefined) };
    this.values[table] = merged;
    for (const [name, entry] of Object.entries(added)) {
      const origin = { source, path: [table, name] };
      if (Object.hasOwn(merged, name)) {
        this.#report(origin, {
          at: "key",
          message: `${quote(name)} is in [${table}] already`,
          related: { path: origin.path, message: `${quote(name)} stands here` },
        });
      } else {
        merged[name] = entry;
        this.#setOrigin(origin.path, origin);
      }
    }
  }

  /** Adds the items of an array, or a single one, to what is at `path`: a table's key, or an array of tables. */
  #append(path: Path, added: unknown, origin: Origin): void {
    const [table = "", key] = path;
    const before = valueAt(this.values, path);
    const items: unknown[] = [before ?? []].flat();
    if (before === undefined) this.#setOrigin(path, origin);
    else if (!Array.isArray(before)) this.#setOrigin([...path, 0], this.#originOf(path));
    for (const [at, item] of [added].flat().entries()) {
      const place = Array.isArray(added) ? [...origin.path, at] : origin.path;
      this.#setOrigin([...path, items.length], { ...origin, path: place });
      items.push(item);
    }
    if (key === undefined) {
      this.values[table] = items;
    } else {
      if (this.values[table] === undefined) this.#setOrigin([table], { ...origin, path: [table] });
      this.values[table] = { ...(this.values[table] as RawTable | undefined), [key]: items };
    }
  }

  #report(
    origin: Origin,
    finding: Pick<Finding, "at" | "message"> & Partial<Finding>,
    diagnostics: Diagnostic[] = this.diagnostics,
  ): void {
    const secrets = new Secrets();
    const { source, path } = origin;
    const rest = { severity: "error", path, hint: undefined, part: undefined, related: undefined } as const;
    const message = secrets.named(finding.message);
    const excerpt = this.#excerpts.get(source) ?? excerptsOf(source.text, secrets);
    this.#excerpts.set(source, excerpt);
    diagnostics.push(this.#diagnostic(origin, { ...rest, ...finding, message }, secrets, excerpt));
  }

  #diagnostic(
    origin: Origin,
    finding: Finding,
    secrets: Secrets,
    excerptOf: (line: number) => string | undefined,
  ): Diagnostic {
    const { severity, at, message, hint, part, related } = finding;
    const { file } = origin.source;
    const locate = this.#locatorOf(origin.source);
    const place = locate(origin.path, at, part);
    const other = related && this.#originOf(related.path);
    return {
      ...{ severity, file, ...place, message, excerpt: excerptOf(place.line) },
      hint: hintText(hint, locate.written(origin.path), secrets),
      related: other && {
        file: other.source.file,
        line: this.#locatorOf(other.source)(other.path, "key").line,
        message: secrets.named(related.message),
      },
    };
  }

  #setOrigin(path: Path, origin: Origin): void {
    this.#origins.set(JSON.stringify(path), origin);
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

/** A hint in words. @param written the value as it is written, where it is in the text */
function hintText(hint: Finding["hint"], written: string | undefined, secrets: Secrets): string | undefined {
  if (typeof hint !== "function") return hint;
  return written === undefined ? undefined : secrets.named(hint(written));
}

function isTable(value: unknown): value is RawTable {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
