/** The names that templates use. */
import { type Name, readName } from "../names/name.ts";
import { readTemplate } from "./template.ts";

/** A name as a template uses it. */
export interface UsedName {
  readonly name: Name;
  /** What stands in where it has no value; undefined where the template gives none. */
  readonly fallback: string | undefined;
}

/** The names in the templates of a value: a string, or tables and arrays of them. */
export function namesIn(value: unknown): readonly UsedName[] {
  if (typeof value === "string") return value.includes("${") ? namesInText(value) : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(namesIn);
}

function namesInText(text: string): UsedName[] {
  const template = readTemplate(text);
  if ("problem" in template) return [];
  return template.segments.flatMap((segment) => {
    const read = typeof segment === "string" ? undefined : readName(segment.name);
    const fallback = typeof segment === "string" ? undefined : segment.fallback;
    return read && "name" in read ? [{ name: read.name, fallback }] : [];
  });
}
