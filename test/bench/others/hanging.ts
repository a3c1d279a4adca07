/**
 * Times plain calls on the compiled binary while other calls wait for look-ups, side by side: of one that answers at once,
 * one that never does, one that answers every other time only, so that its breaker does not open, and one so slow that all
 * the requests which it may have at once are under way.
 *
 * Run it with `bun test/bench/others/hanging.ts`, after `make build`.
 */
import { after, type Behaviour, badServer, hang, json } from "../../bad-server.ts";
import { BINARY, callBody, directory, post, serve } from "../../harness.ts";
import { heading, row, timesOf } from "../measures/timing.ts";

/** How many calls that ask a look-up begin every second. */
const LOOKUPS_A_SECOND = 50;
const ROUNDS = 10;
const CALLS_A_ROUND = 2000;
const PLAIN = "+12137770000";

interface Kind {
  readonly name: string;
  readonly behaviour: Behaviour;
  /** The number whose calls ask it. */
  readonly number: string;
  readonly plain: number[];
  readonly asking: number[];
}

const gold = json({ plan: "gold" });
let requests = 0;
const everyOther: Behaviour = (socket, request) => {
  if (requests++ % 2 === 0) gold(socket, request);
};
const kinds = [
  ["at once", gold],
  ["never", hang],
  ["every other time", everyOther],
  ["after 1.2 s", after(1200, gold)],
].map(([name, behaviour], at) => ({
  name,
  behaviour,
  number: `+1213777100${at}`,
  plain: [],
  asking: [],
})) as Kind[];

await using crm = await badServer((socket, request) => {
  const at = Number(/^\/(\d)/.exec(request.path)?.[1]);
  kinds[at]?.behaviour(socket, request);
});
await using files = await directory({
  "config.toml": `[server]
listen = "127.0.0.1:0"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[numbers."${PLAIN}"]
agent = "agent_plain"
${kinds
  .map(
    ({ number }, at) => `[lookups.crm${at}]
url = "${crm.origin}/${at}/callers?phone=\${from_number}"
timeout = "1.5s"
[numbers."${number}"]
agent = "agent_asking"
variables = { plan = "\${lookup.crm${at}.plan:-none}" }
`,
  )
  .join("")}`,
});
await using server = await serve(BINARY, files.file("config.toml"));

await timesOf(server.url, 5000, () => PLAIN);
for (let round = 0; round < ROUNDS; round++) {
  for (const { number, plain, asking } of kinds) {
    const callers = startCallers(number, round, asking);
    await Bun.sleep(500);
    plain.push(...(await timesOf(server.url, CALLS_A_ROUND, () => PLAIN)));
    await callers.hangUp();
  }
}
heading();
for (const { name, plain } of kinds) row(`plain calls, while a look-up answers ${name}`, plain);
for (const { name, asking } of kinds) row(`calls that ask it, answering ${name} (${asking.length})`, asking);
const opened = server.log().split("it is not asked for").length - 1;
console.log(`A look-up was left alone ${opened} times; the service had ${crm.requests.length} requests.`);
await server.stop();

/** Begins calls to a number at a steady rate, each by another caller. */
function startCallers(number: string, round: number, times: number[]) {
  const calls: Promise<void>[] = [];
  const timer = setInterval(() => {
    const startMs = performance.now();
    const from = `+1415${2_000_000 + round * 100_000 + calls.length}`;
    calls.push(
      post(server.url, callBody({ from_number: from, to_number: number })).then(async (response) => {
        await response.text();
        if (response.status !== 200) throw new Error(`Cannot ask: ${response.status}`);
        times.push(performance.now() - startMs);
      }),
    );
  }, 1000 / LOOKUPS_A_SECOND);
  return {
    async hangUp() {
      clearInterval(timer);
      await Promise.all(calls);
    },
  };
}
