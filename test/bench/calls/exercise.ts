/** Sending many requests over a few kept connections. */
import { createConnection } from "node:net";
import { signBody } from "../../../src/retell/signature.ts";
import { callBody, KEY } from "../../harness.ts";
import { numberOf } from "./numbers.ts";

const CONNECTIONS = 8;

/** How many calls were made so far. */
let calls = 0;

/** Sends requests over some connections, on each one after the other; every answer must have that status. */
export async function exercise(
  port: number,
  count: number,
  request: () => Buffer | string,
  status = 200,
): Promise<void> {
  const each = () => exerciseOne(port, count / CONNECTIONS, request, status);
  await Promise.all(Array.from({ length: CONNECTIONS }, each));
}

function exerciseOne(
  port: number,
  count: number,
  request: () => Buffer | string,
  status: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1");
    socket.setNoDelay();
    let answers = 0;
    const next = () => socket.write(request());
    socket.on("connect", next);
    socket.on("error", reject);
    socket.on("data", (data) => {
      if (!data.toString().startsWith(`HTTP/1.1 ${status}`)) reject(new Error(`It answered ${data}`));
      else if (++answers < count) next();
      else {
        socket.destroy();
        resolve();
      }
    });
  });
}

/** A call that was not made before, from one of many callers, to one of the first of {@link numberOf}. */
export function newCall(numbers: number): Buffer {
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
