/** What does not fit the schema, in words. This has zod make the schema, and is loaded only where something does not fit. */
import type * as z from "zod";
import { type RawTable, removeAt, valueAt } from "../files/toml/document.ts";
import { didYouMean, type Findings, type Path, quote } from "../findings/findings.ts";
import { type Issue, mustBe, pathOf, preciseIssues, problemOf, tableName } from "./issues.ts";
import { reportMissing } from "./missing.ts";
import type { TableOutline } from "./outline/outline.ts";
import { clientSchema, documentSchema } from "./schema/schema.ts";

/** The schemas of what is read: a main file, that of a client, and `[admin]` of a main file alone. */
export const SCHEMAS = {
  document: documentSchema,
  client: clientSchema,
  admin: documentSchema.pick({ admin: true }),
} as const;

/** Reports what does not fit, and removes it from `values`, so that the rest can be checked further. */
export function reportMisfits<Schema extends z.ZodObject>(
  values: RawTable,
  schema: Schema,
  outline: TableOutline,
  findings: Findings,
): z.output<Schema> {
  const unknown: Path[] = [];
  for (;;) {
    const checked = schema.safeParse(values, { error: mustBe });
    if (checked.success) {
      reportMissing(values, outline, unknown, findings);
      return checked.data;
    }
    let isLess = false;
    for (const issue of checked.error.issues.flatMap(preciseIssues)) {
      if (issue.code === "unrecognized_keys") {
        unknown.push(...removeUnknown(issue, values, schema, findings));
        isLess = true;
      } else if (remove(issue, values, findings)) isLess = true;
    }
    if (!isLess)
      throw new Error(`Cannot check the shape: what does not fit cannot be left out: ${checked.error}`);
  }
}

/** Reports a value that does not fit, and takes it out. @returns whether there was one */
function remove(issue: Issue, values: RawTable, findings: Findings): boolean {
  const path = pathOf(issue);
  if (valueAt(values, path) !== undefined) {
    const { message, hint } = problemOf(issue, values, findings);
    findings.error(path, message, { hint });
    return removeAt(values, path);
  }
  // It has been taken out, and the schema does not do without it: then what it is in does not fit.
  for (let depth = path.length - 1; depth > 0; depth--) {
    if (removeAt(values, path.slice(0, depth))) return true;
  }
  return false;
}

/** Reports keys that there are not, takes them out, and returns where they were. */
function removeUnknown(
  issue: Issue & { code: "unrecognized_keys" },
  values: RawTable,
  schema: z.ZodObject,
  findings: Findings,
): Path[] {
  const path = pathOf(issue);
  const known = knownKeys(schema, path);
  const place = path.length === 0 ? "at the top of the file" : `in ${tableName(path)}`;
  const table = valueAt(values, path) as RawTable;
  for (const key of issue.keys) {
    const isMainOnly = schema === clientSchema && knownKeys(documentSchema, path).includes(key);
    const message = isMainOnly
      ? `${quote(key)} ${path.length === 0 ? "" : `${place} `}is allowed only in the main file`
      : `unknown key ${quote(key)} ${place}`;
    const hint = isMainOnly
      ? `a client's file may have ${known.join(", ")} ${path.length === 0 ? "" : "there"}`.trimEnd()
      : keyHint(key, known, path);
    findings.error([...path, key], message, { at: "key", hint });
    delete table[key];
  }
  return issue.keys.map((key) => [...path, key]);
}

/** Whether a key at the top of the file takes a text, and is no table. */
function isPlain(key: string): boolean {
  return documentSchema.safeParse({ [key]: "" }).success;
}

function keyHint(key: string, known: readonly string[], path: Path): string | undefined {
  if (key === "rulesets" && known.includes("when")) {
    return "rulesets do not nest: a number, its `sms` or [defaults] names them";
  }
  if (path.length > 0 && Object.hasOwn(documentSchema.shape, key)) {
    if (isPlain(key)) return `${quote(key)} belongs at the top of the file, before the first [table]`;
    const file = key === "contacts" ? ', with `file = "…"` below it' : "";
    return `${quote(key)} is a table of its own: [${key}]${file}`;
  }
  const home = homeOf(key, known, path);
  if (home !== undefined) return `${quote(key)} belongs in ${home}`;
  const near = didYouMean(key, known);
  if (near) return near;
  return known.length > 0 ? `known here: ${known.join(", ")}` : undefined;
}

/** Where a key belongs that is unknown at `path`: in a table around it, in one inside it, or in one at the top. */
function homeOf(key: string, known: readonly string[], path: Path): string | undefined {
  const isKnownIn = (table: Path) => knownKeys(documentSchema, table).includes(key);
  for (let depth = path.length - 1; depth > 0; depth--) {
    const around = path.slice(0, depth);
    // `sms` in `sms` has its place already.
    if (isKnownIn(around) && path[depth] !== key) return tableName(around);
  }
  for (const inner of known) {
    if (isKnownIn([...path, inner])) return tableName([...path, inner]);
    if (isKnownIn([...path, inner, 0])) return tableName([...path, inner, 0]);
  }
  const top = Object.keys(documentSchema.shape).find((table) => isKnownIn([table]));
  return top === undefined ? undefined : tableName([top]);
}

/** The keys that the schema knows in the table at `path`. */
function knownKeys(schema: z.core.$ZodType, path: Path): string[] {
  const { def } = schema as z.ZodType as { def: SchemaDef };
  switch (def.type) {
    case "default":
    case "prefault":
    case "optional":
      return knownKeys(def.innerType, path);
    case "union":
      return def.options.flatMap((option) => knownKeys(option, path));
    case "record":
      return path.length === 0 ? [] : knownKeys(def.valueType, path.slice(1));
    case "array":
      return path.length === 0 ? [] : knownKeys(def.element, path.slice(1));
    case "object": {
      const [key, ...rest] = path;
      if (key === undefined) return Object.keys(def.shape);
      const field = def.shape[key];
      return field ? knownKeys(field, rest) : [];
    }
    default:
      return [];
  }
}

/** The parts of zod's definitions that {@link knownKeys} walks through. */
type SchemaDef =
  | { type: "default" | "prefault" | "optional"; innerType: z.core.$ZodType }
  | { type: "union"; options: z.core.$ZodType[] }
  | { type: "record"; valueType: z.core.$ZodType }
  | { type: "array"; element: z.core.$ZodType }
  | { type: "object"; shape: Record<string | number, z.core.$ZodType> }
  | { type: "string" };
