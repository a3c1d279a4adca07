/**
 * Times the compiled binary: how long an answer takes, beside a server that checks the signature and looks the number
 * up in a Map and does nothing else; and how long calls wait while a large configuration is reloaded.
 */
import { join } from "node:path";
import { BINARY, directory, KEY, serve, until } from "../harness.ts";
import { numberOf } from "./numbers.ts";
import { heading, row, timesOf } from "./timing.ts";

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

const dialled = (call: number) => numberOf(call % 100);

heading();
const spam = Array.from({ length: 100_000 }, (_, index) => `+1415${2_000_000 + index}`).join("\n");
await using files = await directory({ "config.toml": configOf(10_000), "spam.txt": spam });
await using server = await serve(BINARY, files.file("config.toml"));
const plain = await startHandWritten(10_000);
for (const url of [server.url, plain.url]) await timesOf(url, 2000, dialled);

const rounds = 5;
const ours: number[] = [];
const theirs: number[] = [];
for (let round = 0; round < rounds; round++) {
  ours.push(...(await timesOf(server.url, 2000, dialled)));
  theirs.push(...(await timesOf(plain.url, 2000, dialled)));
}
row("switchhook, 10,000 numbers, a list of 100,000", ours);
row("hand-written server, 10,000 numbers", theirs);

const during: number[] = [];
for (let round = 0; round < rounds; round++) {
  const reloads = server.log().split("configuration reloaded").length;
  await files.write("config.toml", configOf(10_000, `# round ${round}\n`));
  await until(async () => {
    during.push(...(await timesOf(server.url, 50, dialled)));
    return server.log().split("configuration reloaded").length > reloads;
  }, 60_000);
}
row(`switchhook, while all of that is reloaded ${rounds} times`, during);
plain.stop();
process.exit(await server.stop());
