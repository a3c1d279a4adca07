/** The socket unit that `switchhook systemd --socket` prints: https://www.freedesktop.org/software/systemd/man/latest/systemd.socket.html */
import { isIP } from "node:net";
import { normalize } from "node:path";
import type { ListenAddress } from "../config/read/settings/settings.ts";
import { SOCKET_NAME } from "../server/http/listening/passed-socket.ts";

/** The runtime directory of the service. Kept, it would be one that only the service can enter: `DynamicUser=`. */
const RUNTIME_DIRECTORY = "/run/switchhook";

/** A place for a Unix socket. */
const SOCKET_EXAMPLE = "unix:/run/switchhook-socket/webhook.sock";

/**
 * The socket unit: systemd listens, and passes the socket to the service of the same name.
 *
 * @throws if systemd cannot listen there by itself; the message says why
 */
export function socketUnitFile(listen: ListenAddress): string {
  const stream = listen.kind === "unix" ? [`ListenStream=${pathOf(listen.path)}`, ...UNIX] : tcp(listen);
  return `# Made by: switchhook systemd --socket > /etc/systemd/system/switchhook.socket
[Unit]
Description=The socket of Switchhook, where calls wait while it restarts

[Socket]
${stream.join("\n")}
FileDescriptorName=${SOCKET_NAME}
Accept=no
# However often the service fails to start, calls wait until it does.
TriggerLimitIntervalSec=0

[Install]
WantedBy=sockets.target
`;
}

const UNIX = [
  "# Like a port: whoever may reach it may connect, and the signature decides.",
  "SocketMode=0666",
  "RemoveOnStop=yes",
] as const;

function pathOf(path: string): string {
  if (!path.startsWith("/") || /[\n\r\0]/.test(path)) {
    throw new Error(`systemd listens only on sockets with an absolute path, found "unix:${path}"`);
  }
  if (normalize(path).startsWith(`${RUNTIME_DIRECTORY}/`)) {
    throw new Error(
      `${RUNTIME_DIRECTORY} is removed when the service stops, and a socket in it would be lost; use another directory, such as "${SOCKET_EXAMPLE}"`,
    );
  }
  return path.replaceAll("%", "%%");
}

function tcp({ host, port }: ListenAddress & { kind: "tcp" }): string[] {
  const address = host.toLowerCase() === "localhost" ? "127.0.0.1" : host;
  const family = isIP(address);
  if (family === 0) throw new Error(`systemd listens only on IP addresses, found "${host}"`);
  if (port === 0) throw new Error("systemd listens only on a port that is known, found 0");
  return [`ListenStream=${family === 6 ? `[${address}]` : address}:${port}`];
}
