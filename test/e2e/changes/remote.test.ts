/** Lists and contacts from URLs, through the real program: start, changes, loss of the network, start without it. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdir } from "node:fs/promises";
import {
  adminOf,
  allowing,
  ask,
  BINARY,
  BINARY_AND_DENO,
  directory,
  type RunningServer,
  run,
  serve,
  until,
} from "../../harness.ts";
import { type RemoteServer, remoteServer } from "../../remote-server.ts";
import { busyLine, wordOf } from "./busy-line.ts";

setDefaultTimeout(120_000);

const PATIENCE_MS = 60_000;

/** A configuration with contacts and a list from a server. */
function config({ origin }: Pick<RemoteServer, "origin">, more = ""): string {
  return `[server]
listen = "127.0.0.1:0"
state = "state"
[admin]
listen = "127.0.0.1:0"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[contacts]
url = "${origin}/people"
every = "1s"
variables = ["name"]
headers = { authorization = "Bearer \${env:CRM_TOKEN}" }
[lists]
spam = { url = "${origin}/spam", every = "1s" }
[defaults]
deny = ["@spam"]
[numbers."+12137771235"]
agent = "agent_1"
${more}`;
}

const PEOPLE = '[{"number":"+12137771234","name":"Ann","agent":"agent_ann"}]';
const ENV = { CRM_TOKEN: "token-0123456789", STATE_DIRECTORY: "" };

/** What the log says besides calls. */
function logOf(server: RunningServer): string {
  return server
    .log()
    .split("\n")
    .filter((line) => !line.includes('"message":"call '))
    .join("\n");
}

/** What the admin listener answers. */
async function admin(server: RunningServer, path: string): Promise<Response> {
  return await fetch(`${await adminOf(server)}${path}`);
}

async function answers(server: RunningServer, word: string): Promise<void> {
  let last = "";
  await until(async () => {
    last = wordOf(await ask(server.url));
    return last === word;
  }, PATIENCE_MS).catch(() => {
    throw new Error(`Calls were to get ${word}, but get ${last}:\n${logOf(server)}`);
  });
}

async function logged(server: RunningServer, ...parts: readonly string[]): Promise<void> {
  await until(() => parts.every((part) => server.log().includes(part)), PATIENCE_MS).catch(() => {
    throw new Error(`The log was to say ${parts}, but says:\n${logOf(server)}`);
  });
}

describe.each(BINARY_AND_DENO)("%s", (_name, command) => {
  test("serves what URLs hold, follows it, and starts without network from its copies", async () => {
    await using web = remoteServer({
      "/people": { body: PEOPLE, type: "application/json" },
      "/spam": "+12137770009\n",
    });
    await using files = await directory({ "config.toml": config(web) });
    const allowed = allowing(command, `--allow-net=127.0.0.1`);
    {
      await using server = await serve(allowed, files.file("config.toml"), { env: ENV });
      await using line = busyLine(server.url);
      expect(wordOf(await ask(server.url))).toBe("agent_ann");
      expect(web.requests.find(({ path }) => path === "/people")?.headers.get("authorization")).toBe(
        "Bearer token-0123456789",
      );
      expect(await (await admin(server, "/readyz")).json()).toMatchObject({
        remote: [
          {
            name: "lists.spam",
            url: `${web.origin}/spam`,
            entries: 1,
            stale: false,
            problem: null,
            since: null,
          },
          { name: "contacts", entries: 1, stale: false, fetched_at: expect.stringMatching(/^\d{4}-/) },
        ],
      });
      expect(await (await admin(server, "/metrics")).text()).toMatch(
        /^switchhook_remote_file_age_seconds\{name="contacts"\} [\d.]+$/m,
      );
      web.put("/people", PEOPLE.replace("agent_ann", "agent_new"));
      await answers(server, "agent_new");
      web.put("/spam", "+12137770009\n+12137771234\n");
      await answers(server, "rejected");
      web.put("/spam", "+12137770009\nnobody\n");
      await logged(server, `${web.origin}/spam:2:1: `, "remote file refused; the old content stays in force");
      web.put("/spam", "+12137770009\n");
      await answers(server, "agent_new");
      web.put("/people", { body: "", status: 500 });
      await logged(server, "remote file cannot be fetched; the old content stays in force", "status 500");
      await web.stop();
      await logged(server, "connection refused");
      expect(await (await admin(server, "/readyz")).json()).toMatchObject({
        ready: true,
        remote: [{ stale: true, problem: "connection refused" }, { stale: true }],
      });
      const status = await run([
        ...BINARY,
        "status",
        "--admin",
        new URL((await admin(server, "/healthz")).url).origin,
      ]);
      expect(status).toMatchObject({ exitCode: 1 });
      expect(status.stdout).toMatch(/^lists\.spam +in force since .*; connection refused$/m);
      await line.hangUp();
      expect(line.failures).toEqual([]);
      expect(server.log()).not.toContain("token-0123456789");
      expect(await server.stop()).toBe(0);
    }
    expect(await readdir(files.file("state/remote"))).toHaveLength(2);
    await using server = await serve(allowed, files.file("config.toml"), { env: ENV });
    expect(wordOf(await ask(server.url))).toBe("agent_new");
    await logged(
      server,
      "remote file cannot be fetched; the old content stays in force",
      "connection refused",
    );
    await using back = remoteServer(
      { "/people": PEOPLE, "/spam": "+12137770009\n" },
      Number(new URL(web.origin).port),
    );
    await answers(server, "agent_ann");
    await logged(server, "remote file is up to date again");
    expect(back.requests.length).toBeGreaterThan(0);
    expect(await server.stop()).toBe(0);
  });
});

describe("a million numbers from a URL", () => {
  const lines = (extra: string) => {
    const numbers = Array.from({ length: 1_000_000 }, (_, at) => `+1${(2_130_000_000 + at * 7).toString()}`);
    return `${numbers.join("\n")}\n${extra}\n`;
  };
  let web: RemoteServer;
  beforeAll(() => {
    web = remoteServer({ "/people": PEOPLE, "/spam": lines("") });
  });
  afterAll(() => web.stop());

  test("are fetched and put in force while calls come in without pause", async () => {
    await using files = await directory({ "config.toml": config(web) });
    await using server = await serve(BINARY, files.file("config.toml"), { env: ENV });
    await using line = busyLine(server.url);
    await line.round();
    expect(wordOf(await ask(server.url))).toBe("agent_ann");
    for (const [extra, word] of [
      ["+12137771234", "rejected"],
      ["", "agent_ann"],
    ] as const) {
      web.put("/spam", lines(extra));
      await answers(server, word);
    }
    await line.hangUp();
    expect(line.failures).toEqual([]);
    expect(await server.stop()).toBe(0);
  });
});

test("`check` says what it did not ask, and with --online asks it", async () => {
  await using web = remoteServer({ "/people": PEOPLE, "/spam": "+12137770009\nnobody\n" });
  const expecting = '[[expect]]\nto = "+12137771235"\nfrom = "+12137771234"\nagent = "agent_ann"\n';
  await using files = await directory({ "config.toml": config(web, expecting) });
  const check = (...more: string[]) =>
    run([...BINARY, "check", "-c", files.file("config.toml"), ...more], { env: ENV });
  const offline = await check();
  expect(offline).toMatchObject({ exitCode: 0 });
  expect(offline.stderr).toContain(
    `warning: expected agent "agent_ann", found agent agent_1; this may be because lists.spam and contacts were not fetched`,
  );
  expect(offline.stderr).toContain(
    "note: not asked: lists.spam, contacts; treated as empty. Ask with --online.",
  );
  expect(web.requests).toEqual([]);
  const online = await check("--online");
  expect(online).toMatchObject({ exitCode: 1, stdout: "" });
  expect(online.stderr).toContain(`${web.origin}/spam:2:1: error: "nobody" is not a valid caller pattern`);
  web.put("/spam", "+12137770009\n");
  expect(await check("--online", "--json")).toMatchObject({ exitCode: 0 });
  expect(JSON.parse((await check("--online", "--json")).stdout)).toMatchObject({
    valid: true,
    remote: [
      { name: "lists.spam", url: `${web.origin}/spam`, used: "fetched", entries: 1 },
      { name: "contacts", used: "fetched", entries: 1 },
    ],
  });
  const { stderr } = await run([...BINARY, "check", "--online", "-c", files.file("config.toml")]);
  expect(stderr).toContain(
    "note: not asked: contacts; treated as empty. A secret that it needs is missing here.",
  );
});
