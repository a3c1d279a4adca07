/**
 * How long calls wait while something large is edited and read anew:
 *
 *     bun test/bench/size/reload.ts [BINARY…]          by default dist/switchhook, after make build
 *     ONLY=list,contacts,numbers RATE=400 bun test/bench/size/reload.ts
 *
 * Server and clients have a processor each, and calls come at a steady rate. What is in force shows in the answers. Nobody
 * reads the server's log: a client that does is late with its calls, and charges the server with that.
 */
import { appendFileSync } from "node:fs";
import { loadavg } from "node:os";
import { ask, type Directory, directory, until } from "../../harness.ts";
import { LOAD_CORE } from "../calls/load.ts";
import { numberOf } from "../calls/numbers.ts";
import { buildsNamed } from "../measures/builds.ts";
import { heading, quantile, row, steadyTimes, timesOf } from "../measures/timing.ts";
import { startServer } from "../servers/start.ts";
import { contactsOf, HEAD, listOf, numbersOf } from "./contents.ts";

/** The number that is called, which every configuration has. */
const DIALLED = "+12137771235";
const NUMBER = `[numbers."${DIALLED}"]\nagent = "agent_1"\n`;
/** Calls before anything is timed: by then most of the code is compiled. */
const WARMING = 40_000;
const QUIET_MS = 10_000;
const EDITS = 8;
/** From one that is in force to the next. */
const PAUSE_MS = 500;
/** Calls a second. */
const RATE = Number(process.env.RATE ?? 400);

/** Something large. */
interface Large {
  readonly name: string;
  readonly files: () => Record<string, string | Uint8Array>;
  /** The file that is edited, and a line that changes what one caller gets. */
  readonly edited: string;
  readonly line: (caller: string) => string;
}

const LARGE: Readonly<Record<string, Large>> = {
  list: {
    name: "a list of a million callers",
    files: () => ({
      "config.toml": `${HEAD}[lists]\nspam = { file = "spam.txt" }\n[defaults]\ndeny = ["@spam"]\n${NUMBER}`,
      "spam.txt": listOf(1_000_000),
    }),
    edited: "spam.txt",
    line: (caller) => `${caller}\n`,
  },
  contacts: {
    name: "300,000 contacts",
    files: () => ({
      "config.toml": `${HEAD}[contacts]\nfile = "contacts.csv"\nvariables = ["first_name", "plan"]\n${NUMBER}`,
      "contacts.csv": `number,first_name,plan,city\n${contactsOf(300_000)}`,
    }),
    edited: "contacts.csv",
    line: (caller) => `${caller},Ada,gold,London\n`,
  },
  numbers: {
    name: "100,000 numbers",
    files: () => ({
      "config.toml": `${HEAD}[lists]\nspam = { file = "spam.txt" }\n[defaults]\ndeny = ["@spam"]\n${NUMBER}${numbersOf(100_000)}`,
      "spam.txt": "# none\n",
    }),
    edited: "spam.txt",
    line: (caller) => `${caller}\n`,
  },
};

Bun.spawnSync(["taskset", "-acp", String(LOAD_CORE), String(process.pid)]);
Bun.spawnSync(["renice", "-n", "-20", "-p", String(process.pid)]);
for (const build of buildsNamed(process.argv.slice(2))) {
  console.log(`${build}; load ${loadavg()[0]?.toFixed(1)}; ${RATE} calls a second`);
  for (const name of (process.env.ONLY ?? "list,contacts,numbers").split(",")) {
    const large = LARGE[name];
    if (!large) throw new Error(`Cannot measure "${name}": there are ${Object.keys(LARGE).join(", ")}`);
    await measure(build, large);
  }
}
process.exit(0);

async function measure(build: string, { name, files: make, edited, line }: Large): Promise<void> {
  await using files = await directory(make());
  const server = await startServer({
    name: build,
    command: async (port) => [
      build,
      ...["serve", "-c", files.file("config.toml"), "--listen", `127.0.0.1:${port}`],
    ],
  });
  const url = `http://127.0.0.1:${server.port}/webhook`;
  await Promise.all(Array.from({ length: 8 }, () => timesOf(url, WARMING / 8, () => DIALLED)));
  const quiet = await steadyTimes(url, RATE, Bun.sleep(QUIET_MS));
  const during = await steadyTimes(url, RATE, editAgainAndAgain(url, files, edited, line));
  await server.stop();

  heading();
  row("while nothing changes", quiet);
  row(`${name}, edited ${EDITS} times`, during);
  const times = quantile(during, 0.99) / quantile(quiet, 0.99);
  console.log(
    `99%: ${times.toFixed(2)} times that of a quiet server (target 2); the slowest ${Math.max(...during).toFixed(1)} ms (target 30)\n`,
  );
}

async function editAgainAndAgain(
  url: string,
  files: Directory,
  file: string,
  line: Large["line"],
): Promise<void> {
  for (let edit = 0; edit < EDITS; edit++) {
    const caller = numberOf(9_000 + edit);
    const asked = async () => JSON.stringify(await ask(url, { to_number: DIALLED, from_number: caller }));
    const before = await asked();
    appendFileSync(files.file(file), line(caller));
    await until(async () => (await asked()) !== before, 120_000);
    await Bun.sleep(PAUSE_MS);
  }
}
