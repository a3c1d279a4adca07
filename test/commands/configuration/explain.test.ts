import { describe, expect, test } from "bun:test";
import { ask, BINARY, type Directory, directory, post, serve, textBody } from "../../harness.ts";
import { runHere } from "../in-process.ts";

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
  const { exitCode, stdout, stderr } = await runHere(["explain", ...AT, ...call.split(" ")], {
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
      "  deny            not in @spam (from [defaults])",
      "  target          agent sales (agent_2, version prod) (from the number)",
      "  presets         spanish (from [defaults]), then warm (from the agent)",
      "",
      "Result: agent sales (agent_2, version prod). Response sent to Retell:",
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
      '+18001234567 matches [numbers."+1800*"], the longest prefix',
    ],
    [
      "the longest prefix",
      "--to +18005234567 --from +12137771234",
      '+18005234567 matches [numbers."+18005*"]',
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
      "Result: passed to Retell's bound agent. Response sent to Retell:",
      {},
    ],
    [
      "rejects it where the configuration says so",
      "--to +33123456789 --from +12137771234",
      CONFIG.replace("[defaults]", '[defaults]\nunrouted = "reject"'),
      "Result: rejected. Response sent to Retell:",
      { reject: true },
    ],
    [
      "falls back to *",
      "--to +33123456789 --from +12137771234",
      `${CONFIG}[numbers."*"]\nagent = "frontdesk"\n`,
      "Result: agent frontdesk (agent_1). Response sent to Retell:",
      { override_agent_id: "agent_1", agent_override: { agent: { language: "es-419" } } },
    ],
    [
      "passes where the number says so",
      "--to +18001234567 --from +12137771234",
      CONFIG,
      "Result: passed to Retell's bound agent. Response sent to Retell:",
      { agent_override: { agent: { language: "es-419" } } },
    ],
    [
      "rejects where the number says so, and says nothing besides",
      "--to +18005234567 --from +12137771234",
      CONFIG,
      "Result: rejected. Response sent to Retell:",
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
      "  deny            matched @spam → @robots → +12137770000, from the deny list of [defaults]: rejected",
    ],
    [
      "a caller denied by a prefix in a list",
      "--to +12137771235 --from +19001234567",
      "  deny            matched @spam → +1900*, from the deny list of [defaults]: rejected",
    ],
    [
      "a caller denied by the number, by country",
      "--to +18001234567 --from +525512345678",
      "  deny            matched country:MX, from this number's deny list: rejected",
    ],
    [
      "a withheld caller denied",
      "--to +18001234567 --from anonymous",
      "  deny            matched withheld, from this number's deny list: rejected",
    ],
    [
      "a caller who is not allowed",
      "--to +12137771236 --from +12137771234",
      "  allow           not in @many, withheld (from the number): rejected",
    ],
  ])("tells of %s, and answers with a rejection alone", async (_name, call, line) => {
    const { lines, answer } = await explain(call);
    expect(lines).toContain(line);
    expect(lines.at(-1)).toBe("Result: rejected. Response sent to Retell:");
    expect(answer).toEqual({ call_inbound: { reject: true } });
  });

  test("tells of a caller who is allowed", async () => {
    const { lines, answer } = await explain("--to +12137771236 --from +12137770004");
    expect(lines).toContain("  allow           matched @many → +12137770004, from this number's allow list");
    expect(answer).toMatchObject({ call_inbound: { override_agent_id: "agent_1" } });
  });

  test("shows only some of many entries", async () => {
    const many = Array.from({ length: 7 }, (_, at) => `"+1213777000${at}"`).join(", ");
    const { lines } = await explain(
      "--to +33123456789 --from +12137771234",
      `${CONFIG}[numbers."*"]\ndeny = [${many}]\n`,
    );
    expect(lines[3]).toEndWith("+12137770003, +12137770004 and 2 more (from the number)");
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

  test("takes the agent bound to the number", async () => {
    const config = CONFIG.replace("${header.x-tier:-none}", "${agent_id:-none}");
    const tierOf = async (options: string) => {
      const { answer } = await explain(`--to +12137771235 --from +12137771234${options}`, config);
      return answer.call_inbound.dynamic_variables.tier;
    };
    expect(await tierOf(" --agent agent_bound")).toBe("agent_bound");
    expect(await tierOf("")).toBe("none");
  });

  test.each([
    ["agent one", 'an agent id has only letters, digits, "_" and "-", and this one has a space.'],
    ["", "an agent id must not be empty."],
  ])("refuses the bound agent %p", async (id, problem) => {
    await using dir = await directory({ "config.toml": CONFIG });
    const call = ["--to", "+12137771235", "--from", "+12137771234", "--agent", id];
    const { exitCode, stderr } = await runHere(["explain", ...call], { cwd: dir.path });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`It must be an agent id: ${problem}`);
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
      const { exitCode, stdout, stderr } = await runHere(["explain", "--json", ...AT, ...call.split(" ")], {
        cwd: dir.path,
      });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      return JSON.parse(stdout);
    };
    expect(await json("--to +12137771236 --from anonymous")).toEqual({
      outcome: "agent",
      client: "",
      entry: "+12137771236",
      applied: [],
      agent: { name: "frontdesk", id: "agent_1", presets: [] },
      at: "2026-12-25T10:00[UTC]",
      delayMs: 0,
      notify: [],
      steps: [
        { topic: "dialled number", finding: '+12137771236 has its own entry, [numbers."+12137771236"]' },
        { topic: "deny", finding: "not in @spam (from [defaults])" },
        { topic: "allow", finding: "matched withheld, from this number's allow list" },
        { topic: "target", finding: "agent frontdesk (agent_1) (from the number)" },
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

  test("says who would be told", async () => {
    const notices = `[notify.slack]
url = "https://hooks.example/x"
[notify.crm]
url = "https://crm.example/x"
[defaults]
deny = ["withheld"]
notify = ["crm"]
[numbers."+12137771235"]
agent = "agent_1"
notify = ["slack"]
[retell]
api_key = "\${env:RETELL_API_KEY}"
`;
    await using dir = await directory({ "config.toml": notices });
    const told = async (from: string) => {
      const args = ["explain", "--to", "+12137771235", "--from", from];
      const text = await runHere(args, { cwd: dir.path });
      const json = await runHere([...args, "--json"], { cwd: dir.path });
      return [/^ {2}notify +(.*)$/m.exec(text.stdout)?.[1], JSON.parse(json.stdout).notify];
    };
    expect(await told("+12137771234")).toEqual([
      "crm (from [defaults]), slack (from the number)",
      ["crm", "slack"],
    ]);
    expect(await told("anonymous")).toEqual(["crm (from [defaults])", ["crm"]]);
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
        const { stdout } = await runHere(["explain", "--json", ...call, ...more], { cwd: dir.path });
        return JSON.parse(stdout).answer;
      };
      expect(await answer()).toEqual(await ask(server.url, { to_number: to, from_number: from }));
      const text = await post(server.url, textBody({ to_number: to, from_number: from }));
      expect(await answer("--sms")).toEqual(await text.json());
    }
  });
});

const ROUTED = `country = "US"
include = "more.toml"

[retell]
api_key = "\${env:RETELL_API_KEY}"

[agents]
day = "agent_1"
night = "agent_2"
stable = { id = "agent_3", version = 1 }

[schedules.office]
timezone = "America/Los_Angeles"
open = ["mon-fri 09:00-17:00"]

[limits]
often = { calls = 5, per = "1d" }
"very often" = { calls = 9, per = "1d", by = "all" }

[contacts]
file = "people.csv"
variables = ["first_name"]

[numbers."+12137771235"]
agent = "day"
deny = ["withheld"]

[[numbers."+12137771235".rules]]
name = "too \\"often\\""
when = { over = ["often", "very often"] }
reject = true

[[numbers."+12137771235".rules]]
name = "gold"
when = { header = { x-tier = "gold*" }, open = "office" }
split = { stable = 90, night = 10 }

[[numbers."+12137771235".rules]]
when = { closed = "office" }
agent = "night"

[[numbers."+12137771235".rules]]
name = "ring"
when = { caller = "contact" }
delay = "2s"

[numbers."+12137771235".sms]
agent = "agent_12345"

[numbers."+1800*"]
pass = true
`;

const FILES = {
  "config.toml": ROUTED,
  "people.csv": "number,first_name\n+12137771234,Ann\n",
  "more.toml": "",
};

/** Runs explain in a directory of {@link FILES}. */
async function explainRouted(...args: readonly string[]) {
  await using dir = await directory(FILES);
  return await runHere(["explain", ...args], { cwd: dir.path });
}

const OPEN = ["--at", "2026-12-23T12:00"];
const CALL = ["--to", "+12137771235", "--from", "+12137771299"];

describe("explain --at", () => {
  test.each([
    ["2026-12-23T12:00", "2026-12-23T12:00[America/Los_Angeles]", "day (agent_1)"],
    ["2026-12-23T12:00[Europe/Berlin]", "2026-12-23T03:00[America/Los_Angeles]", "night (agent_2)"],
    ["2026-12-23T20:00Z", "2026-12-23T12:00[America/Los_Angeles]", "day (agent_1)"],
    ["2026-11-02T01:30:59-08:00", "2026-11-02T01:30[America/Los_Angeles]", "night (agent_2)"],
    ["2026-11-01T08:30Z", "2026-11-01T01:30[America/Los_Angeles]", "night (agent_2)"],
    ["2026-11-01T09:30Z", "2026-11-01T01:30-08:00[America/Los_Angeles]", "night (agent_2)"],
    ["2026-12-23T20:00:00+08:00", "2026-12-23T04:00[America/Los_Angeles]", "night (agent_2)"],
  ])("%s decides as at that time, and says when that is", async (at, shown, agent) => {
    const { exitCode, stdout } = await explainRouted(...CALL, "--at", at);
    expect(exitCode).toBe(0);
    expect(stdout).toStartWith(`A call from +12137771299 to +12137771235, ${shown}\n`);
    expect(stdout).toContain(`\nResult: agent ${agent}. Response sent to Retell:\n`);
  });

  test("notes a time zone that is hardly meant", async () => {
    const { exitCode, stderr } = await explainRouted(...CALL, "--at", "2026-07-15T08:30[EST]");
    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      'note: --at: "EST" is UTC-5 all year, without daylight saving time (with daylight saving time: "America/New_York"; without: "America/Panama")\n',
    );
  });

  test.each(["tomorrow", "", "2026-13-01T00:00Z"])("is a usage error where it is no time: %j", async (at) => {
    expect(await explainRouted(...CALL, "--at", at)).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `switchhook: --at: "${at}" is not a valid time; use "2026-12-25T10:00[America/Los_Angeles]" or "2026-12-25T18:00Z"\n`,
    });
  });
});

describe("explain --over", () => {
  test("takes limits to be used up, as often as it is given", async () => {
    for (const over of [
      ["--over", "often"],
      ["--over", "very often", "--over", "often"],
    ]) {
      const { exitCode, stdout } = await explainRouted(...CALL, ...OPEN, ...over);
      expect(exitCode).toBe(0);
      expect(stdout).toContain("\nResult: rejected. Response sent to Retell:\n");
    }
  });

  test.each([
    ["oftn", '; did you mean "often"?'],
    ["wombat", ""],
  ])("is a usage error where there is no such limit: %s", async (name, hint) => {
    expect(await explainRouted(...CALL, "--over", "often", "--over", name)).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `switchhook: --over: there is no limit "${name}" in [limits]${hint}\n`,
    });
  });
});

describe("explain --exists", () => {
  const FLAGS = `[numbers."*"]
agent = "agent_1"
[[numbers."*".rules]]
name = "closed"
when = { exists = ["flags/closed", "flags/storm"] }
reject = true
[retell]
api_key = "\${env:RETELL_API_KEY}"
`;

  test("treats a flag file as there, by its name or its path, and the expectation says so", async () => {
    await using dir = await directory({ "config.toml": FLAGS });
    for (const name of ["flags/storm", dir.file("flags/storm"), "./flags/storm"]) {
      const { exitCode, stdout } = await runHere(["explain", ...CALL, "--exists", name, "--expect"], {
        cwd: dir.path,
      });
      expect(exitCode).toBe(0);
      expect(stdout).toContain('\nexists = ["flags/storm"]\nreject = true\nrule = "closed"\n');
    }
  });

  test("is not needed for a file that is there, and a usage error for one that no rule asks for", async () => {
    await using dir = await directory({ "config.toml": FLAGS, "flags/closed": "" });
    const there = await runHere(["explain", ...CALL], { cwd: dir.path });
    expect(there.stdout).toContain('the file "flags/closed" exists');
    const wrong = await runHere(["explain", ...CALL, "--exists", "flags/close"], { cwd: dir.path });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toBe(
      'switchhook: --exists: no rule asks whether the file "flags/close" exists; did you mean "flags/closed"?\n',
    );
  });
});

describe("explain --expect", () => {
  test("writes an expectation", async () => {
    const { exitCode, stdout } = await explainRouted(
      ...[
        ...CALL,
        ...OPEN,
        "--header",
        'X-Tier=gold "1"',
        "--agent",
        "agent_bound",
        "--over",
        "often",
        "--expect",
      ],
    );
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`[[expect]]
to = "+12137771235"
from = "+12137771299"
at = "2026-12-23T12:00[America/Los_Angeles]"
agent_id = "agent_bound"
headers = { "x-tier" = "gold \\"1\\"" }
over = ["often"]
reject = true
rule = "too \\"often\\""
`);
  });

  test.each<[string, readonly string[]]>([
    ["a call to the number's agent", [...CALL, ...OPEN]],
    ["a call at night", [...CALL, "--at", "2026-12-23T23:00"]],
    ["a call in the hour that comes twice", [...CALL, "--at", "2026-11-01T09:30Z"]],
    ["a call now", CALL],
    ["a contact", ["--to", "(213) 777-1235", "--from", "213.777.1234", ...OPEN]],
    ["a split by header", [...CALL, ...OPEN, "--header", "x-tier=gold, \\ and\ttab", "--header", "x.y=1"]],
    ["limits", [...CALL, ...OPEN, "--over", "very often"]],
    ["a caller who is denied", ["--to", "+12137771235", "--from", "anonymous"]],
    ["a text", [...CALL, "--sms"]],
    ["a call with a bound agent", [...CALL, ...OPEN, "--agent", "agent_bound"]],
    ["a text that passes", ["--to", "+18001234567", "--from", "+12137771299", "--sms"]],
    ["a number that is not there", ["--to", "+442079460000", "--from", 'sip:"x"@example.com']],
    ["nobody at all", ["--to", "", "--from", ""]],
    [
      "what looks like a template",
      [
        "--to",
        "+12137771235",
        "--from",
        "${file:/etc/hosts}",
        ...OPEN,
        "--header",
        "x-tier=gold ${env:NOT_SET}",
      ],
    ],
  ])("holds when it is pasted: %s", async (_name, args) => {
    await using dir = await directory(FILES);
    const { exitCode, stdout } = await runHere(["explain", ...args, "--expect"], { cwd: dir.path });
    expect(exitCode).toBe(0);
    await dir.write("more.toml", stdout);
    const checked = await runHere(["check", "--strict"], { cwd: dir.path });
    expect(checked).toMatchObject({ exitCode: 0, stderr: "" });
    // It says enough to fail where the call is decided otherwise.
    const outcome = /^(agent|pass|reject) = .*$/m.exec(stdout)?.[0] ?? "";
    await dir.write(
      "more.toml",
      stdout.replace(outcome, outcome === "pass = true" ? "reject = true" : "pass = true"),
    );
    expect((await runHere(["check"], { cwd: dir.path })).exitCode).toBe(1);
  });
});

describe("explain --json", () => {
  test("says the rule, the time and the delay too", async () => {
    const { stdout } = await explainRouted(
      ...["--to", "+12137771235", "--from", "+12137771234", ...OPEN, "--json"],
    );
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: "agent",
      entry: "+12137771235",
      rule: "ring",
      agent: { name: "day", id: "agent_1" },
      at: "2026-12-23T12:00[America/Los_Angeles]",
      delayMs: 2000,
      answer: { call_inbound: { override_agent_id: "agent_1", dynamic_variables: { first_name: "Ann" } } },
    });
  });

  test("is told of a rule by its condition that does not hold", async () => {
    const { stdout } = await explainRouted(...[...CALL, ...OPEN, "--header", "x-tier=silver", "--json"]);
    const { steps } = JSON.parse(stdout);
    expect(steps).toContainEqual({
      topic: 'rule "gold"',
      finding: 'does not apply: header x-tier is "silver"; wanted: gold*',
    });
  });
});

test("explain knows the holidays of whatever year it is asked about", async () => {
  const config = `timezone = "America/New_York"
[retell]
api_key = "\${env:RETELL_API_KEY}"
[schedules.office]
open = ["daily 0-24"]
holidays = "US"
[numbers."*"]
agent = "agent_1"
[[numbers."*".rules]]
when = { closed = "office" }
reject = true
`;
  await using dir = await directory({ "config.toml": config });
  for (const year of [2021, 2037]) {
    const call = ["--to", "+12137771235", "--from", "+12137771234", "--at", `${year}-12-25T12:00`];
    const { stdout } = await runHere(["explain", ...call], { cwd: dir.path });
    expect(stdout).toContain(`because ${year}-12-25 is a holiday (Christmas Day)`);
  }
});

describe("explain, where rules continue", () => {
  const SHARED = `[retell]
api_key = "\${env:RETELL_API_KEY}"
[defaults]
rulesets = ["house rules"]
[[rulesets."house rules"]]
name = "regulars"
when = { caller = "+1213*" }
variables = { known = true }
continue = true
[[rulesets."house rules"]]
name = "sponsors"
when = { header = { x-sponsor = "*" } }
reject = true
[numbers."+12137771235"]
agent = "agent_1"
`;
  const files = { "config.toml": SHARED };

  test("shows which ruleset a rule came from, and what each added", async () => {
    await using dir = await directory(files);
    const { stdout } = await runHere(["explain", ...CALL, "--at", "2026-12-23T12:00Z"], {
      cwd: dir.path,
    });
    expect(stdout).toContain(`
  rule "regulars" of ruleset "house rules"  applies: the caller matched +1213*
  continue                                  adds variable known; later rules take precedence
  rule "sponsors" of ruleset "house rules"  does not apply: header x-sponsor is missing; wanted: *
  target                                    agent agent_1 (from the number)
`);
  });

  test("names the rules that continued in --json, and one of them in --expect where none decides", async () => {
    await using dir = await directory(files);
    const explain = async (...args: readonly string[]) =>
      (await runHere(["explain", ...CALL, ...args], { cwd: dir.path })).stdout;
    expect(JSON.parse(await explain("--json", "--header", "x-sponsor=1"))).toMatchObject({
      rule: "sponsors",
      applied: [{ name: "regulars", at: 0, ruleset: "house rules" }],
    });
    expect(await explain("--expect", "--header", "x-sponsor=1")).toContain('\nrule = "sponsors"\n');
    const expected = await explain("--expect");
    expect(expected).toContain('\nrule = "regulars"\n');
    await dir.write("config.toml", `${SHARED}${expected}`);
    expect(await runHere(["check"], { cwd: dir.path })).toMatchObject({ exitCode: 0 });
  });
});

describe("explain --history", () => {
  const ASKING = `${CONFIG}
[[numbers."+12137771235".rules]]
name = "again"
when = { history.calls = ">= 2", history.last_agent = "frontdesk" }
agent = "frontdesk"
`;
  const explain = async (...args: readonly string[]) => {
    await using dir = await directory({ "config.toml": ASKING });
    return await runHere(["explain", "--to", "+12137771235", "--from", "+12134440000", ...args], {
      cwd: dir.path,
    });
  };

  test("says what is known of the caller, who calls for the first time otherwise", async () => {
    const again = ["--history", "calls=2", "--history", "last_agent=frontdesk"];
    expect((await explain(...again)).stdout).toContain('applies: history.calls is "2"; wanted: >= 2');
    expect((await explain()).stdout).toContain('does not apply: history.calls is "0"; wanted: >= 2');
  });

  test("is part of the expectation that --expect prints", async () => {
    const { stdout } = await explain("--expect", "--history", "calls=2", "--history", "last_agent=frontdesk");
    expect(stdout).toContain(
      'history = { calls = 2, last_agent = "frontdesk" }\nagent = "frontdesk"\nrule = "again"\n',
    );
    await using dir = await directory({ "config.toml": `${ASKING}\n${stdout}` });
    expect((await runHere(["check"], { cwd: dir.path })).exitCode).toBe(0);
  });

  test.each([
    ["calls=-1", "`calls` must be a whole number."],
    ["last=yesterday", '`last` must be a date such as "2026-12-25".'],
    ["last=2026-02-30", '`last` must be a date such as "2026-12-25".'],
    ["colour=red", "It must be calls=NUMBER, last=DATE or last_agent=AGENT."],
  ])("is a usage error where it cannot be read: %s", async (given, message) => {
    const { exitCode, stderr } = await explain("--history", given);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});
