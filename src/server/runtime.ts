/** What differs between the runtimes, Bun and Deno: serving HTTP, writing to standard error, releasing memory. */
import { once } from "node:events";
import { chmodSync, lstatSync, rmSync, write } from "node:fs";
import { createConnection } from "node:net";
import type { ListenAddress } from "../config/read/settings.ts";

/** Answers one request. `peer` is the address of the other end; undefined on a Unix socket. */
export type Handle = (request: Request, peer: string | undefined) => Response | Promise<Response>;

/** A listening server. */
export interface Listener {
  /** Where it listens, for people and clients: `http://127.0.0.1:8787`, or `unix:/path`. */
  readonly origin: string;
  /** Stops accepting and closes idle connections; resolves when every request under way is answered. */
  stop(): Promise<void>;
}

/** The parts of Deno's API that are used here. */
interface DenoApi {
  serve(
    options: { hostname?: string; port?: number; path?: string; onListen: () => void },
    handle: (request: Request, info: { remoteAddr: { hostname?: string } }) => Response | Promise<Response>,
  ): { addr: { hostname?: string; port?: number }; shutdown(): Promise<void> };
  version: { deno: string };
  stderr: { write(bytes: Uint8Array): Promise<number> };
}

const deno: DenoApi | undefined =
  "Deno" in globalThis ? (globalThis as unknown as { Deno: DenoApi }).Deno : undefined;

/** The runtime and its version: `Bun 1.4.5`. */
export const runtimeName: string = deno ? `Deno ${deno.version.deno}` : `Bun ${Bun.version}`;

/** What an environment variable says that the system sets; undefined where it is not set, or Deno may not read it. */
export function systemVariable(name: string): string | undefined {
  try {
    return process.env[name];
  } catch {
    return undefined;
  }
}

/**
 * Writes some of the bytes to standard error, and resolves with how many that were. Where nobody reads them, another
 * thread waits: in Deno, what Node offers for this would hold up this one.
 */
export function writeToStderr(bytes: Uint8Array): Promise<number> {
  if (deno) return deno.stderr.write(bytes);
  return new Promise((resolve, reject) => {
    write(2, bytes, (error, count) => (error ? reject(error) : resolve(count)));
  });
}

/** Gives the memory of what is no longer used back to the operating system, where the runtime can be asked to. */
export function releaseMemory(): void {
  if (!deno) Bun.gc(true);
}

/**
 * Seconds without a byte in either direction after which a connection is closed: longer than proxies keep them
 * (nginx 60 by default, Caddy 120), so that none sends a call on one that is being closed. Bun takes 255 at most.
 */
const IDLE_SECONDS = 240;

/**
 * Starts a server.
 *
 * @param socketMode the permissions of a Unix socket; by default everybody on the machine may connect
 * @throws if the address cannot be listened on; the message names it and the reason
 */
export async function listen(address: ListenAddress, handle: Handle, socketMode = 0o666): Promise<Listener> {
  try {
    if (address.kind === "unix") await removeStaleSocket(address.path);
    const listener = deno ? listenOnDeno(deno, address, handle) : listenOnBun(address, handle);
    // Like a port on loopback: whoever may reach it may connect, and the signature decides.
    if (address.kind === "unix") chmodSync(address.path, socketMode);
    return listener;
  } catch (error) {
    const origin = address.kind === "unix" ? `unix:${address.path}` : originOf(address.host, address.port);
    throw new Error(`cannot listen on ${origin}: ${listenProblem(error)}`, { cause: error });
  }
}

/** Each runtime words the reasons in its own way. */
function listenProblem(error: unknown): string {
  switch (error instanceof Error && "code" in error && error.code) {
    case "EADDRINUSE":
      return "it is in use already";
    case "EADDRNOTAVAIL":
      return "this machine has no such address";
    case "EACCES":
      return "this user may not";
    case "ENOENT":
      return "there is no such directory";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

interface UnixOptions {
  readonly unix: string;
  readonly development: false;
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

function listenOnBun(address: ListenAddress, handle: Handle): Listener {
  if (address.kind === "unix") {
    const fetch = (request: Request) => handle(request, undefined);
    // Bun's types know no time-out here, and Bun itself does: 10 s, if nothing else is said.
    const patient = { idleTimeout: IDLE_SECONDS };
    const options: UnixOptions = { unix: address.path, development: false, fetch, ...patient };
    const server = Bun.serve(options);
    return { origin: `unix:${address.path}`, stop: () => server.stop() };
  }
  const server = Bun.serve({
    hostname: address.host,
    port: address.port,
    idleTimeout: IDLE_SECONDS,
    development: false,
    // Without `development` Bun shares the port, and a second server would take half of the calls.
    reusePort: false,
    fetch: (request, server) => handle(request, server.requestIP(request)?.address),
  });
  return { origin: originOf(address.host, server.port), stop: () => server.stop() };
}

function listenOnDeno(api: DenoApi, address: ListenAddress, handle: Handle): Listener {
  const onListen = () => {};
  if (address.kind === "unix") {
    const server = api.serve({ path: address.path, onListen }, (request) => handle(request, undefined));
    return { origin: `unix:${address.path}`, stop: () => server.shutdown() };
  }
  const server = api.serve({ hostname: address.host, port: address.port, onListen }, (request, info) =>
    handle(request, info.remoteAddr.hostname),
  );
  return { origin: originOf(address.host, server.addr.port), stop: () => server.shutdown() };
}

function originOf(host: string, port: number | undefined): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Removes a socket that a crashed server left behind; one that answers stays, and listening on it then fails. */
async function removeStaleSocket(path: string): Promise<void> {
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
