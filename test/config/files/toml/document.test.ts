import { describe, expect, test } from "bun:test";
import { parseDocument } from "../../../../src/config/files/toml/document.ts";
import { ACCOUNT, expectMistakes, load, loadGood } from "../../cases.ts";

const QUOTES = 'text needs quotes: key = "text"';
const CLOSING = "is the closing quote missing?";
const BRACKET = "is a quote, a comma or a closing bracket missing?";
const HEADER = 'write a table\'s name in brackets, and a number in quotes: [numbers."+12137771235"]';
const KEY = "write key = value; a key with more than letters, digits, - and _ needs quotes";
const LINE = 'write one key = value per line, with text in quotes: key = "text"';
const put = (text: string) => `put it in quotes: "${text}"`;

describe("a text that is not TOML", () => {
  test.each([
    ["text without quotes", "[agents]\na = «a»gent_1", put("agent_1")],
    ["nothing behind =", "[agents]\na =«»", QUOTES],
    ["a number with brackets", "[lists]\na = [«(»213) 777-1234]", put("(213) 777-1234")],
    ["curly quotes", "[lists]\na = [«“»+12137771234”]", 'text needs straight quotes: key = "text"'],
    ["True", '[numbers."*"]\npass = «T»rue', "write true and false in lower case"],
    ["an open quote", '[agents]\na = "agent_1«»\nb = "agent_2"', CLOSING],
    ["an open quote at the end", '[agents]\na = «"»agent_1', CLOSING],
    ["open triple quotes", '[agents]\na = «"»""agent_1', CLOSING],
    ["a missing comma", '[lists]\na = ["+12137771234" «"»+12137771236"]', BRACKET],
    ["a missing ] at the end of the file", '[lists]\na = ["+12137771234", 5«»', BRACKET],
    ["a number in groups", "[lists]\na = [+1 «2»13 777 1234]", put("+1 213 777 1234")],
    ["a number in a table's name", "[numbers.«+»12137771235]", HEADER],
    ["an open [", "[lists«»\na = []", HEADER],
    ["[[ closed by ]", '[[numbers."*"]«»', HEADER],
    ["a key alone", "[lists]\n«s»pam", KEY],
    ["a key with a space", "my «c»ountry = 1", KEY],
    ["no key", "«=» 5", KEY],
    ["a colon", '[agents]\nfrontdesk«:» "agent_1"', KEY],
    ["a key behind a table", "[lists] «a» = []", LINE],
    ["two keys in a line", "[lists]\na = [] «b» = []", LINE],
    ["a backslash", '[lists]\na = { file = "C:\\«s»pam.txt" }', "in double quotes, write a backslash twice"],
    ["a leading zero", '[numbers."*"]\nvariables = { a = «0»123 }', put("0123")],
    ["a number with hyphens", '[numbers."*"]\nvariables = { a = 213«-»777 }', put("213-777")],
    [
      "a time with its zone",
      "[[expect]]\nat = 2026-12-25T10:00«[»America/Los_Angeles] # x",
      put("2026-12-25T10:00[America/Los_Angeles]"),
    ],
    [
      "a time with its zone in a table",
      'x = { at = 2026-12-25T10:00«[»America/Los_Angeles], from = "x" }',
      put("2026-12-25T10:00[America/Los_Angeles]"),
    ],
    ["hours", "open = 09:30«-»17:00", put("09:30-17:00")],
    ["days and hours", "open = «m»on-fri 09:00-17:00", put("mon-fri 09:00-17:00")],
    ["a duration", "delay = 4«s»", put("4s")],
    ["an address", "allow_ips = [100.20«.»5.228]", put("100.20.5.228")],
    ["a number in an array over lines", 'a = [\n  "x",\n  213«-»777-1234, # c\n]', put("213-777-1234")],
    ["yes", "pass = «y»es", "write true or false; other words need quotes"],
    ["a key without quotes, which is not repeated", "[retell]\napi_key = «k»ey_0123456789abcdef", QUOTES],
  ])("is located, with what to do: %s", async (_name, text, hint) => {
    await expectMistakes(text, [[/^this is not valid TOML: /, hint]]);
  });

  test.each<[string, string, string, string, number]>([
    ["an array, before a key", '[lists]\na = ["+12137771234"\n«b» = []', "[", "is the `]` missing above?", 2],
    [
      "an array, before a table",
      'a = [\n  "]", # ]\n[«n»umbers."*"]\nx = 1',
      ...(["[", "is the `]` missing above?", 1] as const),
    ],
    ["an inner array", "a = [\n  [1,\n  2\n«x» = 1", "[", "is the `]` missing above?", 2],
    ["a table in a line", "a = { b = 1,\n«[»numbers]", "{", "is the `}` missing above?", 1],
    [
      "a long text",
      't = """\nx\n\n[a]\nb = """«f»oo"""\nc = 1',
      ...(['"""', 'are the closing """ missing above?', 1] as const),
    ],
    [
      "a long literal text",
      "a = 1\nt = '''\nx\nb = '''«f»oo'''\n",
      ...(["'''", "are the closing ''' missing above?", 2] as const),
    ],
  ])("says where %s was opened that is not closed", async (_name, text, what, hint, line) => {
    await expectMistakes(text, [
      [/^this is not valid TOML: /, hint, `config.toml:${line}: \`${what}\` is opened here`],
    ]);
  });

  test.each([
    ["a table", `[numbers."*"] # first\npass = true\n\n [«»numbers."*"]\npass = true\n`, 1],
    ["a table of the same name after others", '[lists]\n[agents]\na = "agent_1"\n[«»lists]\n', 1],
    ["a key", "[lists]\nx = []\na = []\nb = []\n«»a = []\n", 3],
    ["a key that another table has too", '[agents]\na = "agent_1"\n[lists]\nb = []\na = []\n«»a = []\n', 5],
    ["a table that a key defined", '[numbers]\n"*" = {}\n[«»numbers."*"]\n', undefined],
  ] as const)("for the second definition of %s names the first", async (_name, text, first) => {
    await expectMistakes(text.replace(/«»(.)/, "«$1»"), [[/^this is already defined above$/]]);
    const { diagnostics } = await load(text.replaceAll(/[«»]/g, ""));
    expect(diagnostics[0]?.related?.line).toBe(first);
  });
});

describe("a text that is TOML", () => {
  test.each([
    ["with a byte order mark", (text: string) => `\ufeff${text}`],
    ["with the line ends of Windows", (text: string) => text.replaceAll("\n", "\r\n")],
    ["with the line ends of old Macs", (text: string) => text.replaceAll("\n", "\r")],
  ])("is read, and its mistakes located, %s", async (_name, written) => {
    const good = `# one\n[agents]\na = "agent_1"\n\n[numbers."*"]\nagent = "a"\n${ACCOUNT}`;
    expect((await loadGood(written(good))).routing.numbers.length).toBe(1);
    await expectPlace(written(good.replace('agent = "a"', 'agent = "wombat"')), 6, 9, 8);
    await expectPlace(written(good.replace('agent = "a"', "agent = wombat")), 6, 9, 1);
  });

  test("has dates and times as text", () => {
    const parsed = parseDocument(
      "d = 2026-12-24\nt = 09:30:00\nl = 2026-12-24T09:30:00\no = [{ x = 2026-12-24T09:30:00Z }]\n",
    );
    expect(parsed).toEqual({
      values: {
        d: "2026-12-24",
        t: "09:30:00",
        l: "2026-12-24T09:30:00",
        o: [{ x: "2026-12-24T09:30:00Z" }],
      },
      problems: [],
    });
  });
});

describe("a number of variables", () => {
  test.each([
    "1.10",
    "1_000",
    "0x1F",
    "1e3",
    "+5",
    "-0",
    "0.0",
    "12345678901234567890",
    "true",
    "2026-12-24",
    "2026-12-24 09:30:00",
    "2026-12-24T09:30:00.50-08:00",
    "09:30",
    "07:32:00.999",
  ])("is sent as it is written: %s", async (written) => {
    const variables = `variables = { n = ${written} }`;
    const { routing } = await loadGood(`[defaults]
${variables}
[numbers."*"]
${variables}
[[numbers."*".rules]]
${variables}
[numbers."*".sms]
${variables}
[[numbers."*".sms.rules]]
${variables}
[[expect]]
to = "+12137771235"
from = "+12137771234"
${variables}
${ACCOUNT}`);
    const [number] = routing.numbers;
    for (const place of [routing.defaults, number, number?.rules[0], number?.sms, number?.sms?.rules[0]]) {
      expect(place?.variables).toEqual({ n: written });
    }
  });

  test.each(["1.0", "1_000", "0x1F", "+5", "-0"])(
    "is compared as it is written, after a comment too: %s",
    (written) => {
      for (const comment of ["", " # one\n", "\r\n# one\r\n\t# two\r\n\t"]) {
        const text = `[[rulesets.a]]\nwhen.header.x-tier = [${comment}${written}]\n`;
        const rules = [{ when: { header: { "x-tier": [written] } } }];
        expect(parseDocument(text)).toEqual({ values: { rulesets: { a: rules } }, problems: [] });
      }
    },
  );

  test("is a number still where numbers are sent", async () => {
    const { routing } = await loadGood(
      `[numbers."*"]\nmetadata = { n = 1.10, variables = { n = 1.10 } }\n${ACCOUNT}`,
    );
    expect(routing.numbers[0]?.metadata).toEqual({ n: 1.1, variables: { n: 1.1 } });
  });

  test("that is too large to be kept is an error elsewhere", async () => {
    await expectMistakes(`[numbers."*"]\nmetadata = { n = «12345678901234567890» }\n${ACCOUNT}`, [
      ["12345678901234567890 is too large to be stored exactly", 'put it in quotes: "12345678901234567890"'],
    ]);
  });
});

describe("a date or a time that does not exist", () => {
  test.each(["2026-02-30", "2026-02-29", "2026-04-31", "2026-02-30T10:00:00Z"])(
    "is an error beside the others of the file: %s",
    async (written) => {
      await expectMistakes(
        `[numbers."*"]\nmetadata = { d = [1, «${written}»], e = 2028-02-29 }\nagent = «"wombat"»\n${ACCOUNT}`,
        [
          [`not a valid date or time: ${written}`],
          [/^there is no agent "wombat"/, 'agent ids look like "agent_0123456789abcdef"'],
        ],
      );
    },
  );

  test.each(["2026-13-01", "2026-12-24T24:00:00", "24:00:00", "23:59:60", "2026-12-24T10:00:00+24:00"])(
    "is not TOML: %s",
    async (written) => {
      const { config, diagnostics } = await load(`[numbers."*"]\nmetadata = { d = ${written} }\n${ACCOUNT}`);
      expect(config).toBeUndefined();
      expect(diagnostics).toMatchObject([{ line: 2, column: 18 }]);
    },
  );
});

describe("what is nested too deep", () => {
  const many = 50_000;
  test.each([
    ["a dotted key", `${"a.".repeat(many)}a = 1`],
    ["a dotted key in variables", `[numbers."*".variables]\n${"a.".repeat(many)}a = 1`],
    ["a table's name", `[${"a.".repeat(many)}a]`],
    ["arrays", `a = ${"[".repeat(many)}`],
    ["inline tables", `a = ${"{ a = ".repeat(many)}`],
    ["a mixture", `[metadata]\na.b.c = ${"[{ a.b.c.d = ".repeat(10)}1${" }]".repeat(10)}`],
  ])("is one error with its place, at once: %s", async (_name, text) => {
    const { config, diagnostics } = await load(text);
    expect(config).toBeUndefined();
    expect(diagnostics.map(({ message }) => message)).toEqual(["this is nested deeper than 32 levels"]);
  });
});

async function expectPlace(text: string, line: number, column: number, length: number): Promise<void> {
  const { diagnostics } = await load(text);
  expect(diagnostics).toMatchObject([{ line, column, length }]);
}
