/** The listener for those who run the server. */
import type { AdminSettings } from "../../config/read/settings/admin.ts";
import { type Listener, listen } from "../http/listening/listener.ts";
import type { Service } from "../http/service.ts";
import { logFault } from "../observe/log/log.ts";
import { refusalResponse } from "../webhook/refusal.ts";
import { adminAddress, hasAdmin } from "./address.ts";
import type { Administered } from "./app.ts";

/** Only the user that the server runs as, and root. */
const SOCKET_MODE = 0o600;

/**
 * Opens the admin listener; undefined where the configuration names none and there is no runtime directory.
 *
 * @param runtimeDirectory `$RUNTIME_DIRECTORY`, if it is set
 * @throws if the address cannot be listened on
 */
export async function openAdmin(
  settings: AdminSettings,
  runtimeDirectory: string | undefined,
  administered: Administered,
): Promise<Listener | undefined> {
  if (!hasAdmin(settings, runtimeDirectory)) return undefined;
  const address = adminAddress(settings, runtimeDirectory ?? "");
  // It has a page with it, which takes a while to load; calls are answered by now.
  const { createAdminApp } = await import("./app.ts");
  // Whoever may open the socket may ask.
  const app = createAdminApp(
    address.kind === "unix" ? { ...administered, token: () => undefined } : administered,
  );
  const service: Service = {
    answer: (request) => app.fetch(request),
    refuse: (fault) => refusalResponse({ ...fault, address: undefined }),
    failed: logFault,
  };
  return await listen(address, service, { socketMode: SOCKET_MODE });
}
