/** What the log says of lists and contacts that come from URLs. */
import { countsOf } from "../../../config/findings/report.ts";
import type { RemoteEvent } from "../observer.ts";
import { log } from "./log.ts";
import { logDiagnostics } from "./log-reload.ts";

/** Logs what became of a list or contacts that come from a URL. */
export function logRemote(event: RemoteEvent): void {
  const { name, url } = event;
  switch (event.kind) {
    case "failed":
      log.warning(`remote file cannot be fetched; ${stays(event.fetchedMs)}, and it will be tried again`, {
        ...{ name, url, reason: event.problem, ...since(event.fetchedMs) },
      });
      return;
    case "refused": {
      const { refusal, fetchedMs } = event;
      if (refusal.kind === "empty") {
        log.warning("remote file came back empty; the old content stays in force", {
          ...{ name, url, before: refusal.before, ...since(fetchedMs) },
          hint: "allow_empty = true accepts it",
        });
        return;
      }
      logDiagnostics(refusal.diagnostics);
      const found = countsOf(refusal.diagnostics);
      log.error(`remote file refused; ${stays(fetchedMs)}`, { name, url, found, ...since(fetchedMs) });
      return;
    }
    case "recovered": {
      const seconds = Math.round((Date.now() - event.sinceMs) / 1000);
      log.info("remote file is up to date again", { name, url, after: `${seconds} s` });
      return;
    }
    case "not kept":
      log.warning("no copy of this remote file can be kept for a start without network", {
        ...{ name, url, reason: event.problem },
      });
      return;
    case "copy unusable":
      log.warning("the copy of this remote file is not used", { name, url, reason: event.problem });
      return;
  }
}

function stays(fetchedMs: number | undefined): string {
  return fetchedMs === undefined ? "it is empty for now" : "the old content stays in force";
}

function since(fetchedMs: number | undefined): { readonly fetched?: string } {
  return fetchedMs === undefined ? {} : { fetched: new Date(fetchedMs).toISOString() };
}
