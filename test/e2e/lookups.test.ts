import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { answer, badServer, hang, json, reset, type SeenRequest } from "../bad-server.ts";
import { type Certificates, HAS_OPENSSL, makeCertificates } from "../certificates.ts";
import { ask, BINARY, BINARY_AND_DENO, type Directory, directory, serve, until } from "../harness.ts";

const HEAD = '[server]\nlisten = "127.0.0.1:0"\n[retell]\napi_key = "${env:RETELL_API_KEY}"\n';

/** A line that asks a CRM about its callers, and one that asks nobody. */
function config(origin: string, more = ""): string {
  return `${HEAD}
[lookups.crm]
url = "${origin}/callers/\${header.x-shop:-none}?phone=\${from_number}"
headers = { authorization = "Bearer \${env:CRM_TOKEN}" }
body = { phone = "\${from_number}", say = "\${header.x-say}" }
at = "data.0"
timeout = "2s"
${more}
[numbers."+12137771235"]
agent = "agent_front"
deny = ["+1900*"]
variables = { plan = "\${lookup.crm.plan:-none}", tag = "\${lookup.crm.tags.0}" }

[[numbers."+12137771235".rules]]
name = "gold"
when = { lookup.crm.plan = "gold" }
agent = "agent_gold"

[[numbers."+12137771235".rules]]
name = "down"
when = { lookup.crm = "failed" }
agent = "agent_down"

[numbers."+12137771236"]
agent = "agent_plain"
`;
}

const ENV = { CRM_TOKEN: "token_0123456789" };

/** What an answer says: the agent, and the variables. */
function said(answer: Record<string, unknown>): unknown[] {
  const { call_inbound: inbound } = answer as { call_inbound: Record<string, unknown> };
  const variables = inbound.dynamic_variables as Record<string, string> | undefined;
  return [inbound.reject ?? inbound.override_agent_id, ...Object.values(variables ?? {})];
}

const GOLD = json({ data: [{ plan: "gold", tags: ["${from_number}{{x}}"] }] });

describe.each(BINARY_AND_DENO)("%s", (_name, command) => {
  test("asks about a call what its line can use, and decides by what comes back", async () => {
    await using crm = await badServer(GOLD);
    await using files = await directory({ "config.toml": config(crm.origin) });
    await using server = await serve(command, files.file("config.toml"), { env: ENV });
    const headers = { "x-shop": "a/b ..", "x-say": '"\r\nx: y' };
    const answered = await ask(server.url, { call_id: "a", custom_sip_headers: headers });
    expect(said(answered)).toEqual(["agent_gold", "gold", "${from_number}{{x}}"]);
    const [seen] = crm.requests as readonly SeenRequest[];
    expect(seen?.method).toBe("POST");
    expect(seen?.path).toBe("/callers/a%2Fb%20..?phone=%2B12137771234");
    expect(seen?.headers.authorization).toBe(`Bearer ${ENV.CRM_TOKEN}`);
    expect(JSON.parse(seen?.body ?? "")).toEqual({ phone: "+12137771234", say: '"\r\nx: y' });

    // Nothing is asked about callers who are not let in, who hide the number, or of lines that ask for nothing.
    expect(said(await ask(server.url, { from_number: "+19005550100" }))).toEqual([true]);
    expect(said(await ask(server.url, { from_number: "anonymous" }))).toEqual(["agent_front", "none", ""]);
    expect(said(await ask(server.url, { to_number: "+12137771236" }))).toEqual(["agent_plain"]);
    expect(said(await ask(server.url, { custom_sip_headers: { "x-shop": ".." } }))).toEqual([
      "agent_front",
      "none",
      "",
    ]);
    expect(crm.requests.length).toBe(1);
    expect(server.log()).not.toContain(ENV.CRM_TOKEN);
  });

  test("decides without an answer, says so in the log, and uses for a retry what the first try found", async () => {
    await using crm = await badServer(answer(503, "no"));
    await using files = await directory({ "config.toml": config(crm.origin) });
    await using server = await serve(command, files.file("config.toml"), { env: ENV });
    expect(said(await ask(server.url, { call_id: "a" }))).toEqual(["agent_down", "none", ""]);
    await until(() => server.log().includes("crm failed: status 503"));

    crm.behave(GOLD);
    expect(said(await ask(server.url, { call_id: "a" }))).toEqual(["agent_down", "none", ""]);
    expect(crm.requests.length).toBe(1);
    expect(said(await ask(server.url, { call_id: "b" }))).toEqual([
      "agent_gold",
      "gold",
      "${from_number}{{x}}",
    ]);
    crm.behave(json({ data: [] }));
    expect(said(await ask(server.url, { call_id: "c" }))).toEqual(["agent_front", "none", ""]);
    crm.behave(reset);
    expect(said(await ask(server.url, { call_id: "d" }))).toEqual(["agent_down", "none", ""]);
    crm.behave(hang);
    expect(said(await ask(server.url, { call_id: "e" }))).toEqual(["agent_down", "none", ""]);
  });

  test("uses for a retry after a restart what was recorded of the first try", async () => {
    await using crm = await badServer(GOLD);
    const text = config(crm.origin).replace("[retell]", 'state = "state"\n[retell]');
    await using files = await directory({ "config.toml": text });
    const asked = async (call_id: string) => {
      await using server = await serve(command, files.file("config.toml"), { env: ENV });
      const headers = { "x-shop": "a/b" };
      const answered = said(await ask(server.url, { call_id, custom_sip_headers: headers }));
      expect(await server.stop()).toBe(0);
      return answered;
    };
    const gold = ["agent_gold", "gold", "${from_number}{{x}}"];
    expect(await asked("a")).toEqual(gold);
    crm.behave(answer(503, "no"));
    expect(await asked("b")).toEqual(["agent_down", "none", ""]);
    crm.behave(json({ data: [{ plan: "silver" }] }));
    expect(await asked("a")).toEqual(gold);
    expect(await asked("b")).toEqual(["agent_down", "none", ""]);
    expect(crm.requests.length).toBe(2);

    // Of another configuration it is not known what it would have used.
    await files.write("config.toml", text.replace("tags.0", "tags.1"));
    expect(await asked("a")).toEqual(["agent_front", "silver", ""]);
  });

  test("has the tries of one call wait for one request", async () => {
    await using crm = await badServer(hang);
    await using files = await directory({ "config.toml": config(crm.origin) });
    await using server = await serve(command, files.file("config.toml"), { env: ENV });
    const tries = [ask(server.url, { call_id: "a" }), ask(server.url, { call_id: "a" })];
    for (const answered of await Promise.all(tries)) expect(said(answered)[0]).toBe("agent_down");
    expect(crm.requests.length).toBe(1);
  });

  test("answers calls that wait for a look-up when it is told to stop", async () => {
    await using crm = await badServer(hang);
    await using files = await directory({
      "config.toml": config(crm.origin).replace('timeout = "2s"', 'timeout = "5s"'),
    });
    await using server = await serve(command, files.file("config.toml"), { env: ENV });
    const waiting = ask(server.url, { call_id: "a" });
    await until(() => crm.requests.length === 1);
    const stopped = server.stop();
    expect(said(await waiting)[0]).toBe("agent_down");
    expect(await stopped).toBe(0);
    expect(server.log()).toContain("crm failed: the server is stopping");
  });
});

describe.skipIf(!HAS_OPENSSL)("a service with a private authority", () => {
  let made: Directory;
  let certificates: Certificates;
  beforeAll(async () => {
    made = await directory({});
    certificates = makeCertificates(made.path);
  });
  afterAll(async () => {
    await made[Symbol.asyncDispose]();
  });

  test("is asked where `ca` names the authority, and fails without", async () => {
    await using crm = await badServer(GOLD, { tls: certificates.good });
    const secure = crm.origin.replace("http:", "https:");
    await using files = await directory({ "config.toml": config(secure), "ca.pem": certificates.ca });
    await using server = await serve(BINARY, files.file("config.toml"), { env: ENV });
    expect(said(await ask(server.url, { call_id: "a" }))[0]).toBe("agent_down");
    await files.write("config.toml", config(secure, 'ca = "ca.pem"'));
    await until(() => server.log().includes("configuration reloaded"));
    expect(said(await ask(server.url, { call_id: "b" }))[0]).toBe("agent_gold");
  });

  test("is trusted where `ca` names the authority of a list, of contacts and of a notice too", async () => {
    await using web = await badServer(json([{ number: "+12137771234", plan: "gold" }]), {
      tls: certificates.good,
    });
    const origin = web.origin.replace("http:", "https:");
    const trusting = (ca: string) => `${HEAD}
[contacts]
url = "${origin}/contacts"
${ca}
[lists.known]
url = "${origin}/known"
${ca}
[notify.desk]
url = "${origin}/told"
${ca}
[numbers."+12137771235"]
agent = "agent_front"
variables = { plan = "\${contact.plan}" }
notify = ["desk"]
[[numbers."+12137771235".rules]]
when = { caller = "@known" }
agent = "agent_known"
`;
    await using files = await directory({ "config.toml": trusting(""), "ca.pem": certificates.ca });
    await using server = await serve(BINARY, files.file("config.toml"));
    expect(said(await ask(server.url, { call_id: "a" }))).toEqual(["agent_front", ""]);
    await until(() => server.log().includes("certificate is from an unknown authority"));
    await files.write("config.toml", trusting('ca = "ca.pem"'));
    await until(async () => said(await ask(server.url))[1] === "gold");
    expect(said(await ask(server.url, { call_id: "b" }))).toEqual(["agent_known", "gold"]);
    await until(() => web.requests.some(({ path }) => path === "/told"));
  });
});
