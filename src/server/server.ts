/** The running server: from a loaded configuration to answered calls. */
import type { Config, Loaded } from "../config/load.ts";
import { Memory } from "./facts/memory.ts";
import { openHistory } from "./history/history.ts";
import { logHistory } from "./history/log-history.ts";
import { compileDesk, type Desk, type LazyConfig } from "./live/desk.ts";
import { followConfig } from "./live/live.ts";
import { configureLog, log, type Write } from "./observe/log.ts";
import { logObserver } from "./observe/log-observer.ts";
import { logDiagnostics } from "./observe/log-reload.ts";
import { fanOut } from "./observe/observer.ts";
import { listen } from "./runtime.ts";
import { makeStateDirectory } from "./state.ts";
import { createApp } from "./webhook/app.ts";
import { Holds } from "./webhook/hold.ts";

/** A server that answers calls. */
export interface Server {
  /** The address of the webhook. */
  readonly url: string;
  /** How many entries `[numbers]` had at the start. */
  readonly numbers: number;
  /** Reads the configuration anew, now. */
  reload(): Promise<void>;
  /** Answers what is under way, `graceMs` at most, and stops. */
  stop(graceMs: number): Promise<void>;
}

/** How long the disk has for the last records, in milliseconds. */
const LAST_BATCH_MS = 2000;

/** What the server needs of the world. */
export interface ServerOptions {
  readonly write: Write;
  /** Whether `write` ends on a terminal. */
  readonly isTerminal: boolean;
}

/**
 * Starts a server on a configuration without errors, and follows its files.
 *
 * @throws if the address cannot be listened on, or there can be no state directory
 */
export async function startServer(
  loaded: Loaded & { readonly config: Config },
  { write, isTerminal }: ServerOptions,
): Promise<Server> {
  const { config, hash } = loaded;
  // What is kept is named here, so that the configuration itself is not.
  const { listen: address, path, state } = config.server;
  configureLog(config.log, write, isTerminal);
  const directory = state === undefined ? undefined : await makeStateDirectory(state);

  const memory = new Memory();
  const desk = compileDesk(config, hash);
  let { keepMs } = config.history;
  const history =
    directory &&
    (await openHistory({
      ...{ state: directory, memory, told: logHistory, now: Date.now },
      table: desk.table,
      keepMs: () => keepMs,
    }));
  const logging = logObserver();
  const observers = [logging, ...(history ? [history.observer] : [])];
  const observer = fanOut(observers, (error) => log.error("an observer failed", { error: String(error) }));
  const holds = new Holds();
  const open = (desk: Desk) => {
    memory.keep(desk.table.limits, keepMs);
    return createApp({ desk, observer, memory, holds, now: Date.now });
  };
  // The one thing that a reload changes.
  let app = open(desk);
  const listener = await listen(address, (request, peer) => app.fetch(request, { peer }));

  logDiagnostics(loaded.diagnostics);
  const apply = (next: LazyConfig, nextDesk: Desk) => {
    configureLog(next.log, write, isTerminal);
    if (JSON.stringify(next.server.listen) !== JSON.stringify(address)) {
      log.warning(
        "`listen` cannot change while the server runs; restart it to use the new address. All other changes are in force",
        {
          listening: listener.origin,
        },
      );
    }
    if (next.server.state !== state) {
      log.warning(
        "`state` cannot change while the server runs; restart it to use the new directory. All other changes are in force",
        { state: state ?? "none" },
      );
    }
    keepMs = next.history.keepMs;
    app = open(nextDesk);
  };
  const live = followConfig(loaded, { apply, reloaded: observer.reloaded });

  return {
    // A Unix socket and the path on it are two things.
    url: `${listener.origin}${address.kind === "unix" ? " " : ""}${path}`,
    numbers: desk.table.size,
    reload: live.reload,
    async stop(graceMs) {
      live.close();
      holds.releaseAll();
      let timeout: ReturnType<typeof setTimeout> | undefined;
      const patience = new Promise<void>((resolve) => {
        timeout = setTimeout(resolve, graceMs);
      });
      await Promise.race([listener.stop(), patience]);
      clearTimeout(timeout);
      observer.flush();
      logging.flush();
      await history?.close(LAST_BATCH_MS);
    },
  };
}
