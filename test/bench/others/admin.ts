/**
 * Times the admin listener of the compiled binary with 1,000 series and 200 recorded calls, and what asking it does to
 * calls: a scrape, the status page, and the page where nothing has changed.
 *
 * Run it with `bun test/bench/others/admin.ts [BINARY…]`, after `make build`.
 */
import { get } from "node:http";
import { callBody, directory, post, serve } from "../../harness.ts";
import { numberOf } from "../calls/numbers.ts";
import { buildsNamed } from "../measures/builds.ts";
import { heading, row, timesOf } from "../measures/timing.ts";
import { cpuMs } from "../measures/usage.ts";

const NUMBERS = 200;
/** Each takes the calls of one caller, to every number: with the numbers, that makes 1,000 series. */
const AGENTS = 5;
const CALLS = 4000;
/** How often each path is asked on its own, and how often a second beside calls. */
const ASKED = 200;
const ASKED_A_SECOND = 20;

for (const binary of buildsNamed(process.argv.slice(2))) await measure(binary);

async function measure(binary: string): Promise<void> {
  await using files = await directory({ "config.toml": config() });
  const admin = `unix:${files.file("admin.sock")}`;
  await files.write("config.toml", `${config()}\n[admin]\nlisten = "${admin}"\n`);
  await using server = await serve([binary], files.file("config.toml"));
  const ask = asker(files.file("admin.sock"));

  await callAll(server.url);
  // The first page of all loads what makes pages.
  const besideFirst = timesOf(server.url, CALLS, () => numberOf(0));
  await Bun.sleep(50);
  const firstMs = (await ask("/")).ms;
  const series = (await ask("/metrics")).text.match(/^switchhook_calls_total\{/gm)?.length;
  console.log(`${binary}: ${series} series; the first page of all took ${firstMs.toFixed(1)} ms`);

  heading();
  row("calls, while the first page is made", await besideFirst);
  row("plain calls", await timesOf(server.url, CALLS, () => numberOf(0)));
  for (const path of ["/metrics", "/", "/api/status", "/api/calls"]) {
    const times: number[] = [];
    const before = cpuMs(server.pid);
    for (let at = 0; at < ASKED; at++) times.push((await ask(path)).ms);
    const each = (cpuMs(server.pid) - before) / ASKED;
    row(`${path}, ${each.toFixed(2)} ms of CPU each`, times);

    let isOver = false;
    const asking = (async () => {
      while (!isOver) {
        await ask(path);
        await Bun.sleep(1000 / ASKED_A_SECOND);
      }
    })();
    row(
      `  calls, while it is asked ${ASKED_A_SECOND} times a second`,
      await timesOf(server.url, CALLS, () => numberOf(0)),
    );
    isOver = true;
    await asking;
  }
  await server.stop();
}

function config(): string {
  const agents = Array.from({ length: AGENTS }, (_, at) => at);
  const rules = agents.map(
    (at) => `[[rulesets.agents]]\nwhen = { caller = "${callerOf(at)}" }\nagent = "agent_${at}"\n`,
  );
  const numbers = Array.from({ length: NUMBERS }, (_, at) => `[numbers."${numberOf(at)}"]\npass = true\n`);
  return `[server]\nlisten = "127.0.0.1:0"\n[retell]\napi_key = "\${env:RETELL_API_KEY}"
[defaults]\nrulesets = ["agents"]\n${rules.join("")}${numbers.join("")}`;
}

function callerOf(at: number): string {
  return `+1415777${1000 + at}`;
}

async function callAll(url: string): Promise<void> {
  for (let number = 0; number < NUMBERS; number++) {
    for (let agent = 0; agent < AGENTS; agent++) {
      const call = { from_number: callerOf(agent), to_number: numberOf(number) };
      const response = await post(url, callBody(call));
      if (response.status !== 200) throw new Error(`Cannot call: ${response.status}`);
      await response.text();
    }
  }
}

/** Asks for a path, on a connection of its own as a browser does, and times the whole answer. */
function asker(socketPath: string) {
  return (path: string) =>
    new Promise<{ ms: number; text: string }>((resolve, reject) => {
      const startMs = performance.now();
      get({ socketPath, path, headers: { host: "localhost" } }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part) => {
          text += part;
        });
        response.on("end", () => resolve({ ms: performance.now() - startMs, text }));
      }).on("error", reject);
    });
}
