import { describe, expect, test } from "bun:test";
import { accountServer, refusal, type WireAccount } from "../../../account-server.ts";
import { directory, KEY } from "../../../harness.ts";
import { runHere } from "../../in-process.ts";

const URL_OK = "https://calls.example/webhook";

/** A number that nothing is wrong with. */
const number = (phone_number: string, more: object = {}) => ({
  phone_number,
  inbound_agents: [{ agent_id: "agent_front", weight: 1 }],
  inbound_webhook_url: URL_OK,
  fallback_number: "+12137770000",
  ...more,
});

/** A configuration and an account that agree. */
const GOOD = `[server]
public_url = "${URL_OK}"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[agents]
front = { id = "agent_front", version = "prod" }
texts = "agent_texts"
[numbers."+12137771235"]
agent = "front"
[numbers."+12137771235".sms]
agent = "texts"
`;
const goodAccount = (): WireAccount => ({
  numbers: [
    number("+12137771235", {
      inbound_sms_webhook_url: `${URL_OK}/`,
      inbound_sms_agents: [{ agent_id: "agent_texts", weight: 1 }],
    }),
  ],
  agents: [
    { agent_id: "agent_front", agent_name: "Front", tags: { prod: { version: 0 } } },
    { agent_id: "agent_texts", agent_name: "Texts", channel: "chat" },
  ],
});

const doctor = async (url: string, files: Record<string, string>, args: readonly string[] = [], env = {}) => {
  await using dir = await directory(files);
  return await runHere(["doctor", ...args], {
    cwd: dir.path,
    env: { RETELL_BASE_URL: url, ...env },
  });
};
/** What is said of what, without the lines: `config.toml:3 error …` */
const said = async (url: string, files: Record<string, string>, env = {}) => {
  const { stdout, exitCode } = await doctor(url, files, ["--json"], env);
  const found = JSON.parse(stdout);
  return {
    exitCode,
    found,
    lines: found.diagnostics.map(
      (one: { severity: string; file: string; line: number; message: string; hint?: string }) =>
        `${one.file.split("/").at(-1)}:${one.line} ${one.severity}: ${one.message}${one.hint ? ` (${one.hint})` : ""}`,
    ),
  };
};

describe("doctor", () => {
  test("says that the configuration and the account agree, and what the account has", async () => {
    await using server = accountServer(goodAccount());
    expect(await doctor(server.url, { "config.toml": GOOD })).toEqual({
      exitCode: 0,
      stdout: 'account "Acme": 1 number, 2 agents, 20 calls at once\nconfig.toml and the account agree\n',
      stderr: "",
    });
    expect(server.requests.toSorted()).toEqual([
      "GET /get-api-key-info",
      "GET /get-concurrency",
      "GET /list-agent-versions/agent_front",
      "GET /v2/list-phone-numbers",
      "POST /v2/list-agents",
    ]);
  });

  test("names each of a dozen and more mistakes with its line", async () => {
    const files = {
      "config.toml": `[server]
path = "/webhook"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[agents]
gone = "agent_gnoe"
front = { id = "agent_front", version = 7 }
draft = { id = "agent_front", version = 2 }
tagged = { id = "agent_front", version = "prdo" }
loose = { id = "agent_front", version = "next" }
flow = "agent_flow"
unpublished = { id = "agent_flow", version = "latest_published" }
chatter = "agent_texts"
[presets.voice]
agent.voice_id = "cartesia-Bella"
[presets.knowing]
retell_llm.knowledge_base_ids = ["kb_1", "kb_2"]
[numbers."+12137771235"]
agent = "chatter"
[numbers."+12137771236"]
agent = "flow"
presets = ["knowing", "voice"]
allow = ["country:US", "country:MX"]
[numbers."+12137771237"]
split = { front = 50, agent_missing = 50 }
[numbers."+12137771238"]
agent = "gone"
rules = [{ when = { caller = "country:FR" }, agent = "tagged" }]
[numbers."+12137771238".sms]
agent = "front"
[numbers."+12137771299"]
agent = "draft"
[numbers."+1800*"]
agent = "loose"
[numbers."+12137771239"]
agent = "unpublished"
[numbers."+12137771240"]
agent = "flow"
`,
    };
    await using server = accountServer({
      numbers: [
        number("+12137771235", { inbound_webhook_url: null }),
        number("+12137771236", { allowed_inbound_country_list: ["US", "CA"] }),
        number("+12137771237", { inbound_agents: [], fallback_number: null }),
        number("+12137771238", {
          inbound_webhook_url: "https://other.example/webhook",
          allowed_inbound_country_list: ["US"],
          inbound_sms_agents: null,
        }),
        number("+12137771239", { inbound_webhook_url: "http://calls.example/webhook" }),
        number("+12137771240", { inbound_webhook_url: "https://calls.example/hook?token=abcdefgh1234" }),
        number("+12137779999", { nickname: "Old line" }),
      ],
      agents: [
        {
          agent_id: "agent_front",
          agent_name: "Front desk",
          tags: { prod: { version: 1 }, next: {} },
          versions: [
            { version: 2, is_published: false },
            { version: 1, is_published: true },
          ],
        },
        {
          ...{ agent_id: "agent_flow", agent_name: "Flow", engine: "conversation-flow" },
          versions: [{ version: 0, is_published: false }],
        },
        { agent_id: "agent_texts", agent_name: "Texts", channel: "chat" },
        { agent_id: "agent_gone", agent_name: "Gone" },
      ],
      voices: ["cartesia-Anna"],
      knowledgeBases: ["kb_1"],
    });
    const { lines, exitCode } = await said(server.url, files);
    expect(lines).toEqual([
      'config.toml:6 error: the account has no agent "agent_gnoe" (the agent "Gone" has the id "agent_gone")',
      'config.toml:7 error: the agent "Front desk" has no version 7 (its versions: 2, 1)',
      'config.toml:8 warning: version 2 of the agent "Front desk" is a draft: it changes with every edit in Retell (publish it, or use a published version)',
      'config.toml:9 error: the agent "Front desk" has no tag "prdo" (did you mean "prod"?)',
      'config.toml:10 warning: the tag "next" of the agent "Front desk" is assigned to no version, so it means the latest, which may be a draft (assign it in Retell)',
      'config.toml:12 error: the agent "Flow" has no published version (publish one in Retell)',
      'config.toml:15 error: the account has no voice "cartesia-Bella" (did you mean "cartesia-Anna"?)',
      'config.toml:17 warning: `retell_llm` does not apply to the agent "flow", which runs a conversation flow',
      'config.toml:17 error: the account has no knowledge base "kb_2" (did you mean "kb_1"?)',
      "config.toml:18 warning: the account has a number that no entry matches: +12137779999 (Old line) (calls to them pass to the agent bound in Retell)",
      "config.toml:18 warning: the webhook URL for calls of +12137771235 is not set, so Retell does not ask who takes them (set it with: switchhook connect --url https://…)",
      'config.toml:19 error: the agent "chatter" is a chat agent, and cannot take calls (use a voice agent)',
      "config.toml:23 warning: `allow` lets in callers from MX, but Retell lets only callers from US, CA call +12137771236",
      "config.toml:24 warning: +12137771237 has no agent bound in Retell, which would take calls when no webhook answers (bind one in Retell's dashboard)",
      "config.toml:24 warning: +12137771237 has no fallback number (Retell transfers calls there while it is out of order, or the 20 calls at once of the account are in use)",
      'config.toml:25 error: the account has no agent "agent_missing"',
      'config.toml:26 warning: the webhook URL for calls of +12137771238 leads to another host than the rest: "https://other.example/webhook" (set [server] public_url to say which is right)',
      "config.toml:28 warning: this rule never applies: it is for callers from FR, and Retell lets only callers from US call +12137771238",
      "config.toml:29 warning: the webhook URL for texts of +12137771238 is not set, so Retell does not ask who takes them (set it with: switchhook connect --url https://…)",
      "config.toml:29 warning: +12137771238 has no agent bound in Retell for texts, which would take them when no webhook answers (bind one in Retell's dashboard)",
      'config.toml:30 error: the agent "front" is a voice agent, and cannot take texts (use a chat agent)',
      'config.toml:31 warning: the account has no number +12137771299 (did you mean "+12137771239"?)',
      'config.toml:33 warning: the account has no number that "+1800*" is for',
      'config.toml:35 warning: the webhook URL for calls of +12137771239 does not begin with "https://": "http://calls.example/webhook" (set it with: switchhook connect --url https://…)',
      'config.toml:37 warning: the webhook URL for calls of +12137771240 does not end with the path "/webhook": "https://calls.example/hook" (set it with: switchhook connect --url https://…)',
    ]);
    expect(exitCode).toBe(1);
  });
});

describe("presets that do not fit an agent's engine", () => {
  const flow = { agent_id: "agent_flow", agent_name: "Flow", engine: "conversation-flow" as const };
  const llm = { agent_id: "agent_front", agent_name: "Front" };

  test("are found where a number passes calls to the agent that is bound to it, at that version", async () => {
    const bound = [
      { agent_id: "agent_front", weight: 0.5 },
      { agent_id: "agent_flow", agent_version: 3, weight: 0.5 },
    ];
    await using server = accountServer({
      numbers: [
        number("+12137771235", { inbound_agents: bound }),
        number("+12137771236", { inbound_agents: bound }),
        number("+12137771237", { inbound_agents: bound }),
      ],
      agents: [llm, { ...flow, versions: [{ version: 3, is_published: true }] }],
    });
    const { lines } = await said(server.url, {
      "config.toml": `[server]
public_url = "${URL_OK}"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[presets.warm]
retell_llm.model_temperature = 0.2
[presets.next]
conversation_flow.begin_message = "Hi"
[numbers."+12137771235"]
pass = true
presets = ["warm"]
[numbers."+12137771236"]
agent = "agent_front"
rules = [{ when = { caller = "withheld" }, pass = true, presets = ["next"] }]
[numbers."+12137771237"]
reject = true
`,
    });
    expect(lines).toEqual([
      'config.toml:6 warning: `retell_llm` does not apply to the agent "Flow", which is bound to +12137771235 and runs a conversation flow',
      'config.toml:8 warning: `conversation_flow` does not apply to the agent "Front", which is bound to +12137771236 and runs a Retell LLM',
    ]);
    expect(server.requests.filter((request) => request.includes("get-agent")).toSorted()).toEqual([
      "GET /get-agent/agent_flow?version=3",
      "GET /get-agent/agent_front",
    ]);
  });

  test("are found where contacts name them: with the contact's agent, and with that of the number", async () => {
    await using server = accountServer({
      numbers: [number("+12137771235")],
      agents: [llm, flow],
    });
    const { lines } = await said(server.url, {
      "config.toml": `[server]
public_url = "${URL_OK}"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[agents]
front = "agent_front"
flow = "agent_flow"
[contacts]
file = "contacts.csv"
[presets.warm]
retell_llm.model_temperature = 0.2
[presets.next]
conversation_flow.begin_message = "Hi"
[numbers."+12137771235"]
agent = "front"
`,
      "contacts.csv": "number,agent,presets\n+12137771200,flow,warm\n+12137771201,,next\n",
    });
    expect(lines).toEqual([
      'config.toml:11 warning: `retell_llm` does not apply to the agent "flow", which runs a conversation flow',
      'config.toml:13 warning: `conversation_flow` does not apply to the agent "front", which runs a Retell LLM',
    ]);
  });
});

describe("what doctor asks", () => {
  test("is one request a list page, and one for each pinned agent whose engine matters", async () => {
    await using server = accountServer(
      {
        numbers: Array.from({ length: 7 }, (_, at) => number(`+1213777123${at}`)),
        agents: [{ agent_id: "agent_front" }, { agent_id: "agent_texts", channel: "chat" }],
        voices: ["cartesia-Anna"],
      },
      5,
    );
    const text = GOOD.replace('"prod"', "0")
      .replace('"+12137771235"]', '"+12137771235"]\npresets = ["llm"]')
      .concat('[presets.llm]\nretell_llm.begin_message = "Hi"\nagent.voice_id = "cartesia-Anna"\n');
    await doctor(server.url, { "config.toml": text });
    expect(server.requests.toSorted()).toEqual([
      "GET /get-agent/agent_front?version=0",
      "GET /get-api-key-info",
      "GET /get-concurrency",
      "GET /list-agent-versions/agent_front",
      "GET /list-voices",
      "GET /v2/list-phone-numbers",
      "GET /v2/list-phone-numbers?pagination_key=5",
      "POST /v2/list-agents",
    ]);
  });

  test("is nothing where the configuration has errors", async () => {
    await using server = accountServer(goodAccount());
    const { found, exitCode } = await said(server.url, { "config.toml": GOOD.replace("agent =", "agnet =") });
    expect(exitCode).toBe(1);
    expect(found).toMatchObject({
      valid: false,
      account: [],
      not_checked: [{ what: "the account", why: "the configuration has errors" }],
    });
    expect(server.requests).toEqual([]);
  });
});

describe("what doctor could not ask", () => {
  test.each(["foo", "ftp://127.0.0.1"])("is everything where RETELL_BASE_URL is %s", async (url) => {
    const { exitCode, stderr } = await doctor(url, { "config.toml": GOOD });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'note: not checked: numbers: $RETELL_BASE_URL must begin with "https://" or "http://"\n',
    );
  });

  test("is said to be not checked, and fails only where it is strict", async () => {
    await using server = accountServer({
      ...goodAccount(),
      keys: { [KEY]: ["/get-concurrency", "/list-agent-versions"] },
    });
    const lenient = await doctor(server.url, { "config.toml": GOOD });
    expect(lenient).toEqual({
      exitCode: 0,
      stdout: 'account "Acme": 1 number, 2 agents\n',
      stderr: [
        "note: not checked: calls at once: this API key has no permission for it (403: API key lacks the required scope)\n",
        "note: not checked: versions of agents: this API key has no permission for it (403: API key lacks the required scope)\n",
      ].join(""),
    });
    expect((await doctor(server.url, { "config.toml": GOOD }, ["--strict"])).exitCode).toBe(1);
  });

  test("is told in JSON, also where nothing could be read", async () => {
    await using server = accountServer(goodAccount());
    for (const path of [
      "/v2/list-phone-numbers",
      "/v2/list-agents",
      "/get-api-key-info",
      "/get-concurrency",
    ]) {
      server.instead(path, () => refusal(429, "slow down", { "retry-after": "600" }));
    }
    const { found, exitCode } = await said(server.url, { "config.toml": GOOD });
    expect(exitCode).toBe(1);
    expect(found).toEqual({
      ...{ file: "config.toml", valid: false, diagnostics: [], account: [{}] },
      not_checked: ["numbers", "agents", "calls at once"].map((what) => ({
        what,
        why: "too many requests (429: slow down)",
      })),
    });
  });

  test("is everything where nothing listens, or there is no key", async () => {
    const { stderr, exitCode } = await doctor("http://127.0.0.1:1", { "config.toml": GOOD });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("note: not checked: numbers: connection refused\n");
    const without = await said("http://127.0.0.1:1", {
      "config.toml": GOOD.replace("RETELL_API_KEY", "NONE"),
    });
    expect(without.found.not_checked).toEqual([{ what: "the account", why: "there is no API key here" }]);
    expect(without.exitCode).toBe(1);
  });
});

describe("the keys of doctor", () => {
  test("are in no output, also where Retell repeats one", async () => {
    await using server = accountServer(goodAccount());
    server.instead("/get-concurrency", () => refusal(403, `${KEY} lacks the scope`));
    for (const args of [[], ["--json"]]) {
      const { stdout, stderr } = await doctor(server.url, { "config.toml": GOOD }, args);
      expect(stdout + stderr).toContain("(403: *** lacks the scope)");
      expect(stdout + stderr).not.toContain(KEY);
    }
  });

  const [ACCOUNT_KEY, NEW_KEY] = ["key_account_0123456789", "key_new_0123456789"];
  const env = { ACCOUNT_KEY, NEW_KEY };

  test("are account_key first, then those of api_key; one that is refused is told without a word of it", async () => {
    await using server = accountServer({ ...goodAccount(), keys: { [ACCOUNT_KEY]: [] } });
    const text = GOOD.replace("[agents]", 'account_key = "${env:ACCOUNT_KEY}"\n[agents]');
    expect((await said(server.url, { "config.toml": text }, env)).lines).toEqual([]);

    server.account.keys = { [KEY]: [] };
    const warned = await said(server.url, { "config.toml": text }, env);
    expect(warned.lines).toEqual([
      "config.toml:5 warning: Retell does not accept this API key (401) (another key was used)",
    ]);
    expect(warned.exitCode).toBe(0);

    server.account.keys = { [NEW_KEY]: [] };
    const list = GOOD.replace('"${env:RETELL_API_KEY}"', '["${env:RETELL_API_KEY}", "${env:NEW_KEY}"]');
    expect((await said(server.url, { "config.toml": list }, env)).exitCode).toBe(0);

    server.account.keys = {};
    const none = await doctor(server.url, { "config.toml": text }, [], env);
    expect(none.exitCode).toBe(1);
    expect(none.stderr).toContain("error: Retell does not accept this API key (401)");
    for (const key of [KEY, ACCOUNT_KEY]) expect(none.stderr + none.stdout).not.toContain(key);
  });

  test("are each client's own for its numbers", async () => {
    const CAFE_KEY = "key_cafe_0123456789";
    await using server = accountServer(goodAccount());
    const files = {
      "config.toml": `include = "cafe.toml"\n${GOOD}`,
      "cafe.toml": `[retell]
api_key = "\${env:CAFE_KEY}"
[numbers."+12137775555"]
agent = "front"
`,
    };
    server.account.keys = { [KEY]: [], [CAFE_KEY]: [] };
    // Another account behind the other key.
    const cafe: WireAccount = { numbers: [number("+12137775556")], agents: [], org_name: "Cafe" };
    const own = (path: string, body: unknown) =>
      server.instead(path, (request) =>
        request.headers.get("authorization")?.includes(CAFE_KEY) ? Response.json(body) : undefined,
      );
    own("/v2/list-phone-numbers", { items: cafe.numbers, has_more: false });
    own("/v2/list-agents", { items: cafe.agents, has_more: false });
    own("/get-api-key-info", { org_name: "Cafe", api_key_name: null });
    const { lines, found } = await said(server.url, files, { CAFE_KEY });
    expect(lines).toEqual([
      'config.toml:7 error: the account of the client "cafe" has no agent "agent_front"',
      'cafe.toml:3 warning: the account of the client "cafe" has a number that no entry matches: +12137775556 (calls to them pass to the agent bound in Retell)',
      'cafe.toml:3 warning: the account of the client "cafe" has no number +12137775555 (did you mean "+12137775556"?)',
    ]);
    expect(found.account).toMatchObject([{ organisation: "Acme" }, { client: "cafe", organisation: "Cafe" }]);
  });
});
