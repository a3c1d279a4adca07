/** Clients with a Retell account of their own, over the webhook: requests are signed by Retell's own SDK. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod } from "node:fs/promises";
import Retell from "retell-sdk";
import { loadConfig } from "../../../src/config/load.ts";
import { Memory } from "../../../src/server/facts/memory.ts";
import { compileDesk } from "../../../src/server/live/desk.ts";
import { createApp } from "../../../src/server/webhook/app.ts";
import { Health } from "../../../src/server/webhook/health.ts";
import { Holds } from "../../../src/server/webhook/hold.ts";
import { callBody, directory, KEY } from "../../harness.ts";
import { noInquiries } from "../../scenarios/given-asker.ts";

const ACME_KEY = "key_of_acme_0123456789";
const BOLT_KEY = "key_of_bolt_0123456789";
const STRANGER_KEY = "key_of_nobody_012345678";

const FILES = {
  "config.toml": `include = ["clients/*.toml"]
[retell]
api_key = "\${env:RETELL_API_KEY}"
[numbers."+12125550100"]
agent = "agent_main"
[numbers."*"]
agent = "agent_catch_all"
[limits.common]
calls = 1
per = "1d"
by = "all"
[[rulesets.capped]]
when = { over = "common" }
reject = true
`,
  "clients/acme.toml": `[retell]
api_key = "\${env:ACME_KEY}"
[defaults]
unrouted = "reject"
[numbers."+12125550200"]
agent = "agent_acme"
`,
  "clients/bolt.toml": `[retell]
api_key = "\${env:BOLT_KEY}"
[numbers."+12125550300"]
agent = "agent_bolt"
`,
  "clients/cafe.toml": `[limits.common]
calls = 1
per = "1d"
by = "all"
[numbers."+12125550400"]
agent = "agent_cafe"
rulesets = ["capped"]
`,
  "clients/deli.toml": `[limits.common]
calls = 1
per = "1d"
by = "all"
[numbers."+12125550500"]
agent = "agent_deli"
rulesets = ["capped"]
`,
};

type App = ReturnType<typeof createApp>;

let app: App;
let dir: Awaited<ReturnType<typeof directory>>;
const refused: unknown[] = [];

beforeAll(async () => {
  dir = await directory(FILES);
  await chmod(dir.file("config.toml"), 0o640);
  const env = { RETELL_API_KEY: KEY, ACME_KEY, BOLT_KEY };
  const { config, diagnostics } = await loadConfig(dir.file("config.toml"), env);
  if (!config) throw new Error(JSON.stringify(diagnostics));
  const ignore = () => {};
  const observer = {
    answered: ignore,
    misplaced: ignore,
    failed: (_event: unknown, error: unknown) => {
      throw error;
    },
    refused: (refusal: unknown) => void refused.push(refusal),
  };
  const service = {
    ...{
      desk: compileDesk(config, "hash"),
      observer,
      memory: new Memory(),
      holds: new Holds(),
      health: new Health(),
    },
    inquiries: noInquiries(),
  };
  app = createApp({ ...service, now: Date.now });
});

afterAll(async () => {
  await dir[Symbol.asyncDispose]();
});

/** The status and the body that a call to a number gets, signed with a key. */
async function answerTo(
  to: string,
  key: string,
  id = `call_${to}_${key}`,
): Promise<readonly [number, string]> {
  const body = callBody({ from_number: "+12125550199", to_number: to, call_id: id });
  const headers = { "x-retell-signature": await Retell.sign(body, key) };
  const request = new Request("http://localhost/webhook", { method: "POST", body, headers });
  const response = await app.fetch(request, { peer: "127.0.0.1" });
  return [response.status, await response.text()];
}

const takenBy = (agent: string) => JSON.stringify({ call_inbound: { override_agent_id: agent } });
const REFUSED = JSON.stringify({ error: "the signature is not valid" });

describe("a client with an API key of its own", () => {
  test.each([
    ["+12125550100", KEY, 200, takenBy("agent_main")],
    ["+12125550200", ACME_KEY, 200, takenBy("agent_acme")],
    ["+12125550300", BOLT_KEY, 200, takenBy("agent_bolt")],
    ["+12125550400", KEY, 200, takenBy("agent_cafe")],
    // Numbers that answer to another key.
    ["+12125550200", KEY, 401, REFUSED],
    ["+12125550200", BOLT_KEY, 401, REFUSED],
    ["+12125550100", ACME_KEY, 401, REFUSED],
    ["+12125550400", ACME_KEY, 401, REFUSED],
    ["+12125550100", STRANGER_KEY, 401, REFUSED],
    // Numbers of no file: those of each account go its own way.
    ["+12125550999", KEY, 200, takenBy("agent_catch_all")],
    ["+12125550999", ACME_KEY, 200, JSON.stringify({ call_inbound: { reject: true } })],
    ["+12125550999", BOLT_KEY, 200, JSON.stringify({ call_inbound: {} })],
  ])("a call to %s signed with %s gets %i %s", async (to, key, status, body) => {
    expect(await answerTo(to, key)).toEqual([status, body]);
  });

  test("is named in the log where its key is used for a number of another one", async () => {
    refused.length = 0;
    await answerTo("+12125550100", ACME_KEY, "call_other");
    expect(refused).toEqual([{ kind: "key of another client", address: "127.0.0.1", account: "acme" }]);
  });
});

test("limits of the same name in two clients count apart, also in a ruleset that they share", async () => {
  const outcome = async (to: string, id: string) => (await answerTo(to, KEY, id))[1];
  await outcome("+12125550400", "first_at_cafe");
  expect(await outcome("+12125550400", "second_at_cafe")).toContain('"reject":true');
  expect(await outcome("+12125550500", "first_at_deli")).toBe(takenBy("agent_deli"));
  expect(await outcome("+12125550500", "second_at_deli")).toContain('"reject":true');
});
