/** Telling a slip in writing a name from a name that is newer than this program. */
import { closestMatch } from "leven";

/**
 * The name out of `known` that `name` is a likely misspelling of.
 *
 * Names that differ in a digit are two names: `gpt-5.3` is no slip of `gpt-5.2`. So are two locales that exist, such
 * as `es-MX` and `es-ES`.
 */
export function misspelt(name: string, known: readonly string[]): string | undefined {
  const same = known.find((candidate) => bare(candidate) === bare(name));
  if (same !== undefined) return same;
  if (isLocale(name)) return undefined;
  const candidates = known.filter((candidate) => digits(candidate) === digits(name));
  return closestMatch(name, candidates, { maxDistance: slips(name) });
}

/** What is left of a name without case, punctuation and a unit at its end: `ringDuration` for `ring_duration_ms`. */
function bare(name: string): string {
  return name
    .toLowerCase()
    .replace(/_(ms|s|sec|secs|seconds|days)$/, "")
    .replaceAll(/[^a-z0-9]/g, "");
}

function digits(name: string): string {
  return name.replaceAll(/\D/g, "");
}

/** How many letters may be wrong: in short names, every letter tells. */
function slips(name: string): number {
  if (name.length < 4) return 0;
  return name.length < 5 ? 1 : 2;
}

/** Whether `name` is a locale such as `es-MX`, whose language and region exist. */
function isLocale(name: string): boolean {
  const [, language, region] = /^([a-z]{2,3})-([A-Z]{2}|[0-9]{3})$/.exec(name) ?? [];
  if (language === undefined || region === undefined) return false;
  return exists("language", language) && exists("region", region);
}

function exists(type: "language" | "region", code: string): boolean {
  return new Intl.DisplayNames("en", { type, fallback: "none" }).of(code) !== undefined;
}
