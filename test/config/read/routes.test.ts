import { describe, expect, test } from "bun:test";
import { phoneKeys } from "../../routing/plans.ts";
import { ACCOUNT, expectMistakes, load, loadGood, type Said } from "../cases.ts";

const NO_CLIENT =
  'the numbers of the main file have no client; give it a fallback, as in "flags/${client:-main}"';

describe("a dialled number", () => {
  const PREFIX = 'it must be "+", the first digits and one "*", such as "+1900*"';

  test.each([
    ["+1213", '"+1213" is not a dialled number: it is too short for a phone number'],
    ["+121377712345678", '"+121377712345678" is not a dialled number: it is too long for a phone number'],
    [
      "213 777 1235",
      '"213 777 1235" is not a dialled number: it has no "+" and the configuration sets no `country`',
    ],
    [
      "+12137771235 ext 5",
      '"+12137771235 ext 5" is not a dialled number: it has an extension, and callers are matched by number only',
    ],
    ["abc", '"abc" is not a dialled number: it is not a phone number'],
    ["", '"" is not a dialled number: it is not a phone number'],
    ["*1", `"*1" is not a prefix; ${PREFIX}`],
    ["+18*00", `"+18*00" is not a prefix; ${PREFIX}`],
    ["+1800**", `"+1800**" is not a prefix; ${PREFIX}`],
    ["1800*", `"1800*" is not a prefix; ${PREFIX}`],
    ["+*", `"+*" is not a prefix; ${PREFIX}`],
  ])("cannot be written %j", async (entry, message) => {
    await expectMistakes(`[numbers.«"${entry}"»]\npass = true\n${ACCOUNT}`, [[message]]);
  });

  test("that is none has its insides checked all the same", async () => {
    await expectMistakes(`[numbers.«"abc"»]\nagent = «"wombat"»\n«agnet» = 1\n${ACCOUNT}`, [
      [/^"abc" is not a dialled number/],
      [/^there is no agent "wombat"/, 'agent ids look like "agent_0123456789abcdef"'],
      [/^unknown key "agnet"/, 'did you mean "agent"?'],
    ]);
  });

  test.each([
    ["+12137771235", "+1 (213) 777-1235"],
    ["+12137771235", "(213) 777-1235"],
    ["213-777-1235", "213.777.1235"],
    ["+1800*", "+1 800*"],
  ])("stands once, however it is written: %s and %s", async (first, second) => {
    const text = `country = "US"\n[numbers."${first}"]\npass = true\n\n[numbers."${second}"]\npass = true\n${ACCOUNT}`;
    const message = `"${second}" is the same as "${first}"; a number can have only one entry`;
    await expectMistakes(text.replace(`"${second}"`, `«"${second}"»`), [[message]]);
    const { diagnostics } = await load(text);
    expect(diagnostics[0]?.related).toEqual({
      file: "config.toml",
      line: 2,
      message: `"${first}" is here`,
    });
  });
});

describe("a route", () => {
  test.each([
    ['agent = "agent_1"', "«reject» = true", "agent"],
    ['agent = "agent_1"', "«pass» = true", "agent"],
    ["pass = true", "«reject» = true", "pass"],
    ["reject = true", '«pass» = true\nagent = "agent_1"', "agent"],
  ])("says one thing: not both %s and %s", async (first, second, named) => {
    const text = `[numbers."*"]\n${first}\n${second}\n${ACCOUNT}`;
    await expectMistakes(text, [
      [`a route can have only one of agent, split, pass and reject; this one also has ${named}`],
    ]);
    const { diagnostics } = await load(text.replaceAll(/[«»]/g, ""));
    const line = text.split("\n").findIndex((shown) => shown.startsWith(`${named} =`)) + 1;
    expect(diagnostics[0]?.related).toEqual({ file: "config.toml", line, message: `${named} is here` });
  });

  test("that says nothing passes", async () => {
    const { routing } = await loadGood(`[numbers."*"]\n${ACCOUNT}`);
    expect(routing.numbers[0]?.target).toEqual({ kind: "pass" });
  });
});

/** What a configuration needs for every condition and target. */
const NAMES = `[agents]
day = "agent_1"
night = "agent_2"
[schedules.office]
timezone = "UTC"
open = ["mon-fri 09:00-17:00"]
[limits.newcomer]
calls = 5
per = "1d"
[lists]
vip = ["+12137771234"]
[defaults]
deny = ["@vip"]
[presets.warm.agent]
volume = 1
[numbers."+1900*"]
presets = ["warm"]
`;

/** A rule of the number `*`. */
const rule = (text: string) => `timezone = "UTC"\n${NAMES}[[numbers."*".rules]]\n${text}\n${ACCOUNT}`;

describe("a rule", () => {
  test("is read with all its conditions, each of them one or several", async () => {
    const { routing } = await loadGood(
      rule(`name = "all"
when = { caller = ["@vip", "(213) 777-1236", "country:MX"], open = "office", header = { X-Tier = "gold*", x-b = ["1", "2*"] }, over = ["newcomer"] }
agent = "night"
presets = ["warm"]
variables = { a = 1 }
metadata = { b = [true] }
delay = "1500ms"
[[numbers."*".rules]]
when.closed = ["office"]`).replace("[agents]", 'country = "US"\n[agents]'),
    );
    const [all, closed] = routing.numbers.find(({ entry }) => entry === "*")?.rules ?? [];
    expect(all).toMatchObject({
      name: "all",
      when: [
        {
          kind: "caller",
          callers: { lists: ["vip"], numbers: phoneKeys(12137771236), countries: ["MX"] },
        },
        { kind: "open", schedules: ["office"] },
        {
          kind: "value",
          name: { kind: "header", header: "x-tier" },
          tests: [{ text: "gold", part: "start" }],
        },
        { kind: "value", name: { kind: "header", header: "x-b" }, tests: [{ text: "1" }, { text: "2" }] },
        { kind: "over", limits: ["newcomer"] },
      ],
      target: { kind: "agent", agent: { name: "night", id: "agent_2" } },
      ...{ presets: ["warm"], variables: { a: "1" }, metadata: { b: [true] }, delayMs: 1500 },
    });
    expect(closed).toMatchObject({
      when: [{ kind: "closed", schedules: ["office"] }],
      ...{ name: undefined, target: undefined, delayMs: undefined },
    });
  });

  const STAR = '"*" is allowed only at the beginning and the end of a value';
  const PARTS = 'use several values instead: ["gold*", "*plan"]';
  test.each<[string, readonly Said[]]>([
    ['name = «""»', [["the name of a rule must not be empty"]]],
    [
      'when = { open = «"ofice"» }',
      [['there is no schedule "ofice" in [schedules]', 'did you mean "office"?']],
    ],
    ['when = { closed = ["office", «"night"»] }', [['there is no schedule "night" in [schedules]']]],
    [
      'when = { over = «"newcommer"» }',
      [['there is no limit "newcommer" in [limits]', 'did you mean "newcomer"?']],
    ],
    ['when = { over = [«"wombat"»] }', [['there is no limit "wombat" in [limits]']]],
    ['when = { caller = «"@vp"» }', [['there is no list "vp" in [lists]', 'did you mean "vip"?']]],
    [
      'when = { caller = ["*", «"withhold"»] }',
      [[/^"withhold" is not a valid caller pattern/, 'did you mean "withheld"?']],
    ],
    ['when = { header = { x = ["*g", «"g*d"», "*"] } }', [[STAR, PARTS]]],
    [
      'when = { header = { x = «">= x"», y = «"<= "» } }',
      [
        ['">=" compares numbers, and no number follows it', 'write a number after it: ">= 5"'],
        ['"<=" compares numbers, and nothing follows it', 'write a number after it: "<= 5"'],
      ],
    ],
    [
      'when = { contact.«wombat» = "x" }',
      [['"contact.wombat" is a column of the contacts, but there is no [contacts]']],
    ],
    [
      "when = { contact = «true» }",
      [["`contact` asks whether the caller is in [contacts], but there is no [contacts]"]],
    ],
    [
      'when = { schedule.«ofice».state = "open" }',
      [['there is no schedule "ofice" in [schedules]', 'did you mean "office"?']],
    ],
    [
      'when = { now.daypart = ["evening", «"evenign"»] }',
      [
        [
          '`now.daypart` is never "evenign"; its values are morning, afternoon, evening, night',
          'did you mean "evening"?',
        ],
      ],
    ],
    ['when = { now.hour = «"> 23"» }', [['`now.hour` is never "> 23"; its values are 0 to 23']]],
    ['when = { channel = «"chat"» }', [['`channel` is never "chat"; its values are call, text']]],
    [
      'when = { from_country = ["US", «"UK"»] }',
      [['"UK" is not a country code; use two letters, such as "US"']],
    ],
    [
      'when = { now.«wekday» = "monday" }',
      [['unknown key "wekday" in [numbers."*".rules.when.now]', 'did you mean "weekday"?']],
    ],
    ['when = { not = { caller = «"@vp"» } }', [['there is no list "vp" in [lists]', 'did you mean "vip"?']]],
    [
      'when = { exists = [«""», «"a*"»] }',
      [["the name of a file must not be empty"], ['the name of a file must not contain "*"']],
    ],
    [
      'when = { exists = [«"flags/${client}"», "flags/${client:-main}", "flags/${client}.flag", "flags/"] }',
      [['this names the directory "flags/", not a file, because `${client}` is empty', NO_CLIENT]],
    ],
    [
      'when = { not = { exists = [«"${client|lower}"», «"./${client}"»] } }',
      [
        ["this names no file, because `${client}` is empty", NO_CLIENT],
        ['this names the directory "./", not a file, because `${client}` is empty', NO_CLIENT],
      ],
    ],
    [
      'when = { exists = "«${from_number}»" }',
      [['"${from_number}" differs from call to call, and only ${client} can be used here']],
    ],
    ["when = { contact = «5» }", [["`contact` must be true or false or a table, found 5"]]],
    ["when = { dialled = «5» }", [["`dialled` must be text or an array, found 5"]]],
    ["when = { header = { x = «{}» } }", [[/^`x` must be /]]],
    ['when = «"office"»', [['`when` must be a table, found "office"']]],
    ["when = { over = «5» }", [["`over` must be text or an array, found 5"]]],
    ["when = { open = [«5»] }", [["an entry of `open` must be text, found 5", 'put it in quotes: "5"']]],
    ['agent = «"nigth"»', [[/^there is no agent "nigth" in \[agents\]/, 'did you mean "night"?']]],
    ['presets = [«"wram"»]', [['there is no preset "wram" in [presets]', 'did you mean "warm"?']]],
    ["pass = «false»", [["`pass` must be true, found false", "leave the key out instead"]]],
    [
      'agent = "day"\n«reject» = true',
      [["a route can have only one of agent, split, pass and reject; this one also has agent"]],
    ],
  ])("cannot say %s", async (text, said) => {
    await expectMistakes(rule(text), said);
  });

  test.each([
    ["schedules", 'open = «"office"»', 'there is no schedule "office" in [schedules]'],
    ["limits", 'over = «"newcomer"»', 'there is no limit "newcomer" in [limits]'],
  ])("is told where there are no %s at all", async (table, when, message) => {
    await expectMistakes(`[[numbers."*".rules]]\nwhen = { ${when} }\n${ACCOUNT}`, [
      [message, `there is no [${table}] yet`],
    ]);
  });

  test("of a schedule or a limit that is wrong has no further mistakes", async () => {
    await expectMistakes(
      `[schedules]\na = «5»\n[limits]\nb = «5»\n[[numbers."*".rules]]\nwhen = { open = "a", over = "b" }\n${ACCOUNT}`,
      [["`a` must be a table, found 5"], ["`b` must be a table, found 5"]],
    );
  });

  test("is found among others by its place", async () => {
    await expectMistakes(
      `${NAMES}[numbers."*"]
rules = [
  { agent = "day", when = { open = "office" } },
  { agent = «"dya"» },
]
[numbers."+1*".sms]
[[numbers."+1*".sms.rules]]
name = «""»
[[numbers."+1*".sms.rules]]
when.open = «"x"»
${ACCOUNT}`,
      [
        [/^there is no agent "dya"/, 'did you mean "day"?'],
        ["the name of a rule must not be empty"],
        ['there is no schedule "x" in [schedules]'],
      ],
    );
  });
});

describe("a split", () => {
  test("shares calls by weights of any sum, by caller where it does not say", async () => {
    const { routing } = await loadGood(
      `${NAMES}[numbers."*"]\nsplit = { day = 0.5, night = 2, agent_3 = 0 }
[[numbers."*".rules]]\nwhen.open = "office"\nsplit = { day = 1, night = 1 }\nsplit_by = "call"\n${ACCOUNT}`,
    );
    const line = routing.numbers.find(({ entry }) => entry === "*");
    expect(line?.target).toMatchObject({
      kind: "split",
      by: "caller",
      shares: [
        { name: "day", weight: 0.5, agent: { name: "day", id: "agent_1" } },
        { weight: 2, agent: { name: "night", id: "agent_2" } },
        { name: "agent_3", weight: 0, agent: { name: undefined, id: "agent_3" } },
      ],
    });
    expect(line?.rules[0]?.target).toMatchObject({ kind: "split", by: "call" });
  });

  const NONE = "a split needs at least one agent with a weight over 0";
  test.each<[string, readonly Said[]]>([
    ["split = { day = 1, «nigth» = 1 }", [[/^there is no agent "nigth"/, 'did you mean "night"?']]],
    [
      "split = { day = 1, «wombat» = 1 }",
      [[/^there is no agent "wombat"/, 'agent ids look like "agent_0123456789abcdef"']],
    ],
    ["split = { day = «-1», night = 1 }", [["`day` must be 0 or more, found -1"]]],
    ["split = { day = «nan», night = 1 }", [["`day` must be a number, found NaN"]]],
    ["split = { day = «inf», night = 1 }", [["`day` must be a number, found Infinity"]]],
    ['split = { day = «"90%"», night = 10 }', [['`day` must be a number, found "90%"']]],
    ["split = «{}»", [[NONE]]],
    ["split = «{ day = 0, night = 0 }»", [[NONE]]],
    ['split = «["day", "night"]»', [["`split` must be a table, found an array"]]],
    ['«split_by» = "call"', [["`split_by` has no effect without `split`"]]],
    [
      'split = { day = 1, night = 1 }\nsplit_by = «"callr"»',
      [['`split_by` must be "caller" or "call", found "callr"', 'did you mean "caller"?']],
    ],
    [
      'agent = "day"\n«split» = { day = 1, night = 1 }',
      [["a route can have only one of agent, split, pass and reject; this one also has agent"]],
    ],
    [
      "split = { day = 1, night = 1 }\n«pass» = true",
      [["a route can have only one of agent, split, pass and reject; this one also has split"]],
    ],
  ])("cannot be %s", async (text, said) => {
    await expectMistakes(`${NAMES}[numbers."*"]\n${text}\n${ACCOUNT}`, said);
    await expectMistakes(rule(text), said);
  });
});

describe("a delay", () => {
  test.each([
    ["0s", 0],
    ["250ms", 250],
    ["8s", 8000],
    ["8000ms", 8000],
  ])("may be %s", async (delay, ms) => {
    const { routing } = await loadGood(
      `[defaults]\ndelay = "${delay}"\n[numbers."*"]\ndelay = "${delay}"\n[numbers."*".sms]\ndelay = "${delay}"\n${ACCOUNT}`,
    );
    const [line] = routing.numbers;
    expect([routing.defaults.delayMs, line?.delayMs, line?.sms?.delayMs]).toEqual([ms, ms, ms]);
  });

  test.each(["8001ms", "9s", "1m", "4", "4 s", "-1s", "1,5s", "soon", ""])("cannot be %j", async (delay) => {
    const said: Said = [
      `\`delay\` must be a duration of at most 8s, such as "4s", found "${delay}"`,
      "Retell waits 10 s for an answer",
    ];
    await expectMistakes(
      `[defaults]\ndelay = «"${delay}"»\n[numbers."*"]\ndelay = «"${delay}"»\n[[numbers."*".rules]]\ndelay = «"${delay}"»\n${ACCOUNT}`,
      [said, said, said],
    );
  });
});

describe("a route for texts", () => {
  test("has the keys of a number", async () => {
    const { routing } = await loadGood(
      `${NAMES}[numbers."*"]\nagent = "day"
[numbers."*".sms]\nagent = "night"\nallow = ["*"]\ndeny = ["withheld"]\nvariables = { a = "x" }
[[numbers."*".sms.rules]]\nwhen.open = "office"\nreject = true\n${ACCOUNT}`,
    );
    expect(routing.numbers.find(({ entry }) => entry === "*")).toMatchObject({
      target: { agent: { name: "day" } },
      rules: [],
      sms: {
        target: { agent: { name: "night" } },
        allow: { anyone: true },
        deny: { withheld: true },
        variables: { a: "x" },
        rules: [{ when: [{ kind: "open", schedules: ["office"] }], target: { kind: "reject" } }],
      },
    });
  });

  test("has its mistakes located in it", async () => {
    await expectMistakes(
      `${NAMES}[numbers."*".sms]\nagent = «"dya"»\ndeny = [«"@x"»]\n«unrouted» = "pass"\n«sms» = {}\n${ACCOUNT}`,
      [
        [/^there is no agent "dya"/, 'did you mean "day"?'],
        ['there is no list "x" in [lists]'],
        ['unknown key "unrouted" in [numbers."*".sms]', '"unrouted" belongs in [defaults]'],
        [
          'unknown key "sms" in [numbers."*".sms]',
          "known here: allow, deny, agent, split, split_by, pass, reject, delay, presets, variables, metadata, notify, rulesets, rules",
        ],
      ],
    );
  });
});

test("what is sent as JSON cannot hold what JSON cannot say", async () => {
  const said: Said = ["metadata is sent as JSON, which has neither nan nor inf"];
  await expectMistakes(
    `[defaults]\nmetadata = { a = «nan» }\n[numbers."*"]\nmetadata = { b = [1, { c = «-inf» }] }\n${ACCOUNT}`,
    [said, said],
  );
});
