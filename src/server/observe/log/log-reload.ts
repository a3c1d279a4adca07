/** What the log says of reloads. */
import type { Diagnostic } from "../../../config/findings/findings.ts";
import { countsOf, lineOf } from "../../../config/findings/report.ts";
import type { Change, ReloadEvent } from "../observer.ts";
import { log } from "./log.ts";

/** Logs what became of a configuration that was read again. */
export function logReload(event: ReloadEvent): void {
  const { file } = event;
  switch (event.kind) {
    case "applied": {
      logDiagnostics(event.diagnostics);
      for (const loss of event.warnings) {
        log.warning(
          "the configuration lost half of its entries or more; if that was not intended, a file may be incomplete",
          {
            loss,
          },
        );
      }
      const { numbers, hash, changes } = event;
      log.info("configuration reloaded", { file, hash, numbers, changes: changesWords(changes) });
      return;
    }
    case "unchanged":
      log.info("configuration unchanged", { file, hash: event.hash });
      return;
    case "refused":
      logDiagnostics(event.diagnostics);
      log.error("configuration has errors; the old one stays in force", {
        file,
        found: countsOf(event.diagnostics),
      });
      return;
    case "failed":
      log.error("configuration cannot be read right now; the old one stays in force until it can", {
        file,
        reason: event.reason,
      });
      return;
    case "detached":
      log.warning(
        "this file was replaced outside its mount, so its new content cannot be seen; mount its directory instead",
        { file: event.detached },
      );
      return;
  }
}

/** At most so many diagnostics are logged: a file that is wrong in every line must not fill the log. */
const LOGGED = 50;

/** Logs what is wrong with a configuration, each in its line. */
export function logDiagnostics(diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics.slice(0, LOGGED)) {
    log[diagnostic.severity](`configuration ${diagnostic.severity}`, { problem: lineOf(diagnostic) });
  }
  const more = diagnostics.length - LOGGED;
  if (more > 0)
    log.warning("more problems are not shown; run `switchhook check` to see all of them", { more });
}

/** `numbers 12 → 13 (added +12137771236; changed +12137771235); settings (changed log)` */
function changesWords(changes: readonly Change[]): string {
  if (changes.length === 0) return "nothing that affects calls";
  return changes.map(changeWords).join("; ");
}

function changeWords({ what, before, after, added, removed, changed }: Change): string {
  const count = before === after ? what : `${what} ${before} → ${after}`;
  const parts = [
    ["added", added],
    ["removed", removed],
    ["changed", changed],
  ] as const;
  const named = parts.flatMap(([verb, names]) => (names.length > 0 ? [`${verb} ${names.join(", ")}`] : []));
  return `${count} (${named.join("; ")})`;
}
