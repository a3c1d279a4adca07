/** A server that may open no file and take no connection any more, and then may again. */
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { connect } from "node:net";
import Retell from "retell-sdk";
import { ask, BINARY, callBody, directory, KEY, serve, until } from "../../harness.ts";
import { connectRaw, destinationOf, requestHead } from "../../raw-http.ts";

const DESCRIPTORS = 160;
const LIMITED = ["sh", "-c", `ulimit -n ${DESCRIPTORS}; exec "$@"`, "sh", ...BINARY];
const config = (agent: string) => `[server]
listen = "127.0.0.1:0"
state = "state"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[numbers."+12137771235"]
agent = "${agent}"
`;

async function signedCall(call_id: string): Promise<string> {
  const body = callBody({ call_id });
  const head = requestHead("POST /webhook", [
    ["Host", "localhost"],
    ["Content-Length", String(body.length)],
    ["X-Retell-Signature", await Retell.sign(body, KEY)],
  ]);
  return head + body;
}

test.skipIf(process.platform !== "linux")(
  "with no descriptors left, calls on open connections are answered, others wait, and no record and no edit is lost",
  async () => {
    await using dir = await directory({ "config.toml": config("agent_1") });
    await using server = await serve(LIMITED, dir.file("config.toml"));
    const inUse = () => readdirSync(`/proc/${server.pid}/fd`).length;
    // A proxy's connection, that it keeps.
    using kept = await connectRaw(destinationOf(server.url));
    kept.send(await signedCall("before"));
    expect((await kept.answer()).body).toContain("agent_1");

    const { hostname, port } = new URL(server.url);
    const crowd = Array.from({ length: DESCRIPTORS - inUse() }, () =>
      connect(Number(port), hostname).on("error", () => {}),
    );
    await until(() => inUse() >= DESCRIPTORS);
    using waiting = await connectRaw(destinationOf(server.url));
    waiting.send(await signedCall("waiting"));
    await dir.write("config.toml", config("agent_2"));
    for (let count = 0; count < 20; count++) {
      kept.send(await signedCall(`during ${count}`));
      expect(await kept.answer()).toMatchObject({ status: 200, body: expect.stringContaining("agent_1") });
    }
    await until(() => server.log().includes("configuration cannot be read right now"));
    await until(() => server.log().includes("the history cannot be written"));
    kept.send(await signedCall("last"));
    expect((await kept.answer()).status).toBe(200);

    for (const socket of crowd) socket.destroy();
    expect((await waiting.answer()).status).toBe(200);
    await until(async () => JSON.stringify(await ask(server.url)).includes("agent_2"), 40_000);
    expect(await server.stop()).toBe(0);
    const [name = ""] = await readdir(dir.file("state/history"));
    const records = await readFile(dir.file(`state/history/${name}`), "utf8");
    const ids = records
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).id);
    const wanted = ["before", ...Array.from({ length: 20 }, (_, at) => `during ${at}`), "last", "waiting"];
    expect(ids.filter((id) => id !== undefined).sort()).toEqual(wanted.sort());
  },
  90_000,
);
