import { describe, expect, test } from "bun:test";
import { createConnection } from "node:net";
import Retell from "retell-sdk";
import {
  ask,
  BINARY,
  BINARY_AND_DENO,
  callBody,
  directory,
  KEY,
  post,
  serve,
  textBody,
  until,
} from "../harness.ts";

const HEAD = '[server]\nlisten = "127.0.0.1:0"\n[retell]\napi_key = "${env:RETELL_API_KEY}"\n';

/** The agent that an answer names, or `reject`, or `pass`. */
function takenBy(answer: Record<string, unknown>): unknown {
  const [inbound] = Object.values(answer) as Record<string, unknown>[];
  return inbound?.reject === true ? "reject" : (inbound?.override_agent_id ?? "pass");
}

describe.each(BINARY_AND_DENO)("%s", (_name, command) => {
  test("counts a call once however often it is tried, gives every try the same answer, and keeps count over a reload", async () => {
    const limited = (calls: number) => `${HEAD}[limits.newcomer]
calls = ${calls}
per = "1h"
[numbers."*"]
agent = "agent_1"
[[numbers."*".rules]]
when = { over = "newcomer" }
reject = true
`;
    await using files = await directory({ "config.toml": limited(2) });
    await using server = await serve(command, files.file("config.toml"));
    const taken = async (call: Record<string, unknown>) => takenBy(await ask(server.url, call));

    for (const id of ["a", "a", "b", "b", "a"]) expect(await taken({ call_id: id })).toBe("agent_1");
    expect(await taken({ call_id: "c" })).toBe("reject");
    expect(await taken({ call_id: "b" })).toBe("agent_1");
    expect(await taken({ call_id: "d", from_number: "+12137770002" })).toBe("agent_1");

    await files.write("config.toml", `# the same limit\n${limited(2)}`);
    await until(() => server.log().includes("configuration reloaded"));
    expect(await taken({ call_id: "e" })).toBe("reject");

    await files.write("config.toml", limited(3));
    await until(() => server.log().split("configuration reloaded").length === 3);
    expect(await taken({ call_id: "f" })).toBe("agent_1");
  });

  test("without a call id, takes the same numbers within a minute for a retry", async () => {
    const config = `${HEAD}[limits.once]\ncalls = 1\nper = "1h"\n[numbers."*"]\nagent = "agent_1"
[[numbers."*".rules]]\nwhen = { over = "once" }\nreject = true\n`;
    await using files = await directory({ "config.toml": config });
    await using server = await serve(command, files.file("config.toml"));
    expect(takenBy(await ask(server.url))).toBe("agent_1");
    expect(takenBy(await ask(server.url))).toBe("agent_1");
    expect(takenBy(await ask(server.url, { to_number: "+12137770009" }))).toBe("reject");
  });

  test("draws a split by call anew for each call, and not for its retries", async () => {
    const config = `${HEAD}[numbers."*"]\nsplit = { agent_a = 1, agent_b = 1 }\nsplit_by = "call"\n`;
    await using files = await directory({ "config.toml": config });
    await using server = await serve(command, files.file("config.toml"));
    const sides = new Map<string, unknown>();
    for (let at = 0; at < 40; at++)
      sides.set(`call_${at}`, takenBy(await ask(server.url, { call_id: `call_${at}` })));
    expect(new Set(sides.values())).toEqual(new Set(["agent_a", "agent_b"]));
    for (const [id, side] of sides) expect(takenBy(await ask(server.url, { call_id: id }))).toBe(side);
  });

  test("holds an answer back without holding up other calls, or the same call when it is tried again", async () => {
    const config = `${HEAD}[numbers."+12137771235"]\nagent = "agent_slow"\ndelay = "3s"\n[numbers."*"]\nagent = "agent_quick"\n`;
    await using files = await directory({ "config.toml": config });
    await using server = await serve(command, files.file("config.toml"));
    const order: string[] = [];
    const held = ask(server.url, { call_id: "slow" }).then(() => order.push("held"));
    for (let at = 0; at < 20; at++) {
      await ask(server.url, { call_id: `quick_${at}`, to_number: "+12137770009" });
      order.push("quick");
    }
    await held;
    expect(order.at(-1)).toBe("held");
    expect(takenBy(await ask(server.url, { call_id: "slow" }))).toBe("agent_slow");
  });

  test("lets held answers go at once when it is told to stop", async () => {
    const config = `${HEAD}[numbers."*"]\nagent = "agent_slow"\ndelay = "8s"\n`;
    await using files = await directory({ "config.toml": config });
    await using server = await serve(command, files.file("config.toml"));
    const startMs = performance.now();
    const held = [1, 2, 3].map((at) => ask(server.url, { call_id: `call_${at}` }));
    await until(() => server.log().split("call answered").length === 4);
    expect(await server.stop()).toBe(0);
    for (const answer of held) expect(takenBy(await answer)).toBe("agent_slow");
    // Not a measurement: had they been held to the end, this could not be.
    expect(performance.now() - startMs).toBeLessThan(8000);
  });

  test("answers others while callers whose answer is held hang up", async () => {
    const config = `${HEAD}[numbers."+12137771235"]\nagent = "agent_slow"\ndelay = "8s"\n[numbers."*"]\nagent = "agent_quick"\n`;
    await using files = await directory({ "config.toml": config });
    await using server = await serve(command, files.file("config.toml"));
    const { hostname, port, pathname } = new URL(server.url);
    for (let at = 0; at < 20; at++) {
      const body = callBody({ call_id: `gone_${at}` });
      const socket = createConnection(Number(port), hostname);
      socket.on("error", () => {});
      const head = `POST ${pathname} HTTP/1.1\r\nHost: x\r\nX-Retell-Signature: ${await Retell.sign(body, KEY)}\r\n`;
      socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      await until(() => server.log().includes(`gone_${at}`));
      socket.destroy();
    }
    expect(takenBy(await ask(server.url, { to_number: "+12137770009" }))).toBe("agent_quick");
    expect(await server.stop()).toBe(0);
  });

  test("routes texts by the number's own route for them, behind the number's deny", async () => {
    const config = `${HEAD}[numbers."+12137771235"]\nagent = "agent_calls"\ndeny = ["+1900*"]\n[numbers."+12137771235".sms]\nagent = "agent_texts"\n[numbers."+12137771236"]\nagent = "agent_calls"\n`;
    await using files = await directory({ "config.toml": config });
    await using server = await serve(command, files.file("config.toml"));
    const text = async (fields: Record<string, unknown>) => (await post(server.url, textBody(fields))).json();
    expect(await text({})).toEqual({ chat_inbound: { override_agent_id: "agent_texts" } });
    expect(await text({ from_number: "+19005551234" })).toEqual({ chat_inbound: { reject: true } });
    expect(await text({ to_number: "+12137771236" })).toEqual({ chat_inbound: {} });
  });

  test("knows public holidays, also of a file that it loads while it runs", async () => {
    const config = (place: string) => `timezone = "Europe/Berlin"
${HEAD}[schedules.office]
open = ["daily 0-24"]
holidays = "${place}"
[numbers."*"]
agent = "agent_day"
[[numbers."*".rules]]
name = "closed"
when = { closed = "office" }
agent = "agent_night"
[[expect]]
to = "+12137771235"
from = "+12137771234"
at = "2026-12-25T12:00[Europe/Berlin]"
rule = "closed"
`;
    await using files = await directory({ "config.toml": config("US-CA") });
    await using server = await serve(command, files.file("config.toml"));
    await files.write("config.toml", config("DE-BY"));
    await until(() => server.log().includes("configuration reloaded"));
    await files.write("config.toml", config("DE-XX"));
    await until(() => server.log().includes("the old one stays in force"));
    expect(server.log()).toContain("Germany has no region");
  });

  test("refuses a change that breaks an expectation, keeps the old table, and logs why", async () => {
    const expecting = (agent: string) =>
      `${HEAD}[numbers."*"]\nagent = "${agent}"\n[[expect]]\nto = "+12137771235"\nfrom = "+12137771234"\nagent = "agent_1"\n`;
    await using files = await directory({ "config.toml": expecting("agent_1") });
    await using server = await serve(command, files.file("config.toml"));
    await files.write("config.toml", expecting("agent_2"));
    await until(() => server.log().includes("the old one stays in force"));
    expect(server.log()).toContain('expected agent \\"agent_1\\", found agent agent_2');
    expect(takenBy(await ask(server.url))).toBe("agent_1");
    await files.write("config.toml", expecting("agent_2").replace('agent = "agent_1"', 'agent = "agent_2"'));
    await until(async () => takenBy(await ask(server.url)) === "agent_2");
  });

  test("follows its contacts, and files that come to match `include`", async () => {
    const config = `include = "clients/*.toml"\n${HEAD}[contacts]\nfile = "contacts.csv"\n[numbers."+12137771235"]\nagent = "agent_1"\n`;
    await using files = await directory({
      "config.toml": config,
      "contacts.csv": "number,agent\n+12137779999,agent_2\n",
      "clients/acme.toml": '[numbers."+12137771236"]\nagent = "agent_acme"\n',
    });
    await using server = await serve(command, files.file("config.toml"));
    expect(takenBy(await ask(server.url, { to_number: "+12137771236", from_number: "+12137770001" }))).toBe(
      "agent_acme",
    );
    expect(takenBy(await ask(server.url))).toBe("agent_1");

    await files.write("contacts.csv", "number,agent\n+12137771234,agent_2\n");
    await until(async () => takenBy(await ask(server.url)) === "agent_2");
    await files.write("clients/bolt.toml", '[numbers."+12137771237"]\nagent = "agent_bolt"\n');
    await until(
      async () =>
        takenBy(await ask(server.url, { to_number: "+12137771237", from_number: "+12137770001" })) ===
        "agent_bolt",
    );
    await files.write("clients/acme.toml", '[numbers."+12137771236"]\nagent = "agent_other"\n');
    await until(
      async () =>
        takenBy(await ask(server.url, { to_number: "+12137771236", from_number: "+12137770001" })) ===
        "agent_other",
    );
  });
});

test("of a file that is wrong in every line, the log names only some", async () => {
  const config = `${HEAD}[lists]\nspam = { file = "spam.txt" }\n[numbers."*"]\nagent = "agent_1"\ndeny = ["@spam"]\n`;
  await using files = await directory({ "config.toml": config, "spam.txt": "" });
  await using server = await serve(BINARY, files.file("config.toml"));
  await files.write("spam.txt", "nonsense\n".repeat(500));
  await until(() => server.log().includes("the old one stays in force"));
  expect(server.log().split("spam.txt:").length - 1).toBe(50);
  expect(server.log()).toContain('"more":450');
});
