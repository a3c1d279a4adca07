/** What numbers and callers of real files and real carriers did to programs like this one, tried on the binary. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ask, BINARY, directory, type RunningServer, run, serve } from "../../harness.ts";

const HEAD = '[server]\nlisten = "127.0.0.1:0"\n[retell]\napi_key = "${env:RETELL_API_KEY}"\n';

/** A call by its caller, and what becomes of it: `rejected`, or the first name that the agent is told. */
type Call = readonly [from: string, becomes: string];

/** A number's own lines, with the calls to it. */
type Row = readonly [what: string, lines: string, calls: readonly Call[]];

const LISTS = {
  "short.txt": "+12345\n",
  "short-prefix.txt": "+67890*\n",
  "people.csv": [
    "number,first_name",
    "+5215512345678,Ann",
    "tel:+1-212-555-0111,Bob",
    ",",
    "\u202a+1\u202f212 555 0112\u202c,Cy",
    ",",
  ].join("\n"),
};

const ROWS: readonly Row[] = [
  [
    "a denied number that a trunk sends without its plus",
    'deny = ["+525588902311"]',
    [["525588902311", "rejected"]],
  ],
  [
    "two spellings of one phone, in a deny list",
    'deny = ["+525512340000", "+5491123456789"]',
    [
      ["+5215512340000", "rejected"],
      ["+541123456789", "rejected"],
    ],
  ],
  [
    "two spellings of one phone, among the contacts",
    "",
    [
      ["+525512345678", "Ann"],
      ["+5215512345678", "Ann"],
    ],
  ],
  ["an area code that is newer than the tables", 'allow = ["country:US"]', [["+16245550123", "nobody"]]],
  ["a number that no country claims", 'deny = ["country:RU"]', [["+70001234567", "rejected"]]],
  [
    "the words of those who hide their number",
    'deny = ["withheld"]',
    [
      ["Private", "rejected"],
      ["0000000000", "rejected"],
      ["No Caller ID", "rejected"],
      ["<sip:anonymous@anonymous.invalid>", "rejected"],
    ],
  ],
  [
    "callers that are no phone numbers, in a list as they are and by prefix",
    'deny = ["@short", "@short_prefix", "text:Front Door"]',
    [
      ["12345", "rejected"],
      ["+12345", "rejected"],
      ["6789012", "rejected"],
      ["+6789012", "rejected"],
      ["front door", "rejected"],
      ["12346", "nobody"],
    ],
  ],
  [
    "numbers between characters that show nothing",
    'deny = ["\u202a+1 212 555 0199\u202c", "+1\u202f212\u202f555\u202f0198"]',
    [
      ["+12125550199", "rejected"],
      ["+12125550198", "rejected"],
      ["+12125550112", "Cy"],
    ],
  ],
  [
    "a contact in the form of a URI",
    "",
    [
      ["+12125550111", "Bob"],
      ['"Bob" <sip:+12125550111@carrier.example>', "Bob"],
    ],
  ],
];

const numberAt = (row: number) => `+1212555${String(2000 + row)}`;

/** One number for each row. */
const CONFIG = `${HEAD}[contacts]
file = "people.csv"
[lists]
short = { file = "short.txt" }
short_prefix = { file = "short-prefix.txt" }
[defaults]
variables = { name = "\${contact.first_name:-nobody}" }
[numbers."+525512340000"]
agent = "agent_mexico"
${ROWS.map(([, lines], at) => `[numbers."${numberAt(at)}"]\nagent = "agent_front"\n${lines}\n`).join("")}`;

/** What becomes of a call: `rejected`, `passed`, or what the agent is told. */
function wordOf(answer: Record<string, unknown>): unknown {
  const { reject, override_agent_id, dynamic_variables } = answer.call_inbound as Record<string, unknown>;
  if (reject === true) return "rejected";
  return override_agent_id === undefined ? "passed" : (dynamic_variables as { name: string }).name;
}

describe("callers and numbers, as carriers send them and people write them down", () => {
  const stack = new AsyncDisposableStack();
  let server: RunningServer;
  beforeAll(async () => {
    const files = stack.use(await directory({ ...LISTS, "config.toml": CONFIG }));
    server = stack.use(await serve(BINARY, files.file("config.toml")));
  });
  afterAll(() => stack.disposeAsync());

  test.each(ROWS.map(([what, , calls], at) => [what, numberAt(at), calls] as const))(
    "%s",
    async (_what, to, calls) => {
      for (const [from, becomes] of calls) {
        const answer = await ask(server.url, { to_number: to, from_number: from });
        expect([from, wordOf(answer)]).toEqual([from, becomes]);
      }
    },
  );

  test.each([
    ["a dialled number without its plus", numberAt(2).slice(1)],
    ["a dialled number in its other spelling", "+5215512340000"],
  ])("%s has its entry all the same", async (_what, to) => {
    const answer = await ask(server.url, { to_number: to, from_number: "+12125550190" });
    expect(wordOf(answer)).toBe("nobody");
  });
});

test("a number with a spreadsheet's decimal tail is never another person's", async () => {
  await using files = await directory({
    "config.toml": `country = "DE"\n${HEAD}[contacts]\nfile = "people.csv"\n[numbers."*"]\nagent = "agent_front"\nvariables = { name = "\${contact.first_name:-nobody}" }\n`,
    "people.csv": "number,first_name\n1512000000.0,Ann\n",
  });
  await using server = await serve(BINARY, files.file("config.toml"));
  expect(wordOf(await ask(server.url, { from_number: "+4915120000000" }))).toBe("nobody");
  expect(wordOf(await ask(server.url, { from_number: "+491512000000" }))).toBe("Ann");
});

test("what can be meant by no caller, or by another one, is said in one run with the way out", async () => {
  await using files = await directory({
    "config.toml": `country = "US"
${HEAD}[lists]
stray = { file = "stray.txt" }
[numbers."+12125550100"]
agent = "agent_front\u200b"
deny = ["@stray", "Private", "+1 212 555\u266a0100"]
[numbers."+12125550101"]
agent = "agent_front,"
`,
    "stray.txt": "+5105550123\n+12345\n",
  });
  const { exitCode, stderr } = await run([...BINARY, "check"], { cwd: files.path });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/stray\.txt:1:1: warning: \+5105550123 .*"\+15105550123"/);
  expect(stderr).not.toContain("stray.txt:2:");
  expect(stderr).toMatch(/config\.toml:10:19: error: "Private" is not a valid caller pattern/);
  expect(stderr).toContain('"text:Private" matches callers that the carrier sends as "Private"');
  expect(stderr).toMatch(/config\.toml:9:9: error: .*U\+200B/);
  expect(stderr).toMatch(/config\.toml:12:9: error: .*","/);
  expect(stderr).toMatch(/config\.toml:10:30: error: .*U\+266A/);
});
