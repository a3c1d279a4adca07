/** Loading the configuration that a server starts with. */
import { type Loaded, loadConfig } from "../../../config/load.ts";
import type { Env } from "../../../config/read/file.ts";
import { loadAccepting } from "./accept.ts";
import type { RemoteFiles } from "./remote-files.ts";

/**
 * Loads a configuration with what its URLs hold: what they answer now, else what the copies in the state directory
 * hold, else nothing.
 */
export async function loadServed(path: string, env: Env, remote: RemoteFiles): Promise<Loaded> {
  const nowMs = Date.now();
  const { loaded, verdicts } = await loadAccepting(
    (remote) => loadConfig(path, env, "required", nowMs, { remote }),
    remote.first,
  );
  remote.settle(loaded.remote, verdicts, loaded.config !== undefined);
  return loaded;
}
