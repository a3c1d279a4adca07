/** `switchhook serve`: answers calls until it is told to stop. */
import { printable } from "../config/findings/printable.ts";
import { RETELL_TIMEOUT_MS } from "../retell/timing.ts";
import { type Server, startServer } from "../server/server.ts";
import { counted } from "./check.ts";
import { loadGoodConfig } from "./config-file.ts";
import { print } from "./terminal.ts";

/** Options of `serve`. */
export interface ServeOptions {
  readonly config?: string;
}

/** Serves until SIGTERM or SIGINT; exit code 0 then, and 1 where it cannot start. */
export async function serve({ config: named }: ServeOptions): Promise<number> {
  let server: Server | undefined;
  // From the first moment on: unheard, it ends the program. What changes during the start, the watch sees.
  process.on("SIGHUP", () => void server?.reload());
  const loaded = await loadGoodConfig(named, "required");
  if (!loaded) return 1;
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });

  try {
    server = await startServer(loaded, {
      write: (line) => process.stderr.write(line),
      isTerminal: process.stderr.isTTY === true,
    });
  } catch (error) {
    print(process.stderr, `switchhook: ${printable(error instanceof Error ? error.message : String(error))}`);
    return 1;
  }
  const numbers = counted(server.numbers, "number", "numbers");
  const place = printable(`${server.url} and serves ${numbers} from ${loaded.path}`);
  print(process.stdout, `switchhook listens on ${place}`);

  await stopped;
  // After that Retell waits for none of the calls under way.
  await server.stop(RETELL_TIMEOUT_MS);
  return 0;
}
