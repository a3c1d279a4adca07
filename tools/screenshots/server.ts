/** A server that has had a day of calls, at a time that does not change from one run to the next. */
import { cp } from "node:fs/promises";
import { HandedOver } from "../../src/server/live/handed-over.ts";
import { RemoteFiles } from "../../src/server/live/remote/remote-files.ts";
import { loadServed } from "../../src/server/live/start.ts";
import { startServer } from "../../src/server/server.ts";
import { callBody, type Directory, directory, KEY, post, ROOT, textBody, until } from "../../test/harness.ts";
import { madeUpCalls } from "./calls.ts";

/** What the clock shows: a Wednesday afternoon in New York. */
const END_MS = Date.parse("2026-12-02T15:42:00-05:00");

/** The server, and where its status page is. */
export interface Demonstration extends AsyncDisposable {
  readonly page: string;
  readonly files: Directory;
}

/** Starts the server a day before, and lets the day pass with its calls. */
export async function demonstrate(): Promise<Demonstration> {
  const realNow = Date.now;
  let offsetMs = END_MS - realNow();
  const startMs = END_MS - 3 * 86_400_000 - 4 * 3_600_000;
  const at = (ms: number) => {
    offsetMs = ms - realNow();
  };
  Date.now = () => realNow() + offsetMs;
  at(startMs);

  const crm = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answerAsCrm });
  const files = await directory({});
  await cp(`${ROOT}/tools/screenshots`, files.path, { recursive: true });
  process.env.CRM_URL = `http://127.0.0.1:${crm.port}`;
  process.env.RETELL_API_KEY = KEY;
  const remote = new RemoteFiles();
  const loaded = await loadServed(files.file("config.toml"), process.env, remote);
  const { config } = loaded;
  if (!config)
    throw new Error(`The configuration has errors: ${JSON.stringify(loaded.diagnostics, null, 2)}`);
  let log = "";
  const server = await startServer(
    new HandedOver({
      ...loaded,
      config: { ...config, log: { format: "json", level: "info", numbers: "full" } },
    }),
    {
      write: (line) => {
        log += line;
      },
      reader: "program",
      logDropped: () => 0,
      runtimeDirectory: undefined,
      passedSocket: undefined,
      observers: [],
      remote,
    },
  );
  await until(() => log.includes('"admin":'));
  const admin = /"admin":"([^"]+)"/.exec(log)?.[1] ?? "";

  for (const [index, { agoMs, from, to, isText }] of madeUpCalls().entries()) {
    at(END_MS - agoMs);
    const call = { from_number: from, to_number: to, call_id: `call_${index}` };
    await post(server.url, isText ? textBody({ from_number: from, to_number: to }) : callBody(call));
  }
  at(END_MS);
  await server.reload();
  return {
    page: admin,
    files,
    async [Symbol.asyncDispose]() {
      Date.now = realNow;
      await server.stop(500);
      await crm.stop(true);
      await files[Symbol.asyncDispose]();
    },
  };
}

/** Some callers are customers; and there is a list. */
function answerAsCrm(request: Request): Response {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === "/robocalls.txt") return new Response("+1900*\n+12025550199\n+18885550123\n");
  const phone = searchParams.get("phone") ?? "";
  const plan = phone.endsWith("42") ? "gold" : "silver";
  return Number(phone.at(-1)) % 2 === 0 ? Response.json({ plan }) : new Response("nobody", { status: 404 });
}
