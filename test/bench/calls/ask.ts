/** One request to a server that is measured, and whether its answers are right before it is. */
import { createConnection } from "node:net";
import { KEY } from "../../harness.ts";
import type { Server } from "../servers/servers.ts";
import { type Call, callOf, requestOf } from "./requests.ts";

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly body: string;
}

const SAMPLE = 100;
const OLD_MS = 600_000;

/**
 * Asks a server about a sample of calls, and sends it a forged request and an old one.
 *
 * @throws if an answer is not right, or if it refuses what it is said not to, or the reverse
 */
export async function mustAnswerRightly(server: Server, port: number): Promise<void> {
  for (let at = 0; at < SAMPLE; at++) {
    const call = callOf(0, at * 13);
    const reply = await postRaw(port, requestOf(call, KEY, Date.now()));
    const expected = server.answer(call);
    if (reply.status !== 200 || !Bun.deepEquals(JSON.parse(reply.body), expected))
      throw new Error(
        `Cannot measure ${server.name}: it answers ${JSON.stringify(call)} by ${reply.status} ${reply.body}, not by ${JSON.stringify(expected)}`,
      );
  }
  const unlike: readonly (readonly [string, (call: Call) => Buffer])[] = [
    ["forged", (call) => requestOf(call, "key_of_somebody_else", Date.now())],
    ["old", (call) => requestOf(call, KEY, Date.now() - OLD_MS)],
  ];
  for (const [what, make] of unlike) {
    const { status } = await postRaw(port, make(callOf(0, 1)));
    if (status >= 400 !== server.verifies)
      throw new Error(`Cannot measure ${server.name}: it answers a request that is ${what} by ${status}`);
  }
}

/** Sends one request over a connection of its own. Rejects where nobody listens, or no answer came within 10 s. */
export function postRaw(port: number, request: Buffer): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1", () => socket.write(request));
    socket.setTimeout(10_000, () => socket.destroy(new Error("no answer")));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("no answer")));
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString();
      const reply = replyIn(text);
      if (!reply) return;
      resolve(reply);
      socket.destroy();
    });
  });
}

/** The answer in what was received, once it is whole. */
function replyIn(text: string): Reply | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]);
  const rest = text.slice(end + 4);
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (length === undefined) return { status, body: rest };
  return Buffer.byteLength(rest) >= Number(length) ? { status, body: rest } : undefined;
}
