/** Unix sockets of servers that did not end in good order. */
import { once } from "node:events";
import { lstatSync, rmSync } from "node:fs";
import { createConnection } from "node:net";

/** Removes a socket that a crashed server left behind; one that answers stays, and listening on it then fails. */
export async function removeStaleSocket(path: string): Promise<void> {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSocket()) return;
  const connection = createConnection(path);
  try {
    await once(connection, "connect");
  } catch {
    rmSync(path, { force: true });
  } finally {
    connection.destroy();
  }
}
