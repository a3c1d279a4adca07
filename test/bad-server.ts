/** A server on loopback that does to its clients what servers out there do: whatever a test says, byte by byte. */
import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { gzipSync } from "node:zlib";

/** A request as it came. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the server does with a request. */
export type Behaviour = (socket: Socket, request: SeenRequest) => void;

/** A running server: `await using server = await badServer(hang)`. */
export interface BadServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly port: number;
  /** What it does from now on. */
  behave(behaviour: Behaviour): void;
  /** How many connections are open. */
  readonly open: number;
  /** How many connections were ever accepted. */
  readonly accepted: number;
  /** The whole requests that came. */
  readonly requests: readonly SeenRequest[];
  /** Breaks off every connection, and takes no more. */
  stop(): Promise<void>;
}

/** How the server is reached. */
export interface BadServerOptions {
  /** For https. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** What it sends as soon as somebody connects. */
  readonly greeting?: string;
  /** By default a free one. */
  readonly port?: number;
}

/** Starts a server that does the same with every request, or what stands at the request's path. */
export async function badServer(
  behaviour: Behaviour | Readonly<Record<string, Behaviour>>,
  { tls, greeting, port = 0 }: BadServerOptions = {},
): Promise<BadServer> {
  let behave = typeof behaviour === "function" ? behaviour : byPath(behaviour);
  const sockets = new Set<Socket>();
  const requests: SeenRequest[] = [];
  let accepted = 0;
  const accept = (socket: Socket) => {
    accepted++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // Clients hang up as they like.
    socket.on("error", () => {});
    if (greeting !== undefined) socket.write(greeting);
    let received = "";
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
      for (let whole = parse(received); whole; whole = parse(received)) {
        received = received.slice(whole.length);
        requests.push(whole.request);
        behave(socket, whole.request);
      }
    });
  };
  const server = tls ? createTlsServer(tls, accept) : createServer(accept);
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Cannot start a server: no port");
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return {
    origin: `http${tls ? "s" : ""}://127.0.0.1:${address.port}`,
    port: address.port,
    behave: (next) => {
      behave = next;
    },
    get open() {
      return sockets.size;
    },
    get accepted() {
      return accepted;
    },
    requests,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function byPath(behaviours: Readonly<Record<string, Behaviour>>): Behaviour {
  return (socket, request) => (behaviours[request.path] ?? answer(404, ""))(socket, request);
}

function parse(received: string): { request: SeenRequest; length: number } | undefined {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [first = "", ...lines] = received.slice(0, headEnd).split("\r\n");
  const [method = "", path = ""] = first.split(" ");
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const length = headEnd + 4 + Number(headers["content-length"] ?? 0);
  if (received.length < length) return undefined;
  const body = Buffer.from(received.slice(headEnd + 4, length), "latin1").toString();
  return { request: { method, path, headers, body }, length };
}

/** Answers properly, and keeps the connection. */
export function answer(
  status: number,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Behaviour {
  const bytes = Buffer.from(body);
  return (socket) => {
    const lines = Object.entries({ "content-length": String(bytes.length), ...headers });
    const head = [`HTTP/1.1 ${status} X`, ...lines.map(([name, value]) => `${name}: ${value}`)];
    socket.write(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), bytes]));
  };
}

/** Answers 200 with a value as JSON. */
export function json(value: unknown): Behaviour {
  return answer(200, JSON.stringify(value), { "content-type": "application/json" });
}

/** Takes the request, and never says a word. */
export const hang: Behaviour = () => {};

/** Answers later. */
export function after(ms: number, behaviour: Behaviour): Behaviour {
  return (socket, request) => void setTimeout(() => socket.destroyed || behaviour(socket, request), ms);
}

/** Sends the head of the answer, one byte every `everyMs`, without ever coming to its end. */
export function slowHead(everyMs: number): Behaviour {
  return (socket) => drip(socket, "HTTP/1.1 200 OK\r\nx-filler: ", everyMs);
}

/** Begins the body, and goes on with one byte every `everyMs`. */
export function slowBody(everyMs: number, status = 200): Behaviour {
  return (socket) => drip(socket, `HTTP/1.1 ${status} X\r\ncontent-length: 1000\r\n\r\n{`, everyMs);
}

function drip(socket: Socket, first: string, everyMs: number): void {
  socket.write(first);
  const timer = setInterval(() => socket.write(" "), everyMs);
  socket.on("close", () => clearInterval(timer));
}

/** Begins a body, and resets the connection. */
export const resetMidway: Behaviour = (socket) => {
  socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{", () => {
    setTimeout(() => socket.resetAndDestroy(), 20);
  });
};

/** Begins a body, and closes the connection in good order. */
export const endMidway: Behaviour = (socket) => {
  socket.end("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{");
};

/** Resets the connection at once. */
export const reset: Behaviour = (socket) => void socket.resetAndDestroy();

/** Closes the connection at once. */
export const close: Behaviour = (socket) => void socket.end();

/** Talks something that is not HTTP, and keeps the connection. */
export const garbage: Behaviour = (socket) => void socket.write("SSH-2.0-OpenSSH_9.2\r\n\r\n");

/** Sends the client on. */
export function redirect(location: string, status = 302): Behaviour {
  return answer(status, "", { location });
}

/** Answers with so many headers. */
export function manyHeaders(count: number): Behaviour {
  const headers = Array.from({ length: count }, (_, at) => [`x-${at}`, "a".repeat(50)]);
  return answer(200, "{}", Object.fromEntries(headers));
}

/** Sends a body without end, as fast as it is taken. */
export const flood: Behaviour = (socket) => {
  socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
  const chunk = `4000\r\n${" ".repeat(0x4000)}\r\n`;
  const pour = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", pour);
  pour();
};

/** Answers with a few bytes that become `bytes` blanks when they are decompressed. */
export function gzipBomb(bytes: number): Behaviour {
  return answer(200, gzipSync(" ".repeat(bytes)), { "content-encoding": "gzip" });
}

/** Never answers, but says again and again that it is about to. */
export function earlyHints(everyMs: number): Behaviour {
  return (socket) => {
    const timer = setInterval(() => socket.write("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"), everyMs);
    socket.on("close", () => clearInterval(timer));
  };
}
