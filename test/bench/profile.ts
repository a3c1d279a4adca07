/**
 * Where the time of calls goes: `bun test/bench/profile.ts`. Runs the sources under Bun's profiler, with everything on and
 * under load, and writes dist/profile: a table in Markdown, and a `.cpuprofile` for the developer tools of Chromium or
 * Visual Studio Code. SECONDS=10 says for how long.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../harness.ts";
import { load } from "./calls/load.ts";
import { Requests } from "./calls/requests.ts";
import { JUDGED } from "./compare/aims.ts";
import { missingForAll } from "./servers/needs.ts";
import { serversIn } from "./servers/servers.ts";
import { startServer } from "./servers/start.ts";
import { EVERYTHING } from "./servers/switchhook.ts";

const PROFILE = join(ROOT, "dist/profile");
const SECONDS = Number(process.env.SECONDS || 10);

for (const { what, remedy } of missingForAll()) throw new Error(`Cannot profile without ${what}: ${remedy}`);
const dir = mkdtempSync(join(tmpdir(), "switchhook-profile-"));
process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
rmSync(PROFILE, { recursive: true, force: true });
mkdirSync(PROFILE, { recursive: true });

const server = serversIn(dir, [join(ROOT, "main.ts")]).find(({ name }) => name === EVERYTHING);
if (!server) throw new Error(`there is no server ${EVERYTHING}`);
const profiling = ["--cpu-prof", "--cpu-prof-md", `--cpu-prof-dir=${PROFILE}`];
const started = await startServer({
  ...server,
  command: async (port) => [process.execPath, ...profiling, ...(await server.command(port))],
});
await load(started, new Requests(join(dir, "requests")), { connections: JUDGED, seconds: SECONDS });
// A profile is written at an orderly end.
await started.stop("SIGTERM");
for (const file of readdirSync(PROFILE)) console.log(join(PROFILE, file));
process.exit(0);
