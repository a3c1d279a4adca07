/** What an answer from the network says about a caller. */
import type { OutboundResult } from "../../../outbound/client.ts";
import { failureWords } from "../../../outbound/failure.ts";
import type { JsonValue, LookupResult } from "../../../routing/lookups/result.ts";
import { valueAt } from "../../../routing/lookups/value.ts";

/** How deep a record may be nested. What is nested some thousand levels deep can be read, but not written again. */
const MOST_LEVELS = 100;

/**
 * Reads an answer. Its content type is not looked at: services say what they like.
 *
 * @param at the way to the caller's record
 */
export function readAnswer(answer: OutboundResult, at: readonly string[]): LookupResult {
  if (answer.kind === "failed") return { kind: "failed", reason: failureWords(answer.failure) };
  const { status, body } = answer;
  if (status === 404) return { kind: "missing" };
  if (status < 200 || status > 299)
    return { kind: "failed", reason: failureWords({ kind: "status", status }) };
  const text = new TextDecoder().decode(body);
  if (text.trim() === "") return { kind: "missing" };
  let whole: JsonValue;
  try {
    whole = parseExactly(text);
  } catch {
    return { kind: "failed", reason: failureWords({ kind: "not JSON" }) };
  }
  const record = valueAt(whole, at);
  if (record === undefined || isEmpty(record)) return { kind: "missing" };
  if (isDeeper(record, MOST_LEVELS))
    return { kind: "failed", reason: `the answer is nested more than ${MOST_LEVELS} levels deep` };
  return { kind: "found", value: typeof record === "object" ? record : { value: record } };
}

/** A number of so many digits may be one that binary floating point does not have: an id would be another one. */
const LONG_NUMBER = /\d{16}/;

/** Reads JSON; whole numbers that would become others are texts of their digits. @throws where it is not JSON */
function parseExactly(text: string): JsonValue {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  const exact = (_key: string, value: unknown, { source }: { readonly source?: string }) =>
    typeof value === "number" && source !== undefined && /^-?\d+$/.test(source) && String(value) !== source
      ? source
      : value;
  // The type of a reviver does not know yet that it is told the source.
  return JSON.parse(text, exact as (key: string, value: unknown) => unknown);
}

function isEmpty(value: JsonValue): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

function isDeeper(value: JsonValue, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
