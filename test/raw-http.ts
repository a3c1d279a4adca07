/** HTTP written byte by byte: half requests, bodies that never end, and clients at any loopback address. */
import { connect, type Socket } from "node:net";

/** Where a raw connection goes: a port of this machine, or a Unix socket. */
export type Destination = { readonly host: string; readonly port: number } | { readonly path: string };

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  /** The header lines in the order they came, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** A connection on which the test says every byte. */
export interface RawConnection extends Disposable {
  send(bytes: string | Uint8Array): void;
  /** The next answer that has come whole; rejects if the connection ends before. */
  answer(): Promise<RawAnswer>;
  /** Everything that comes, and is not taken by {@link answer}, until the other end has closed the connection. */
  rest(): Promise<string>;
  /** Resolves when the other end has closed the connection, or broken it off. */
  readonly closed: Promise<void>;
  /** Resolves when the connection does not exist any more. */
  readonly brokenOff: Promise<void>;
  /** Reads nothing more for now, and goes on. */
  pause(): void;
  resume(): void;
  /** Says that nothing more will be sent, and still takes what comes. */
  finish(): void;
  /** Breaks the connection off. */
  hangUp(): void;
  /** Breaks the connection off so that the other end hears of it at once. */
  reset(): void;
}

/** Where the webhook at `url` (`http://…`) can be reached. */
export function destinationOf(url: string): Destination {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) };
}

/** Connects. @param localAddress the address to come from; on loopback any 127.x.y.z will do */
export async function connectRaw(destination: Destination, localAddress?: string): Promise<RawConnection> {
  const socket = connect({
    ...destination,
    allowHalfOpen: true,
    ...(localAddress !== undefined && { localAddress }),
  });
  let received = Buffer.alloc(0);
  let isOver = false;
  let wake = () => {};
  socket.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    wake();
  });
  const closed = new Promise<void>((resolve) => {
    const end = () => {
      isOver = true;
      wake();
      resolve();
    };
    socket.on("end", end);
    socket.on("close", end);
    // A reset is an end as well.
    socket.on("error", end);
  });
  const brokenOff = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  await connected(socket);
  return {
    send: (bytes) => void socket.write(bytes),
    async answer() {
      for (;;) {
        const parsed = parseAnswer(received);
        if (parsed) {
          received = received.subarray(parsed.length);
          return parsed.answer;
        }
        if (isOver) throw new Error(`The connection ended after ${JSON.stringify(received.toString())}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async rest() {
      await closed;
      return received.toString("latin1");
    },
    closed,
    brokenOff,
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    finish: () => void socket.end(),
    hangUp: () => void socket.destroy(),
    reset: () => void socket.resetAndDestroy(),
    [Symbol.dispose]: () => socket.destroy(),
  };
}

/** The head of a request: the request line and its headers. */
export function requestHead(line: string, headers: readonly (readonly [string, string])[]): string {
  return `${line} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

/** One chunk of a body in chunked encoding. */
export function chunk(bytes: string): string {
  return `${Buffer.byteLength(bytes).toString(16)}\r\n${bytes}\r\n`;
}

/** The value of a header of an answer. */
export function headerOf(answer: RawAnswer, name: string): string | undefined {
  return answer.headers.find(([found]) => found === name)?.[1];
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
}

/** The first answer in `bytes` and how long it is; undefined while it is not whole. Its body must have a length. */
function parseAnswer(bytes: Buffer): { readonly answer: RawAnswer; readonly length: number } | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [statusLine = "", ...lines] = bytes.subarray(0, headEnd).toString("latin1").split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  const status = Number(statusLine.split(" ")[1]);
  const bodyStart = headEnd + 4;
  const bodyLength = Number(headers.find(([name]) => name === "content-length")?.[1] ?? 0);
  if (bytes.length < bodyStart + bodyLength) return undefined;
  const body = bytes.subarray(bodyStart, bodyStart + bodyLength).toString();
  return { answer: { status, headers, body }, length: bodyStart + bodyLength };
}
