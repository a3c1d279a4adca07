/** Notices, sent by the real program to real servers. */
import { afterAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { badServer, json } from "../bad-server.ts";
import {
  adminOf,
  allowing,
  ask,
  BINARY,
  callBody,
  directory,
  post,
  ROOT,
  RUNTIMES,
  type RunningServer,
  serve,
  textBody,
  until,
} from "../harness.ts";
import { receive, type TestReceiver } from "../server/notices/receiver-server.ts";

const NOTICE_KEY = "0123456789abcdef0123456789abcdef";

/** The receiver's verification, as the README has it. */
const scratch = await directory({ "verify.mjs": await verification() });
afterAll(() => scratch[Symbol.asyncDispose]());
const { isGenuine } = await import(scratch.file("verify.mjs"));

async function verification(): Promise<string> {
  const readme = await Bun.file(join(ROOT, "README.md")).text();
  const code = /<!-- verify -->\n```js\n([\s\S]*?)```/.exec(readme)?.[1];
  if (code === undefined) throw new Error("README.md must hold the verification of notices");
  return code;
}

function config({ url }: TestReceiver, more = ""): string {
  return `
[retell]
api_key = "\${env:RETELL_API_KEY}"

[server]
listen = "127.0.0.1:0"

[admin]
listen = "127.0.0.1:0"

[notify.slack]
url = "${url}/slack?from=\${from_number}"
body = { text = "\${from_number|national} → \${agent:-nobody}: \${reason}" }

[notify.crm]
url = "${url}/crm"
key = "\${env:NOTICE_KEY}"
${more}
[defaults]
deny = ["+1900*"]
notify = ["crm"]

[numbers."+12137771235"]
agent = "agent_1"
notify = ["slack"]
`;
}

const env = { NOTICE_KEY };

async function metricsOf(server: RunningServer): Promise<string> {
  return await (await fetch(`${await adminOf(server)}/metrics`)).text();
}

const targets = ({ hits }: TestReceiver) => hits.map(({ target }) => target).sort();

describe.each(RUNTIMES)("%s", (_, command) => {
  test("tells a call once, to all who want to know, signed as the README says", async () => {
    // The first notice to each has to be sent again.
    await using receiver = receive((at) => (at < 2 ? new Response("busy", { status: 503 }) : undefined));
    await using files = await directory({ "config.toml": config(receiver) });
    await using server = await serve(command, files.file("config.toml"), { env });
    for (let tries = 0; tries < 3; tries++) await ask(server.url, { call_id: "call_1" });
    await until(() => receiver.hits.length === 4);
    for (const body of [
      callBody({ from_number: "+19005550100", call_id: "call_2" }),
      callBody({ to_number: "+12137770000", call_id: "call_3" }),
      textBody({ chat_id: "chat_1" }),
    ]) {
      await post(server.url, body);
    }
    await until(() => receiver.hits.length === 7);

    const slack = "/slack?from=%2B12137771234";
    expect(targets(receiver)).toEqual(["/crm", "/crm", "/crm", "/crm", "/crm", slack, slack]);
    expect(receiver.hits.find(({ target }) => target === slack)?.body).toBe(
      '{"text":"(213) 777-1234 → agent_1: the number\'s own target"}',
    );
    const told = receiver.hits.filter(({ target }) => target === "/crm");
    const records = told.map(({ body }) => JSON.parse(body)).sort((a, b) => (a.time < b.time ? -1 : 1));
    expect(
      records.map(({ outcome, channel, from, to, reason }) => [outcome, channel, from, to, reason]),
    ).toEqual([
      ["agent", "call", "+12137771234", "+12137771235", "the number's own target"],
      ["agent", "call", "+12137771234", "+12137771235", "the number's own target"],
      [
        ...["reject", "call", "+19005550100", "+12137771235"],
        "deny: matched +1900*, from the deny list of [defaults]: rejected",
      ],
      [
        ...["pass", "call", "+12137771234", "+12137770000"],
        "dialled number: +12137770000 matches no entry of [numbers]; such calls pass: Retell's bound agent takes them",
      ],
      [
        ...["pass", "text", "+12137771234", "+12137771235"],
        "text: the number has no route for texts: Retell's bound agent takes it",
      ],
    ]);
    for (const { body, headers } of told) {
      const header = headers.get("x-switchhook-signature");
      expect(isGenuine(body, header, NOTICE_KEY)).toBe(true);
      expect(isGenuine(`${body} `, header, NOTICE_KEY)).toBe(false);
      expect(isGenuine(body, header, "another key")).toBe(false);
      expect(isGenuine(body, null, NOTICE_KEY)).toBe(false);
      expect(isGenuine(body, header?.replace("v=1", "v=2"), NOTICE_KEY)).toBe(false);
    }
    expect(server.log()).not.toContain("notices are not delivered");
    await until(async () => {
      const counted = (await metricsOf(server)).split("\n").filter((each) => each.includes("notices_total{"));
      return (
        counted.sort().join() ===
        [
          'switchhook_notices_total{notify="crm",result="delivered"} 4',
          'switchhook_notices_total{notify="crm",result="dropped"} 0',
          'switchhook_notices_total{notify="crm",result="failed"} 0',
          'switchhook_notices_total{notify="slack",result="delivered"} 1',
          'switchhook_notices_total{notify="slack",result="dropped"} 0',
          'switchhook_notices_total{notify="slack",result="failed"} 0',
        ].join()
      );
    });
  }, 120_000);
});

test("what only a notice names of look-ups and of earlier calls is asked for, once, and told", async () => {
  await using crm = await badServer(json({ plan: "gold", secret: "x" }));
  await using receiver = receive();
  const more = `body = { plan = "\${lookup.crm.plan:-none}", calls = "\${history.calls:-none}", by = "\${agent}" }
[notify.all]
url = "${receiver.url}/all"
[agents]
frontdesk = "agent_bound"
[lookups.crm]
url = "${crm.origin}/callers?phone=\${from_number}"
`;
  const main = config(receiver, more)
    .replace('agent = "agent_1"', "pass = true")
    .replace('notify = ["slack"]', 'notify = ["all"]');
  await using files = await directory({ "config.toml": main });
  await using server = await serve(BINARY, files.file("config.toml"), { env });
  const bodies = (path: string) =>
    receiver.hits.filter(({ target }) => target === path).map(({ body }) => JSON.parse(body));
  const tell = async (call: Readonly<Record<string, string>>) => {
    const told = bodies("/crm").length;
    await ask(server.url, { agent_id: "agent_bound", ...call });
    await until(() => bodies("/crm").length === told + 1);
    return bodies("/crm").at(-1);
  };
  expect(await tell({ call_id: "call_1" })).toEqual({ plan: "gold", calls: "0", by: "frontdesk" });
  await ask(server.url, { agent_id: "agent_bound", call_id: "call_1" });
  expect(await tell({ call_id: "call_2" })).toEqual({ plan: "gold", calls: "1", by: "frontdesk" });
  expect(crm.requests.map(({ path }) => path)).toEqual(Array(2).fill("/callers?phone=%2B12137771234"));
  // Nobody is asked about a caller who is not let in.
  expect(await tell({ call_id: "call_3", from_number: "+19005550100" })).toEqual({
    ...{ plan: "none", calls: "none", by: "" },
  });
  expect(crm.requests).toHaveLength(2);
  await until(() => bodies("/all").length === 2);
  // The record has what is used of what was found.
  expect(bodies("/all")[0]).toMatchObject({
    agent: "frontdesk",
    history: { calls: 0 },
    lookups: { crm: { kind: "found", value: { plan: "gold" } } },
  });
  expect(JSON.stringify(bodies("/all"))).not.toContain("secret");
}, 120_000);

test("a receiver that hangs holds up neither calls nor the end, and what it did not hear is said", async () => {
  await using receiver = receive(() => new Promise<Response>(() => {}));
  await using files = await directory({ "config.toml": config(receiver) });
  await using server = await serve(BINARY, files.file("config.toml"), { env });
  for (let call = 0; call < 50; call++) await ask(server.url, { call_id: `call_${call}` });
  await until(() => receiver.hits.length === 8);
  expect(await server.stop()).toBe(0);
  const said = server
    .log()
    .split("\n")
    .filter((line) => line.includes("notices"))
    .map((line) => JSON.parse(line));
  expect(
    said.map(({ message, notify, failed, dropped }) => [message, notify, failed, dropped]).sort(),
  ).toEqual([
    ["notices were still not delivered when the server stopped", "crm", 0, 50],
    ["notices were still not delivered when the server stopped", "slack", 0, 50],
  ]);
}, 120_000);

test("a change of a notice is in force with the next call, and so is a new one", async () => {
  await using first = receive();
  await using second = receive();
  await using files = await directory({ "config.toml": config(first) });
  await using server = await serve(BINARY, files.file("config.toml"), { env });
  await ask(server.url, { call_id: "call_1" });
  await until(() => first.hits.length === 2);
  const more = `[notify.pager]\nurl = "${first.url}/pager"\n`;
  const changed = config(second, more).replace('notify = ["slack"]', 'notify = ["slack", "pager"]');
  await files.write("config.toml", changed);
  await until(() => server.log().includes("configuration reloaded"));
  expect(server.log()).toContain("notices 2 → 3 (added pager; changed ");
  await ask(server.url, { call_id: "call_2" });
  await until(() => second.hits.length === 2 && first.hits.length === 3);
  expect(targets(second)).toEqual(["/crm", "/slack?from=%2B12137771234"]);
  expect(targets(first)).toContain("/pager");
}, 120_000);

test("an answer is not later for a receiver that refuses, which the log names once", async () => {
  const receiver = receive(() => new Response("no_service", { status: 404 }));
  await using files = await directory({ "config.toml": config(receiver) });
  await using server = await serve(allowing(BINARY), files.file("config.toml"), { env });
  for (let call = 0; call < 100; call++) await ask(server.url, { call_id: `call_${call}` });
  await until(() => receiver.hits.length === 200);
  const lines = () =>
    server
      .log()
      .split("\n")
      .filter((line) => line.includes("notices are not delivered"));
  await until(() => lines().length === 2);
  for (const line of lines()) {
    expect(JSON.parse(line)).toMatchObject({ level: "WARN", reason: "status 404: no_service", tries: 1 });
    expect(line).not.toContain(receiver.url);
  }
  await receiver[Symbol.asyncDispose]();
}, 120_000);
