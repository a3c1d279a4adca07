/**
 * Signed calls at a steady pace, as Retell's client sends them: on connections that are kept, eight at most. A program of
 * its own, to be run in the network of a container. It prints a line after every hundredth answer, and at the end what
 * became of the calls that got something else than was expected.
 *
 * SIGTERM ends it: it tells what it knows by then.
 *
 * Arguments: how many calls, how many a second, the origin, whose host is on this machine, the agent that each must be given.
 */
import http from "node:http";
import https from "node:https";
import Retell from "retell-sdk";
import { callBody, KEY } from "../harness.ts";

const [count, perSecond] = process.argv.slice(2, 4).map(Number);
const { protocol, host, hostname, port } = new URL(process.argv[4] ?? "");
const agent = process.argv[5];
const { Agent, request } = protocol === "https:" ? https : http;
const connections = new Agent({ keepAlive: true, maxSockets: 8 });

async function call(at: number): Promise<string> {
  const body = callBody({ from_number: `+1213777${String(at).padStart(4, "0")}` });
  const signature = await Retell.sign(body, KEY);
  const { promise, resolve } = Promise.withResolvers<string>();
  const asked = request(
    {
      ...{ agent: connections, host: "127.0.0.1", port: port || 443, method: "POST", path: "/webhook" },
      ...{ servername: hostname, rejectUnauthorized: false, timeout: 60_000 },
      headers: {
        host,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "x-retell-signature": signature,
      },
    },
    (response) => {
      let text = "";
      response.on("data", (bytes) => {
        text += bytes;
      });
      response.on("end", () => resolve(`${response.statusCode} ${text}`));
      response.on("error", (error) => resolve(String(error)));
    },
  );
  asked.on("error", (error) => resolve(String(error)));
  asked.on("timeout", () => asked.destroy(new Error("no answer")));
  asked.end(body);
  return await promise;
}

const right = `200 ${JSON.stringify({ call_inbound: { override_agent_id: agent } })}`;
const wrong: string[] = [];
let answered = 0;
let longestMs = 0;
const startMs = performance.now();
const calls = Array.from({ length: Number(count) }, async (_, at) => {
  const dueMs = (at * 1000) / Number(perSecond);
  await Bun.sleep(startMs + dueMs - performance.now());
  const askedMs = performance.now();
  const answer = await call(at);
  longestMs = Math.max(longestMs, performance.now() - askedMs);
  if (answer !== right) wrong.push(`call ${at}: ${answer}`);
  answered++;
  if (answered % 100 === 0) console.log(answered);
});
const told = Promise.withResolvers<void>();
process.once("SIGTERM", () => told.resolve());
await Promise.race([Promise.all(calls), told.promise]);
console.log(JSON.stringify({ answered, wrong, longestMs: Math.round(longestMs) }));
process.exit(0);
