/**
 * Measures what those cost who do not have the key, beside what a call costs:
 *
 *     bun test/bench/others/strangers.ts [BINARY]
 *
 * User and system time of the server's process, of all its threads, in microseconds a request, on a few kept
 * connections; the median of several rounds, in which all kinds of requests take turns. Linux only.
 */
import { signBody } from "../../../src/retell/signature.ts";
import { callBody, directory, environment, KEY } from "../../harness.ts";
import { exercise } from "../calls/exercise.ts";
import { median } from "../compare/results.ts";
import { buildsNamed } from "../measures/builds.ts";
import { cpuUs } from "../measures/usage.ts";

const ROUNDS = 9;
/** So many requests in a round: fewer of those that take long. */
const REQUESTS = 2000;
const MOST_BODY = 64 * 1024;

const NUMBER = '[numbers."+12137771235"]\nagent = "agent_1"\n';
const configWith = (clients: number) => ({
  "config.toml": `${clients > 0 ? 'include = "clients/*.toml"\n' : ""}[server]\nlisten = "127.0.0.1:0"\n[retell]\napi_key = "\${env:RETELL_API_KEY}"\n${NUMBER}`,
  ...Object.fromEntries(
    Array.from({ length: clients }, (_, at) => [
      `clients/client${at}.toml`,
      `[retell]\napi_key = "key_of_client_${1_000_000 + at}"\n[numbers."+1310${1_000_000 + at}"]\nagent = "agent_1"\n`,
    ]),
  ),
});

let count = 0;
const big = " ".repeat(MOST_BODY - 300);
const newCall = () => callBody({ call_id: `call_${count++}` });
/** A request, and what its answer must begin with. */
type Kind = readonly [what: string, status: number, request: () => string];
const post = (body: string, headers: string) =>
  `POST /webhook HTTP/1.1\r\nHost: x\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
const signed = (body: string, key: string) =>
  post(body, `X-Retell-Signature: ${signBody(Buffer.from(body), key, Date.now())}\r\n`);
const KINDS: readonly Kind[] = [
  ["a signed call", 200, () => signed(newCall(), KEY)],
  ["GET /healthz", 200, () => "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"],
  ["another path", 404, () => "GET /wp-login.php HTTP/1.1\r\nHost: x\r\n\r\n"],
  ["no signature", 401, () => post(newCall(), "")],
  ["a forged signature", 401, () => signed(newCall(), "key_that_is_wrong")],
  ["the same, with a body of 64 KiB", 401, () => signed(newCall() + big, "key_that_is_wrong")],
];

const [binary = ""] = buildsNamed(process.argv.slice(2));
console.log(`µs of the server's processor time a request, median of ${ROUNDS} rounds`);
for (const clients of [0, 100]) {
  console.log(clients === 0 ? "one key" : `${clients} clients, each with a key of its own`);
  for (const [what, us] of await measure(configWith(clients)))
    console.log(`  ${us.toFixed(1).padStart(8)}  ${what}`);
}
process.exit(0);

async function measure(files: Readonly<Record<string, string>>): Promise<Map<string, number>> {
  await using dir = await directory(files);
  const child = Bun.spawn([binary, "serve", "-c", dir.file("config.toml")], {
    env: environment(),
    stdout: "pipe",
    stderr: Bun.file("/dev/null"),
  });
  try {
    const { value } = await child.stdout.getReader().read();
    const port = Number(/:(\d+)\/webhook/.exec(new TextDecoder().decode(value))?.[1]);
    const rounds = new Map<string, number[]>();
    for (let round = -1; round < ROUNDS; round++) {
      for (const [what, status, request] of KINDS) {
        const requests = what.includes("KiB") ? REQUESTS / 10 : REQUESTS;
        const beforeUs = cpuUs(child.pid);
        await exercise(port, requests, request, status);
        const us = (cpuUs(child.pid) - beforeUs) / requests;
        // The first round warms up.
        if (round >= 0) rounds.set(what, [...(rounds.get(what) ?? []), us]);
      }
    }
    return new Map(Array.from(rounds, ([what, us]) => [what, median(us)]));
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
}
