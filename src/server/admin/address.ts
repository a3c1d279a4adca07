/** Where the admin listener is. */
import { join } from "node:path";
import type { AdminSettings } from "../../config/read/settings/admin.ts";
import type { ListenAddress } from "../../config/read/settings/settings.ts";

/** What the socket is called in a runtime directory. */
const SOCKET = "admin.sock";

/** Whether there is an admin listener: where the configuration names none and there is no runtime directory, nobody can ask. */
export function hasAdmin({ listen }: AdminSettings, runtimeDirectory: string | undefined): boolean {
  return listen !== undefined || Boolean(runtimeDirectory);
}

/**
 * Where the admin listener is: where the configuration says, else a socket in a runtime directory.
 *
 * @param runtimeDirectory as systemd names it in `$RUNTIME_DIRECTORY`
 */
export function adminAddress({ listen }: AdminSettings, runtimeDirectory: string): ListenAddress {
  // systemd names several, if there are.
  const [directory = runtimeDirectory] = runtimeDirectory.split(":");
  return listen ?? { kind: "unix", path: join(directory, SOCKET) };
}
