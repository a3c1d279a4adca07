/** Those who always follow what the server does, and the one observer that tells all. */
import type { LazyConfig } from "../live/desk.ts";
import type { LazyLoaded } from "../live/parcel/parcel.ts";
import { Activity } from "./activity.ts";
import { log } from "./log/log.ts";
import { logObserver } from "./log/log-observer.ts";
import { Metrics, metricsObserver } from "./metrics/metrics.ts";
import { fanOut, type Observer } from "./observer.ts";
import { RecentCalls } from "./recent.ts";
import { Standing } from "./standing.ts";
import { Totals } from "./totals.ts";

/**
 * Opens the log, the metrics, and what `status` and the status page tell, for a configuration that is about to be in force.
 *
 * @param isAdministered whether there is an admin listener: without one, nobody sees the latest calls, and none are kept
 */
export function openObservers(
  { path: file, hash, config }: LazyLoaded & { readonly config: LazyConfig },
  isAdministered: boolean,
) {
  const { expectations, routing } = config;
  const [numbers, clients] = [routing.numbers.size, routing.clients.length];
  const logging = logObserver();
  const metrics = new Metrics();
  const activity = new Activity(Date.now);
  const totals = new Totals(Date.now);
  const recent = new RecentCalls();
  const seen = isAdministered ? [recent] : [];
  const loadedMs = Date.now();
  const standing = new Standing({ hash, file, loadedMs, numbers, clients, expectations }, Date.now);
  return {
    ...{ logging, metrics, standing, activity, totals, recent },
    /** Tells them, and others after them: what fails in one is logged, and stops no other. */
    fanOut: (others: readonly Partial<Observer>[]) =>
      fanOut([logging, metricsObserver(metrics), standing, activity, totals, ...seen, ...others], (error) =>
        log.error("an observer failed", { error: String(error) }),
      ),
  };
}
