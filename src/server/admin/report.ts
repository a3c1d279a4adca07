/** What `/readyz`, `/api/status` and `switchhook status` tell of the server. */
import * as v from "valibot";
import type { Diagnostic } from "../../config/findings/findings.ts";
import type { LookupState } from "../facts/lookups/asker.ts";
import { lookupName } from "../facts/lookups/name.ts";
import type { LinkState } from "../facts/shared/link.ts";
import type { RemoteState } from "../live/remote/followed.ts";
import type { Activity } from "../observe/activity.ts";
import type { KeptOut, Standing } from "../observe/standing.ts";

const diagnosticSchema = v.object({
  severity: v.picklist(["error", "warning"]),
  file: v.string(),
  /** From 1, as is `column`. */
  line: v.number(),
  column: v.number(),
  length: v.number(),
  message: v.string(),
  hint: v.optional(v.string()),
  excerpt: v.optional(v.string()),
  excerptFrom: v.optional(v.number()),
  related: v.optional(v.object({ file: v.string(), line: v.number(), message: v.string() })),
});

const outcomesSchema = v.object({ agent: v.number(), pass: v.number(), reject: v.number() });

/** How a server stands, as JSON. Times are ISO 8601 in UTC. */
export const statusSchema = v.object({
  /** True as soon as there is anybody to ask: a server starts with a good configuration or not at all. */
  ready: v.literal(true),
  /** Since when it serves. */
  since: v.string(),
  version: v.string(),
  config: v.object({
    hash: v.string(),
    file: v.string(),
    loaded_at: v.string(),
    numbers: v.number(),
    clients: v.number(),
    expectations: v.number(),
  }),
  /** What the files say and is not in force, and why: it has errors, or cannot be read. Null where there is no such thing. */
  refused: v.nullable(
    v.union([
      v.object({ since: v.string(), hash: v.string(), diagnostics: v.array(diagnosticSchema) }),
      v.object({ since: v.string(), reason: v.string() }),
    ]),
  ),
  /** Lists and contacts that come from URLs. */
  remote: v.array(
    v.object({
      name: v.string(),
      url: v.string(),
      /** When the URL last said that this is what it holds; null where nothing was ever fetched. */
      fetched_at: v.nullable(v.string()),
      entries: v.number(),
      /** Whether what is in force may not be what the URL holds by now. */
      stale: v.boolean(),
      /** Why, and since when; null where all is well. */
      problem: v.nullable(v.string()),
      since: v.nullable(v.string()),
    }),
  ),
  /** Those of the configuration in force; `lookup` is the name, behind that of the client where it is one's own. */
  lookups: v.array(
    v.object({
      lookup: v.string(),
      /** Since when it is not asked, because it failed time after time; null where it is asked. */
      paused_since: v.nullable(v.string()),
      last_failure: v.nullable(v.object({ at: v.string(), reason: v.string() })),
      /** How many requests are under way, and how many answers are remembered. */
      under_way: v.number(),
      cached: v.number(),
    }),
  ),
  /** The server through which machines count together; null where there is none. */
  shared: v.nullable(
    v.object({
      /** Whether it answers: otherwise this machine counts by itself. */
      up: v.boolean(),
      /** Since when that is so. */
      since: v.string(),
      /** Why it is not up; null where it is. */
      problem: v.nullable(v.string()),
    }),
  ),
  /** By outcome. */
  calls: v.object({ last_hour: outcomesSchema, last_day: outcomesSchema }),
});

/** How a server stands. */
export type StatusReport = v.InferOutput<typeof statusSchema>;

/** Why a configuration is refused, as `check` has it. */
export function diagnosticsIn(refused: {
  readonly diagnostics: readonly v.InferOutput<typeof diagnosticSchema>[];
}): Diagnostic[] {
  return refused.diagnostics.map(({ hint, excerpt, related, excerptFrom, ...place }) => ({
    ...place,
    ...{ hint, excerpt, related },
    ...(excerptFrom !== undefined && { excerptFrom }),
  }));
}

/** What became of a reload, besides how the server stands then. */
export const reloadSchema = v.object({
  result: v.picklist(["applied", "unchanged", "refused", "failed"]),
  ...statusSchema.entries,
});

/** What became of a reload, and how the server stands then. */
export type ReloadReport = v.InferOutput<typeof reloadSchema>;

/** The most diagnostics in a report: a file that is wrong in every line says enough with that. */
const MOST_DIAGNOSTICS = 100;

const HOUR_MS = 3_600_000;

/** What the server knows of itself. */
export interface Known {
  readonly standing: Standing;
  readonly activity: Activity;
  readonly remote: readonly RemoteState[];
  readonly lookups: readonly LookupState[];
  readonly shared: LinkState | undefined;
  /** Since when it serves, in milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly version: string;
}

/** Makes the report. */
export function statusReport(known: Known): StatusReport {
  const { standing, activity, remote, lookups, shared, sinceMs, version } = known;
  const { loadedMs, ...config } = standing.inForce;
  const { keptOut } = standing;
  return {
    ready: true,
    since: isoTime(sinceMs),
    version,
    config: { ...config, loaded_at: isoTime(loadedMs) },
    refused: keptOut ? refusedReport(keptOut) : null,
    remote: remote.map(remoteReport),
    lookups: lookups.map(lookupReport),
    shared: shared ? sharedReport(shared) : null,
    calls: { last_hour: activity.within(HOUR_MS), last_day: activity.within(24 * HOUR_MS) },
  };
}

function refusedReport(keptOut: KeptOut): StatusReport["refused"] {
  const since = isoTime(keptOut.sinceMs);
  if (keptOut.kind === "failed") return { since, reason: keptOut.reason };
  return { since, hash: keptOut.hash, diagnostics: keptOut.diagnostics.slice(0, MOST_DIAGNOSTICS) };
}

function remoteReport({ name, url, fetchedMs, entries, isStale, problem }: RemoteState) {
  return {
    ...{ name, url, entries },
    fetched_at: fetchedMs === undefined ? null : isoTime(fetchedMs),
    stale: isStale,
    problem: problem?.words ?? null,
    since: problem ? isoTime(problem.sinceMs) : null,
  };
}

function sharedReport({ isUp, sinceMs, reason }: LinkState): StatusReport["shared"] {
  return { up: isUp, since: isoTime(sinceMs), problem: reason ?? null };
}

function lookupReport(state: LookupState): StatusReport["lookups"][number] {
  const { id, pausedSinceMs, lastFailure, underWay, cached } = state;
  return {
    lookup: lookupName(id),
    paused_since: pausedSinceMs === undefined ? null : isoTime(pausedSinceMs),
    last_failure: lastFailure ? { at: isoTime(lastFailure.atMs), reason: lastFailure.reason } : null,
    under_way: underWay,
    cached,
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
