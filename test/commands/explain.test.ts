import { describe, expect, test } from "bun:test";
import { ask, BINARY, type Directory, directory, post, run, serve, textBody } from "../harness.ts";

const CONFIG = `country = "US"

[server]
listen = "127.0.0.1:0"

[retell]
api_key = "\${env:RETELL_API_KEY}"

[agents]
frontdesk = "agent_1"
sales = { id = "agent_2", version = "prod", presets = ["warm"] }

[presets.warm.agent]
voice_temperature = 0.9
[presets.spanish]
agent.language = "es-419"

[lists]
spam = ["@robots", "+1900*"]
robots = ["+12137770000"]
many = ["+12137770001", "+12137770002", "+12137770003", "+12137770004", "+12137770005", "+12137770006"]

[defaults]
deny = ["@spam"]
presets = ["spanish"]

[numbers."+12137771235"]
agent = "sales"
variables = { caller = "\${from_number}", tier = "\${header.x-tier:-none}", country = "\${from_country}" }
metadata = { to = "\${to_number}" }

[numbers."+1800*"]
pass = true
deny = ["country:MX", "withheld"]

[numbers."+18005*"]
reject = true

[numbers."+12137771236"]
agent = "frontdesk"
allow = ["@many", "withheld"]

[numbers."+44*"]
agent = "frontdesk"
`;

const AT = ["--at", "2026-12-25T10:00Z"];

/** What explain prints about a call: the lines, and the answer behind them. */
async function explain(call: string, config = CONFIG) {
  await using dir = await directory({ "config.toml": config });
  const { exitCode, stdout, stderr } = await run([...BINARY, "explain", ...AT, ...call.split(" ")], {
    cwd: dir.path,
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const [, lines = "", answer = ""] = /^([\s\S]*?)\n(\{[\s\S]*)$/.exec(stdout) ?? [];
  return { lines: lines.split("\n"), answer: JSON.parse(answer) };
}

const WARM = { agent: { language: "es-419", voice_temperature: 0.9 } };

describe("explain", () => {
  test("shows the steps of a routed call, and the exact answer", async () => {
    const { lines, answer } = await explain("--to +12137771235 --from +12137771234");
    expect(lines).toEqual([
      "A call from +12137771234 to +12137771235, 2026-12-25T10:00[UTC]",
      "",
      '  dialled number  +12137771235 has its own entry, [numbers."+12137771235"]',
      "  deny            none of @spam (from [defaults]) holds",
      "  target          agent sales (agent_2, version prod) (the number's)",
      "  presets         spanish (from [defaults]), then warm (the agent's)",
      "",
      "So it gets agent sales (agent_2, version prod). The answer to Retell:",
    ]);
    expect(answer).toEqual({
      call_inbound: {
        override_agent_id: "agent_2",
        override_agent_version: "prod",
        dynamic_variables: { caller: "+12137771234", tier: "none", country: "US" },
        metadata: { to: "+12137771235" },
        agent_override: WARM,
      },
    });
  });

  test.each([
    [
      "a number of its own, in any notation",
      "--to (213)777-1235 --from (213)777-1234",
      "+12137771235 has its own entry",
    ],
    [
      "a prefix",
      "--to +18001234567 --from +12137771234",
      '+18001234567 begins like [numbers."+1800*"], the longest prefix',
    ],
    [
      "the longest prefix",
      "--to +18005234567 --from +12137771234",
      '+18005234567 begins like [numbers."+18005*"]',
    ],
    [
      "nothing",
      "--to +33123456789 --from +12137771234",
      "+33123456789 matches no entry of [numbers]; such calls pass",
    ],
  ])("tells how the dialled number was found: by %s", async (_name, call, finding) => {
    const { lines } = await explain(call);
    expect(lines[2]).toStartWith(`  dialled number  ${finding}`);
  });

  test.each([
    [
      "passes a call to a number that no entry matches",
      "--to +33123456789 --from +12137771234",
      CONFIG,
      "So it gets a pass to the agent that Retell has bound to the number. The answer to Retell:",
      {},
    ],
    [
      "rejects it where the configuration says so",
      "--to +33123456789 --from +12137771234",
      CONFIG.replace("[defaults]", '[defaults]\nunrouted = "reject"'),
      "So it gets a rejection. The answer to Retell:",
      { reject: true },
    ],
    [
      "falls to *",
      "--to +33123456789 --from +12137771234",
      `${CONFIG}[numbers."*"]\nagent = "frontdesk"\n`,
      "So it gets agent frontdesk (agent_1). The answer to Retell:",
      { override_agent_id: "agent_1", agent_override: { agent: { language: "es-419" } } },
    ],
    [
      "passes where the number says so",
      "--to +18001234567 --from +12137771234",
      CONFIG,
      "So it gets a pass to the agent that Retell has bound to the number. The answer to Retell:",
      { agent_override: { agent: { language: "es-419" } } },
    ],
    [
      "rejects where the number says so, and says nothing besides",
      "--to +18005234567 --from +12137771234",
      CONFIG,
      "So it gets a rejection. The answer to Retell:",
      { reject: true },
    ],
  ])("%s", async (_name, call, config, outcome, answer) => {
    const explained = await explain(call, config);
    expect(explained.lines.at(-1)).toBe(outcome);
    expect(explained.answer).toEqual({ call_inbound: answer });
  });

  test.each([
    [
      "a caller denied by a list in a list",
      "--to +12137771235 --from +12137770000",
      "  deny            @spam → @robots → +12137770000 holds (from [defaults]): rejected",
    ],
    [
      "a caller denied by a prefix in a list",
      "--to +12137771235 --from +19001234567",
      "  deny            @spam → +1900* holds (from [defaults]): rejected",
    ],
    [
      "a caller denied by the number, by country",
      "--to +18001234567 --from +525512345678",
      "  deny            country:MX holds (the number's): rejected",
    ],
    [
      "a withheld caller denied",
      "--to +18001234567 --from anonymous",
      "  deny            withheld holds (the number's): rejected",
    ],
    [
      "a caller who is not allowed",
      "--to +12137771236 --from +12137771234",
      "  allow           none of @many, withheld (the number's) holds: rejected",
    ],
  ])("tells of %s, and answers with a rejection alone", async (_name, call, line) => {
    const { lines, answer } = await explain(call);
    expect(lines).toContain(line);
    expect(lines.at(-1)).toBe("So it gets a rejection. The answer to Retell:");
    expect(answer).toEqual({ call_inbound: { reject: true } });
  });

  test("tells of a caller who is allowed", async () => {
    const { lines, answer } = await explain("--to +12137771236 --from +12137770004");
    expect(lines).toContain("  allow           @many → +12137770004 holds (the number's)");
    expect(answer).toMatchObject({ call_inbound: { override_agent_id: "agent_1" } });
  });

  test("shows only some of many entries", async () => {
    const many = Array.from({ length: 7 }, (_, at) => `"+1213777000${at}"`).join(", ");
    const { lines } = await explain(
      "--to +33123456789 --from +12137771234",
      `${CONFIG}[numbers."*"]\ndeny = [${many}]\n`,
    );
    expect(lines[3]).toEndWith("+12137770003, +12137770004 and 2 more (the number's) holds");
  });

  test("of a text lets it pass, screened like a call", async () => {
    const { lines, answer } = await explain("--sms --to +12137771235 --from +12137771234");
    expect(lines[0]).toBe("A text from +12137771234 to +12137771235, 2026-12-25T10:00[UTC]");
    expect(lines).toContain(
      "  text            the number has no route for texts: Retell's bound agent takes it",
    );
    expect(answer).toEqual({ chat_inbound: {} });
    const denied = await explain("--sms --to +12137771235 --from +12137770000");
    expect(denied.answer).toEqual({ chat_inbound: { reject: true } });
  });

  test("takes SIP headers, several of them, whatever their case", async () => {
    const config = CONFIG.replace(
      "${header.x-tier:-none}",
      "${header.x-tier:-none}/${header.x-b}/${header.x-c}",
    );
    const { answer } = await explain(
      "--to +12137771235 --from +12137771234 --header X-Tier=gold --header x-b=a=b --header x-c=",
      config,
    );
    expect(answer.call_inbound.dynamic_variables.tier).toBe("gold/a=b/");
  });

  test("does not read a template in what the caller sends", async () => {
    const { answer } = await explain("--to +12137771235 --from ${to_number} --header x-tier=${call_id:-x}");
    expect(answer.call_inbound.dynamic_variables).toEqual({
      ...{ caller: "${to_number}", tier: "${call_id:-x}", country: "" },
    });
  });

  test("writes one JSON object for programs", async () => {
    await using dir = await directory({ "config.toml": CONFIG });
    const json = async (call: string) => {
      const { exitCode, stdout, stderr } = await run(
        [...BINARY, "explain", "--json", ...AT, ...call.split(" ")],
        {
          cwd: dir.path,
        },
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      return JSON.parse(stdout);
    };
    expect(await json("--to +12137771236 --from anonymous")).toEqual({
      outcome: "agent",
      entry: "+12137771236",
      agent: { name: "frontdesk", id: "agent_1", presets: [] },
      at: "2026-12-25T10:00[UTC]",
      delayMs: 0,
      steps: [
        { topic: "dialled number", finding: '+12137771236 has its own entry, [numbers."+12137771236"]' },
        { topic: "deny", finding: "none of @spam (from [defaults]) holds" },
        { topic: "allow", finding: "withheld holds (the number's)" },
        { topic: "target", finding: "agent frontdesk (agent_1) (the number's)" },
        { topic: "presets", finding: "spanish (from [defaults])" },
      ],
      answer: {
        call_inbound: { override_agent_id: "agent_1", agent_override: { agent: { language: "es-419" } } },
      },
    });
    const rejected = await json("--to +12137771235 --from +12137770000");
    expect(rejected).toMatchObject({ outcome: "reject", answer: { call_inbound: { reject: true } } });
    expect(rejected).not.toHaveProperty("agent");
    const unrouted = await json("--to +33123456789 --from +12137770000");
    expect(unrouted).toMatchObject({ outcome: "pass", answer: { call_inbound: {} } });
    expect(unrouted).not.toHaveProperty("entry");
  });

  test("says what the server then answers", async () => {
    await using dir: Directory = await directory({ "config.toml": CONFIG });
    await using server = await serve(BINARY, dir.file("config.toml"));
    for (const [to, from] of [
      ["+12137771235", "+12137771234"],
      ["+12137771235", "+12137770000"],
      ["+12137771236", "anonymous"],
      ["+12137771236", "sip:alice@example.com"],
      ["+18001234567", "+12137771234"],
      ["+33123456789", "+12137771234"],
      ["+447700900123", ""],
    ] as const) {
      const call = ["--to", to, "--from", from];
      const answer = async (...more: readonly string[]) => {
        const { stdout } = await run([...BINARY, "explain", "--json", ...call, ...more], { cwd: dir.path });
        return JSON.parse(stdout).answer;
      };
      expect(await answer()).toEqual(await ask(server.url, { to_number: to, from_number: from }));
      const text = await post(server.url, textBody({ to_number: to, from_number: from }));
      expect(await answer("--sms")).toEqual(await text.json());
    }
  });
});
