import { describe, expect, test } from "bun:test";
import type { CallRecord } from "../../../../src/server/observe/record.ts";
import { type Directory, directory } from "../../../harness.ts";
import { lines, record } from "../../../server/history/records.ts";
import { runHere } from "../../in-process.ts";

const HEAD = `
[retell]
api_key = "\${env:RETELL_API_KEY}"
[agents]
frontdesk = "agent_1"
sales = "agent_2"
`;
const SAME = `${HEAD}
[numbers."+12137771235"]
agent = "frontdesk"
`;

/** Replays records under a configuration. */
async function replay(
  config: string,
  history: string | Readonly<Record<string, string>>,
  ...args: readonly string[]
) {
  const files = typeof history === "string" ? { "history/2026-07-01.jsonl": history } : history;
  await using dir = await directory({ "config.toml": config, ...files });
  const finished = await runHere(["replay", "history", "-c", "config.toml", ...args], { cwd: dir.path });
  return { ...finished, json: () => JSON.parse(finished.stdout) };
}

describe("replay", () => {
  test("says nothing but a count where every call goes where it went", async () => {
    const { exitCode, stdout } = await replay(SAME, lines(record(), record({ id: "call_2" })));
    expect([exitCode, stdout]).toEqual([0, "2 calls decided anew: all go where they went\n"]);
  });

  test("decides by what look-ups said then, and says which it knows nothing of", async () => {
    const config = (plan: string) => `${SAME}
[lookups.crm]
url = "https://crm.example/?phone=\${from_number}"
[[numbers."+12137771235".rules]]
when = { lookup.crm.plan = "${plan}" }
agent = "sales"
`;
    const found = record({ lookups: { crm: { kind: "found", value: { plan: "gold" } } } });
    expect(await replay(config("silver"), lines(found))).toMatchObject({ exitCode: 0 });
    const gold = await replay(config("gold"), lines(found, record({ id: "call_2" })));
    expect(gold.exitCode).toBe(1);
    expect(gold.stdout).toContain("1 of 2 calls would go elsewhere");
    expect(gold.stdout).toContain('not recorded for 1 call: the look-up "crm"; treated as missing');
  });

  test("shows the calls that would go elsewhere, and counts them by client and rule", async () => {
    const config = `${SAME}
[[numbers."+12137771235".rules]]
name = "mexico"
when = { caller = "country:MX" }
agent = "sales"
`;
    const mexican = { caller: "+525512345678", from: "+525512345678" };
    const history = lines(
      record(),
      record({ ...mexican, id: "call_2" }),
      record({ ...mexican, id: "call_3" }),
    );
    const { exitCode, stdout } = await replay(config, history);
    expect(exitCode).toBe(1);
    expect(stdout).toBe(`2026-07-01T12:00:00.000Z  +525512345678 to +12137771235  history/2026-07-01.jsonl:2
  before: agent frontdesk (agent_1) – the number's own target
  after:  agent sales (agent_2) – rule "mexico": the caller matched country:MX

2026-07-01T12:00:00.000Z  +525512345678 to +12137771235  history/2026-07-01.jsonl:3
  before: agent frontdesk (agent_1) – the number's own target
  after:  agent sales (agent_2) – rule "mexico": the caller matched country:MX

By client and rule:
  2  agent frontdesk (agent_1) (no rule) → agent sales (agent_2) (rule "mexico")

2 of 3 calls would go elsewhere
`);
  });

  test("gives the same as JSON", async () => {
    const config = SAME.replace('agent = "frontdesk"', "reject = true");
    const { exitCode, json } = await replay(config, lines(record()), "--json");
    expect(exitCode).toBe(1);
    const before = {
      ...{ outcome: "agent", agent: "frontdesk", override_agent_id: "agent_1" },
      reason: "the number's own target",
    };
    const after = { outcome: "reject", reason: "the number's own target" };
    const difference = {
      place: "history/2026-07-01.jsonl:1",
      ...{ time: "2026-07-01T12:00:00.000Z", client: "", channel: "call", id: "call_1" },
      ...{ from: "+12137771234", to: "+12137771235", before, after },
    };
    expect(json()).toMatchObject({
      config: { file: expect.stringMatching(/config\.toml$/), hash: expect.stringMatching(/^[0-9a-f]{12}$/) },
      ...{ calls: 1, differ: 1, differences: [difference] },
      groups: [{ client: "", before, after, calls: 1 }],
      ...{ unknown: [], skipped: [] },
    });
  });

  test.each<[string, string, Partial<CallRecord>]>([
    ["the time", 'when = { now.date = "2026-07-01" }', {}],
    ["a header", 'when = { header.x-tier = "gold" }', { headers: { "x-tier": "gold" } }],
    ["the bound agent", 'when = { agent_id = "agent_9" }', { agent_id: "agent_9" }],
    ["the caller's earlier calls", "when = { history.calls = 3 }", { history: { calls: 3 } }],
    [
      "who took the last one",
      'when = { history.last_agent = "x" }',
      { history: { calls: 1, last_agent: "x" } },
    ],
    ["a limit that was reached", 'when = { over = "few" }', { limits: { few: true } }],
  ])("decides by %s, as recorded", async (_what, when, says) => {
    const config = `timezone = "UTC"${SAME}
[[numbers."+12137771235".rules]]
${when}
reject = true
[limits.few]
calls = 1
per = "1d"
`;
    const told = { limits: { few: false }, history: { calls: 0 }, time: "2026-08-01T00:00:00.000Z" };
    const { time = told.time } = says;
    const isTime = when.includes("now.date");
    const with_ = record({ ...told, time: isTime ? "2026-07-01T12:00:00.000Z" : time, ...says });
    const { stdout } = await replay(config, lines(record(told), with_));
    expect(stdout).toContain("1 of 2 calls would go elsewhere");
    expect(stdout).toContain("history/2026-07-01.jsonl:2");
  });

  test("draws a split as it was drawn", async () => {
    const config = `${HEAD}
[numbers."+12137771235"]
split = { frontdesk = 50, sales = 50 }
split_by = "call"
`;
    const history = lines(...Array.from({ length: 100 }, (_, n) => record({ id: `call_${n}` })));
    const first = (await replay(config, history, "--json")).json();
    expect(first.differ).toBeGreaterThan(20);
    expect((await replay(config, history, "--json")).json()).toEqual({
      ...first,
      config: expect.anything(),
    });
  });

  test("says what it does not know of calls, and how it takes that", async () => {
    const config = `${SAME}
[[numbers."+12137771235".rules]]
when = { over = "few", history.calls = ">= 0", exists = "closed" }
reject = true
[[numbers."+12137771235".rules]]
when = { over = "few" }
reject = true
[limits.few]
calls = 1
per = "1d"
`;
    const { exitCode, stdout } = await replay(config, lines(record(), record({ limits: { few: false } })));
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").slice(1)).toEqual([
      "",
      'not recorded for 1 call: the limit "few"; treated as not reached',
      expect.stringMatching(/^not recorded for 2 calls: the file ".*\/closed"; treated as not there$/),
      "not recorded for 2 calls: the caller's earlier calls; treated as none",
      "",
    ]);
  });

  test("leaves out what is no record, and says what and where", async () => {
    const history = `garbage\n${lines(record())}{"message":"call answered"}\n{"v":7}\n${lines(
      record({ from: "+1******1234" }),
    )}{"v":1,"ti`;
    const { exitCode, stdout } = await replay(SAME, history);
    const place = (line: number) => `history/2026-07-01.jsonl:${line}`;
    expect(exitCode).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "1 call decided anew: all go where they went",
      "",
      `left out: 1 line (not JSON): ${place(1)}`,
      `left out: 1 line (not the record of a call): ${place(3)}`,
      `left out: 1 line (written by a newer version of this program): ${place(4)}`,
      `left out: 1 line (masked numbers, by which no call can be decided): ${place(5)}`,
      `left out: 1 line (line without an end, torn or still being written): ${place(6)}`,
      "",
    ]);
  });

  test("lists no more than a screen, however many differ, and counts them all", async () => {
    const config = SAME.replace('agent = "frontdesk"', "pass = true");
    const history = lines(...Array.from({ length: 3000 }, (_, n) => record({ id: `call_${n}` })));
    const { stdout } = await replay(config, history);
    expect(stdout.split("\n").length).toBeLessThan(90);
    expect(stdout).toContain("… and 2,980 more calls that would go elsewhere");
    expect(stdout).toContain("3,000 of 3,000 calls would go elsewhere");
    const json = (await replay(config, history, "--json")).json();
    expect([json.differences.length, json.omitted, json.groups.length]).toEqual([1000, 2000, 1]);
  });

  test("takes a file, the directory of the history, and the state directory", async () => {
    await using dir: Directory = await directory({
      "config.toml": SAME,
      "state/history/2026-07-01.jsonl": lines(record()),
      "state/history/2026-07-02.jsonl": lines(record()),
      "state/history/notes.txt": "garbage",
    });
    for (const [path, calls] of [
      ["state/history/2026-07-01.jsonl", 1],
      ["state/history", 2],
      ["state", 2],
    ] as const) {
      const { stdout } = await runHere(["replay", path, "-c", "config.toml", "--json"], { cwd: dir.path });
      expect(JSON.parse(stdout).calls).toBe(calls);
    }
  });

  test.each([
    ["nothing", {}, "cannot replay history: it does not exist"],
    [
      "an empty directory",
      { "history/x.txt": "" },
      "cannot replay history: it holds no history: files such as",
    ],
    [
      "no record",
      { "history/2026-07-01.jsonl": "x\n" },
      "cannot replay history: it holds no record of a call",
    ],
  ])("is a usage error where there is %s", async (_what, files, message) => {
    const { exitCode, stderr } = await replay(SAME, files);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  test("reports a configuration with errors", async () => {
    const { exitCode, stderr } = await replay("[retell]\n", lines(record()));
    expect(exitCode).toBe(1);
    expect(stderr).toContain("api_key");
  });

  test("shows control characters that callers sent, and sends none", async () => {
    const from = "sip:\u001b[31mx\u0007@example.com";
    const config = SAME.replace('agent = "frontdesk"', "reject = true");
    const { stdout } = await replay(config, lines(record({ from })));
    for (const control of ["\u0007", "\u001b"]) expect(stdout).not.toContain(control);
    expect(stdout).toContain("1 of 1 call would go elsewhere");
  });
});
