/** Keys that must be given and are not. */
import * as z from "zod";
import type { RawTable } from "../files/toml/document.ts";
import { didYouMean, type Findings, type Path } from "../findings/findings.ts";
import { definitionOf } from "./definition.ts";
import { missingWords } from "./issues.ts";
import { ALTERNATIVES, NEEDED } from "./schema/parts.ts";

/**
 * Reports every key that `schema` needs and `values` lack.
 *
 * @param unknown the keys that were found and that there are not: one of them may be a missing key, misspelt or in the
 *   wrong place, and is enough of a finding
 */
export function reportMissing(
  values: RawTable,
  schema: z.ZodObject,
  unknown: readonly Path[],
  findings: Findings,
): void {
  const strangers = new Strangers(unknown);
  for (const { path, missing, shape, alternatives } of tablesLacking(values, schema, [])) {
    if (strangers.mayBe(path)) continue;
    for (const key of withoutMisspelt(missing, strangers.in(path))) {
      if (strangers.isElsewhere(key)) continue;
      const example = exampleOf(shape[key]);
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

interface LackingTable {
  readonly path: Path;
  readonly missing: readonly string[];
  readonly shape: Readonly<Record<string, z.core.$ZodType>>;
  readonly alternatives: Alternatives;
}

/** Every table of a fixed shape that lacks keys; what did not fit has been taken out, and is undefined. */
function* tablesLacking(
  value: unknown,
  schema: z.core.$ZodType | undefined,
  path: Path,
): Generator<LackingTable> {
  if (!schema) return;
  if (schema instanceof z.ZodPrefault) {
    // A table that is not there at all lacks its keys too.
    yield* tablesLacking(value ?? {}, schema.unwrap(), path);
    return;
  }
  // Only what a document has is looked into: the schema has far more.
  if (value === undefined || !needsKeys(schema)) return;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    yield* tablesLacking(value, schema.unwrap(), path);
  } else if (schema instanceof z.ZodUnion) {
    for (const option of schema.options) yield* tablesLacking(value, option, path);
  } else if (schema instanceof z.ZodArray && Array.isArray(value)) {
    for (const [at, item] of value.entries()) yield* tablesLacking(item, schema.element, [...path, at]);
  } else if (schema instanceof z.ZodRecord && isTable(value)) {
    for (const [key, field] of Object.entries(value)) {
      yield* tablesLacking(field, schema.valueType, [...path, key]);
    }
  } else if (schema instanceof z.ZodObject && isTable(value)) {
    const { shape } = schema;
    const { names, needed, alternatives } = keysOf(schema);
    const isThere = (key: string | undefined) => key !== undefined && Object.hasOwn(value, key);
    const missing = needed.filter((key) => !isThere(key) && !isThere(alternatives[key]));
    if (missing.length > 0) yield { path, missing, shape, alternatives };
    for (const key of names) {
      const isTakenOut = Object.hasOwn(value, key) && value[key] === undefined;
      if (!isTakenOut) yield* tablesLacking(value[key], shape[key], [...path, key]);
    }
  }
}

/** The keys that a table may have, and those that it needs: found once for each schema. */
function keysOf(schema: z.ZodObject): {
  readonly names: readonly string[];
  readonly needed: readonly string[];
  readonly alternatives: Alternatives;
} {
  const known = KEYS_OF.get(schema);
  if (known) return known;
  const { shape } = schema;
  const names = Object.keys(shape);
  const keys = {
    names,
    needed: names.filter((key) => isNeeded(shape[key])),
    alternatives: alternativesIn(schema),
  };
  KEYS_OF.set(schema, keys);
  return keys;
}

const KEYS_OF = new WeakMap<z.ZodObject, ReturnType<typeof keysOf>>();

/** Whether a schema needs keys of a table somewhere in it. */
function needsKeys(schema: z.core.$ZodType): boolean {
  const known = KNOWN.get(schema);
  if (known !== undefined) return known;
  const inner = innerSchemas(schema);
  const needs = inner.some((field) => isNeeded(field) || needsKeys(field));
  KNOWN.set(schema, needs);
  return needs;
}

const KNOWN = new WeakMap<z.core.$ZodType, boolean>();

function innerSchemas(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const def = definitionOf(schema);
  switch (def.type) {
    case "optional":
    case "default":
    case "prefault":
      return [def.innerType];
    case "union":
      return def.options;
    case "array":
      return [def.element];
    case "record":
      return [def.valueType];
    case "object":
      return Object.values(def.shape);
    default:
      return [];
  }
}

/** By a key that must be given, the one that may be given in its place. */
type Alternatives = Readonly<Record<string, string | undefined>>;

/** What the metadata of a table says under {@link ALTERNATIVES}. */
export function alternativesIn(schema: z.ZodType): Alternatives {
  const alternatives = schema.meta()?.[ALTERNATIVES];
  return typeof alternatives === "object" && alternatives !== null ? (alternatives as Alternatives) : {};
}

function isNeeded(schema: z.core.$ZodType | undefined): boolean {
  return exampleOf(schema) !== undefined;
}

function exampleOf(schema: z.core.$ZodType | undefined): string | undefined {
  const example = schema instanceof z.ZodType ? schema.meta()?.[NEEDED] : undefined;
  return typeof example === "string" ? example : undefined;
}

function isTable(value: unknown): value is RawTable {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
