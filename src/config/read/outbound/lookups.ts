/** `[lookups]`: services that are asked about a call while the caller waits. */
import { MAX_TIMEOUT_MS } from "../../../retell/timing.ts";
import type { LookupPlan } from "../../../routing/lookups/plan.ts";
import type { JsonValue } from "../../../routing/lookups/result.ts";
import type { Findings, Path } from "../../findings/findings.ts";
import { durationText, readDuration } from "../../shape/duration.ts";
import { fittingEntries } from "../../shape/fitting.ts";
import type { ScopeDocument } from "../../shape/schema/schema.ts";
import type { NamedFile } from "../callers/lists.ts";
import { placesWithoutJson } from "../json.ts";
import { readCertificates } from "./certificates.ts";
import { readHeaders } from "./headers.ts";
import { checkUrl } from "./url.ts";

type LookupDocument = NonNullable<ScopeDocument["lookups"][string]>;

/**
 * Reads every look-up; what cannot be read of one is reported.
 *
 * @param certificates the files that are named as `ca`
 */
export function readLookups(
  lookups: ScopeDocument["lookups"],
  certificates: readonly NamedFile[],
  findings: Findings,
): Map<string, LookupPlan> {
  return new Map(
    fittingEntries(lookups).map(([name, lookup]) => {
      const path = ["lookups", name];
      if (name === "" || name.includes(".")) {
        // A dot leads into what was found: `lookup.crm.plan`.
        const message = `the name of a look-up must not ${name === "" ? "be empty" : "contain a dot"}`;
        findings.error(path, message, { at: "key" });
      }
      return [name, readLookup(lookup, path, certificates, findings)];
    }),
  );
}

function readLookup(
  { url, headers, body, at, timeout, cache, ca }: LookupDocument,
  path: Path,
  certificates: readonly NamedFile[],
  findings: Findings,
): LookupPlan {
  if (url !== undefined) checkUrl(url, [...path, "url"], findings);
  for (const place of placesWithoutJson(body, [...path, "body"])) {
    findings.error(place, "`body` is sent as JSON, which has neither nan nor inf");
  }
  return {
    url,
    headers: readHeaders(headers, [...path, "headers"], [], findings),
    body: jsonOf(body),
    at: readWay(at, [...path, "at"], findings),
    timeoutMs: readTimeout(timeout, [...path, "timeout"], findings),
    cacheMs: readCache(cache, [...path, "cache"], findings),
    ca: ca === undefined ? undefined : readCertificates([...path, "ca"], certificates, findings),
  };
}

/** A value as JSON has it; what could not be kept of it is left out. */
function jsonOf(value: unknown): JsonValue | undefined {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** Reads `data.0`: keys of tables, and places in lists. */
function readWay(text: string, path: Path, findings: Findings): string[] {
  if (text === "") return [];
  const way = text.split(".");
  if (way.includes("")) {
    const message = `\`at\` must be keys and places in lists with dots between, found ${findings.quote(text)}`;
    findings.error(path, message, { hint: 'such as "data.0"' });
  }
  return way;
}

function readTimeout(text: string, path: Path, findings: Findings): number {
  const ms = readDuration(text);
  if (ms !== undefined && ms > 0 && ms <= MAX_TIMEOUT_MS) return ms;
  const most = durationText(MAX_TIMEOUT_MS);
  const message = `\`timeout\` must be a duration of at most ${most}, such as "1.5s", found ${findings.quote(text)}`;
  findings.error(path, message, { hint: "the caller hears it ring meanwhile" });
  return MAX_TIMEOUT_MS;
}

function readCache(text: string, path: Path, findings: Findings): number {
  const ms = readDuration(text);
  if (ms !== undefined) return ms;
  findings.error(path, `\`cache\` must be a duration such as "10m", or "0s", found ${findings.quote(text)}`);
  return 0;
}
