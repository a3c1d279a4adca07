/** `switchhook serve`: answers calls until it is told to stop. */

import { counted } from "../../config/findings/counted.ts";
import { printable } from "../../config/findings/printable.ts";
import type { ListenAddress } from "../../config/read/settings/settings.ts";
import { openDatagrams } from "../../server/datagram.ts";
import { passedSocket } from "../../server/http/listening/passed-socket.ts";
import { HandedOver } from "../../server/live/handed-over.ts";
import { RemoteFiles } from "../../server/live/remote/remote-files.ts";
import { loadServed } from "../../server/live/start.ts";
import { log } from "../../server/observe/log/log.ts";
import { tellDropped } from "../../server/observe/log/log-observer.ts";
import { openOutlet } from "../../server/observe/log/outlet.ts";
import { readerOf } from "../../server/observe/log/reader.ts";
import { type ServiceManager, serviceManager, watchdogMs } from "../../server/observe/service-manager.ts";
import { compileAsUsual, systemVariable, takeSystemVariable, writeToStderr } from "../../server/runtime.ts";
import { type Server, type ServerOptions, startServer } from "../../server/server.ts";
import { reportingConfig } from "../config-file.ts";
import { print } from "../terminal.ts";

/** Options of `serve`. */
export interface ServeOptions {
  readonly config?: string;
  /** In place of what the configuration says. */
  readonly listen?: ListenAddress;
}

/**
 * How long to wait for what is under way when the program is told to stop, in milliseconds. Answers that are held are let
 * go at once and every other call is decided at once, so whoever is not through by then has not sent a whole request.
 */
const GRACE_MS = 1500;

/** How long whoever reads the log has for its last lines, in milliseconds. */
const LAST_LINES_MS = 500;

/** By these, other servers reopen their logs or hand over to a new process: whoever rotates logs may send them to all. */
const OF_OTHER_SERVERS = ["SIGUSR1", "SIGUSR2"] as const;

function tellUnused(signal: NodeJS.Signals): void {
  log.warning(`received ${signal}, which does nothing: SIGHUP reads the configuration again`);
}

/** Serves until SIGTERM or SIGINT; exit code 0 then, and 1 where it cannot start. */
export async function serve({ config: named, listen }: ServeOptions): Promise<number> {
  let server: Server | undefined;
  // From the first moment on: unheard, they end the program. What changes during the start, the watch sees.
  process.on("SIGHUP", () => void server?.reload());
  if (process.platform !== "win32") for (const signal of OF_OTHER_SERVERS) process.on(signal, tellUnused);
  const outlet = openOutlet(writeToStderr, tellDropped);
  const manager = await openServiceManager();
  const started = await start(named, listen, outlet, manager);
  if (!started) return 1;
  server = started.server;
  compileAsUsual();
  manager?.ready(server.numbers);

  await started.stopped;
  manager?.stopping();
  await server.stop(GRACE_MS);
  await outlet.drain(LAST_LINES_MS);
  return 0;
}

/** A server that listens. */
interface Started {
  readonly server: Server;
  /** Resolves when the program is told to stop. */
  readonly stopped: Promise<void>;
}

/**
 * Loads the configuration and starts a server on it; undefined where that cannot be, which is reported.
 *
 * A function of its own: what an asynchronous one has in its variables stays in memory as long as it waits, and this is
 * the whole configuration as it was read.
 */
async function start(
  named: string | undefined,
  listen: ServerOptions["listen"],
  outlet: ReturnType<typeof openOutlet>,
  manager: ServiceManager | undefined,
): Promise<Started | undefined> {
  const remote = new RemoteFiles();
  const loaded = await reportingConfig(named, (path) => loadServed(path, process.env, remote));
  if (!loaded) {
    remote.close();
    return undefined;
  }
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  try {
    const server = await startServer(new HandedOver(loaded), {
      listen,
      write: outlet.write,
      reader: readerOf(2, process.stderr.isTTY === true, systemVariable("JOURNAL_STREAM")),
      logDropped: () => outlet.dropped,
      runtimeDirectory: systemVariable("RUNTIME_DIRECTORY"),
      passedSocket: passedSocket(takeSystemVariable, process.pid),
      observers: manager ? [manager] : [],
      remote,
    });
    const numbers = counted(server.numbers, "number", "numbers");
    const place = printable(`${server.url} and serves ${numbers} from ${loaded.path}`);
    print(process.stdout, `switchhook listens on ${place}`);
    return { server, stopped };
  } catch (error) {
    remote.close();
    print(process.stderr, `switchhook: ${printable(error instanceof Error ? error.message : String(error))}`);
    return undefined;
  }
}

/** What systemd is told through; undefined where it did not start this process, or cannot be told. */
async function openServiceManager(): Promise<ServiceManager | undefined> {
  const address = systemVariable("NOTIFY_SOCKET");
  if (!address) return undefined;
  try {
    return serviceManager(await openDatagrams(address), watchdogMs(systemVariable, process.pid));
  } catch (error) {
    const reason = printable(error instanceof Error ? error.message : String(error));
    print(process.stderr, `switchhook: cannot tell systemd how the server is doing: ${reason}`);
    return undefined;
  }
}
