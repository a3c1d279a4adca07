/** One HTTP request to a server, over TCP, TLS or a Unix socket. */
import { errorCode } from "../config/files/text-file.ts";
import type { ListenAddress } from "../config/read/settings/settings.ts";

/** Where a request goes. */
export interface Target {
  /** For people. */
  readonly shown: string;
  readonly options: Readonly<Record<string, string | number>>;
  readonly isTls: boolean;
}

/** What is sent. */
export interface Outgoing {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: Uint8Array;
  /** How long the server may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** What came back. */
export interface Incoming {
  readonly status: number;
  readonly body: string;
}

/** The target that a URL names. */
export function urlTarget({ href, protocol, hostname, port, pathname, search }: URL): Target {
  const isTls = protocol === "https:";
  const host = hostname.replace(/^\[|\]$/g, "");
  return {
    shown: href,
    isTls,
    options: { host, port: Number(port) || (isTls ? 443 : 80), path: pathname + search },
  };
}

/** A path of a server that listens on an address, as seen from the same machine. */
export function addressTarget(address: ListenAddress, path: string): Target {
  if (address.kind === "unix") {
    return {
      shown: `unix:${address.path} ${path}`,
      isTls: false,
      options: { socketPath: address.path, path },
    };
  }
  const host = address.host === "0.0.0.0" ? "127.0.0.1" : address.host === "::" ? "::1" : address.host;
  const shown = `http://${host.includes(":") ? `[${host}]` : host}:${address.port}${path}`;
  return { shown, isTls: false, options: { host, port: address.port, path } };
}

/**
 * Sends a request.
 *
 * @throws where there is no whole answer; {@link exchangeProblem} says why
 */
export async function exchange(
  target: Target,
  { method, headers, body, timeoutMs }: Outgoing,
): Promise<Incoming> {
  const { request } = await (target.isTls ? import("node:https") : import("node:http"));
  return await new Promise((resolve, reject) => {
    const options = {
      ...target.options,
      method,
      headers: { "content-length": body?.length ?? 0, ...headers },
      timeout: timeoutMs,
    };
    const outgoing = request(options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no response within ${timeoutMs / 1000} s`)));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/**
 * Why there was no answer, for people.
 *
 * @param advice what to do where nothing is listening
 */
export function exchangeProblem(error: unknown, advice = 'start the server with "switchhook serve"'): string {
  switch (errorCode(error)) {
    case "ECONNREFUSED":
    case "ENOENT":
      return `nothing is listening there; ${advice}`;
    case "EACCES":
    case "EPERM":
      return "this user may not connect to it; try again as root";
    case "ENOTFOUND":
      return "there is no such host";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
