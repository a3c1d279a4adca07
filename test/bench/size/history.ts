/**
 * A million recorded calls: how long a start takes to remember them, what that costs in memory, and how long `replay`
 * takes. `bun test/bench/size/history.ts [CALLS]`; it needs dist/switchhook.
 */
import { appendFile, mkdir } from "node:fs/promises";
import { EarlierCalls } from "../../../src/server/facts/earlier-calls.ts";
import type { CallRecord } from "../../../src/server/observe/record.ts";
import { ask, BINARY, directory, environment, serve, until } from "../../harness.ts";
import { cpuMs, memoryOf } from "../measures/usage.ts";

const CALLS = Number(process.argv[2] ?? 1_000_000);
const DAYS = 30;

const CONFIG = `
[server]
listen = "127.0.0.1:0"
state = "state"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[log]
format = "text"
[agents]
frontdesk = "agent_0123456789abcdef"
[limits.newcomer]
calls = 8
per = "1d"
[numbers."+12137771235"]
agent = "frontdesk"
variables = { calls = "\${history.calls}" }
[[numbers."+12137771235".rules]]
when = { over = "newcomer" }
reject = true
`;

await using dir = await directory({ "config.toml": CONFIG });
await mkdir(dir.file("state/history"), { recursive: true });
const startMs = Date.now() - DAYS * 86_400_000;
let lines: string[] = [];
let bytes = 0;
let file = "";
const flush = async () => {
  if (lines.length > 0) await appendFile(dir.file(`state/history/${file}.jsonl`), lines.join(""));
  lines = [];
};
for (let n = 0; n < CALLS; n++) {
  const time = new Date(startMs + Math.floor((n / CALLS) * DAYS * 86_400_000)).toISOString();
  const from = `+1213${String(2_000_000 + n)}`;
  const record: CallRecord = {
    ...{ v: 1, time, client: "", caller: from, outcome: "agent", agent: "frontdesk", counted: ["newcomer"] },
    ...{ channel: "call", from, to: "+12137771235", id: `call_${n.toString(16).padStart(32, "0")}` },
    ...{ agent_id: "agent_fedcba9876543210", override_agent_id: "agent_0123456789abcdef" },
    ...{ entry: "+12137771235", reason: "the number's own target (after 1 rule not met)" },
    ...{ limits: { newcomer: false }, history: { calls: 0 }, config: "0123456789ab", ms: 0.142 },
  };
  const line = `${JSON.stringify(record)}\n`;
  if (time.slice(0, 10) !== file || lines.length === 20_000) {
    await flush();
    file = time.slice(0, 10);
  }
  lines.push(line);
  bytes += line.length;
}
await flush();
console.log(`${CALLS.toLocaleString("en-US")} records of as many callers, ${Math.round(bytes / 1e6)} MB`);

{
  const began = performance.now();
  await using server = await serve(BINARY, dir.file("config.toml"));
  console.log(`listens after ${Math.round(performance.now() - began)} ms`);
  const asked = performance.now();
  const answer = await ask(server.url, { call_id: "call_new", from_number: "+12132000000" });
  console.log(
    `the first call that asks is answered after ${Math.round(performance.now() - asked)} ms:`,
    JSON.stringify(answer),
  );
  await until(() => server.log().includes("earlier calls were read"), 60_000);
  console.log(/earlier calls were read.*/.exec(server.log())?.[0]);
  console.log(`processor time: ${cpuMs(server.pid)} ms`);
  console.log(`resident memory: ${memoryOf(server.pid).nowKib} KiB`);
}
{
  const began = performance.now();
  const child = Bun.spawn([...BINARY, "replay", dir.file("state"), "-c", dir.file("config.toml")], {
    env: environment(),
    stdout: "pipe",
  });
  const said = (await new Response(child.stdout).text()).trim();
  await child.exited;
  const { cpuTime, maxRSS } = child.resourceUsage() ?? {};
  const cpuMs = Math.round(Number(cpuTime?.total ?? 0) / 1000);
  console.log(
    `replay: ${Math.round(performance.now() - began)} ms (${cpuMs} ms of processor time), ${Math.round((maxRSS ?? 0) / 1e6)} MB: ${said}`,
  );
}
{
  Bun.gc(true);
  const before = process.memoryUsage().rss;
  const memory = new EarlierCalls();
  for (let n = 0; n < CALLS; n++) memory.add("acme", `+1213${2_000_000 + n}`, startMs + n, "frontdesk");
  Bun.gc(true);
  const each = (process.memoryUsage().rss - before) / CALLS;
  console.log(
    `callers' memory: ${each.toFixed(1)} bytes for each of ${memory.callers.toLocaleString("en-US")} callers`,
  );
}
