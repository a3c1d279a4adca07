/** Listening on an address, and the connections that come in on it. */
import { once } from "node:events";
import { chmodSync, lstatSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { ListenAddress } from "../../../config/read/settings/settings.ts";
import { within } from "../../live/within.ts";
import { Connection } from "../connection.ts";
import { PATIENCE, type Patience } from "../limits.ts";
import type { Service } from "../service.ts";
import { removeStaleSocket } from "./stale-socket.ts";

/** A listening server. */
export interface Listener {
  /** Where it listens; the path of a Unix socket that was passed is what was asked for, if that is one. */
  readonly address: ListenAddress;
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
  /** The descriptor of a listening socket that somebody else has opened, and keeps: it is used instead of the address. */
  readonly passed?: number | undefined;
}

/**
 * Starts to listen.
 *
 * @throws if the address cannot be listened on; the message names it and the reason
 */
export async function listen(
  address: ListenAddress,
  service: Service,
  { socketMode = 0o666, patience = PATIENCE, passed }: ListenOptions = {},
): Promise<Listener> {
  const connections = new Set<Connection>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const peer = socket.remoteAddress;
    // It is gone already. Without its address it would pass for a proxy of this machine, on a Unix socket.
    if (peer === undefined && place().kind === "tcp") return abandon(socket);
    const connection = new Connection(socket, peer, service, patience, () => connections.delete(connection));
    connections.add(connection);
  });
  let known: ListenAddress | undefined;
  const place = () => {
    known ??= passed === undefined ? address : boundAddress(server, address);
    return known;
  };
  if (passed === undefined) await open(server, address, socketMode);
  else await openPassed(server, passed);
  const bound = place();
  // A connection that cannot be accepted, for want of descriptors, is no reason to end.
  server.on("error", service.failed);
  const checking = checkTimes(connections, patience);

  return {
    address: bound,
    origin: originOf(bound, server),
    async stop(graceMs) {
      // Of a socket that was passed, this closes our descriptor alone: who comes now waits for the next server.
      server.close(() => clearInterval(checking));
      await within(graceMs, stopAll(connections));
      for (const connection of connections) connection.abandon();
    },
  };
}

async function open(server: Server, address: ListenAddress, socketMode: number): Promise<void> {
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
}

async function openPassed(server: Server, fd: number): Promise<void> {
  try {
    server.listen({ fd });
    await once(server, "listening");
  } catch (error) {
    throw new Error(
      `cannot listen on descriptor ${fd}, which systemd passes: it must be a socket of a ListenStream=, with Accept=no (${error instanceof Error ? error.message : error})`,
      { cause: error },
    );
  }
}

/** Where a socket listens that was passed. Of a Unix socket, no runtime says the path. */
function boundAddress(server: Server, asked: ListenAddress): ListenAddress {
  const bound = server.address();
  if (typeof bound === "object" && bound?.port !== undefined) {
    return { kind: "tcp", host: bound.address, port: bound.port };
  }
  return asked.kind === "unix" ? asked : { kind: "unix", path: "" };
}

async function stopAll(connections: ReadonlySet<Connection>): Promise<void> {
  await Promise.all([...connections].map((connection) => connection.stop()));
  // Those that were accepted before, and came to be known only now.
  for (const connection of connections) await connection.stop();
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
export function originOf(address: ListenAddress, server?: Server): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  const bound = server?.address();
  const port = typeof bound === "object" && bound ? bound.port : address.port;
  return `http://${address.host.includes(":") ? `[${address.host}]` : address.host}:${port}`;
}
