/** What a look-up found, as templates and conditions see it. */
import type { JsonValue, LookupResult } from "./result.ts";

/**
 * The text at a place in what was found: strings, numbers and booleans have one. Undefined for anything else, and
 * where there is nothing.
 *
 * @param path the keys of tables, and the places in lists, from 0
 */
export function foundText(result: LookupResult | undefined, path: readonly string[]): string | undefined {
  if (result?.kind !== "found") return undefined;
  const value = valueAt(result.value, path);
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
      return String(value);
    default:
      return undefined;
  }
}

/** What stands at a place: the keys of tables, and the places in lists, from 0. Undefined where there is nothing. */
export function valueAt(whole: JsonValue, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = whole;
  for (const key of path) value = valueIn(value, key);
  return value;
}

function valueIn(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (isList(value)) return /^(?:0|[1-9]\d{0,8})$/.test(key) ? value[Number(key)] : undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
