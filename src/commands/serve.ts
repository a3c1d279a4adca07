/** `switchhook serve`: answers calls until it is told to stop. */
import { startServer } from "../server/server.ts";
import { counted } from "./check.ts";
import { loadGoodConfig } from "./config-file.ts";
import { print } from "./terminal.ts";

/** Options of `serve`. */
export interface ServeOptions {
  readonly config?: string;
}

/** How long calls under way are waited for when the program is told to stop, in milliseconds. */
const GRACE_MS = 10_000;

/** Serves until SIGTERM or SIGINT; exit code 0 then, and 1 where it cannot start. */
export async function serve({ config: named }: ServeOptions): Promise<number> {
  const loaded = await loadGoodConfig(named);
  if (!loaded) return 1;
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });

  let server: Awaited<ReturnType<typeof startServer>>;
  try {
    server = await startServer(loaded, {
      write: (line) => process.stderr.write(line),
      isTerminal: process.stderr.isTTY === true,
    });
  } catch (error) {
    print(process.stderr, `switchhook: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
  process.on("SIGHUP", () => void server.reload());
  const numbers = counted(server.numbers, "number", "numbers");
  print(process.stdout, `switchhook listens on ${server.url} and serves ${numbers} from ${loaded.path}`);

  await stopped;
  await server.stop(GRACE_MS);
  return 0;
}
