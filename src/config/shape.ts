/** Holds a document against the schema, and says what does not fit in words. */
import type * as z from "zod";
import { type RawTable, removeAt, valueAt } from "./document.ts";
import { didYouMean, type Findings, type Path, quote } from "./findings.ts";
import { type Document, documentSchema } from "./schema.ts";

/**
 * Checks the shape of a document. What does not fit is reported and removed from `values`, so that the rest can be
 * checked further.
 */
export function checkShape(values: RawTable, findings: Findings): Document {
  for (;;) {
    const checked = documentSchema.safeParse(values);
    if (checked.success) return checked.data;
    for (const issue of checked.error.issues) {
      for (const path of report(issue, values, findings)) removeAt(values, path);
    }
  }
}

/** Reports one issue, and returns the paths at fault. */
function report(issue: z.core.$ZodIssue, values: RawTable, findings: Findings): Path[] {
  const path = issue.path.filter((key) => typeof key !== "symbol");
  const found = valueAt(values, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => {
        const known = knownKeys(documentSchema, path);
        const place = path.length === 0 ? "at the top of the file" : `in ${tableName(path)}`;
        findings.error([...path, key], `unknown key ${quote(key)} ${place}`, {
          at: "key",
          hint: keyHint(key, known, path),
        });
        return [...path, key];
      });
    case "invalid_type":
      findings.error(
        path,
        `${nameOf(path)} must be ${typeWords(issue.expected)}, found ${findings.quote(found)}`,
        { hint: textHint(issue.expected, found) },
      );
      return [path];
    case "invalid_value": {
      const allowed = issue.values.map(quote).join(" or ");
      const hint = typeof found === "string" ? didYouMean(found, issue.values.map(String)) : undefined;
      findings.error(path, `${nameOf(path)} must be ${allowed}, found ${findings.quote(found)}`, {
        hint: hint ?? falseHint(found),
      });
      return [path];
    }
    case "invalid_union": {
      // A form of the right kind with something wrong inside is the one that was meant.
      const meant = issue.errors.find((branch) => branch.every((inner) => !isOfOtherKind(inner)));
      if (meant) {
        return meant.flatMap((inner) =>
          report({ ...inner, path: [...path, ...inner.path] }, values, findings),
        );
      }
      const expected = issue.errors.flatMap((branch) =>
        branch.flatMap((inner) =>
          inner.code === "invalid_type" && inner.path.length === 0 ? [inner.expected] : [],
        ),
      );
      const words = [...new Set(expected)].map(typeWords).join(" or ");
      findings.error(path, `${nameOf(path)} must be ${words}, found ${findings.quote(found)}`);
      return [path];
    }
    case "too_small":
      findings.error(
        path,
        `${nameOf(path)} must be ${issue.minimum} or more, found ${findings.quote(found)}`,
      );
      return [path];
    default:
      findings.error(path, `${nameOf(path)}: ${issue.message}`);
      return [path];
  }
}

/** Whether a value was found to be text, a table and so on where something else is needed. */
function isOfOtherKind({ code, path }: z.core.$ZodIssue): boolean {
  return (code === "invalid_type" || code === "invalid_union") && path.length === 0;
}

/** `` `agent` ``, or ``an entry of `deny` `` */
function nameOf(path: Path): string {
  const key = path.findLast((segment) => typeof segment === "string");
  if (key === undefined) return "the file";
  return typeof path.at(-1) === "number" ? `an entry of \`${key}\`` : `\`${key}\``;
}

/** `[numbers."+12137771235"]` */
function tableName(path: Path): string {
  const segments = path.map((key) =>
    /^[\w-]+$/.test(String(key)) ? String(key) : JSON.stringify(String(key)),
  );
  return `[${segments.join(".")}]`;
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

/** A number written as TOML writes numbers, where it is needed as text. */
function textHint(expected: string, found: unknown): string | undefined {
  return expected === "string" && typeof found === "number" ? `put it in quotes: "${found}"` : undefined;
}

/** `reject = false` means to say nothing: the key is left out for that. */
function falseHint(found: unknown): string | undefined {
  return found === false ? "leave the key out instead" : undefined;
}

function typeWords(expected: string): string {
  switch (expected) {
    case "string":
      return "text";
    case "array":
      return "an array";
    case "int":
      return "a whole number";
    case "object":
    case "record":
      return "a table";
    case "boolean":
      return "true or false";
    default:
      return `a ${expected}`;
  }
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
