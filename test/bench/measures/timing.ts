/** Timing calls one after the other, and printing what was measured. */
import { createConnection, type Socket } from "node:net";
import { signBody } from "../../../src/retell/signature.ts";
import { callBody, KEY } from "../../harness.ts";

/** Sends calls over one connection, and returns how long each took, in milliseconds. @param to who is called, in turn */
export async function timesOf(url: string, calls: number, to: (at: number) => string): Promise<number[]> {
  const { hostname, port, pathname } = new URL(url);
  const socket = createConnection(Number(port), hostname);
  socket.setNoDelay();
  const times: number[] = [];
  for (let at = 0; at < calls; at++) {
    const request = requestOf(pathname, to(at));
    const startNs = process.hrtime.bigint();
    const answer = await exchange(socket, request);
    times.push(Number(process.hrtime.bigint() - startNs) / 1e6);
    if (!answer.startsWith("HTTP/1.1 200")) throw new Error(`Cannot time ${url}: it answered ${answer}`);
  }
  socket.destroy();
  return times;
}

/** Each is a call of its own: one that came before would be a retry. */
let calls = 0;

function requestOf(pathname: string, to: string): Buffer {
  const body = Buffer.from(callBody({ to_number: to, call_id: `call_${calls++}` }));
  const head = `POST ${pathname} HTTP/1.1\r\nHost: x\r\nX-Retell-Signature: ${signBody(body, KEY, Date.now())}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

function exchange(socket: Socket, request: Buffer): Promise<string> {
  return new Promise((resolve) => {
    socket.once("data", (data) => resolve(data.toString()));
    socket.write(request);
  });
}

/**
 * Sends calls at a steady rate on a few connections until a promise resolves, and returns how long each took from when
 * it was due, in milliseconds: a server that stands still is charged with every call that it keeps waiting.
 *
 * @param rate calls a second
 */
export async function steadyTimes(url: string, rate: number, end: Promise<unknown>): Promise<number[]> {
  const { hostname, port, pathname } = new URL(url);
  const lines = Array.from({ length: 8 }, () => createConnection(Number(port), hostname).setNoDelay());
  const idle = [...lines];
  const times: number[] = [];
  let isOver = false;
  void end.then(() => {
    isOver = true;
  });
  const under: Promise<void>[] = [];
  const startMs = performance.now();
  for (let at = 0; !isOver; at++) {
    const dueMs = startMs + (at * 1000) / rate;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await Bun.sleep(waitMs);
    const isLate = idle.length === 0;
    while (idle.length === 0) await Bun.sleep(1);
    const line = idle.pop();
    if (!line) continue;
    const request = requestOf(pathname, "+12137771235");
    // One that had to wait for a free connection has waited since it was due.
    const sentMs = isLate ? dueMs : performance.now();
    under.push(
      exchange(line, request).then(() => {
        times.push(performance.now() - sentMs);
        idle.push(line);
      }),
    );
  }
  await Promise.all(under);
  for (const line of lines) line.destroy();
  return times;
}

/** The value below which a share of all values is. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Prints the heading of a table of {@link row}s. */
export function heading(): void {
  console.log(
    `milliseconds a call, one after the other${" ".repeat(15)} median       99%     99.9%       max`,
  );
}

/** Prints how long calls took: the median, the slowest of 100 and of 1,000, and the slowest. */
export function row(name: string, times: readonly number[]): void {
  const shares = [0.5, 0.99, 0.999, 1].map((share) => quantile(times, share).toFixed(3).padStart(9));
  console.log(`${name.padEnd(52)} ${shares.join(" ")}`);
}
