/** How it is known what a look-up says, and what it said, for whoever explains a call. */
import { printable } from "../../config/findings/printable.ts";
import type { Step } from "../../routing/decision.ts";
import type { JsonValue } from "../../routing/lookups/result.ts";

/** How what a look-up says came to be known. */
export type Source = { readonly kind: "given" } | { readonly kind: "asked"; readonly ms: number };

/** The same of several, by the id of each. */
export type Sources = ReadonlyMap<string, Source>;

/** A step about a look-up. */
export type LookupStep = Step & { readonly kind: "lookup" };

/** What to do about a look-up that is not asked, on a command line. */
export const ASK_HINT = "--live asks it, --lookup gives what it finds";

/**
 * How it is known what a look-up says, behind what it says: ` (asked: 120 ms)`.
 *
 * @param hint what to do about one that is not asked; undefined where there is nothing to do
 */
export function sourceWords({ id, unasked }: LookupStep, sources: Sources, hint: string | undefined): string {
  const source = sources.get(id);
  // That it is not asked about this call has been said.
  if (unasked !== undefined && unasked !== "secret") return "";
  switch (source?.kind) {
    case "given":
      return " (given)";
    case "asked":
      return ` (asked: ${Math.round(source.ms)} ms)`;
    case undefined:
      return unasked ? "" : ` (not asked${hint === undefined ? "" : `; ${hint}`})`;
  }
}

/** A look-up as programs get it. */
export function lookupJson({ id, lookup, result, unasked }: LookupStep, sources: Sources) {
  const source = unasked !== undefined && unasked !== "secret" ? undefined : sources.get(id);
  const { kind, ...more } = result;
  const ms = source?.kind === "asked" ? { ms: Math.round(source.ms) } : {};
  return { name: lookup, id, result: kind, ...more, source: source?.kind ?? "not asked", ...ms };
}

/** The line of an `[[expect]]` that gives what a look-up said; none where it is missing, as it is without a line. */
export function expectedLookup({ lookup, result }: LookupStep): string[] {
  const key = `lookup.${/^[\w-]+$/.test(lookup) ? lookup : JSON.stringify(lookup)}`;
  switch (result.kind) {
    case "found":
      return [printable(`${key} = ${toml(result.value)}`)];
    case "failed":
      return [printable(`${key} = "failed"`)];
    case "missing":
      return [];
  }
}

/** A value as TOML writes it in one line. TOML has no null, and to templates and rules that is an empty text. */
function toml(value: JsonValue): string {
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value))
    return `"${value}"`;
  // What looks like a template in what was found is none.
  if (typeof value !== "object") return JSON.stringify(value).replaceAll("${", () => "$${");
  if (value === null) return '""';
  if (Array.isArray(value)) return `[${value.map(toml).join(", ")}]`;
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)} = ${toml(field)}`);
  return fields.length > 0 ? `{ ${fields.join(", ")} }` : "{}";
}
