/** The account as we read it, beside Retell's own SDK, which asks the same server. */
import { describe, expect, test } from "bun:test";
import Retell from "retell-sdk";
import { Account } from "../../src/account/account.ts";
import { baseUrlOf, openApi, problemWords } from "../../src/account/api.ts";
import { openClient } from "../../src/outbound/client.ts";
import { type AccountServer, accountServer, refusal, type WireAccount } from "../account-server.ts";
import { KEY } from "../harness.ts";

const NUMBERS = Array.from({ length: 25 }, (_, at) => ({
  phone_number: `+1213777${1000 + at}`,
  nickname: at === 0 ? "Front" : null,
  inbound_agents: [
    { agent_id: "agent_1", weight: 0.5 },
    { agent_id: "agent_2", weight: 0.5, agent_version: "prod" },
  ],
  inbound_webhook_url: "https://calls.example/webhook",
  allowed_inbound_country_list: ["US"],
}));
const ACCOUNT: WireAccount = {
  numbers: NUMBERS,
  agents: [
    { agent_id: "agent_1", agent_name: "One", tags: { prod: { version: 1 }, next: {} } },
    { agent_id: "agent_2", channel: "chat", engine: "conversation-flow" },
  ],
  voices: ["a", "b"],
  knowledgeBases: ["kb"],
};

/** Both sides, asking the same server. */
async function both(
  server: AccountServer,
  options: { readonly key?: string; readonly timeoutMs?: number } = {},
) {
  const { key = KEY, timeoutMs } = options;
  const client = openClient();
  const api = openApi({ key, baseUrl: server.url, client, ...(timeoutMs !== undefined && { timeoutMs }) });
  const sdk = new Retell({ apiKey: key, baseURL: server.url, ...(timeoutMs && { timeout: timeoutMs }) });
  return { account: new Account(api), sdk, [Symbol.dispose]: () => client.close() };
}

async function value<Value>(asked: Promise<{ kind: "ok"; value: Value } | { kind: string }>): Promise<Value> {
  const result = await asked;
  if (!("value" in result)) throw new Error(`It must be read: ${JSON.stringify(result)}`);
  return result.value;
}

describe("the account", () => {
  test("is read as the official SDK reads it, page by page", async () => {
    await using server = accountServer(ACCOUNT, 10);
    using sides = await both(server);
    const { account, sdk } = sides;
    const numbers = await value(account.numbers());
    expect(server.requests).toEqual([
      "GET /v2/list-phone-numbers",
      "GET /v2/list-phone-numbers?pagination_key=10",
      "GET /v2/list-phone-numbers?pagination_key=20",
    ]);
    const items = [];
    for (let pagination_key: string | undefined; ; ) {
      const page = await sdk.phoneNumber.list({ limit: 10, ...(pagination_key && { pagination_key }) });
      items.push(...page.items);
      if (!page.has_more) break;
      pagination_key = page.pagination_key;
    }
    expect(numbers.map(({ number, webhookUrl }) => [number, webhookUrl])).toEqual(
      items.map((item) => [item.phone_number, item.inbound_webhook_url ?? undefined]),
    );
    expect(numbers[0]).toEqual({
      number: "+12137771000",
      nickname: "Front",
      agents: [
        { id: "agent_1", weight: 0.5, version: undefined },
        { id: "agent_2", weight: 0.5, version: "prod" },
      ],
      textAgents: [],
      webhookUrl: "https://calls.example/webhook",
      textWebhookUrl: undefined,
      countries: ["US"],
      fallback: undefined,
    });

    const agents = await value(account.agents());
    const theirs = await sdk.agent.list();
    expect(agents.map(({ id, name, channel }) => [id, name, channel])).toEqual(
      theirs.items.map((item) => [item.agent_id, item.agent_name, item.channel]),
    );
    expect(agents[0]?.tags).toEqual(
      new Map([
        ["prod", 1],
        ["next", undefined],
      ]),
    );
    expect(await value(account.voices())).toEqual(
      new Set((await sdk.voice.list()).map((one) => one.voice_id)),
    );
    expect(await value(account.knowledgeBases())).toEqual(
      new Set((await sdk.knowledgeBase.list()).map((one) => one.knowledge_base_id)),
    );
    expect((await value(account.capacity())).calls).toBe(
      (await sdk.concurrency.retrieve()).concurrency_limit ?? 0,
    );
    expect((await value(account.owner())).organisation).toBe((await sdk.identity.retrieve()).org_name);
    expect(await value(account.versions("agent_1"))).toEqual(
      (await sdk.agent.listVersions("agent_1")).items.map((one) => ({
        version: one.version,
        isPublished: one.is_published,
      })),
    );
    const chat = { id: "agent_2", channel: "chat" } as const;
    expect(await value(account.engine(chat, 0))).toBe(
      (await sdk.chatAgent.retrieve("agent_2", { version: 0 })).response_engine.type,
    );
  });

  test("has its numbers set as the SDK sets them, and only what is given", async () => {
    await using server = accountServer({ numbers: [{ phone_number: "+12137771000" }] });
    using sides = await both(server);
    await sides.account.setWebhooks("+12137771000", { calls: "https://a.example/webhook" });
    expect(server.account.numbers).toEqual([
      { phone_number: "+12137771000", inbound_webhook_url: "https://a.example/webhook" },
    ]);
    await sides.sdk.phoneNumber.update("+12137771000", {
      inbound_sms_webhook_url: "https://b.example/webhook",
    });
    const [first, second] = server.requests;
    expect(first).toBe("PATCH /update-phone-number/+12137771000");
    expect(second).toBe(first);
  });

  test.each<[number, Record<string, string>, number, string]>([
    [401, {}, 1, "Retell does not accept this API key (401: no)"],
    [403, {}, 1, "this API key has no permission for it (403: no)"],
    [422, {}, 1, "Retell does not know it, or does not accept it (422: no)"],
    [429, { "retry-after": "0" }, 3, "too many requests (429: no)"],
    [429, { "retry-after": "3600" }, 1, "too many requests (429: no)"],
    [500, { "retry-after": "0" }, 3, "Retell has a problem (500: no)"],
  ])("is not read where Retell answers %i with %j, after %i tries", async (status, headers, tries, words) => {
    await using server = accountServer(ACCOUNT);
    server.instead("/list-voices", () => refusal(status, "no", headers));
    using sides = await both(server);
    const result = await sides.account.voices();
    expect(result).toEqual({ kind: "status", status, message: "no" });
    if (result.kind !== "ok") expect(problemWords(result)).toBe(words);
    expect(server.requests).toHaveLength(tries);
    // An hour is too long for a test to wait with the SDK.
    if (headers["retry-after"] === "3600") return;
    const error = await sides.sdk.voice.list().catch((error: unknown) => error);
    expect(error).toMatchObject({ status });
    expect(server.requests).toHaveLength(2 * tries);
  });

  test("is read after a 429 and after an error of the server, by both", async () => {
    await using server = accountServer(ACCOUNT);
    const once = (status: number) => (_: Request, count: number) =>
      count % 2 === 1 ? refusal(status, "later", { "retry-after": "0" }) : undefined;
    server.instead("/list-voices", once(429));
    server.instead("/list-knowledge-bases", once(500));
    using sides = await both(server);
    expect((await value(sides.account.voices())).size).toBe(2);
    expect(await sides.sdk.voice.list()).toHaveLength(2);
    expect((await value(sides.account.knowledgeBases())).size).toBe(1);
    expect(await sides.sdk.knowledgeBase.list()).toHaveLength(1);
  });

  test("is not waited for beyond the time-out", async () => {
    await using server = accountServer(ACCOUNT);
    server.instead("/list-voices", () => new Promise(() => {}));
    using sides = await both(server, { timeoutMs: 50 });
    const result = await sides.account.voices();
    expect(result).toMatchObject({ kind: "failed", failure: { kind: "late" } });
    expect(server.requests).toHaveLength(1);
  });

  test("is not read when all the time is over", async () => {
    await using server = accountServer(ACCOUNT);
    const client = openClient();
    const api = openApi({ key: KEY, baseUrl: server.url, client, signal: AbortSignal.abort() });
    const result = await new Account(api).voices();
    if (result.kind !== "ok") expect(problemWords(result)).toBe("there was no time left");
    expect(result.kind).toBe("failed");
    expect(server.requests).toEqual([]);
    client.close();
  });

  test("is asked with at most four requests at a time", async () => {
    await using server = accountServer(ACCOUNT);
    server.instead("/list-voices", async () => {
      await Bun.sleep(5);
      return undefined;
    });
    using sides = await both(server);
    await Promise.all(Array.from({ length: 20 }, () => sides.account.voices()));
    expect(server.mostAtOnce).toBe(4);
  });

  test.each([
    ["<html>", "it is not JSON"],
    ['{"has_more":true}', "items is missing"],
    ['{"items":[{}]}', "item 0: phone_number is missing"],
    ['{"items":[{"phone_number":1}]}', "item 0: phone_number must be a string"],
    ['{"items":[],"has_more":true}', "there are more pages, and no pagination_key"],
    ['{"items":[],"has_more":true,"pagination_key":"again"}', "its pages do not end"],
    ["7", "it must be an object"],
  ])("is unreadable where a list is %s", async (body, problem) => {
    await using server = accountServer(ACCOUNT);
    server.instead("/v2/list-phone-numbers", () => new Response(body));
    using sides = await both(server);
    expect(await sides.account.numbers()).toEqual({ kind: "unreadable", problem });
  });

  test("is read where optional fields have forms that are not known here", async () => {
    await using server = accountServer(ACCOUNT);
    const item = { phone_number: "+12137771000", nickname: 5, inbound_agents: "none", new_field: {} };
    server.instead("/v2/list-phone-numbers", () => Response.json([item]));
    using sides = await both(server);
    expect(await value(sides.account.numbers())).toMatchObject([
      { number: "+12137771000", nickname: undefined, agents: [] },
    ]);
  });
});

test.each([
  [{}, "https://api.retellai.com"],
  [{ RETELL_BASE_URL: "" }, "https://api.retellai.com"],
  [{ RETELL_BASE_URL: " http://127.0.0.1:1/base/ " }, "http://127.0.0.1:1/base/"],
])("the base URL is that of the environment, else Retell's: %j", (env, url) => {
  expect(baseUrlOf(env)).toBe(url);
});
