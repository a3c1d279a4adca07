/** What is sent as JSON. */
import type { Path } from "../findings/findings.ts";

/** Where numbers stand that JSON cannot say: nan and inf. */
export function placesWithoutJson(value: unknown, path: Path): Path[] {
  if (typeof value === "number") return Number.isFinite(value) ? [] : [path];
  if (Array.isArray(value)) return value.flatMap((item, at) => placesWithoutJson(item, [...path, at]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) =>
    // Most of what is sent is text.
    typeof field === "string" ? [] : placesWithoutJson(field, [...path, key]),
  );
}
