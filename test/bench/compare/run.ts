/**
 * `make bench`: Switchhook beside servers that do the same work, each on a core of its own, under the same signed requests.
 * What can be said by the environment is in compare/settings.ts, what is measured in compare/compare.ts.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readmeWithReference } from "../../../tools/reference.ts";
import { ROOT } from "../../harness.ts";
import { LOAD_CORE } from "../calls/load.ts";
import { missingForAll } from "../servers/needs.ts";
import { compare } from "./compare.ts";
import { machine } from "./machine.ts";
import type { Results } from "./results.ts";
import { commandOf, type Settings, settingsOf } from "./settings.ts";
import { tables } from "./tables.ts";

const RECORDED = join(ROOT, "docs/bench/results.json");
const UNRECORDED = join(ROOT, "dist/bench.json");

const settings = readSettings();
const missing = missingForAll();
for (const { what, remedy } of missing) console.error(`make bench needs ${what}: ${remedy}`);
if (missing.length > 0) process.exit(1);

// Whatever this process does must not take time from the server, nor wait for other work of the machine.
Bun.spawnSync(["taskset", "-acp", String(LOAD_CORE), String(process.pid)]);
Bun.spawnSync(["renice", "-n", "-20", "-p", String(process.pid)]);
const dir = mkdtempSync(join(tmpdir(), "switchhook-bench-"));
process.once("exit", () => rmSync(dir, { recursive: true, force: true }));

const { servers, absent } = await compare(dir, settings, (text) => console.error(text));
const results: Results = {
  date: new Date().toISOString().slice(0, 10),
  command: commandOf(settings),
  machine: machine(settings.builds[0] ?? ""),
  ...{ rounds: settings.rounds, seconds: settings.seconds },
  ...{ servers, absent },
};
const file = settings.record ? RECORDED : UNRECORDED;
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(results, rounded, 2)}\n`);
console.log(`\n${tables(results)}\n`);
for (const line of absent) console.log(`Took no part: ${line}`);
console.log(`Written to ${file}`);
if (settings.record) await Bun.write(join(ROOT, "README.md"), await readmeWithReference());
process.exit(0);

function readSettings(): Settings {
  try {
    return settingsOf(process.env);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

/** Four digits say all that was measured. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
