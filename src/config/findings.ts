/** What is found wrong with a configuration, while it is being read. */
import { closestMatch } from "leven";

/** The way to a value in the document: `["numbers", "+12137771235", "deny", 0]`. */
export type Path = readonly (string | number)[];

/** Something wrong at a place in the document, not yet given a line and a column. */
export interface Finding {
  readonly severity: "error" | "warning";
  readonly path: Path;
  /** Whether the key or its value is at fault. */
  readonly at: "key" | "value";
  readonly message: string;
  readonly hint: string | undefined;
  /** The part of the value that is at fault, as written. */
  readonly part: string | undefined;
  /** Another place that has to do with it, and what is there. */
  readonly related: { readonly path: Path; readonly message: string } | undefined;
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
  readonly related: { readonly file: string; readonly line: number; readonly message: string } | undefined;
}

type Details = Partial<Pick<Finding, "at" | "hint" | "part" | "related">>;

/** Collects everything that is wrong, so that one run names all of it. */
export class Findings {
  readonly inDocument: Finding[] = [];
  readonly inOtherFiles: Diagnostic[] = [];
  readonly #secrets = new Map<string, string>();

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
  ) {
    this.inOtherFiles.push({ severity: "error", ...place, message, hint, related: undefined });
  }

  /** From now on `value` is written as `template` wherever a message would quote it. */
  hide(value: string, template: string): void {
    if (value !== "") this.#secrets.set(value, template);
  }

  #add(severity: Finding["severity"], path: Path, message: string, details: Details): void {
    const { at = "value", hint, part, related } = details;
    const shown = this.#withoutSecrets(message);
    this.inDocument.push({
      severity,
      path,
      at,
      message: shown,
      hint: hint && this.#withoutSecrets(hint),
      part,
      related,
    });
  }

  #withoutSecrets(text: string): string {
    let shown = text;
    for (const [value, template] of this.#secrets) shown = shown.replaceAll(value, template);
    return shown;
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
  if (typeof value === "number") return String(value);
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}…${text.endsWith('"') ? '"' : ""}` : text;
}
