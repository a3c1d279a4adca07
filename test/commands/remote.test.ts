import { expect, test } from "bun:test";
import { readdir, rm } from "node:fs/promises";
import { RemoteFiles } from "../../src/server/live/remote/remote-files.ts";
import { loadServed } from "../../src/server/live/start.ts";
import { type Directory, directory, KEY, until } from "../harness.ts";
import { type RemoteServer, remoteServer } from "../remote-server.ts";
import { lines, record } from "../server/history/records.ts";
import { runHere } from "./in-process.ts";

const CONFIG = ({ origin }: RemoteServer) => `[server]
state = "state"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[contacts]
url = "${origin}/people"
[numbers."+12137771235"]
agent = "agent_1"
[[expect]]
to = "+12137771235"
from = "+12137771234"
agent = "agent_ann"
`;

/** Keeps copies of what URLs hold, as a server does. */
async function keepCopies(files: Directory): Promise<void> {
  const remote = new RemoteFiles();
  await loadServed(files.file("config.toml"), { RETELL_API_KEY: KEY }, remote);
  // Beside its name until it is whole.
  await until(async () =>
    /^[0-9a-f]{32}$/.test((await readdir(files.file("state/remote")).catch(() => []))[0] ?? ""),
  );
  remote.close();
}

test("a command that asks nobody uses the server's copy, and says so", async () => {
  await using web = remoteServer({ "/people": '[{"number":"+12137771234","agent":"agent_ann"}]' });
  await using files = await directory({ "config.toml": CONFIG(web) });
  await keepCopies(files);
  await web.stop();
  const check = await runHere(["check", "--strict", "-c", files.file("config.toml")]);
  expect(check).toMatchObject({
    exitCode: 0,
    stderr: "note: not asked: contacts; the server's last copy is used. Ask with --online.\n",
  });
  expect(check.stdout).toContain("1 contact, 1 passing expectation");
  const call = ["--to", "+12137771235", "--from", "+12137771234"];
  const explain = await runHere(["explain", ...call, "-c", files.file("config.toml")]);
  expect(explain.stderr).toBe("note: not asked: contacts; the server's last copy is used.\n");
  expect(explain.stdout).toContain("agent_ann");
  expect(
    JSON.parse((await runHere(["check", "--json", "-c", files.file("config.toml")])).stdout),
  ).toMatchObject({
    remote: [{ name: "contacts", url: `${web.origin}/people`, used: "copy", entries: 1 }],
  });

  await files.write("calls.jsonl", lines(record({ agent: "agent_1", override_agent_id: "agent_1" })));
  const replay = await runHere(["replay", files.file("calls.jsonl"), "-c", files.file("config.toml")]);
  expect(replay).toMatchObject({
    exitCode: 1,
    stderr: "note: not asked: contacts; the server's last copy is used.\n",
  });
  expect(replay.stdout).toContain("after:  agent agent_ann");

  await rm(files.file("state"), { recursive: true });
  const without = await runHere(["check", "-c", files.file("config.toml")]);
  expect(without.exitCode).toBe(0);
  expect(without.stderr).toContain("this may be because contacts was not fetched");
  expect(without.stderr).toEndWith("note: not asked: contacts; treated as empty. Ask with --online.\n");
  expect((await runHere(["check", "--strict", "-c", files.file("config.toml")])).exitCode).toBe(1);
});

test("--online says which URL gives nothing, at the line that names it", async () => {
  await using web = remoteServer({});
  await using files = await directory({ "config.toml": CONFIG(web) });
  const { exitCode, stderr } = await runHere(["check", "--online", "-c", files.file("config.toml")]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`config.toml:6:7: error: cannot fetch "${web.origin}/people": status 404`);
});

test("--online asks URLs and look-ups, and a plain check says of both that they were not asked", async () => {
  await using web = remoteServer({
    "/people": '[{"number":"+12137771234","agent":"agent_ann"}]',
    "/crm": '{"plan":"gold"}',
  });
  const lookup = `[lookups.crm]
url = "${web.origin}/crm"
[numbers."+12137771236"]
agent = "agent_1"
variables = { plan = "\${lookup.crm.plan}" }
`;
  await using files = await directory({
    "config.toml": CONFIG(web).replace("[contacts]", `${lookup}[contacts]`),
  });
  const check = async (...args: readonly string[]) =>
    await runHere(["check", "-c", files.file("config.toml"), ...args]);
  const plain = await check();
  expect(plain.stderr).toEndWith(`note: not asked: contacts; treated as empty. Ask with --online.
note: not asked: the look-up crm. Ask with --online.
`);
  const online = await check("--online");
  expect(online).toMatchObject({ exitCode: 0, stderr: "" });
  expect(online.stdout).toMatch(/^ {2}look-up crm {2}found \{"plan":"gold"\} \(\d+ ms\)$/m);
  const json = JSON.parse((await check("--online", "--coverage", "--json")).stdout);
  expect(json).toMatchObject({
    valid: true,
    remote: [{ name: "contacts", used: "fetched", entries: 1 }],
    lookups: [{ name: "crm", result: "found", value: { plan: "gold" } }],
  });
  expect(json.coverage).toBeObject();
});
