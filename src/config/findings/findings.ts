/** What is found wrong with a configuration, while it is being read. */
import { closestMatch } from "leven";
import { Secrets } from "./secrets.ts";

/** The way to a value in the document: `["numbers", "+12137771235", "deny", 0]`. */
export type Path = readonly (string | number)[];

/** What would be right; or how to say it once it is known how the value is written: TOML's `+1_213` is 1213. */
export type Hint = string | ((written: string) => string);

/** Something wrong at a place in the document, not yet given a line and a column. */
export interface Finding {
  readonly severity: "error" | "warning";
  readonly path: Path;
  /** Whether the key or its value is at fault. */
  readonly at: "key" | "value";
  readonly message: string;
  readonly hint: Hint | undefined;
  /** The part of the value that is at fault, as written. */
  readonly part: string | undefined;
  /** Another place that has to do with it, and what is there; `of` where it stands in another file. */
  readonly related:
    | { readonly path: Path; readonly message: string; readonly of?: Findings | undefined }
    | undefined;
  /**
   * Whether what is missing may be missing here, as long as it is there for another client: what many share is read
   * for each of them.
   */
  readonly mayBeElsewhere: boolean;
}

/** Something wrong at a place in a file. Plain data. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** How many code units are at fault, on this line. */
  readonly length: number;
  readonly message: string;
  readonly hint: string | undefined;
  /** The line as it stands in the file, secrets blanked; undefined where there is none to show. */
  readonly excerpt: string | undefined;
  /** The column that the excerpt begins at, from 1, where the line is too long to be shown whole. */
  readonly excerptFrom?: number;
  readonly related: { readonly file: string; readonly line: number; readonly message: string } | undefined;
}

type Details = {
  readonly [Key in "at" | "hint" | "part" | "related" | "mayBeElsewhere"]?: Finding[Key] | undefined;
};

/** Collects everything that is wrong with a TOML file and the files it names, so that one run names all of it. */
export class Findings {
  readonly inDocument: Finding[] = [];
  /** What is wrong with files that are not TOML. */
  readonly inOtherFiles: Diagnostic[];
  /** What no message and no excerpt may show. */
  readonly secrets: Secrets;
  readonly #places = new Set<string>();
  /** The last line that was shown: one of megabytes may be wrong in thousands of its parts. */
  #blanked = { line: "", shown: "" };

  /** @param of those of another TOML file of the same configuration: secrets and other files are common to them */
  constructor(of?: Findings) {
    this.inOtherFiles = of?.inOtherFiles ?? [];
    this.secrets = of?.secrets ?? new Secrets();
  }

  /** Whether something was found at this very place of the document. */
  hasAt(path: Path): boolean {
    return this.#places.has(JSON.stringify(path));
  }

  error(path: Path, message: string, details: Details = {}): void {
    this.#add("error", path, message, details);
  }

  warning(path: Path, message: string, details: Details = {}): void {
    this.#add("warning", path, message, details);
  }

  /** For a file that the configuration names. */
  errorInFile(
    place: Pick<Diagnostic, "file" | "line" | "column" | "length" | "excerpt">,
    message: string,
    hint?: string,
    severity: Diagnostic["severity"] = "error",
  ) {
    const { secrets } = this;
    const { excerpt } = place;
    if (excerpt && this.#blanked.line !== excerpt) {
      this.#blanked = { line: excerpt, shown: secrets.blanked(excerpt) };
    }
    this.inOtherFiles.push({
      severity,
      ...place,
      excerpt: excerpt && this.#blanked.shown,
      message: secrets.named(message),
      hint: hint && secrets.named(hint),
      related: undefined,
    });
  }

  /** A value as a message quotes it, secrets hidden: `"text"`, `5`, `a table`. */
  quote(value: unknown): string {
    // Before anything is escaped or cut: what is left of a secret then would not be found any more.
    return quote(typeof value === "string" ? this.secrets.named(value) : value);
  }

  #add(severity: Finding["severity"], path: Path, message: string, details: Details): void {
    const { at = "value", hint, part, related, mayBeElsewhere = false } = details;
    const { secrets } = this;
    this.#places.add(JSON.stringify(path));
    this.inDocument.push({
      severity,
      path,
      at,
      message: secrets.named(message),
      hint: typeof hint === "string" ? secrets.named(hint) : hint,
      part,
      related: related && { ...related, message: secrets.named(related.message) },
      mayBeElsewhere,
    });
  }
}

/** `did you mean "frontdesk"?`, where one of `known` is near `name`. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const maxDistance = Math.max(2, Math.floor(name.length / 3));
  const candidates = [...known].filter(
    (candidate) => candidate !== name && candidate.length > maxDistance - 1,
  );
  const near = closestMatch(name, candidates, { maxDistance });
  return near === undefined ? undefined : `did you mean ${JSON.stringify(near)}?`;
}

/** A value as a message quotes it: `"text"`, `5`, `a table`. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "a table";
  // JSON knows no infinity.
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}…${text.endsWith('"') ? '"' : ""}` : text;
}
