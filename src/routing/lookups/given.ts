/** What is given as the result of a look-up in a case that asks nobody. */
import type { JsonValue, LookupResult } from "./result.ts";

/** A result, or what is wrong with what was given as one. */
export type GivenReading =
  | { readonly result: LookupResult }
  | { readonly problem: string; readonly hint: string };

/** Reads what is given: `"missing"`, `"failed"`, or what is found. */
export function readGiven(value: JsonValue): GivenReading {
  if (value === "missing" || value === null || isEmpty(value)) return { result: { kind: "missing" } };
  if (value === "failed") return { result: { kind: "failed", reason: "given so" } };
  if (typeof value === "object") return { result: { kind: "found", value } };
  if (typeof value !== "string") return { result: { kind: "found", value: { value } } };
  const text = JSON.stringify(value);
  return {
    problem: `a look-up finds a table or a list, or is "missing" or "failed"; found ${text}`,
    hint:
      value === "found" ? "give what is found" : `a single value has the name \`value\`: { value = ${text} }`,
  };
}

/** Nothing at all, as services say that they know nobody. */
function isEmpty(value: JsonValue): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
