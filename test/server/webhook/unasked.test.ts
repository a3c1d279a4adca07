/** What a call costs depends on what is asked about it: an address, a country or a sentence that nobody wants is never made. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { loadConfig } from "../../../src/config/load.ts";
import { signBody } from "../../../src/retell/signature.ts";
import { callerOf } from "../../../src/routing/callers/call.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import { Memory } from "../../../src/server/facts/memory.ts";
import type { Desk } from "../../../src/server/live/desk.ts";
import { firstOf } from "../../../src/server/live/start.ts";
import { configureLog } from "../../../src/server/observe/log/log.ts";
import { type AnsweredCall, fanOut } from "../../../src/server/observe/observer.ts";
import { openObservers } from "../../../src/server/observe/observers.ts";
import { quickDigest } from "../../../src/server/runtime.ts";
import { compileAddresses } from "../../../src/server/webhook/address.ts";
import { createApp } from "../../../src/server/webhook/app.ts";
import { Health } from "../../../src/server/webhook/health.ts";
import { Holds } from "../../../src/server/webhook/hold.ts";
import { agentConfig, callBody, directory, KEY } from "../../harness.ts";
import { callers, line, type PlanSays, plan, to } from "../../routing/plans.ts";
import { noInquiries } from "../../scenarios/given-asker.ts";

const DIALLED = "+12137771235";
/** What a caller has worked out when it is first asked for. */
const LAZY = ["country", "spellings", "texts"] as const;

const table = compileTable(plan({}));
const scope = table.scopes.get("");
if (!scope) throw new Error("there is no main file");
const prototype = Object.getPrototypeOf(callerOf("+12137771234", undefined, scope.contacts));
const getters = LAZY.map((name) => [name, Object.getOwnPropertyDescriptor(prototype, name)] as const);
let asked = new Set<string>();

beforeEach(() => {
  asked = new Set();
  for (const [name, getter] of getters) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      get() {
        asked.add(name);
        return getter?.get?.call(this);
      },
    });
  }
});
afterEach(() => {
  for (const [name, getter] of getters) Object.defineProperty(prototype, name, getter ?? {});
});

/** What was asked about one call, and what observers were told of it. */
async function askedAbout(says: PlanSays, key = KEY) {
  const told: AnsweredCall[] = [];
  const observer = fanOut([{ answered: (call) => void told.push(call) }], (error) => {
    throw error;
  });
  const desk: Desk = {
    ...{
      hash: "0123456789ab",
      path: "/webhook",
      apiKeys: [KEY],
      digests: [quickDigest(KEY)],
      accounts: [""],
    },
    ...{ maxAgeMs: 300_000, isAllowed: undefined, isTrustedProxy: compileAddresses([]), zones: new Set() },
    table: compileTable(plan(says)),
  };
  const service = { desk, observer, memory: new Memory(), inquiries: noInquiries() };
  const app = createApp({ ...service, holds: new Holds(), health: new Health(), now: Date.now });
  const body = callBody({ call_id: "call_1" });
  const headers = { "x-retell-signature": signBody(Buffer.from(body), key, Date.now()) };
  await app.fetch(new Request("http://localhost/webhook", { method: "POST", body, headers }), {
    get peer() {
      asked.add("address");
      return "192.0.2.1";
    },
  });
  observer.flush();
  return { asked: [...asked], told };
}

test("a call that lists of numbers decide has no address, no country, no spelling, no text, and no sentence", async () => {
  const { asked, told } = await askedAbout({
    numbers: [line(DIALLED, { target: to("agent_1"), deny: callers("@spam", "withheld") })],
    lists: { spam: ["+12137770001"] },
  });
  expect(asked).toEqual([]);
  // What observers word of a call is kept beside it, for the next one who asks.
  const worded = new Set(["record", "json"]);
  expect(told.map((call) => Object.entries(call).filter(([name]) => worded.has(name))[0]?.[1])).toEqual([
    undefined,
  ]);
});

test.each([
  ["is made for those who can ask for the latest calls", true],
  ["is not made where nobody can", false],
] as const)("the record of a call %s", async (_, isAdministered) => {
  await using files = await directory({ "config.toml": agentConfig("agent_1", '[log]\nlevel = "warning"') });
  const { config, ...loaded } = firstOf(await loadConfig(files.file("config.toml"), { RETELL_API_KEY: KEY }));
  if (!config) throw new Error("the configuration has errors");
  configureLog(config.log, () => {}, "program");
  const [call] = (await askedAbout({})).told;
  if (!call) throw new Error("no call was answered");
  const observer = openObservers({ ...loaded, config }, isAdministered).fanOut([]);
  observer.answered(call);
  observer.flush();
  expect(call.record !== undefined).toBe(isAdministered);
});

test.each([
  ["country", "country:MX"],
  ["spellings", "+1900*"],
  ["texts", "text:Private"],
] as const)("the %s of a caller is worked out for those who ask: %s", async (what, entry) => {
  const numbers = [line(DIALLED, { target: to("agent_1"), deny: callers(entry) })];
  expect((await askedAbout({ numbers })).asked).toEqual([what]);
});

test("the address is worked out for a request that is refused", async () => {
  expect((await askedAbout({}, "key_that_is_wrong")).asked).toEqual(["address"]);
});
