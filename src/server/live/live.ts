/** The configuration in force, and how it follows its files. */

import { countsOf, lineOf } from "../../config/findings/report.ts";
import type { Config, Loaded } from "../../config/load.ts";
import type { Sliced } from "../../routing/slices.ts";
import { log } from "../observe/log.ts";
import { loadInWorker } from "../runtime.ts";
import { compileDeskSliced, type Desk } from "./desk.ts";
import { unpack } from "./parcel.ts";
import { areUnchanged, type Watch, watchFiles } from "./watch.ts";

/** A configuration that follows its files. */
export interface Live {
  /** Loads the files now, changed or not, without waiting for them to rest. */
  reload(): Promise<void>;
  /** Follows no more; what is being loaded is not put in force. */
  close(): void;
}

/**
 * Follows the files of a configuration from `first` on, which has no errors, and puts each good new one in force.
 *
 * A configuration with errors never replaces a good one: the errors are logged, and the old one stays.
 *
 * @param apply puts a configuration in force; it must not fail half-way
 */
export function followConfig(first: Loaded, apply: (config: Config, desk: Desk) => void): Live {
  let isClosed = false;
  // One load after the other: what was read last is what is in force.
  let queue = Promise.resolve();
  const reload = (isResting: boolean): Promise<void> => {
    queue = queue
      .then(() => load(isResting))
      .catch((error: unknown) => {
        log.error("configuration could not be loaded; the old one stays in force", { error: String(error) });
      });
    return queue;
  };

  const load = async (isResting: boolean): Promise<void> => {
    const loaded = await betweenCalls(unpack(await loadInWorker(first.path)));
    if (isClosed) return;
    watch.follow(loaded.files);
    // Written to while it was being read: the watch, which follows it now, comes back when it rests.
    if (isResting && !(await areUnchanged(loaded.files))) return;
    logDiagnostics(loaded);
    if (!loaded.config) {
      const found = countsOf(loaded.diagnostics);
      log.error("configuration has errors; the old one stays in force", { file: first.path, found });
      return;
    }
    const desk = await betweenCalls(compileDeskSliced(loaded.config));
    if (isClosed) return;
    apply(loaded.config, desk);
    log.info("configuration reloaded", { file: first.path, numbers: desk.table.size });
  };

  const watch: Watch = watchFiles(reload);
  watch.follow(first.files);
  return {
    reload: () => reload(false),
    close() {
      isClosed = true;
      watch.close();
    },
  };
}

/** At most so many diagnostics are logged: a file that is wrong in every line must not fill the log. */
const LOGGED = 50;

/** Logs what is wrong with a configuration, each in its line. */
export function logDiagnostics({ diagnostics }: Loaded): void {
  for (const diagnostic of diagnostics.slice(0, LOGGED)) {
    log[diagnostic.severity](`configuration ${diagnostic.severity}`, { problem: lineOf(diagnostic) });
  }
  const more = diagnostics.length - LOGGED;
  if (more > 0) log.warning("the configuration has more like these; `switchhook check` shows them", { more });
}

/** How long work may go on before calls get their turn, in milliseconds. */
const SLICE_MS = 1;

/** Does work a slice at a time, and lets calls be answered in between. */
async function betweenCalls<Result>(work: Sliced<Result>): Promise<Result> {
  let endMs = performance.now() + SLICE_MS;
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() < endMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    endMs = performance.now() + SLICE_MS;
  }
}
