import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LazyConfig } from "../../../../src/server/live/desk.ts";
import { followConfig, type Live } from "../../../../src/server/live/live.ts";
import { RemoteFiles } from "../../../../src/server/live/remote/remote-files.ts";
import { loadServed } from "../../../../src/server/live/start.ts";
import type { ReloadEvent, RemoteEvent } from "../../../../src/server/observe/observer.ts";
import { type Directory, directory, KEY, until } from "../../../harness.ts";
import { type RemoteServer, remoteServer } from "../../../remote-server.ts";
import { contactsOf } from "../../../routing/plans.ts";

setDefaultTimeout(120_000);

const PEOPLE = "number,name\n+12137770001,Ann\n+12137770002,Bob\n";

/** A configuration with contacts from a URL, which is asked every second. @param more what stands in `[contacts]` */
function config({ origin }: Pick<RemoteServer, "origin">, more = 'every = "1s"'): string {
  return `[server]
state = "state"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[numbers."+12137771235"]
agent = "agent_1"
[contacts]
url = "${origin}/people"
${more}
`;
}

/** A followed configuration. */
interface Followed {
  readonly live: Live;
  readonly remote: RemoteFiles;
  /** The numbers of the contacts that were put in force, first and last. */
  readonly applied: (readonly string[])[];
  readonly reloads: ReloadEvent[];
  readonly events: RemoteEvent[];
  /** What is told, in a word each. */
  kinds(): string[];
}

let running: Live[] = [];
afterEach(() => {
  for (const live of running.splice(0)) live.close();
  running = [];
});

/** Starts on a configuration as `serve` does, and follows it. */
async function follow(files: Directory, patienceMs?: number): Promise<Followed> {
  process.env.RETELL_API_KEY = KEY;
  const remote = new RemoteFiles(patienceMs);
  const loaded = await loadServed(files.file("config.toml"), process.env, remote);
  const { config } = loaded;
  if (!config) throw new Error(`The configuration must be good: ${JSON.stringify(loaded.diagnostics)}`);
  const numbersIn = ({ routing }: { readonly routing: Pick<LazyConfig["routing"], "contacts"> }) =>
    contactsOf(routing.contacts).map(({ number }) => number);
  const applied = [numbersIn(config)];
  const reloads: ReloadEvent[] = [];
  const events: RemoteEvent[] = [];
  const live = followConfig(
    { ...loaded, config },
    {
      apply: (next) => applied.push(numbersIn(next)),
      reading: () => {},
      settled: () => {},
      reloaded: (event) => reloads.push(event),
      remote: (event) => events.push(event),
    },
    undefined,
    remote,
  );
  running.push(live);
  return { live, remote, applied, reloads, events, kinds: () => events.map(({ kind }) => kind) };
}

/** The names of the copies that are written to their end. */
async function wholeCopies(files: Directory): Promise<string[]> {
  const names = await readdir(files.file("state/remote")).catch(() => []);
  return names.filter((name) => !name.endsWith(".new"));
}

test("a start uses what the URL answers, and a change there is put in force like an edit", async () => {
  await using web = remoteServer({ "/people": PEOPLE });
  await using files = await directory({ "config.toml": config(web) });
  const { applied, reloads, events, remote } = await follow(files);
  expect(applied).toEqual([["+12137770001", "+12137770002"]]);
  await until(() => web.unchanged("/people") >= 1);
  web.put("/people", `${PEOPLE}+12137770003,Cy\n`);
  await until(() => applied.at(-1)?.length === 3);
  expect(reloads).toMatchObject([{ kind: "applied", changes: [{ what: "contacts", before: 2, after: 3 }] }]);
  await until(() => web.unchanged("/people") >= 2);
  expect([applied.length, reloads.length, events]).toEqual([2, 1, []]);
  expect(remote.states()).toEqual([
    {
      name: "contacts",
      url: `${web.origin}/people`,
      fetchedMs: expect.any(Number),
      entries: 3,
      isStale: false,
      problem: undefined,
    },
  ]);
});

test("what is broken is refused once, with its place, until the URL has something good again", async () => {
  await using web = remoteServer({ "/people": PEOPLE });
  await using files = await directory({ "config.toml": config(web) });
  const { applied, reloads, events, kinds, remote } = await follow(files);
  web.put("/people", `${PEOPLE}+1213,Cy\n`);
  await until(() => events.length > 0);
  await until(() => web.unchanged("/people") >= 2);
  expect(events).toMatchObject([
    {
      kind: "refused",
      name: "contacts",
      refusal: { diagnostics: [{ file: `${web.origin}/people`, line: 4, column: 1 }] },
    },
  ]);
  expect(remote.states()).toMatchObject([
    {
      entries: 2,
      isStale: true,
      problem: { words: expect.stringContaining(`${web.origin}/people:4: "+1213" is not a number`) },
    },
  ]);
  web.put("/people", PEOPLE);
  await until(() => kinds().includes("recovered"));
  expect([applied.length, reloads, kinds()]).toEqual([1, [], ["refused", "recovered"]]);
  expect(remote.states()).toMatchObject([{ isStale: false, problem: undefined }]);
});

test("what comes back empty is refused, and accepted once the file says that it may be", async () => {
  await using web = remoteServer({ "/people": PEOPLE });
  await using files = await directory({ "config.toml": config(web) });
  const { applied, events } = await follow(files);
  web.put("/people", "number,name\n");
  await until(() => events.length > 0);
  expect(events).toMatchObject([{ kind: "refused", refusal: { kind: "empty", before: 2 } }]);
  expect(applied).toHaveLength(1);
  await files.write("config.toml", config(web, 'every = "1s"\nallow_empty = true'));
  await until(() => applied.at(-1)?.length === 0);
});

test("a server that fails is told once, tried again and again, and believed again when it answers", async () => {
  await using web = remoteServer({ "/people": PEOPLE });
  await using files = await directory({ "config.toml": config(web) });
  const { applied, events, kinds } = await follow(files);
  let asked = 0;
  web.put("/people", () => {
    asked++;
    return new Response("", { status: 503 });
  });
  await until(() => asked >= 3);
  expect(events).toMatchObject([{ kind: "failed", problem: "status 503", fetchedMs: expect.any(Number) }]);
  web.put("/people", PEOPLE);
  await until(() => kinds().includes("recovered"));
  expect([applied.length, kinds()]).toEqual([1, ["failed", "recovered"]]);
});

test("a start without network uses the copy, and says how old it is", async () => {
  await using web = remoteServer({ "/people": PEOPLE });
  await using files = await directory({ "config.toml": config(web) });
  const first = await follow(files);
  await until(async () => (await wholeCopies(files)).length === 1);
  first.live.close();
  await web.stop();
  const { applied, events, remote } = await follow(files);
  expect(applied).toEqual([["+12137770001", "+12137770002"]]);
  expect(events).toMatchObject([
    { kind: "failed", problem: "connection refused", fetchedMs: expect.any(Number) },
  ]);
  expect(remote.states()).toMatchObject([
    { isStale: true, entries: 2, problem: { words: "connection refused" } },
  ]);
});

test("a start without network and without a copy is empty, and fills up when the network is there", async () => {
  await using web = remoteServer({});
  await web.stop();
  await using files = await directory({ "config.toml": config(web) });
  const { applied, events, kinds } = await follow(files);
  expect(applied).toEqual([[]]);
  expect(events).toMatchObject([{ kind: "failed", fetchedMs: undefined }]);
  // What is empty for now keeps no edit waiting.
  await files.write("config.toml", `${config(web)}[defaults]\nunrouted = "reject"\n`);
  await until(() => applied.length === 2);
  await using back = remoteServer({ "/people": PEOPLE }, Number(new URL(web.origin).port));
  await until(() => applied.at(-1)?.length === 2);
  expect([back.origin, kinds()]).toEqual([web.origin, ["failed", "recovered"]]);
});

test("a start waits for a slow server for a while, and goes on", async () => {
  await using web = remoteServer({});
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  web.put("/people", async () => {
    await held;
    return new Response(PEOPLE);
  });
  await using files = await directory({ "config.toml": config(web) });
  const { applied, events } = await follow(files, 300);
  expect(applied).toEqual([[]]);
  expect(events).toMatchObject([{ kind: "failed", problem: "no answer within 0.3 s" }]);
  letGo();
  await until(() => applied.at(-1)?.length === 2);
});

test("a copy that is damaged is not used, and is replaced by what the URL answers", async () => {
  await using web = remoteServer({ "/people": PEOPLE });
  await using files = await directory({ "config.toml": config(web) });
  const first = await follow(files);
  const copies = files.file("state/remote");
  await until(async () => (await wholeCopies(files)).length === 1);
  first.live.close();
  const [name = ""] = await wholeCopies(files);
  const whole = await Bun.file(join(copies, name)).text();
  await writeFile(join(copies, name), whole.slice(0, -5));
  const { applied, events } = await follow(files);
  expect(applied).toEqual([["+12137770001", "+12137770002"]]);
  expect(events).toMatchObject([{ kind: "copy unusable", problem: expect.stringMatching(/is damaged$/) }]);
  await until(async () => (await Bun.file(join(copies, name)).text()) === whole);
});

test("where no copy can be kept, that is said, and nothing else suffers", async () => {
  await using web = remoteServer({ "/people": PEOPLE });
  await using files = await directory({ "config.toml": config(web), "state/remote": "a file" });
  const { applied, events } = await follow(files);
  expect(applied).toEqual([["+12137770001", "+12137770002"]]);
  await until(() => events.some(({ kind }) => kind === "not kept"));
  expect(events).toMatchObject([{ kind: "copy unusable" }, { kind: "not kept" }]);
});

test("a copy that could not be kept, or was deleted, is kept once that can be, and is said not to be only once", async () => {
  await using web = remoteServer({ "/people": PEOPLE });
  await using files = await directory({ "config.toml": config(web), "state/remote": "a file" });
  const { kinds } = await follow(files);
  await until(() => web.unchanged("/people") >= 2);
  expect(kinds()).toEqual(["copy unusable", "not kept"]);
  for (let time = 0; time < 2; time++) {
    await rm(files.file("state/remote"), { recursive: true });
    await until(async () => (await wholeCopies(files)).length === 1);
  }
  expect(kinds()).toEqual(["copy unusable", "not kept"]);
});

test("an edit that names a URL waits for its answer, and is refused where there is none", async () => {
  await using web = remoteServer({ "/people": PEOPLE });
  await using files = await directory({ "config.toml": config(web) });
  const { applied, reloads, live } = await follow(files);
  const withList = (path: string) =>
    `${config(web)}[lists]\nspam = { url = "${web.origin}/${path}", every = "1s" }\n`;
  await files.write("config.toml", withList("spam"));
  await live.reload();
  expect(reloads).toMatchObject([
    {
      kind: "refused",
      diagnostics: [{ line: 11, message: `cannot fetch "${web.origin}/spam": status 404` }],
    },
  ]);
  web.put("/spam", "+12137770009\n");
  await until(() => applied.length === 2);
  web.put("/more", "+12137770008\n");
  await files.write("config.toml", withList("more"));
  await until(() => applied.length === 3);
  expect(reloads.map(({ kind }) => kind)).toEqual(["refused", "applied", "applied"]);
  expect(web.requests.some(({ path }) => path === "/more")).toBe(true);
});

test("a change that breaks an expectation is refused like an edit", async () => {
  await using web = remoteServer({ "/people": PEOPLE });
  const expecting = `${config(web)}[[expect]]\nto = "+12137771235"\nfrom = "+12137770001"\nreject = true\n[defaults]\ndeny = ["contact"]\n`;
  await using files = await directory({ "config.toml": expecting });
  const { applied, events } = await follow(files);
  web.put("/people", "number,name\n+12137770002,Bob\n");
  await until(() => events.length > 0);
  expect(events).toMatchObject([{ kind: "refused", refusal: { diagnostics: [{ line: 13 }] } }]);
  expect(applied).toHaveLength(1);
});

test("what was refused for what the file says is taken when the file says otherwise", async () => {
  await using web = remoteServer({ "/people": PEOPLE });
  await using files = await directory({ "config.toml": config(web) });
  const { applied, events, kinds } = await follow(files);
  web.put("/people", "number,agent\n+12137770001,night\n");
  await until(() => events.length > 0);
  await files.write("config.toml", `${config(web)}[agents]\nnight = "agent_night"\n`);
  await until(() => applied.at(-1)?.length === 1);
  expect(kinds()).toEqual(["refused", "recovered"]);
});

test("a reload asks at once, however rarely the URL is asked otherwise", async () => {
  await using web = remoteServer({ "/people": PEOPLE });
  await using files = await directory({ "config.toml": config(web, 'every = "1h"') });
  const { applied, live } = await follow(files);
  web.put("/people", "number,name\n+12137770003,Cy\n");
  await live.reload();
  expect(applied.at(-1)).toEqual(["+12137770003"]);
});

test("two clients with the same URL have it each, with a copy of their own", async () => {
  await using web = remoteServer({ "/people": PEOPLE });
  const client = (number: string) =>
    `[contacts]\nurl = "${web.origin}/people"\nevery = "1s"\n[numbers."${number}"]\nagent = "agent_1"\n`;
  await using files = await directory({
    "config.toml": '[server]\nstate = "state"\n[retell]\napi_key = "${env:RETELL_API_KEY}"\n'.replace(
      "[server]",
      'include = ["clients/*.toml"]\n[server]',
    ),
    "clients/acme.toml": client("+12137771001"),
    "clients/bolt.toml": `country = "US"\n${client("+12137771002")}`,
  });
  const { remote, events, reloads } = await follow(files);
  expect(remote.states().map(({ name, entries }) => [name, entries])).toEqual([
    ["acme/contacts", 2],
    ["bolt/contacts", 2],
  ]);
  await until(async () => (await wholeCopies(files)).length === 2);
  // Only one of them can read a number without its country.
  web.put("/people", "number,name\n(213) 777-0001,Ann\n");
  await until(() => reloads.length === 1);
  expect(events).toMatchObject([{ kind: "refused", name: "acme/contacts" }]);
  expect(remote.states().map(({ entries }) => entries)).toEqual([2, 1]);
});

test("many URLs of one server are asked a few at a time", async () => {
  await using web = remoteServer({});
  let open = 0;
  let most = 0;
  const names = Array.from({ length: 60 }, (_, at) => `l${at}`);
  for (const name of names) {
    web.put(`/${name}`, async () => {
      most = Math.max(most, ++open);
      await Bun.sleep(5);
      open--;
      return new Response("+12137770001\n");
    });
  }
  web.put("/people", PEOPLE);
  const lists = names.map((name) => `${name} = { url = "${web.origin}/${name}" }`).join("\n");
  await using files = await directory({ "config.toml": `${config(web)}[lists]\n${lists}\n` });
  const { remote } = await follow(files);
  expect(remote.states().every(({ entries }) => entries > 0)).toBe(true);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(8);
});
