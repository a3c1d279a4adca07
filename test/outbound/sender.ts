/**
 * Sends what standard input says, a request as JSON a line, and prints what became of each, with the body as text. For
 * tests of what the client does on another runtime.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { openClient } from "../../src/outbound/client.ts";
import type { ToldResult } from "./clients.ts";

const client = openClient();
const aborts = new Map<number, AbortController>();

for await (const line of createInterface({ input: process.stdin })) {
  const { id, request } = JSON.parse(line);
  if (request === "abort") {
    aborts.get(id)?.abort();
    continue;
  }
  const abort = new AbortController();
  aborts.set(id, abort);
  void client.send({ ...request, signal: abort.signal }).then((result) => {
    aborts.delete(id);
    const told: ToldResult =
      result.kind === "received" ? { ...result, body: new TextDecoder().decode(result.body) } : result;
    process.stdout.write(`${JSON.stringify({ id, result: told })}\n`);
  });
}
client.close();
