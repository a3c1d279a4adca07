/** kill -9 at moments that nobody chooses, while files change and calls come; then a start that works. */
import { expect, test } from "bun:test";
import { readdir, readFile, rename } from "node:fs/promises";
import Retell from "retell-sdk";
import { Random } from "../../fuzz/random.ts";
import { BINARY, callBody, type Directory, directory, KEY, serve } from "../../harness.ts";
import { remoteServer } from "../../remote-server.ts";

const SEED = Number(process.env.SEED || Math.floor(Math.random() * 2 ** 31));
const KILLS = 5;
/** The numbers of the list; so long that its copy is not written at once. */
const listText = (edition: number) =>
  `${Array.from({ length: 20_000 }, (_, at) => `+1213${5_000_000 + at}`).join("\n")}\n# ${edition}\n+1310${5_550_000 + edition}\n`;

const config = (edition: number, origin: string, socket: string) => `[server]
listen = "unix:${socket}"
state = "state"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[lists]
spam = { url = "${origin}/spam.txt", every = "1s" }
[numbers."+12137771235"]
agent = "agent_${edition}"
deny = ["@spam"]
variables = { calls = "\${history.calls}" }
`;

test(`after kill -9 at ${KILLS} random moments the server starts, from whatever files are left (seed ${SEED})`, async () => {
  const random = new Random(SEED);
  let edition = 1;
  await using web = remoteServer({ "/spam.txt": listText(edition) });
  await using dir = await directory({});
  // A socket, since that is what a killed server leaves behind.
  const socket = dir.file("switchhook.sock");
  const writeConfig = async () => {
    await dir.write("config.toml.new", config(edition, web.origin, socket));
    await rename(dir.file("config.toml.new"), dir.file("config.toml"));
  };
  await writeConfig();
  let answered = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await using server = await serve(BINARY, dir.file("config.toml"));
    expect(agentOf(await askAt(socket))).toBe(`agent_${edition}`);
    answered++;
    let isOver = false;
    const calls = (async () => {
      while (!isOver) {
        const isAnswered = await askAt(socket).then(
          () => true,
          () => false,
        );
        if (isAnswered) answered++;
        await Bun.sleep(10);
      }
    })();
    const deadline = performance.now() + 50 + random.below(1200);
    while (performance.now() < deadline) {
      edition++;
      web.put("/spam.txt", listText(edition));
      await writeConfig();
      await Bun.sleep(random.below(200));
    }
    await server.stop("SIGKILL");
    isOver = true;
    await calls;
  }

  // Without network: what is left of the list's copy must be whole.
  await web.stop();
  await using server = await serve(BINARY, dir.file("config.toml"));
  const rejected = { call_inbound: { reject: true } };
  expect(await askAt(socket, "+12135000007")).toEqual(rejected);
  answered += 2;
  expect(server.log()).toContain("the old content stays in force");
  expect(agentOf(await askAt(socket))).toBe(`agent_${edition}`);
  expect(await server.stop()).toBe(0);
  const records = await recordsIn(dir);
  // Each kill may cost the calls of one batch, and no more.
  expect(records).toBeGreaterThan(KILLS);
  expect(records).toBeLessThanOrEqual(answered + KILLS);
}, 120_000);

/** Asks about a call over a Unix socket. */
async function askAt(socket: string, from_number = "+12137771234"): Promise<Record<string, unknown>> {
  const body = callBody({ from_number, call_id: crypto.randomUUID() });
  const response = await fetch("http://localhost/webhook", {
    ...{ unix: socket, method: "POST", body, signal: AbortSignal.timeout(30_000) },
    headers: { "x-retell-signature": await Retell.sign(body, KEY) },
  });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

function agentOf(answer: Record<string, unknown>): unknown {
  return (answer.call_inbound as { readonly override_agent_id?: string } | undefined)?.override_agent_id;
}

/** How many records the history has; each line must be one. */
async function recordsIn(dir: Directory): Promise<number> {
  const names = await readdir(dir.file("state/history"));
  const texts = await Promise.all(names.map((name) => readFile(dir.file(`state/history/${name}`), "utf8")));
  const lines = texts.flatMap((text) => text.trimEnd().split("\n"));
  for (const line of lines) JSON.parse(line);
  return lines.length;
}
