/** Keys that must be given and are not. */
import type { RawTable } from "../files/toml/document.ts";
import { didYouMean, type Findings, type Path } from "../findings/findings.ts";
import { missingWords } from "./issues.ts";
import { innerOutlines, type Outline, type TableOutline } from "./outline/outline.ts";

/**
 * Reports every key that a table needs and `values` lack.
 *
 * @param unknown the keys that were found and that there are not: one of them may be a missing key, misspelt or in the
 *   wrong place, and is enough of a finding
 */
export function reportMissing(
  values: RawTable,
  outline: TableOutline,
  unknown: readonly Path[],
  findings: Findings,
): void {
  const strangers = new Strangers(unknown);
  for (const { path, missing, keys, alternatives = {} } of tablesLacking(values, outline, [])) {
    if (strangers.mayBe(path)) continue;
    for (const key of withoutMisspelt(missing, strangers.in(path))) {
      if (strangers.isElsewhere(key)) continue;
      const example = exampleOf(keys[key]);
      findings.error([...path, key], missingWords(key, path, alternatives[key]), {
        at: "key",
        hint: example && `${key} = ${example}`,
      });
    }
  }
}

/** Keys that there are not. */
class Strangers {
  readonly #byTable: ReadonlyMap<string, readonly string[]>;
  readonly #names: ReadonlySet<string>;

  constructor(unknown: readonly Path[]) {
    const named = unknown.map((path) => ({ table: path.slice(0, -1), name: String(path.at(-1)) }));
    this.#names = new Set(named.map(({ name }) => bare(name)));
    this.#byTable = new Map(
      [...Map.groupBy(named, ({ table }) => JSON.stringify(table))].map(([table, found]) => [
        table,
        found.map(({ name }) => name),
      ]),
    );
  }

  in(table: Path): readonly string[] {
    return this.#byTable.get(JSON.stringify(table)) ?? [];
  }

  /** Whether a key stands in another table. */
  isElsewhere(key: string): boolean {
    return this.#names.has(bare(key));
  }

  /** Whether a table stands there by a misspelt name. */
  mayBe(table: Path): boolean {
    const name = String(table.at(-1));
    return this.in(table.slice(0, -1)).some((stranger) => didYouMean(stranger, [name]) !== undefined);
  }
}

function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, "");
}

/** Each stranger may be one missing key misspelt: the one that it is like, else any. */
function withoutMisspelt(missing: readonly string[], strangers: readonly string[]): readonly string[] {
  const left = [...missing];
  for (const stranger of strangers) {
    const near = left.findIndex((key) => didYouMean(stranger, [key]) !== undefined);
    left.splice(Math.max(0, near), 1);
  }
  return left;
}

interface LackingTable extends TableOutline {
  readonly path: Path;
  readonly missing: readonly string[];
}

/** Every table of a fixed shape that lacks keys; what did not fit has been taken out, and is undefined. */
function* tablesLacking(value: unknown, outline: Outline | undefined, path: Path): Generator<LackingTable> {
  if (!outline) return;
  if (outline.kind === "prefault") {
    // A table that is not there at all lacks its keys too.
    yield* tablesLacking(value ?? {}, outline.of, path);
    return;
  }
  // Only what a document has is looked into: the outline has far more.
  if (value === undefined || !needsKeys(outline)) return;
  switch (outline.kind) {
    case "optional":
    case "default":
      yield* tablesLacking(value, outline.of, path);
      return;
    case "union":
      for (const option of outline.options) yield* tablesLacking(value, option, path);
      return;
    case "array":
      if (!Array.isArray(value)) return;
      for (const [at, item] of value.entries()) yield* tablesLacking(item, outline.items, [...path, at]);
      return;
    case "record":
      if (!isTable(value)) return;
      for (const [key, field] of Object.entries(value)) {
        yield* tablesLacking(field, outline.entries, [...path, key]);
      }
      return;
    case "table":
      if (isTable(value)) yield* tableLacking(value, outline, path);
      return;
    case "text":
    case "flag":
    case "anything":
    case "number":
    case "choice":
      return;
  }
}

function* tableLacking(value: RawTable, outline: TableOutline, path: Path): Generator<LackingTable> {
  const { names, needed } = namesOf(outline);
  const isThere = (key: string | undefined) => key !== undefined && Object.hasOwn(value, key);
  const missing = needed.filter((key) => !isThere(key) && !isThere(outline.alternatives?.[key]));
  if (missing.length > 0) yield { ...outline, path, missing };
  for (const key of names) {
    const isTakenOut = Object.hasOwn(value, key) && value[key] === undefined;
    if (!isTakenOut) yield* tablesLacking(value[key], outline.keys[key], [...path, key]);
  }
}

/** The keys that a table may have, and those that it needs: found once for each outline. */
function namesOf(outline: TableOutline): {
  readonly names: readonly string[];
  readonly needed: readonly string[];
} {
  const known = NAMES.get(outline);
  if (known) return known;
  const names = Object.keys(outline.keys);
  const found = { names, needed: names.filter((key) => exampleOf(outline.keys[key]) !== undefined) };
  NAMES.set(outline, found);
  return found;
}

const NAMES = new WeakMap<TableOutline, ReturnType<typeof namesOf>>();

/** Whether a table somewhere in an outline needs keys. */
function needsKeys(outline: Outline): boolean {
  const known = KNOWN.get(outline);
  if (known !== undefined) return known;
  const needs = innerOutlines(outline).some((inner) => exampleOf(inner) !== undefined || needsKeys(inner));
  KNOWN.set(outline, needs);
  return needs;
}

const KNOWN = new WeakMap<Outline, boolean>();

function exampleOf(outline: Outline | undefined): string | undefined {
  return outline?.kind === "optional" ? outline.needed : undefined;
}

function isTable(value: unknown): value is RawTable {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
