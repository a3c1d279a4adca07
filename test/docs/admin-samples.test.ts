/** What the README shows of the admin listener is what a running server says, but for times, hashes and the like. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  adminOf,
  ask,
  BINARY,
  type Directory,
  directory,
  environment,
  ROOT,
  type RunningServer,
  serve,
} from "../harness.ts";

const missing = ["curl", "jq"].find((program) => !Bun.which(program));
if (missing) console.log(`skipped: ${missing} is missing`);

/** The address that the README shows. */
const SHOWN = "127.0.0.1:8788";

/** Where calls from two callers go, and who is turned away. */
const CONFIG = `[server]
listen = "127.0.0.1:0"

[admin]
listen = "127.0.0.1:0"

[retell]
api_key = "\${env:RETELL_API_KEY}"

[agents]
frontdesk = "agent_0123456789abcdef0123456789"
night = "agent_abcdef0123456789abcdef0123"

[numbers."+12137771235"]
agent = "frontdesk"
deny = ["+1900*"]

[[numbers."+12137771235".rules]]
name = "after hours"
when = { caller = "+12134440000" }
agent = "night"
`;

/** Commands of the section with what the README says that they print, in their order. */
const SAMPLES = await samples();

let files: Directory;
let server: RunningServer;
let admin = "";

beforeAll(async () => {
  files = await directory({ "config.toml": CONFIG });
  server = await serve(BINARY, files.file("config.toml"));
  admin = new URL(await adminOf(server)).host;
  for (const from_number of ["+12137771234", "+12134440000", "+19005550100"])
    await ask(server.url, { from_number });
}, 120_000);
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await files?.[Symbol.asyncDispose]();
});

test("every path of the admin listener is shown", () => {
  const shown = SAMPLES.map(({ command }) => /http:\/\/[^/]+(\/[a-z/]*)/.exec(command)?.[1]);
  for (const path of [
    "/",
    "/healthz",
    "/readyz",
    "/api/status",
    "/api/calls",
    "/api/explain",
    "/metrics",
    "/api/reload",
  ]) {
    expect(shown).toContain(path);
  }
});

test.skipIf(missing !== undefined).each(SAMPLES)("$command", async ({ command, output }) => {
  const isRefused = command.includes("/api/reload");
  if (isRefused) await files.write("config.toml", CONFIG.replace('"night"\n', '"nite"\n'));
  const said = await shell(command);
  if (isRefused) {
    await files.write("config.toml", CONFIG);
    await fetch(`http://${admin}/api/reload`, { method: "POST", headers: { "x-switchhook": "1" } });
  }
  expect(shapeOf(said)).toBe(shapeOf(output));
});

/** Runs a command of the README against the server. */
async function shell(command: string): Promise<string> {
  const program = `'${BINARY[0]}'`;
  const script = command
    .replaceAll(SHOWN, admin)
    .replace(
      /^switchhook status$/,
      `${program} status --admin http://${admin} -c '${files.file("config.toml")}'`,
    );
  const child = Bun.spawn(["sh", "-c", script], {
    env: environment(),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
    timeout: 30_000,
  });
  return await new Response(child.stdout).text();
}

/** A text without what differs from one run to the next: times, hashes, paths and how long something took. */
function shapeOf(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+Z)?/g, "TIME")
    .replaceAll(/\((?:\d+ (?:d|h|min|s)\b ?)+\)|\(now\)/g, "(AGE)")
    .replaceAll(/\b[0-9a-f]{12}\b/g, "HASH")
    .replaceAll(/(?:\/[\w.-]+)+\/config\.toml/g, "config.toml")
    .replaceAll(/("ms":|timestamp_seconds )[\d.]+/g, "$1NUMBER")
    .trimEnd();
}

async function samples(): Promise<{ readonly command: string; readonly output: string }[]> {
  const text = await readFile(join(ROOT, "README.md"), "utf8");
  const [, section = ""] = /^### Health, status and metrics\n(.*?)^### /ms.exec(text) ?? [];
  return [...section.matchAll(/^```console\n(.*?)^```$/gms)].flatMap(([, block = ""]) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf("\n");
        return { command: part.slice(0, end), output: part.slice(end + 1) };
      }),
  );
}
