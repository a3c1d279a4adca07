/** One TOML file of a configuration, in which everything that it says can be found again. */
import { dirname } from "node:path";
import { excerptsOf } from "../findings/excerpt.ts";
import { type Diagnostic, type Finding, Findings, type Path } from "../findings/findings.ts";
import { type Locate, locator, type Place } from "../findings/locate.ts";
import type { Secrets } from "../findings/secrets.ts";
import type { ParsedDocument, RawTable } from "./toml/document.ts";

/** The main file, or that of a client. */
export class Source {
  /** As an absolute path. */
  readonly path: string;
  /** As messages name it. */
  readonly file: string;
  /** The client whose file it is; empty for the main file. */
  readonly client: string;
  readonly values: RawTable;
  /** What is wrong with what it says. */
  readonly findings: Findings;
  readonly #text: string;
  #locator: Locate | undefined;

  /** @param of the findings of the main file, with which those of its clients share their secrets */
  constructor(
    says: { readonly path: string; readonly file: string; readonly text: string; readonly client: string },
    { values, problems }: ParsedDocument,
    of?: Findings,
  ) {
    this.path = says.path;
    this.file = says.file;
    this.client = says.client;
    this.values = values;
    this.findings = new Findings(of);
    this.#text = says.text;
    for (const { path, message, hint } of problems) this.findings.error(path, message, { hint });
  }

  /** The directory that the files it names are relative to. */
  get directory(): string {
    return dirname(this.path);
  }

  /** Where something stands: a table or a rule by its header, anything else by its key. */
  placeOf(path: Path): Place {
    return this.#locate(path, "key");
  }

  /** Gives what was found wrong its places. @param sourceOf the file that other findings are of */
  located(sourceOf: (findings: Findings) => Source | undefined): Diagnostic[] {
    const { inDocument, secrets } = this.findings;
    if (inDocument.length === 0) return [];
    const excerptOf = excerptsOf(this.#text, secrets);
    return inDocument.map(({ severity, path, at, message, hint, part, related }) => {
      const place = this.#locate(path, at, part);
      const other = related && (related.of ? sourceOf(related.of) : this);
      return {
        ...{ severity, file: this.file, ...place, message, excerpt: excerptOf(place.line) },
        hint: hintText(hint, this.#locate.written(path), secrets),
        related: related &&
          other && {
            file: other.file,
            line: other.#locate(related.path, "key").line,
            message: secrets.named(related.message),
          },
      };
    });
  }

  get #locate(): Locate {
    this.#locator ??= locator(this.#text);
    return this.#locator;
  }
}

/** A hint in words. @param written the value as it is written, where it is in the text */
function hintText(hint: Finding["hint"], written: string | undefined, secrets: Secrets): string | undefined {
  if (typeof hint !== "function") return hint;
  return written === undefined ? undefined : secrets.named(hint(written));
}
