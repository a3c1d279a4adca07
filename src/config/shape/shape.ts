/** Holds a document against the schema, and says what does not fit in words. */
import type * as z from "zod";
import { type RawTable, removeAt, setAt } from "../files/document.ts";
import { didYouMean, type Findings, type Path, quote } from "../findings/findings.ts";
import { type Issue, mustBe, pathOf, preciseIssues, problemOf } from "./issues.ts";
import { type Document, documentSchema } from "./schema.ts";

/**
 * Checks the shape of a document. What does not fit is reported and removed from `values`, so that the rest can be
 * checked further.
 */
export function checkShape(values: RawTable, findings: Findings): Document {
  for (;;) {
    const checked = documentSchema.safeParse(values, { error: mustBe });
    if (checked.success) return checked.data;
    for (const issue of checked.error.issues.flatMap(preciseIssues)) {
      for (const path of report(issue, values, findings)) {
        // Where items of an array are tables, nothing but a table can stand in for one.
        if (typeof path.at(-1) === "number" && isTableExpected(issue)) setAt(values, path, {});
        else removeAt(values, path);
      }
    }
  }
}

function isTableExpected(issue: Issue): boolean {
  return issue.code === "invalid_type" && issue.expected === "object";
}

/** Reports one issue, and returns the paths at fault. */
function report(issue: Issue, values: RawTable, findings: Findings): Path[] {
  if (issue.code === "unrecognized_keys") {
    const path = pathOf(issue);
    const known = knownKeys(documentSchema, path);
    const place = path.length === 0 ? "at the top of the file" : `in ${tableName(path)}`;
    return issue.keys.map((key) => {
      findings.error([...path, key], `unknown key ${quote(key)} ${place}`, {
        at: "key",
        hint: keyHint(key, known, path),
      });
      return [...path, key];
    });
  }
  const { path, message, hint } = problemOf(issue, values, findings);
  findings.error(path, message, { hint });
  return [path];
}

/** `[numbers."+12137771235"]`, or `[[expect]]` for one of an array of tables. */
function tableName(path: Path): string {
  const name = path
    .filter((key) => typeof key === "string")
    .map((key) => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key)))
    .join(".");
  return typeof path.at(-1) === "number" ? `[[${name}]]` : `[${name}]`;
}

function keyHint(key: string, known: readonly string[], path: Path): string | undefined {
  if (path.length > 0 && Object.hasOwn(documentSchema.shape, key)) {
    return `${quote(key)} belongs at the top of the file, before the first [table]`;
  }
  const home = Object.keys(documentSchema.shape).find((table) =>
    knownKeys(documentSchema, [table]).includes(key),
  );
  if (home !== undefined) return `${quote(key)} belongs in [${home}]`;
  const near = didYouMean(key, known);
  if (near) return near;
  return known.length > 0 ? `known here: ${known.join(", ")}` : undefined;
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
