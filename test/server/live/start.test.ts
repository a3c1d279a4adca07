import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { contactCount } from "../../../src/routing/callers/contact-book.ts";
import { explainCall } from "../../../src/routing/decide.ts";
import { atOnce } from "../../../src/routing/slices.ts";
import { compileDeskSliced } from "../../../src/server/live/desk.ts";
import { RemoteFiles } from "../../../src/server/live/remote/remote-files.ts";
import { type First, loadServed } from "../../../src/server/live/start.ts";
import { agencyFiles, NUMBERS_A_CLIENT } from "../../bench/calls/clients.ts";
import { numberOf } from "../../bench/calls/numbers.ts";
import { type Directory, directory, KEY } from "../../harness.ts";
import { remoteServer } from "../../remote-server.ts";
import { call, facts } from "../../routing/plans.ts";

setDefaultTimeout(60_000);

const NUMBER = '[numbers."+12137771235"]\nagent = "agent_1"\n';
const ACCOUNT = '[retell]\napi_key = "${env:RETELL_API_KEY}"\n';

/** The threads that were started. */
let started = 0;
const RealWorker = globalThis.Worker;

beforeEach(() => {
  process.env.RETELL_API_KEY = KEY;
  started = 0;
  globalThis.Worker = class extends RealWorker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      started += 1;
    }
  };
});

afterEach(() => {
  globalThis.Worker = RealWorker;
});

/** Loads it as a server does. @param longBytes how much of it this thread loads itself */
async function start(files: Directory, longBytes: number): Promise<First> {
  const remote = new RemoteFiles();
  try {
    return await loadServed(files.file("config.toml"), process.env, remote, longBytes);
  } finally {
    remote.close();
  }
}

/** It in the thread that asks for it, and in one of its own. */
async function bothWays(files: Directory): Promise<readonly [here: First, apart: First]> {
  const here = await start(files, Number.POSITIVE_INFINITY);
  expect(started).toBe(0);
  const apart = await start(files, 0);
  expect(started).toBe(1);
  const [
    { config: _here, inventory: ofHere, ...told },
    { config: _apart, inventory: ofApart, ...toldApart },
  ] = [here, apart];
  expect(toldApart).toEqual(told);
  expect(await ofApart()).toEqual(await ofHere());
  return [here, apart];
}

test("a long configuration, which a thread of its own loads at the start, decides as a short one does", async () => {
  const clients = 2;
  await using files = await directory(agencyFiles(clients));
  const desks = (await bothWays(files)).map(({ config }) => {
    if (!config) throw new Error("The configuration must be good");
    const { numbers } = config.routing;
    return { table: atOnce(compileDeskSliced(config, "hash")).table, numbers };
  });
  const said = desks.map(({ table, numbers }) => ({
    plans: Array.from({ length: numbers.size }, (_, at) => numbers.planAt(at)),
    decisions: Array.from({ length: clients * NUMBERS_A_CLIENT }, (_, at) =>
      ["+14152000001", "+18005550100", "anonymous"].map(
        (from) => explainCall(table, call({ to: numberOf(at), from }), facts()).decision,
      ),
    ),
  }));
  expect(said[0]?.plans).toHaveLength(clients * NUMBERS_A_CLIENT);
  expect(said[1]).toEqual(said[0]);
});

test("what is wrong with a long configuration is told at the start as with a short one", async () => {
  await using files = await directory({ "config.toml": `${NUMBER}deny = ["@nobody"]\nunheard_of = 1\n` });
  const [, { config, diagnostics }] = await bothWays(files);
  expect(config).toBeUndefined();
  expect(diagnostics).toHaveLength(3);
});

test("a long configuration starts with what its URLs answer", async () => {
  await using web = remoteServer({ "/people": "number,first_name\n+14155550100,Ada\n" });
  const contacts = `[contacts]\nurl = "${web.origin}/people"\n`;
  await using files = await directory({ "config.toml": `${ACCOUNT}${contacts}${NUMBER}` });
  const { config } = await start(files, 0);
  expect(started).toBe(1);
  expect(config && contactCount(config.routing.contacts.contacts)).toBe(1);
});

test("files that are long together are a long configuration", async () => {
  await using files = await directory({
    "config.toml": `include = ["clients/*.toml"]\n${ACCOUNT}`,
    "clients/acme.toml": NUMBER,
  });
  const { config } = await start(files, `include = ["clients/*.toml"]\n${ACCOUNT}`.length);
  expect(started).toBe(1);
  expect(config?.routing.numbers.size).toBe(1);
});

test("a long configuration starts too where there can be no other thread", async () => {
  await using web = remoteServer({ "/people": "number,first_name\n+14155550100,Ada\n" });
  const contacts = `[contacts]\nurl = "${web.origin}/people"\n`;
  await using files = await directory({ "config.toml": `${ACCOUNT}${contacts}${NUMBER}` });
  globalThis.Worker = class {
    constructor() {
      throw new Error("no threads left");
    }
  } as unknown as typeof Worker;
  const { config, inventory } = await start(files, 0);
  expect(config?.routing.numbers.size).toBe(1);
  expect(config && contactCount(config.routing.contacts.contacts)).toBe(1);
  expect(await inventory()).not.toEqual([]);
});

test("a long configuration starts too where the thread that loads it dies", async () => {
  await using files = await directory({ "config.toml": `${ACCOUNT}${NUMBER}` });
  globalThis.Worker = class extends RealWorker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      started += 1;
      this.terminate();
    }
  };
  const { config } = await start(files, 0);
  expect(started).toBe(1);
  expect(config?.routing.numbers.size).toBe(1);
});
