/** What calls cost the processor: sending many, and reading what a process has used. */
import { readdirSync, readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { signBody } from "../../src/retell/signature.ts";
import { callBody, KEY } from "../harness.ts";
import { numberOf } from "./numbers.ts";

const CONNECTIONS = 8;

/** How many calls were made so far. */
let calls = 0;

/** User and system time of a process and all its threads, in microseconds; as the scheduler counts it. */
export function cpuUs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const times = threads.map((thread) => {
    try {
      return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / 1000;
    } catch {
      // The thread has ended since.
      return 0;
    }
  });
  return times.reduce((sum, time) => sum + time, 0);
}

/** Sends calls to the first of {@link numberOf} over some connections, each one after the other. */
export async function exercise(port: number, count: number, numbers: number): Promise<void> {
  await Promise.all(Array.from({ length: CONNECTIONS }, () => callOver(port, count / CONNECTIONS, numbers)));
}

/** Sends calls over one connection; every answer must be a 200. */
function callOver(port: number, count: number, numbers: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1");
    socket.setNoDelay();
    let answers = 0;
    const next = () => socket.write(request(numbers));
    socket.on("connect", next);
    socket.on("error", reject);
    socket.on("data", (data) => {
      if (!data.toString().startsWith("HTTP/1.1 200")) reject(new Error(`It answered ${data}`));
      else if (++answers < count) next();
      else {
        socket.destroy();
        resolve();
      }
    });
  });
}

/** A call that was not made before, from one of many callers. */
function request(numbers: number): Buffer {
  const at = calls++;
  const body = Buffer.from(
    callBody({
      to_number: numberOf(at % numbers),
      from_number: `+1310${2_000_000 + (at % 1000)}`,
      call_id: `call_${at}`,
    }),
  );
  const head = `POST /webhook HTTP/1.1\r\nHost: x\r\nX-Retell-Signature: ${signBody(body, KEY, Date.now())}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
