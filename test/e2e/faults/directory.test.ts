/** Every directory that the server uses vanishes at once: of its configuration, its state, and the one it was started in. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { agentConfig, ask, BINARY, type Directory, directory, serve, until } from "../../harness.ts";
import { remoteServer } from "../../remote-server.ts";
import { busyLine } from "../changes/busy-line.ts";

const config = (agent: string, origin: string) =>
  agentConfig(
    agent,
    `[defaults]
deny = ["@spam", "@remote"]
[lists]
spam = { file = "lists/spam.txt" }
remote = { url = "${origin}/remote.txt", every = "1s" }
`,
  ).replace("[server]", '[server]\nstate = "../var/state"');

test("costs no call and no record after it, and what comes back is followed", async () => {
  await using web = remoteServer({ "/remote.txt": "+12137770002\n" });
  await using files = await directory({
    "etc/config.toml": config("agent_1", web.origin),
    "etc/lists/spam.txt": "+12137770001\n",
    "var/x": "",
    "work/x": "",
  });
  await using server = await serve(BINARY, files.file("etc/config.toml"), { cwd: files.file("work") });
  await using line = busyLine(server.url);
  await line.round();
  const copies = files.file("var/state/remote");
  await until(() => existsSync(copies));
  await until(async () => (await idsIn(files)).length > 0);

  for (const name of ["etc", "var", "work"]) await rm(files.file(name), { recursive: true });
  await until(() => server.log().includes("there is no such file"));
  await line.round();
  for (let call = 0; call < 10; call++) await ask(server.url, { call_id: `after ${call}` });
  for (const from_number of ["+12137770001", "+12137770002"])
    expect(await ask(server.url, { from_number })).toEqual({ call_inbound: { reject: true } });
  expect([...line.heard]).toEqual(["agent_1"]);
  // The list is what it was, and there is a copy of it again for a start without network.
  await until(async () => (await readdir(copies).catch(() => [])).length === 1);

  await files.write("etc/lists/spam.txt", "");
  await files.write("etc/config.toml", config("agent_2", web.origin));
  await until(() => line.heard.has("agent_2"));
  await line.hangUp();
  expect(line.failures).toEqual([]);
  expect(await server.stop()).toBe(0);
  const after = (await idsIn(files)).filter((id) => id?.startsWith("after"));
  expect(after).toEqual(Array.from({ length: 10 }, (_, call) => `after ${call}`));
}, 120_000);

/** The ids of the calls that are recorded, in their order. */
async function idsIn(files: Directory): Promise<(string | undefined)[]> {
  const directory = files.file("var/state/history");
  const names = await readdir(directory).catch(() => []);
  const texts = await Promise.all(names.sort().map((name) => readFile(`${directory}/${name}`, "utf8")));
  return texts.flatMap((text) =>
    text
      .trimEnd()
      .split("\n")
      .map((line): string | undefined => JSON.parse(line).id),
  );
}
