/**
 * How long calls wait while a large configuration is reloaded: `bun test/bench/size/reload.ts`, after `make build`. One call
 * after the other, with 10,000 numbers and a list of 100,000 callers.
 */
import { BINARY, directory, serve, until } from "../../harness.ts";
import { numberOf } from "../calls/numbers.ts";
import { heading, row, timesOf } from "../measures/timing.ts";

const NUMBERS = 10_000;
const ROUNDS = 5;

/** What a number usually has. @param extra lines that change from one reload to the next */
function config(extra = ""): string {
  const numbers = Array.from(
    { length: NUMBERS },
    (_, at) => `[numbers."${numberOf(at)}"]
agent = "agent_${at}"
deny = ["@spam", "+1900*", "withheld"]
variables = { company = "Client ${at}", caller = "\${from_number}" }
metadata = { tenant = "client-${at}" }
`,
  );
  return `[server]\nlisten = "127.0.0.1:0"\n[retell]\napi_key = "\${env:RETELL_API_KEY}"
[lists]\nspam = { file = "spam.txt" }\n${extra}${numbers.join("")}`;
}

const dialled = (call: number) => numberOf(call % 100);
const spam = Array.from({ length: 100_000 }, (_, at) => `+1415${2_000_000 + at}`).join("\n");
await using files = await directory({ "config.toml": config(), "spam.txt": spam });
await using server = await serve(BINARY, files.file("config.toml"));
await timesOf(server.url, 2000, dialled);

const quiet: number[] = [];
const during: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  quiet.push(...(await timesOf(server.url, 2000, dialled)));
  const reloads = server.log().split("configuration reloaded").length;
  await files.write("config.toml", config(`# round ${round}\n`));
  await until(async () => {
    during.push(...(await timesOf(server.url, 50, dialled)));
    return server.log().split("configuration reloaded").length > reloads;
  }, 60_000);
}
heading();
row("while nothing changes", quiet);
row(`while all of that is reloaded, ${ROUNDS} times`, during);
process.exit(await server.stop());
