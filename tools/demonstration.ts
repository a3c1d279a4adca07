/** Serves config.example.toml on a free port, sends it signed calls, and shows each request beside its answer. */
import Retell from "retell-sdk";
import { BINARY, callBody, KEY, ROOT, serve } from "../test/harness.ts";

const to = "+12137771235";
const calls = [
  {
    title: "A call that is routed",
    from: "+12134440000",
    key: KEY,
    status: 200,
    answer: /"override_agent_id"/,
  },
  { title: "A call that is denied", from: "anonymous", key: KEY, status: 200, answer: /"reject":true/ },
  {
    title: "A call with a forged signature",
    from: "+12134440000",
    key: "key_forged",
    status: 401,
    answer: /"error"/,
  },
];

await using server = await serve(BINARY, `${ROOT}/config.example.toml`, {
  env: { SWITCHHOOK_LISTEN: "127.0.0.1:0" },
});
console.log(server.ready);

let isAsExpected = true;
for (const { title, from, key, status, answer: expected } of calls) {
  const body = callBody({ from_number: from, to_number: to });
  const signature = await Retell.sign(body, key);
  const startMs = performance.now();
  const response = await fetch(server.url, {
    method: "POST",
    body,
    headers: { "x-retell-signature": signature },
  });
  const answer = await response.text();
  const tookMs = performance.now() - startMs;
  isAsExpected &&= response.status === status && expected.test(answer);

  console.log(`${title}\n`);
  printBeside(
    ["POST /webhook", `x-retell-signature: ${signature.slice(0, 32)}…`, "", ...pretty(body)],
    [`${response.status} ${response.statusText} in ${tookMs.toFixed(1)} ms`, "", "", ...pretty(answer)],
  );
}
const exitCode = await server.stop();
console.log("What the server logged:\n");
console.log(server.log());
if (!isAsExpected || exitCode !== 0) {
  console.error("The server did not do what it should have.");
  process.exit(1);
}

function pretty(json: string): string[] {
  return JSON.stringify(JSON.parse(json), null, 2).split("\n");
}

function printBeside(left: readonly string[], right: readonly string[]): void {
  const width = Math.max(...left.map((line) => line.length));
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    console.log(`  ${(left[at] ?? "").padEnd(width)}  │  ${right[at] ?? ""}`.trimEnd());
  }
  console.log();
}
