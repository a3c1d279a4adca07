/** Listening on an address, and the connections that come in on it. */
import { once } from "node:events";
import { chmodSync, lstatSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { ListenAddress } from "../../config/read/settings.ts";
import { within } from "../live/within.ts";
import { Connection, type Service } from "./connection.ts";
import { PATIENCE, type Patience } from "./limits.ts";
import { removeStaleSocket } from "./stale-socket.ts";

/** A listening server. */
export interface Listener {
  /** Where it listens, for people and clients: `http://127.0.0.1:8787`, or `unix:/path`. */
  readonly origin: string;
  /**
   * Stops accepting and closes idle connections; resolves when every request under way is answered, and gives up those
   * that are not after `graceMs`.
   */
  stop(graceMs: number): Promise<void>;
}

/** How it is listened. */
export interface ListenOptions {
  /** The permissions of a Unix socket; by default everybody on the machine may connect. */
  readonly socketMode?: number;
  readonly patience?: Patience;
}

/**
 * Starts to listen.
 *
 * @throws if the address cannot be listened on; the message names it and the reason
 */
export async function listen(
  address: ListenAddress,
  service: Service,
  { socketMode = 0o666, patience = PATIENCE }: ListenOptions = {},
): Promise<Listener> {
  const connections = new Set<Connection>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const peer = socket.remoteAddress;
    // It is gone already. Without its address it would pass for a proxy of this machine, on a Unix socket.
    if (peer === undefined && address.kind === "tcp") return abandon(socket);
    const connection = new Connection(socket, peer, service, patience, () => connections.delete(connection));
    connections.add(connection);
  });
  try {
    if (address.kind === "unix") await removeStaleSocket(address.path);
    server.listen(
      address.kind === "unix" ? { path: address.path } : { host: address.host, port: address.port },
    );
    await once(server, "listening");
    // Like a port on loopback: whoever may reach it may connect, and the signature decides.
    if (address.kind === "unix") chmodSync(address.path, socketMode);
  } catch (error) {
    throw new Error(`cannot listen on ${originOf(address)}: ${listenProblem(error, address)}`, {
      cause: error,
    });
  }
  // A connection that cannot be accepted, for want of descriptors, is no reason to end.
  server.on("error", service.failed);
  const checking = checkTimes(connections, patience);

  return {
    origin: originOf(address, server),
    async stop(graceMs) {
      server.close(() => clearInterval(checking));
      await within(graceMs, Promise.all([...connections].map((connection) => connection.stop())));
      for (const connection of connections) connection.abandon();
    },
  };
}

function abandon(socket: Socket): void {
  socket.on("error", () => {});
  socket.destroy();
}

/** Looks at all connections now and then: a timer for each would cost every call two. */
function checkTimes(connections: ReadonlySet<Connection>, patience: Patience) {
  const everyMs = Math.min(1000, ...Object.values(patience).map((ms: number) => ms / 4));
  const timer = setInterval(() => {
    const nowMs = performance.now();
    for (const connection of connections) connection.checkTime(nowMs);
  }, everyMs);
  // It is no reason to go on living.
  timer.unref();
  return timer;
}

/** Each runtime words the reasons in its own way. */
function listenProblem(error: unknown, address: ListenAddress): string {
  switch (error instanceof Error && "code" in error && error.code) {
    case "EADDRINUSE":
      return inUseWords(address);
    case "EADDRNOTAVAIL":
      return "this machine does not have that address";
    case "EACCES":
      return address.kind === "tcp" && address.port < 1024
        ? "permission denied; ports below 1024 are for root, so use a higher one behind a reverse proxy"
        : "permission denied";
    case "ENOENT":
      return "there is no such directory";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

function inUseWords(address: ListenAddress): string {
  if (address.kind === "tcp") {
    return `it is already in use; "ss -ltnp sport = :${address.port}" shows by which program`;
  }
  return lstatSync(address.path, { throwIfNoEntry: false })?.isSocket()
    ? "it is already in use; another server answers on this socket"
    : "something that is not a socket is at this path; remove it, or use another path";
}

/** An address as people and clients write it; the port is that of the server, where it has chosen one. */
function originOf(address: ListenAddress, server?: Server): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  const bound = server?.address();
  const port = typeof bound === "object" && bound ? bound.port : address.port;
  return `http://${address.host.includes(":") ? `[${address.host}]` : address.host}:${port}`;
}
