/** Connecting to a Redis-compatible server, however it is found. */
import type { LookupFunction } from "node:net";
import type {
  RedisClientOptions as AnyOptions,
  RedisClientType,
  RedisFunctions,
  RedisModules,
  RedisScripts,
} from "@redis/client";
import type { HostPort, SharedSettings } from "../../../config/read/settings/shared.ts";
import { hostNames } from "../../host-names.ts";
import { within } from "../../live/within.ts";

/** With the protocol that every compatible server speaks. */
type RedisClientOptions = AnyOptions<RedisModules, RedisFunctions, RedisScripts, 2>;

/** A connection to the server; to the master that sentinels name, or to all nodes of a cluster. */
export interface Connection {
  /**
   * Sends a command at once, behind those that are still unanswered. Rejects with what the server answers, or why there is
   * no answer; it may never settle where the server hangs.
   *
   * @param key one of the keys that it is about
   */
  send(key: string, command: readonly string[]): Promise<unknown>;
  /** Ends it; what is unanswered is rejected. */
  close(): void;
}

/** How long to wait for the first byte of a connection, in milliseconds, and for all that is said before the first command. */
const CONNECT_MS = 2000;
const READY_MS = 4000;

/**
 * Connects. The client library is loaded by the first of these calls: who shares nothing need not have it in memory.
 *
 * @param lost told when the connection has ended by itself
 * @throws why there is no connection
 */
export async function connect(settings: SharedSettings, lost: (error: unknown) => void): Promise<Connection> {
  const redis = await import("@redis/client");
  const { place } = settings;
  const common = optionsOf(settings);
  const open = async (options: RedisClientOptions, lost: (error: unknown) => void) => {
    const client = redis.createClient(options);
    // Before it is connected, what goes wrong is what `connect` rejects with.
    let isOpen = false;
    client.on("error", (error) => {
      if (isOpen) lost(error);
    });
    await ready(client);
    isOpen = true;
    return client;
  };
  switch (place.kind) {
    case "server":
      return connectionOf(await open(withNode(common, place.node, settings), lost));
    case "sentinels": {
      const ask = async (node: HostPort): Promise<HostPort> => {
        const client = await open(withNode(sentinelOptionsOf(settings), node, settings), () => {});
        try {
          return readMaster(
            await client.sendCommand(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", place.name]),
            place.name,
          );
        } finally {
          ended(() => client.destroy());
        }
      };
      const master = await firstOf(place.nodes, ask);
      return connectionOf(await open(withNode(common, master, settings), lost));
    }
    case "unknown":
      throw new Error("the URL is not known");
    case "cluster": {
      const { socket, ...defaults } = common;
      const cluster = redis.createCluster({
        RESP: 2,
        rootNodes: place.nodes.map((node) => ({ socket: { ...socket, ...node } })),
        // Nodes that come back are connected to again by the library; what asks them fails meanwhile.
        defaults: { ...defaults, socket: { ...socket, reconnectStrategy: 500 } },
      });
      cluster.on("error", () => {});
      await ready(cluster);
      return {
        send: (key, command) => cluster.sendCommand(key, false, [...command]),
        close: () => ended(() => cluster.destroy()),
      };
    }
  }
}

type Options = Omit<RedisClientOptions, "socket"> & { readonly socket: SocketOptions };

interface SocketOptions {
  readonly connectTimeout: number;
  readonly reconnectStrategy: false;
  readonly tls?: true;
  readonly ca?: string[];
  readonly lookup?: LookupFunction;
}

/** A connection that is lost is opened anew by whoever watches it, and nothing is sent twice. */
function optionsOf({ isEncrypted, username, password, database, ca }: SharedSettings): Options {
  return {
    RESP: 2,
    disableOfflineQueue: true,
    // Of managed clusters; it would read the environment, which Deno may not.
    maintNotifications: "disabled",
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(database > 0 && { database }),
    socket: {
      connectTimeout: CONNECT_MS,
      reconnectStrategy: false,
      ...(hostNames && { lookup: hostNames }),
      ...(isEncrypted && { tls: true as const, ...(ca !== undefined && { ca: [ca] }) }),
    },
  };
}

function sentinelOptionsOf(settings: SharedSettings): Options {
  const { username: _username, password: _password, database: _database, ...options } = optionsOf(settings);
  const { sentinelPassword } = settings;
  return { ...options, ...(sentinelPassword !== undefined && { password: sentinelPassword }) };
}

function withNode(
  options: Options,
  { host, port }: HostPort,
  { isEncrypted }: SharedSettings,
): RedisClientOptions {
  const socket = { ...options.socket, host, port };
  // The name that the certificate must be for; an address is none.
  return {
    ...options,
    socket: isEncrypted && !/^[\d.:]+$/.test(host) ? { ...socket, servername: host } : socket,
  } as RedisClientOptions;
}

function connectionOf(
  client: Pick<RedisClientType, "destroy"> & { sendCommand(command: string[]): Promise<unknown> },
): Connection {
  return {
    send: (_key, command) => client.sendCommand([...command]),
    close: () => ended(() => client.destroy()),
  };
}

/** Waits until commands can be sent: a server that accepts and then says nothing, or a dead way to it, is given up. */
async function ready(client: { connect(): Promise<unknown>; destroy(): void }): Promise<void> {
  try {
    const isReady = await within(
      READY_MS,
      client.connect().then(() => true),
    );
    if (!isReady) throw new Error(`not ready within ${READY_MS / 1000} s`);
  } catch (error) {
    ended(() => client.destroy());
    throw error;
  }
}

/** Ends a connection; one that has ended by itself is ended. */
function ended(destroy: () => void): void {
  try {
    destroy();
  } catch {
    // The library throws where there is nothing to end.
  }
}

/** What the first of the sentinels says that says anything. @throws what the last one failed by */
async function firstOf(
  nodes: readonly HostPort[],
  ask: (node: HostPort) => Promise<HostPort>,
): Promise<HostPort> {
  let failure: unknown;
  for (const node of nodes) {
    try {
      return await ask(node);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function readMaster(answer: unknown, name: string): HostPort {
  if (!Array.isArray(answer)) throw new Error(`the sentinels know no master ${JSON.stringify(name)}`);
  const [host, port] = answer.map(String);
  return { host: host ?? "", port: Number(port) };
}
