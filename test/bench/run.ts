/**
 * Times the compiled binary: how long an answer takes, beside a server that checks the signature and looks the number
 * up in a Map and does nothing else; and how long calls wait while a large configuration is reloaded.
 */
import { createConnection, type Socket } from "node:net";
import { join } from "node:path";
import { signBody } from "../../src/retell/signature.ts";
import { BINARY, callBody, directory, KEY, serve, until } from "../harness.ts";
import { numberOf } from "./numbers.ts";

const HEAD = '[server]\nlisten = "127.0.0.1:0"\n[retell]\napi_key = "${env:RETELL_API_KEY}"\n';

/** A configuration of `count` numbers, each with what a number usually has. */
function configOf(count: number, extra = ""): string {
  const numbers = Array.from(
    { length: count },
    (_, at) => `[numbers."${numberOf(at)}"]
agent = "agent_${at}"
deny = ["@spam", "+1900*", "withheld"]
variables = { company = "Client ${at}", caller = "\${from_number}" }
metadata = { tenant = "client-${at}" }
`,
  );
  return `${HEAD}[lists]\nspam = { file = "spam.txt" }\n${extra}${numbers.join("")}`;
}

/** Sends calls one after the other over one connection, and returns how long each took, in milliseconds. */
async function timesOf(url: string, calls: number): Promise<number[]> {
  const { hostname, port, pathname } = new URL(url);
  const socket = createConnection(Number(port), hostname);
  socket.setNoDelay();
  const times: number[] = [];
  for (let at = 0; at < calls; at++) {
    const body = Buffer.from(callBody({ to_number: numberOf(at % 100), call_id: `call_${at}` }));
    const head = `POST ${pathname} HTTP/1.1\r\nHost: x\r\nX-Retell-Signature: ${signBody(body, KEY, Date.now())}\r\nContent-Length: ${body.length}\r\n\r\n`;
    const request = Buffer.concat([Buffer.from(head), body]);
    const startNs = process.hrtime.bigint();
    const answer = await exchange(socket, request);
    times.push(Number(process.hrtime.bigint() - startNs) / 1e6);
    if (!answer.startsWith("HTTP/1.1 200")) throw new Error(`Cannot time ${url}: it answered ${answer}`);
  }
  socket.destroy();
  return times;
}

function exchange(socket: Socket, request: Buffer): Promise<string> {
  return new Promise((resolve) => {
    socket.once("data", (data) => resolve(data.toString()));
    socket.write(request);
  });
}

/** Starts the hand-written server in a process of its own, as the binary is in one. */
async function startHandWritten(count: number) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "hand-written.ts"), String(count)], {
    env: { RETELL_API_KEY: KEY },
    stdout: "pipe",
  });
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  return { url: new TextDecoder().decode(value).trim(), stop: () => child.kill() };
}

const at = (times: readonly number[], share: number) =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ??
  Number.NaN;
const row = (name: string, times: readonly number[]) =>
  console.log(
    `${name.padEnd(52)} ${[0.5, 0.99, 0.999, 1].map((share) => at(times, share).toFixed(3).padStart(9)).join(" ")}`,
  );

console.log(`milliseconds a call, one after the other${" ".repeat(15)} median       99%     99.9%       max`);
const spam = Array.from({ length: 100_000 }, (_, index) => `+1415${2_000_000 + index}`).join("\n");
await using files = await directory({ "config.toml": configOf(10_000), "spam.txt": spam });
await using server = await serve(BINARY, files.file("config.toml"));
const plain = await startHandWritten(10_000);
for (const url of [server.url, plain.url]) await timesOf(url, 2000);

const rounds = 5;
const ours: number[] = [];
const theirs: number[] = [];
for (let round = 0; round < rounds; round++) {
  ours.push(...(await timesOf(server.url, 2000)));
  theirs.push(...(await timesOf(plain.url, 2000)));
}
row("switchhook, 10,000 numbers, a list of 100,000", ours);
row("hand-written server, 10,000 numbers", theirs);

const during: number[] = [];
for (let round = 0; round < rounds; round++) {
  const reloads = server.log().split("configuration reloaded").length;
  await files.write("config.toml", configOf(10_000, `# round ${round}\n`));
  await until(async () => {
    during.push(...(await timesOf(server.url, 50)));
    return server.log().split("configuration reloaded").length > reloads;
  }, 60_000);
}
row(`switchhook, while all of that is reloaded ${rounds} times`, during);
plain.stop();
process.exit(await server.stop());
