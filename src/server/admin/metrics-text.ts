/** What `GET /metrics` answers. */
import { readdirSync } from "node:fs";
import { commit, version } from "../../version.ts";
import type { LookupState } from "../facts/lookups/asker.ts";
import { lookupName } from "../facts/lookups/name.ts";
import type { LinkState } from "../facts/shared/link.ts";
import type { RemoteState } from "../live/remote/followed.ts";
import type { NoticeCounts } from "../notices/results.ts";
import type { CallLabel, Metrics } from "../observe/metrics/metrics.ts";
import type { Series } from "../observe/metrics/series.ts";
import type { Standing } from "../observe/standing.ts";
import { runtimeName } from "../runtime.ts";
import { exposed, exposedHistogram, exposedHistograms, labelText, type Sample } from "./exposition.ts";

/** What is shown. */
export interface Measured {
  readonly metrics: Metrics;
  readonly standing: Standing;
  readonly remote: readonly RemoteState[];
  /** What became of notices, by the notice for people. */
  readonly notices: () => ReadonlyMap<string, NoticeCounts>;
  /** How look-ups are now. */
  readonly lookups: readonly LookupState[];
  /** How the server is through which machines count together; undefined where there is none. */
  readonly shared: LinkState | undefined;
  /** How many log lines were dropped. */
  readonly logDropped: () => number;
  /** How many records of calls were lost. */
  readonly historyDropped: () => number;
  /** How phone numbers are hidden; undefined where they are not. */
  readonly mask: ((number: string) => string) | undefined;
}

/** When this process started, in seconds since the epoch. */
const STARTED_S = Math.round((Date.now() - process.uptime() * 1000) / 1000);

/** All metrics, in the text format of Prometheus. Each is there from the start, at zero. */
export function metricsText(measured: Measured): string {
  const { metrics, standing, lookups, shared, remote, notices, logDropped, historyDropped, mask } = measured;
  const { inForce, keptOut } = standing;
  const { user, system } = process.cpuUsage();
  const one = (value: number): Sample[] => [[{}, value]];
  return [
    exposed("counter", "switchhook_calls_total", "Calls and texts decided.", callSamples(metrics, mask)),
    exposed(
      "counter",
      "switchhook_call_faults_total",
      "Calls passed because of a fault in Switchhook.",
      one(metrics.faults),
    ),
    exposed(
      "counter",
      "switchhook_misplaced_total",
      "Signed events that are neither calls nor texts.",
      one(metrics.misplaced),
    ),
    exposed(
      "counter",
      "switchhook_refused_total",
      "Requests refused, by reason.",
      samplesBy("reason", metrics.refused),
    ),
    exposedHistogram(
      "switchhook_answer_seconds",
      "Time from a whole request to its answer, without the time that it is held.",
      metrics.answer,
    ),
    exposedHistogram("switchhook_decision_seconds", "Time to decide a call.", metrics.decision),
    ...lookupMetrics(metrics, lookups),
    exposed(
      "counter",
      "switchhook_reloads_total",
      "Times that the configuration was read again, by result.",
      samplesBy("result", metrics.reloads),
    ),
    exposed("gauge", "switchhook_config_info", "The configuration in force.", [[{ hash: inForce.hash }, 1]]),
    exposed(
      "gauge",
      "switchhook_config_loaded_timestamp_seconds",
      "When the configuration in force was loaded.",
      one(inForce.loadedMs / 1000),
    ),
    exposed(
      "gauge",
      "switchhook_config_refused",
      "Whether the files hold a configuration that is kept out: 0 or 1.",
      one(keptOut ? 1 : 0),
    ),
    exposed(
      "gauge",
      "switchhook_expectations",
      "Expectations of the configuration in force.",
      one(inForce.expectations),
    ),
    exposed(
      "gauge",
      "switchhook_remote_file_age_seconds",
      "Time since a list or contacts from a URL were last confirmed to be what the URL holds.",
      remote.flatMap(ageSample),
    ),
    exposed(
      "counter",
      "switchhook_notices_total",
      "Notices, by what became of them.",
      noticeSamples(notices()),
    ),
    exposed(
      "counter",
      "switchhook_history_dropped_total",
      "Records of calls lost because the history could not be written.",
      one(historyDropped()),
    ),
    exposed(
      "counter",
      "switchhook_log_dropped_total",
      "Log lines dropped because nothing read the log, or it could not be written.",
      one(logDropped()),
    ),
    exposed(
      "gauge",
      "switchhook_shared_up",
      "Whether calls are counted together with other machines: 0 or 1; no value without [shared].",
      shared ? one(shared.isUp ? 1 : 0) : [],
    ),
    exposedHistogram(
      "switchhook_shared_seconds",
      "How long calls waited for the [shared] server.",
      metrics.shared,
    ),
    exposed("gauge", "switchhook_build_info", "This build.", [
      [{ version, commit, runtime: runtimeName }, 1],
    ]),
    exposed(
      "counter",
      "process_cpu_seconds_total",
      "User and system CPU time.",
      one((user + system) / 1_000_000),
    ),
    exposed("gauge", "process_resident_memory_bytes", "Resident memory.", one(process.memoryUsage.rss())),
    exposed("gauge", "process_start_time_seconds", "When the process started.", one(STARTED_S)),
    openDescriptors(),
  ].join("");
}

function lookupMetrics({ lookups }: Metrics, states: readonly LookupState[]): string[] {
  const counts = Array.from(lookups.counts, ([id, counted]) => ({ lookup: lookupName(id), ...counted }));
  return [
    exposed(
      "counter",
      "switchhook_lookups_total",
      "What look-ups said about calls, by result.",
      counts.flatMap(({ lookup, results }) =>
        Object.entries(results).map(([result, count]): Sample => [{ lookup, result }, count]),
      ),
    ),
    exposedHistograms(
      "switchhook_lookup_seconds",
      "How long calls waited for requests of look-ups.",
      counts.map(({ lookup, seconds }) => [{ lookup }, seconds]),
    ),
    exposed(
      "gauge",
      "switchhook_lookup_paused",
      "Whether a look-up is not asked because it failed time after time: 0 or 1.",
      states.map(({ id, pausedSinceMs }) => [
        { lookup: lookupName(id) },
        pausedSinceMs === undefined ? 0 : 1,
      ]),
    ),
  ];
}

/** What was never fetched has no age. */
function ageSample({ name, fetchedMs }: RemoteState): Sample[] {
  return fetchedMs === undefined ? [] : [[{ name }, Math.max(0, (Date.now() - fetchedMs) / 1000)]];
}

/** Entries that look the same when masked are one. */
function callSamples({ calls }: Metrics, mask: Measured["mask"]): Sample[] {
  if (!mask) return Array.from(calls.series, ({ labels, count }) => [labels, count]);
  const sums = new Map<string, { readonly labels: Sample[0]; count: number }>();
  for (const { labels, count } of calls.series) {
    const masked = maskedLabels(labels, mask);
    // Numbers that are masked alike are one.
    const key = labelText(masked);
    const sum = sums.get(key);
    if (sum) sum.count += count;
    else sums.set(key, { labels: masked, count });
  }
  return Array.from(sums.values(), ({ labels, count }) => [labels, count]);
}

/** What was masked once: labels stay as they are from one scrape to the next. */
const masked = new WeakMap<Sample[0], Sample[0]>();

function maskedLabels(labels: Series<CallLabel>["labels"], mask: NonNullable<Measured["mask"]>): Sample[0] {
  const known = masked.get(labels) ?? { ...labels, number: mask(labels.number) };
  masked.set(labels, known);
  return known;
}

function noticeSamples(notices: ReadonlyMap<string, NoticeCounts>): Sample[] {
  return Array.from(notices).flatMap(([notify, counts]) =>
    Object.entries(counts).map(([result, count]): Sample => [{ notify, result }, count]),
  );
}

/** One sample for each of a closed set of names. */
function samplesBy(label: string, counts: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(counts).map(([name, count]) => [{ [label]: name.replaceAll(" ", "_") }, count]);
}

/** Only Linux tells, and Deno only where it may read that. */
function openDescriptors(): string {
  try {
    const count = readdirSync("/proc/self/fd").length;
    return exposed("gauge", "process_open_fds", "Open file descriptors.", [[{}, count]]);
  } catch {
    return "";
  }
}
