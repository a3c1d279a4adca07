import { describe, expect, test } from "bun:test";
import { ACCOUNT, expectMistakes, load, loadGood, type Said } from "./cases.ts";

const exactly = (text: string): RegExp => new RegExp(`^${RegExp.escape(text)}$`);

describe("a whole configuration", () => {
  test("is read into a plan", async () => {
    const { routing } = await loadGood(`
country = "US"
[agents]
frontdesk = "agent_1"
sales = { id = "agent_2", version = "prod", presets = ["warm"] }
third = { id = "agent_3", version = 7 }
[presets.warm.agent]
voice_temperature = 0.9
[presets.spanish]
agent.language = "es-419"
[lists]
vip = ["(213) 777-9999", "+1800*", "country:MX", "withheld", "*"]
both = ["@vip"]
[defaults]
deny = ["@both"]
presets = ["spanish"]
variables = { company = "Acme" }
unrouted = "reject"
[numbers."(213) 777-1235"]
agent = "sales"
presets = ["warm"]
allow = []
variables = { a = "x", b = 1.5, c = true }
metadata = { tenant = { id = 5 } }
[numbers."+1 800*"]
reject = true
[numbers."+44*"]
pass = true
[numbers."*"]
agent = "agent_unnamed"
${ACCOUNT}`);
    const nobody = { numbers: [], prefixes: [], lists: [], countries: [], withheld: false, anyone: false };
    expect(routing.country).toBe("US");
    expect([...routing.presets]).toEqual([
      ["warm", { agent: { voice_temperature: 0.9 } }],
      ["spanish", { agent: { language: "es-419" } }],
    ]);
    expect(Object.fromEntries(routing.lists)).toEqual({
      vip: {
        ...{ numbers: ["+12137779999"], prefixes: ["+1800"], lists: [], countries: ["MX"] },
        ...{ withheld: true, anyone: true },
      },
      both: { ...nobody, lists: ["vip"] },
    } as never);
    expect(routing.defaults).toEqual({
      presets: ["spanish"],
      variables: { company: "Acme" },
      metadata: {},
      deny: { ...nobody, lists: ["both"] },
      allow: nobody,
      unrouted: "reject",
    });
    const nothing = { presets: [], variables: {}, metadata: {}, deny: nobody, allow: undefined };
    expect(routing.numbers).toEqual([
      {
        entry: "(213) 777-1235",
        pattern: { kind: "exact", number: "+12137771235" as never },
        target: {
          kind: "agent",
          agent: { name: "sales", id: "agent_2", version: "prod", presets: ["warm"] },
        },
        deny: nobody,
        allow: nobody,
        presets: ["warm"],
        variables: { a: "x", b: "1.5", c: "true" },
        metadata: { tenant: { id: 5 } },
      },
      {
        entry: "+1 800*",
        pattern: { kind: "prefix", prefix: "+1800" },
        target: { kind: "reject" },
        ...nothing,
      },
      { entry: "+44*", pattern: { kind: "prefix", prefix: "+44" }, target: { kind: "pass" }, ...nothing },
      {
        entry: "*",
        pattern: { kind: "any" },
        target: {
          kind: "agent",
          agent: { name: undefined, id: "agent_unnamed", version: undefined, presets: [] },
        },
        ...nothing,
      },
    ]);
  });

  test("may have names that every object has", async () => {
    const { routing } = await loadGood(
      `[agents]\nconstructor = "agent_1"\n[lists]\ntoString = []\n[numbers."*"]\nagent = "constructor"\ndeny = ["@toString"]\n${ACCOUNT}`,
    );
    expect(routing.numbers[0]?.target).toMatchObject({ agent: { id: "agent_1" } });
  });

  test("does not know names that only every object has", async () => {
    await expectMistakes(
      `[agents]\na = { id = "agent_1", presets = [«"toString"»] }\n[numbers."*"]\ndeny = [«"@valueOf"»]\n${ACCOUNT}`,
      [[/^there is no preset "toString"/], [/^there is no list "valueOf"/]],
    );
  });
});

describe("the country", () => {
  test.each([
    ["us", 'did you mean "US"?'],
    ["USA", undefined],
    ["UX", undefined],
    ["United States", undefined],
    ["", undefined],
  ] as const)("%j is not one", async (code, hint) => {
    const message = exactly(`\`country\` must be two capital letters such as "US", found "${code}"`);
    await expectMistakes(`country = «"${code}"»\n${ACCOUNT}`, [
      hint === undefined ? [message] : [message, hint],
    ]);
  });

  test("in small letters is one mistake, not one at each number", async () => {
    await expectMistakes(
      `country = «"us"»\n[numbers."(213) 777-1235"]\ndeny = ["(213) 777-1234"]\n${ACCOUNT}`,
      [[/^`country` must be/, 'did you mean "US"?']],
    );
  });
});

describe("an agent", () => {
  test.each([
    ['a = «""»', "an agent id must not be empty"],
    ['a = «"agent 1"»', 'an agent id must not contain white space, found "agent 1"'],
    ['a = { id = «""» }', "an agent id must not be empty"],
    ['a = { id = «"agent_1 "» }', 'an agent id must not contain white space, found "agent_1 "'],
    ['a = { id = "agent_1", version = «""» }', "a version must not be empty"],
    ["a = «{}»", 'the agent "a" has no `id`'],
    ['a = «{ version = "prod" }»', 'the agent "a" has no `id`'],
  ])("has an id: %j", async (text, message) => {
    await expectMistakes(`[agents]\n${text}\n${ACCOUNT}`, [[exactly(message)]]);
  });

  test("with a misspelt `id` is not said to have none besides", async () => {
    await expectMistakes(`[agents]\na = { «di» = "agent_1" }\n${ACCOUNT}`, [
      [/^unknown key "di" in \[agents\.a\]$/, 'did you mean "id"?'],
    ]);
  });

  test("that is wrong can be named without a further mistake", async () => {
    await expectMistakes(
      `[agents]\nfront = { id = «5» }\nback = «""»\nside = «5»
[numbers."*"]\nagent = "front"\n[numbers."+1*"]\nagent = "back"\n[numbers."+2*"]\nagent = "side"\n${ACCOUNT}`,
      [
        [/^`id` must be text, found 5$/, 'put it in quotes: "5"'],
        [/^an agent id must not be empty$/],
        [/^`side` must be text or a table, found 5$/],
      ],
    );
  });

  const noAgent = (name: string) =>
    exactly(`there is no agent "${name}" in [agents], and it does not look like an agent id`);

  test.each([
    ["frontdsk", noAgent("frontdsk"), 'did you mean "frontdesk"?'],
    ["Frontdesk", noAgent("Frontdesk"), 'did you mean "frontdesk"?'],
    ["wombat", noAgent("wombat"), 'agent ids look like "agent_0123456789abcdef"'],
    ["agent_", noAgent("agent_"), 'agent ids look like "agent_0123456789abcdef"'],
    ["agent_1 2", noAgent("agent_1 2"), 'agent ids look like "agent_0123456789abcdef"'],
    ["", /^an agent must not be empty$/, undefined],
  ] as const)("that takes calls is known by name or is an id: %j is neither", async (name, message, hint) => {
    const text = `[agents]\nfrontdesk = "agent_1"\n[numbers."*"]\nagent = «"${name}"»\n${ACCOUNT}`;
    await expectMistakes(text, [hint === undefined ? [message] : [message, hint]]);
  });

  test.each(["agent_12345", "agent_0123456789abcdef0123456789", "oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD"])(
    "may be given by its id: %s",
    async (id) => {
      const { routing } = await loadGood(`[numbers."*"]\nagent = "${id}"\n${ACCOUNT}`);
      expect(routing.numbers[0]?.target).toMatchObject({ kind: "agent", agent: { name: undefined, id } });
    },
  );
});

describe("a preset", () => {
  test("must be known wherever it is named", async () => {
    const said: Said = [/^there is no preset "wram" in \[presets\]$/, 'did you mean "warm"?'];
    await expectMistakes(
      `[presets.warm]
[agents]
a = { id = "agent_1", presets = ["warm", «"wram"»] }
[defaults]
presets = [«"wram"»]
[numbers."*"]
presets = [
  "warm",
  «"wram"», # not this one
  «"wombat"»,
]
${ACCOUNT}`,
      [said, said, said, [/^there is no preset "wombat" in \[presets\]$/]],
    );
  });

  test("that is wrong can be named without a further mistake", async () => {
    await expectMistakes(`[presets]\nwarm = «5»\n[numbers."*"]\npresets = ["warm"]\n${ACCOUNT}`, [
      [/^`warm` must be a table, found 5$/],
    ]);
  });
});

describe("a caller", () => {
  const FORMS =
    'it must be a number ("+12137771234"), a prefix ("+1900*"), a list ("@spam"), "country:MX", "withheld" or "*"';

  test.each([
    ["@spam", 'there is no list "spam" in [lists]', 'did you mean "spamm"?'],
    ["@wombat", 'there is no list "wombat" in [lists]', undefined],
    ["@", `"@" names no callers; ${FORMS}`, undefined],
    ["withhold", `"withhold" names no callers; ${FORMS}`, 'did you mean "withheld"?'],
    ["alice@example.com", `"alice@example.com" names no callers; ${FORMS}`, undefined],
    ["contact", `"contact" names no callers; ${FORMS}`, undefined],
    [
      "country:mx",
      '"mx" is not a country code; it must be two capital letters, such as "country:MX"',
      'did you mean "country:MX"?',
    ],
    [
      "country:XX",
      '"XX" is not a country code; it must be two capital letters, such as "country:MX"',
      undefined,
    ],
    ["+1900", '"+1900" names no callers: it is too short for a phone number', 'did you mean "+1900*"?'],
    [
      "+121377712345678",
      '"+121377712345678" names no callers: it is too long for a phone number',
      'did you mean "+121377712345678*"?',
    ],
    ["+0123456789", '"+0123456789" names no callers: its country calling code is not in use', undefined],
    [
      "213 777 1234",
      '"213 777 1234" names no callers: it has no "+" and the configuration names no `country`',
      undefined,
    ],
    [
      "+1*9",
      '"+1*9" is not a prefix; it must be "+", the first digits and one "*", such as "+1900*"',
      undefined,
    ],
    [
      "1900*",
      '"1900*" is not a prefix; it must be "+", the first digits and one "*", such as "+1900*"',
      undefined,
    ],
    ["", '"" names no callers: it is not a phone number', undefined],
  ] as const)("cannot be written %j", async (text, message, hint) => {
    const said: Said = hint === undefined ? [exactly(message)] : [exactly(message), hint];
    await expectMistakes(
      `[lists]\nspamm = []\nvip = ["withheld", «"${text}"»]
[defaults]\nallow = [«"${text}"»]\ndeny = [«"${text}"»]
[numbers."*"]\nallow = [«"${text}"»]\ndeny = ["+1800*", «"${text}"»]\n${ACCOUNT}`,
      [said, said, said, said, said],
    );
  });

  test("of a list that is wrong can be named without a further mistake", async () => {
    await expectMistakes(
      `[lists]\nspam = «5»\nnone = «{}»\n[defaults]\ndeny = ["@spam", "@none"]\n${ACCOUNT}`,
      [[/^`spam` must be an array or a table, found 5$/], [/^the list "none" has no `file`$/]],
    );
  });
});

describe("a list", () => {
  test("with a misspelt `file` is not said to have none besides", async () => {
    await expectMistakes(`[lists]\nspam = { «fil» = "spam.txt" }\n${ACCOUNT}`, [
      [/^unknown key "fil" in \[lists\.spam\]$/, 'did you mean "file"?'],
    ]);
  });

  test("must not contain itself, by whatever way", async () => {
    await expectMistakes(
      `[lists]
a = «["@b"]»
b = ["@c"]
c = ["@a"]
self = «["+12137771234", "@self"]»
fine = ["@a"]
fine2 = ["@fine", "@a"]
${ACCOUNT}`,
      [
        [/^the list "a" contains itself: @a → @b → @c → @a$/],
        [/^the list "self" contains itself: @self → @self$/],
      ],
    );
  });

  test("must not contain itself by way of a file", async () => {
    await expectMistakes(
      {
        "config.toml": `[lists]\na = «["@b"]»\nb = { file = "b.txt" }\n${ACCOUNT}`,
        "b.txt": "+12137771234\n@a\n",
      },
      [[/^the list "a" contains itself: @a → @b → @a$/]],
    );
  });

  test("may be contained in several others", async () => {
    const { routing } = await loadGood(
      `[lists]\ntop = ["@left", "@right"]\nleft = ["@base"]\nright = ["@base"]\nbase = []\n${ACCOUNT}`,
    );
    expect(routing.lists.size).toBe(4);
  });
});

describe("a dialled number", () => {
  const PREFIX = 'it must be "+", the first digits and one "*", such as "+1900*"';

  test.each([
    ["+1213", '"+1213" is not a dialled number: it is too short for a phone number'],
    ["+121377712345678", '"+121377712345678" is not a dialled number: it is too long for a phone number'],
    [
      "213 777 1235",
      '"213 777 1235" is not a dialled number: it has no "+" and the configuration names no `country`',
    ],
    [
      "+12137771235 ext 5",
      '"+12137771235 ext 5" is not a dialled number: it has an extension, and callers are known by their number alone',
    ],
    ["abc", '"abc" is not a dialled number: it is not a phone number'],
    ["", '"" is not a dialled number: it is not a phone number'],
    ["*1", `"*1" is not a prefix; ${PREFIX}`],
    ["+18*00", `"+18*00" is not a prefix; ${PREFIX}`],
    ["+1800**", `"+1800**" is not a prefix; ${PREFIX}`],
    ["1800*", `"1800*" is not a prefix; ${PREFIX}`],
    ["+*", `"+*" is not a prefix; ${PREFIX}`],
  ])("cannot be written %j", async (entry, message) => {
    await expectMistakes(`[numbers.«"${entry}"»]\npass = true\n${ACCOUNT}`, [[exactly(message)]]);
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
    const message = exactly(`"${second}" is the same as "${first}": each number can stand here once`);
    await expectMistakes(text.replace(`"${second}"`, `«"${second}"»`), [[message]]);
    const { diagnostics } = await load(text);
    expect(diagnostics[0]?.related).toEqual({
      file: "config.toml",
      line: 2,
      message: `"${first}" stands here`,
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
      [exactly(`a route says at most one of agent, pass and reject; this one also says ${named}`)],
    ]);
    const { diagnostics } = await load(text.replaceAll(/[«»]/g, ""));
    const line = text.split("\n").findIndex((shown) => shown.startsWith(`${named} =`)) + 1;
    expect(diagnostics[0]?.related).toEqual({ file: "config.toml", line, message: `${named} stands here` });
  });

  test("that says nothing passes", async () => {
    const { routing } = await loadGood(`[numbers."*"]\n${ACCOUNT}`);
    expect(routing.numbers[0]?.target).toEqual({ kind: "pass" });
  });
});
