import { describe, expect, test } from "bun:test";
import { accountServer, refusal, type WireAccount } from "../../account-server.ts";
import { directory, KEY } from "../../harness.ts";
import { runHere } from "../in-process.ts";

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
void refusal;
void KEY;
