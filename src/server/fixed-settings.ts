/** The settings that a reload cannot change. */
import type { Config } from "../config/load.ts";
import { log } from "./observe/log/log.ts";

/** What of a configuration is fixed when the server starts. */
type Fixed = Pick<Config, "server" | "admin">;

/**
 * Warns of what a changed configuration says otherwise than the one that the server was started with.
 *
 * @param origin where the server listens
 */
export function warnOfFixed(next: Fixed, started: Fixed, origin: string): void {
  if (addressesOf(next) !== addressesOf(started)) {
    log.warning(
      "`listen` cannot change while the server runs; restart it to use the new address. All other changes are in force",
      { listening: origin },
    );
  }
  const { state } = started.server;
  if (next.server.state !== state) {
    log.warning(
      "`state` cannot change while the server runs; restart it to use the new directory. All other changes are in force",
      { state: state ?? "none" },
    );
  }
}

function addressesOf({ server, admin }: Fixed): string {
  return JSON.stringify([server.listen, admin.listen]);
}
