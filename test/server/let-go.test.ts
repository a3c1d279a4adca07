import { expect, setDefaultTimeout, test } from "bun:test";
import { HandedOver } from "../../src/server/live/handed-over.ts";
import { RemoteFiles } from "../../src/server/live/remote/remote-files.ts";
import { loadServed } from "../../src/server/live/start.ts";
import { startServer } from "../../src/server/server.ts";
import { directory, KEY, until } from "../harness.ts";

setDefaultTimeout(60_000);

const CONFIG = `[server]
listen = "127.0.0.1:0"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[lists]
spam = { file = "spam.txt" }
[defaults]
deny = ["@spam"]
[numbers."+12137771235"]
agent = "agent_1"
`;

/** Starts a server. @returns what tells whether its first list is still in memory */
async function start(path: string) {
  const remote = new RemoteFiles();
  const loaded = await loadServed(path, process.env, remote);
  const { config } = loaded;
  const list = config?.routing.lists.get("spam")?.numbers;
  if (!config || !list) throw new Error("The configuration must be good");
  const first = new WeakRef(list);
  const server = await startServer(new HandedOver({ ...loaded, config }), {
    ...{ write: () => {}, reader: "program", logDropped: () => 0, runtimeDirectory: undefined },
    ...{ passedSocket: undefined, observers: [], remote },
  });
  return { server, first };
}

test("the configuration of the start is let go when another takes its place", async () => {
  process.env.RETELL_API_KEY = KEY;
  const list = Array.from({ length: 5000 }, (_, at) => `+1415555${1000 + at}\n`).join("");
  await using files = await directory({ "config.toml": CONFIG, "spam.txt": list });
  const { server, first } = await start(files.file("config.toml"));
  await files.write("spam.txt", `${list}+14155550100\n`);
  expect((await server.reload()).kind).toBe("applied");
  await until(() => {
    Bun.gc(true);
    return first.deref() === undefined;
  }, 30_000);
  await server.stop(0);
});
