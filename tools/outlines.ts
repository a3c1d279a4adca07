/**
 * Makes `src/config/shape/outline/outlines.ts` of the schemas: `make reference` writes it, and a test holds it to them.
 */
import type * as z from "zod";
import { innerOutlines, type Outline, type TableOutline } from "../src/config/shape/outline/outline.ts";
import { alternativesIn, exampleIn } from "../src/config/shape/schema/parts.ts";
import { clientSchema, documentSchema } from "../src/config/shape/schema/schema.ts";
import { ROOT } from "../test/harness.ts";

/** Where it is. */
export const OUTLINES = `${ROOT}/src/config/shape/outline/outlines.ts`;

/** The text of the file, which is then formatted. */
export function outlinesText(): string {
  const shared = new Map<string, number>();
  const document = written(outlineOf(documentSchema), shared);
  const client = written(outlineOf(clientSchema), shared);
  const names = new Map<string, string>();
  const lines: string[] = [];
  // What stands in several places is written once, and what it consists of before it.
  for (const [text, count] of shared) {
    if (count < 2) continue;
    const name = `part${names.size + 1}`;
    lines.push(`const ${name} = ${withNames(text, names)} as const;`);
    names.set(text, name);
  }
  return `/** The outlines of a main file and of that of a client, made of the schema by \`make reference\`. */
import type { TableOutline } from "./outline.ts";

${lines.join("\n")}

export const document = ${withNames(document, names)} as const satisfies TableOutline;

export const client = ${withNames(client, names)} as const satisfies TableOutline;
`;
}

/** The outline of a schema. @throws if there is something in it that outlines cannot say */
export function outlineOf(schema: z.ZodObject): TableOutline;
export function outlineOf(schema: z.core.$ZodType): Outline;
export function outlineOf(schema: z.core.$ZodType): Outline {
  const def = definitionOf(schema);
  const { checks = [] } = def;
  if (def.type !== "number" && def.type !== "array" && checks.length + (def.check ? 1 : 0) > 0) {
    throw new Error(`Cannot make an outline of a checked ${def.type}`);
  }
  switch (def.type) {
    case "string":
      return { kind: "text" };
    case "boolean":
      return { kind: "flag" };
    case "unknown":
      return { kind: "anything" };
    case "number": {
      if (def.check !== undefined && def.format !== "safeint") break;
      return { kind: "number", isWhole: def.check !== undefined, ...limitsIn(checks) };
    }
    case "enum":
      return { kind: "choice", values: Object.values(def.entries) };
    case "literal":
      return { kind: "choice", values: def.values };
    case "optional": {
      const needed = exampleIn(schema);
      return { kind: "optional", of: outlineOf(def.innerType), ...(needed !== undefined && { needed }) };
    }
    case "default":
    case "prefault":
      return { kind: def.type, of: outlineOf(def.innerType), value: def.defaultValue };
    case "union":
      return { kind: "union", options: def.options.map((option) => outlineOf(option)) };
    case "array":
      return { kind: "array", items: outlineOf(def.element), ...limitsIn(checks) };
    case "record": {
      const key = definitionOf(def.keyType);
      if (key.type !== "string" || key.check !== undefined || (key.checks ?? []).length > 0) break;
      return { kind: "record", entries: outlineOf(def.valueType) };
    }
    case "object": {
      if (def.catchall === undefined || definitionOf(def.catchall).type !== "never") break;
      const keys = Object.entries(def.shape).map(([key, field]) => [key, outlineOf(field)] as const);
      const alternatives = alternativesIn(schema);
      const hasAny = Object.keys(alternatives).length > 0;
      return { kind: "table", keys: Object.fromEntries(keys), ...(hasAny && { alternatives }) };
    }
  }
  throw new Error(`Cannot make an outline of ${JSON.stringify(def)}`);
}

/** What zod keeps of a schema, as far as it is read here: zod has no other way to ask. */
type Definition = {
  /** What else must be so: limits of a number, the form of a text. */
  readonly checks?: readonly z.core.$ZodCheck[];
  /** The check that a type is by itself, such as that of whole numbers. */
  readonly check?: string;
  readonly format?: string;
} & (
  | { readonly type: "string" | "boolean" | "unknown" | "number" | "never" }
  | { readonly type: "enum"; readonly entries: Readonly<Record<string, string | number>> }
  | { readonly type: "literal"; readonly values: readonly unknown[] }
  | { readonly type: "optional"; readonly innerType: z.core.$ZodType }
  | {
      readonly type: "default" | "prefault";
      readonly innerType: z.core.$ZodType;
      readonly defaultValue: unknown;
    }
  | { readonly type: "union"; readonly options: readonly z.core.$ZodType[] }
  | { readonly type: "array"; readonly element: z.core.$ZodType }
  | { readonly type: "record"; readonly keyType: z.core.$ZodType; readonly valueType: z.core.$ZodType }
  | {
      readonly type: "object";
      readonly shape: Readonly<Record<string, z.core.$ZodType>>;
      readonly catchall?: z.core.$ZodType;
    }
);

function definitionOf(schema: z.core.$ZodType): Definition {
  return (schema as z.ZodType as unknown as { readonly def: Definition }).def;
}

/** The limits that checks set. @throws if they set something else */
function limitsIn(checks: readonly z.core.$ZodCheck[]): { readonly above?: number; readonly least?: number } {
  let limits = {};
  for (const { _zod } of checks) {
    const def = _zod.def as { readonly check: string; readonly minimum?: number } & {
      readonly value?: number;
      readonly inclusive?: boolean;
    };
    if (def.check === "min_length") limits = { ...limits, least: def.minimum };
    else if (def.check === "greater_than")
      limits = { ...limits, [def.inclusive ? "least" : "above"]: def.value };
    else throw new Error(`Cannot make an outline of the check ${def.check}`);
  }
  return limits;
}

/** An outline as text, and how often each of its parts is there, inner ones first. */
function written(outline: Outline, shared: Map<string, number>): string {
  const text = JSON.stringify(outline);
  const known = shared.get(text);
  if (known === undefined) for (const inner of innerOutlines(outline)) written(inner, shared);
  // Set anew, it would keep its place, which is behind what it consists of.
  shared.set(text, (known ?? 0) + 1);
  return text;
}

/** Puts the names of parts in the place of their texts, larger ones first. */
function withNames(text: string, names: ReadonlyMap<string, string>): string {
  let named = text;
  for (const [part, name] of [...names].reverse()) named = named.replaceAll(part, name);
  return named;
}

if (import.meta.main) {
  await Bun.write(OUTLINES, outlinesText());
  Bun.spawnSync([process.execPath, "node_modules/.bin/biome", "check", "--write", OUTLINES], { cwd: ROOT });
}
