import { describe, expect, test } from "bun:test";
import { loadConfig } from "../../../src/config/load.ts";
import { keysIn } from "../../../src/routing/callers/phones/phone-keys.ts";
import { directory } from "../../harness.ts";
import { contactsOf } from "../../routing/plans.ts";
import { ACCOUNT, ENV, expectMistakes, expectWarnings, load, loadGood } from "../cases.ts";

/** A main file that includes everything in `more`. */
const MAIN = `include = ["more/*.toml"]\n${ACCOUNT}`;

/** The beginning of a configuration that includes `pattern`. */
const including = (pattern: string) => `include = ${pattern}\n${ACCOUNT}`;

describe("a client's file", () => {
  test("may hold every table but those that say how the program runs", async () => {
    const { routing } = await loadGood({
      "config.toml": `${MAIN}
[defaults]
deny = ["@spam"]
[lists]
spam = []
`,
      "more/acme.toml": `country = "DE"
timezone = "Europe/Berlin"
locale = "de-DE"
[defaults]
presets = ["warm"]
deny = ["@spam", "@more"]
rulesets = ["house"]
[agents]
night = "agent_2"
[presets.warm.agent]
volume = 1
[lists]
more = ["030 123456"]
[limits]
a = { calls = 1, per = "1d" }
[schedules.office]
open = ["mon 09:00-17:00"]
[[rulesets.house]]
when = { closed = "office", over = "a" }
agent = "night"
[contacts]
file = "more.csv"
variables = ["plan"]
[numbers."030 654321"]
agent = "night"
[[expect]]
to = "+4930654321"
from = "+4930123456"
reject = true
`,
      "more/more.csv": "number,plan\n+12137771238,gold\n",
      "more/bolt.toml": "",
    });
    expect(routing.numbers).toMatchObject([
      { entry: "030 654321", client: "acme", pattern: { number: "+4930654321" as never } },
    ]);
    const [acme, bolt] = routing.clients;
    expect(acme).toMatchObject({ client: "acme", hasAccount: false, country: "DE" });
    expect([...(acme?.presets.keys() ?? [])]).toEqual(["warm"]);
    expect([...(acme?.lists.keys() ?? []), ...(acme?.limits.keys() ?? [])]).toEqual(["more", "a"]);
    expect(acme?.schedules.get("office")?.timezone).toBe("Europe/Berlin");
    expect(acme?.contacts).toMatchObject({ columns: ["number", "plan"], variables: ["plan"] });
    expect(acme?.defaults).toMatchObject({ deny: { lists: ["spam", "more"] }, rulesets: ["house"] });
    expect(bolt).toMatchObject({ client: "bolt", country: undefined, contacts: undefined });
  });

  test.each([
    ["agents", 'x = "agent_1"', '[numbers."+12137771235"]\nagent = "x"'],
    ["lists", 'x = ["+12137771234"]', '[numbers."+12137771235"]\ndeny = ["@x"]'],
    [
      "limits",
      'x = { calls = 1, per = "1d" }',
      '[[numbers."+12137771235".rules]]\nwhen.over = "x"\nreject = true',
    ],
  ])("may give a name that other files give too: [%s]", async (table, thing, use) => {
    const file = (number: string) => `[${table}]\n${thing}\n${use.replace("+12137771235", number)}\n`;
    const { routing } = await loadGood({
      "config.toml": `${MAIN}${file("+12137771235")}`,
      "more/a.toml": file("+12137771236"),
      "more/b.toml": file("+12137771237"),
    });
    expect(routing.numbers.map(({ client }) => client)).toEqual(["", "a", "b"]);
  });

  test("is called as its file, and no two are called alike", async () => {
    await expectMistakes(
      {
        "config.toml": `include = ["one/*.toml", «"two/*.toml"»]\n${ACCOUNT}`,
        "one/acme.toml": "",
        "two/acme.toml": "",
      },
      [
        [
          'two clients are named "acme": one/acme.toml and two/acme.toml',
          "a client is named after its file; rename one of the files",
        ],
      ],
    );
  });

  test("that has a number of another file clashes", async () => {
    await expectMistakes(
      { "config.toml": `${MAIN}[numbers."+12137771235"]\n`, "more/a.toml": '[numbers.«"+12137771235"»]\n' },
      [
        [
          '"+12137771235" also has an entry in another file; a number can have only one',
          undefined,
          'config.toml:5: "+12137771235" is here',
        ],
      ],
    );
  });

  test("has numbers that stand once in all files, however they are written", async () => {
    await expectMistakes(
      {
        "config.toml": `country = "US"\n${MAIN}[numbers."(213) 777-1235"]\npass = true\n`,
        "more/a.toml": '[numbers.«"+12137771235"»]\npass = true\n[numbers."+1 800*"]\npass = true\n',
        "more/b.toml": '[numbers.«"+1800*"»]\npass = true\n',
      },
      [
        [
          '"+12137771235" is the same as "(213) 777-1235"; a number can have only one entry',
          undefined,
          'config.toml:6: "(213) 777-1235" is here',
        ],
        [
          '"+1800*" is the same as "+1 800*"; a number can have only one entry',
          undefined,
          'more/a.toml:3: "+1 800*" is here',
        ],
      ],
    );
  });

  const HINT =
    "a client's file may have country, timezone, locale, retell, defaults, agents, presets, lists, contacts, schedules, limits, lookups, notify, rulesets, numbers, expect";
  test.each([
    ["«include» = 'more.toml'", '"include" is allowed only in the main file', HINT],
    ["[«server»]\npath = '/'", '"server" is allowed only in the main file', HINT],
    ["[«log»]\nlevel = 'info'", '"log" is allowed only in the main file', HINT],
    [
      "[retell]\napi_key = '${env:RETELL_API_KEY_2}'\n«max_age» = '5m'",
      '"max_age" in [retell] is allowed only in the main file',
      "a client's file may have api_key, account_key there",
    ],
    ["[«agnets»]\na = 'agent_1'", 'unknown key "agnets" at the top of the file', 'did you mean "agents"?'],
  ])("may not hold %j", async (text, message, hint) => {
    const env = { ...ENV, RETELL_API_KEY_2: "key_of_a_client_0001" };
    await expectMistakes({ "config.toml": MAIN, "more/a.toml": text }, [[message, hint]], env);
  });

  test.each([
    ["agents = «5»", "`agents` must be a table, found 5"],
    ['lists = «"x"»', '`lists` must be a table, found "x"'],
    ["contacts = «[]»", "`contacts` must be a table, found an array"],
    ['[[«numbers»]]\n"*" = {}', "`numbers` must be a table, found an array"],
    ["[agents]\na = «5»", "`a` must be text or a table, found 5"],
    ["expect = [«5»]", "an entry of `expect` must be a table, found 5"],
  ])("has the shape that it must have in the main file: %j", async (text, message) => {
    await expectMistakes({ "config.toml": MAIN, "more/a.toml": text }, [[message]]);
  });

  test("does not hide that the main file has another shape", async () => {
    await expectMistakes(
      {
        "config.toml": `lists = «5»\ncontacts = «[]»\n${MAIN}`,
        "more/a.toml": '[lists]\nl = []\n[contacts]\nfile = "a.csv"\n',
        "more/a.csv": "number\n",
      },
      [["`lists` must be a table, found 5"], ["`contacts` must be a table, found an array"]],
    );
  });

  test("that is not TOML is located in itself", async () => {
    await expectMistakes({ "config.toml": MAIN, "more/a.toml": "[agents]\na = «x»" }, [
      ["this is not valid TOML: invalid value", 'put it in quotes: "x"'],
    ]);
    await expectMistakes({ "config.toml": MAIN, "more/a.toml": "[lists]\na = []\n«a» = []" }, [
      ["this is already defined above", undefined, "more/a.toml:2: first defined here"],
    ]);
  });

  test("has its mistakes located in itself, by file and in the order of its lines", async () => {
    await expectMistakes(
      {
        "config.toml": `${MAIN}[contacts]\nfile = «"none.csv"»\n[numbers."+12137771235"]\nagent = «"nobody"»\n`,
        "more/a.toml": `[agents]
a = { id = «5» }
[contacts]
file = ["people.csv", «"gone.csv"»]
variables = ["name"]
«wombat» = 1
[schedules.s]
timezone = «"Mars"»
[numbers."+12137771236"]
«agnet» = "a"
variables = { a = "«\${env:NONE}»" }
[[numbers."+12137771236".rules]]
when.over = «"never"»
`,
        "more/b.toml": '[lists]\nl = [«"@m"»]\n[presets.p.agent]\nvolume = «9»\n[[«expect»]]\n«form» = "x"\n',
        "more/people.csv": "number,name\n+12137771240,x\n",
      },
      [
        ['cannot read "none.csv": there is no such file'],
        [/^there is no agent "nobody"/, 'agent ids look like "agent_0123456789abcdef"'],
        ["`id` must be text, found 5", 'put it in quotes: "5"'],
        ['cannot read "more/gone.csv": there is no such file'],
        [
          'unknown key "wombat" in [contacts]',
          "known here: file, url, every, headers, at, ca, allow_empty, variables",
        ],
        [/^"Mars" is not a time zone/],
        ['unknown key "agnet" in [numbers."+12137771236"]', 'did you mean "agent"?'],
        ["the environment variable NONE is not set"],
        ['there is no limit "never" in [limits]', "there is no [limits] yet"],
        ['there is no list "m" in [lists]'],
        ["`volume` must be between 0 and 2, found 9"],
        ["`to` is missing in [[expect]]", 'to = "+12137771235"'],
        ['unknown key "form" in [[expect]]', 'did you mean "from"?'],
      ],
    );
  });

  test("has expectations that are checked like those of the main file, and located in itself", async () => {
    const expectation = (reject: string) =>
      `[[expect]]\nto = "+12137771235"\nfrom = "+12137771234"\n${reject}\n`;
    await expectMistakes(
      {
        "config.toml": `${MAIN}${expectation("reject = «true»")}[numbers."*"]\nagent = "agent_1"\n`,
        "more/a.toml": `${expectation('agent = "agent_1"')}${expectation('agent = «"agent_2"»')}`,
        "more/b.toml": expectation("pass = «true»"),
      },
      ["the call to be rejected", 'agent "agent_2"', "the call to pass"].map((expected) => [
        `expected ${expected}, found agent agent_1`,
        'dialled number: +12137771235 has no entry of its own and falls back to [numbers."*"]\ntarget: agent agent_1 (from the number)',
      ]),
    );
  });

  test("has its warnings located in itself", async () => {
    await expectWarnings(
      { "config.toml": MAIN, "more/a.toml": '[lists]\n«l» = []\n[numbers."*".«split»]\nagent_1 = 1\n' },
      [['the list "l" is never used'], ["this split has only one side: all calls go there"]],
    );
  });

  test("names other files from its own directory", async () => {
    const { routing } = await loadGood({
      "config.toml": `include = "clients/*.toml"\n[defaults]\ndeny = ["@main"]\n[lists]\nmain = { file = "l.txt" }\n[contacts]\nfile = "c.csv"\n${ACCOUNT}`,
      "l.txt": "+12137770001",
      "c.csv": "number\n+12137770002\n",
      "clients/a.toml":
        '[lists]\nl = { file = "l.txt" }\n[contacts]\nfile = "c.csv"\n[numbers."*"]\ndeny = ["@l"]\nvariables = { a = "${file:secret}" }\n',
      "clients/l.txt": "+12137770003",
      "clients/c.csv": "number\n+12137770004\n",
      "clients/secret": "of the client\n",
    });
    const [client] = routing.clients;
    const numbersOf = (lists: typeof routing.lists | undefined) =>
      [...(lists?.values() ?? [])].flatMap(({ numbers }) => [...keysIn(numbers)].map(Number));
    expect([numbersOf(routing.lists), numbersOf(client?.lists)]).toEqual([[12137770001], [12137770003]]);
    expect<unknown>(
      [routing.contacts, client?.contacts].map((plan) => contactsOf(plan).map(({ number }) => number)),
    ).toEqual([["+12137770002"], ["+12137770004"]]);
    expect(routing.numbers[0]?.variables).toEqual({ a: "of the client" });
  });
});

describe("include", () => {
  test.each([
    ['«"none.toml"»', 'cannot read "none.toml": there is no such file'],
    ['[«"clients/none.toml"»]', 'cannot read "clients/none.toml": there is no such file'],
    ['["a.toml", «"none.toml"»]', 'cannot read "none.toml": there is no such file'],
    ['«"clients"»', 'cannot read "clients": it is a directory'],
    ['["«${env:WHERE}»/*.toml"]', "the environment variable WHERE is not set"],
    ['[«"*/a.toml"»]', '"*" is allowed only in the file name, not in the name of its directory'],
    ["«5»", "`include` must be text or an array, found 5"],
  ])("is told where it cannot be read: %s", async (pattern, message) => {
    await expectMistakes({ "config.toml": including(pattern), "a.toml": "", "clients/x.txt": "" }, [
      [message],
    ]);
  });

  test("may be filled from the environment, like any text", async () => {
    const files = {
      "config.toml": including('"${env:WHERE}/*.toml"'),
      "clients/a.toml": '[numbers."*"]\npass = true\n',
    };
    const { config } = await load(files, { ...ENV, WHERE: "clients" });
    expect(config?.routing.numbers).toHaveLength(1);
  });

  test("has each entry that is no text named", async () => {
    await expectMistakes({ "config.toml": including('[«5», "a.toml"]'), "a.toml": "" }, [
      ["an entry of `include` must be text, found 5", 'put it in quotes: "5"'],
    ]);
  });

  test("warns of a pattern that matches no file", async () => {
    await expectWarnings({ "config.toml": including('[«"some/*.toml"», «"*.tml"»]'), "some/a.txt": "" }, [
      ['"some/*.toml" matches no file'],
      ['"*.tml" matches no file'],
    ]);
  });

  test("refuses a pattern whose directory cannot be listed, which says nothing of the files in it", async () => {
    await expectMistakes({ "config.toml": including('[«"none/*.toml"», «"a.toml/*.toml"»]'), "a.toml": "" }, [
      ['cannot list the directory "none": there is no such directory'],
      ['cannot list the directory "a.toml": it is not a directory'],
    ]);
  });

  test("reads each file once, whatever matches it, and no hidden ones", async () => {
    const { routing } = await loadGood({
      "config.toml": including('["*.toml", "a.toml", "./a*.toml"]'),
      "a.toml": '[numbers."*"]\npass = true\n',
      ".a.toml": "this is not TOML",
      "a.txt": "neither is this",
    });
    expect(routing.numbers).toHaveLength(1);
  });

  test("reads files in the order of the patterns, and those of a pattern by name", async () => {
    const one = (entry: string) => `[numbers."+${entry}*"]\npass = true\n`;
    const { routing } = await loadGood({
      "config.toml": including('["z.toml", "m/*.toml"]'),
      ...{ "z.toml": one("1"), "m/b.toml": one("3"), "m/a.toml": one("2"), "m/10.toml": one("4") },
    });
    expect(routing.numbers.map(({ entry }) => entry)).toEqual(["+1*", "+4*", "+2*", "+3*"]);
  });

  test("names every file that is to be watched, and the directory of a pattern", async () => {
    await using dir = await directory({
      "config.toml": including('["m/*.toml", "none.toml"]'),
      "m/a.toml": '[lists]\nl = { file = "l.txt" }\n',
    });
    const { files } = await loadConfig(dir.file("config.toml"), ENV);
    expect([...files.keys()].sort()).toEqual(
      ["config.toml", "m/*.toml", "m/a.toml", "m/l.txt", "none.toml"].map((name) => dir.file(name)),
    );
    expect(files.get(dir.file("m/*.toml"))).toBe("a.toml");
  });

  test("names nothing as unknown while a file is not TOML, for it may say so", async () => {
    const { diagnostics } = await load({
      "config.toml": `${MAIN}[numbers."*"]\nagent = "elsewhere"\n`,
      "more/a.toml": "[agents]\nelsewhere = agent_1\n",
    });
    expect(diagnostics.map(({ file, line }) => `${file}:${line}`)).toEqual(["more/a.toml:2"]);
  });

  test("shows the mistakes of the other files while one is not TOML", async () => {
    const { diagnostics } = await load({
      "config.toml": `${MAIN}[numbers."*"]\nagent = "elsewhere"\ndelay = "1h"\n`,
      "more/a.toml": "[agents]\nelsewhere = agent_1\n",
      "more/b.toml": '[schedules.s]\ntimezone = "Mars"\n',
    });
    expect(diagnostics.map(({ file, line }) => `${file}:${line}`)).toEqual([
      expect.stringMatching(/^config\.toml:\d+$/),
      "more/a.toml:2",
      "more/b.toml:2",
    ]);
  });
});
