import { describe, expect, test } from "bun:test";
import { phoneKeys } from "../../routing/plans.ts";
import { ACCOUNT, expectMistakes, expectWarnings, loadGood } from "../cases.ts";

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
    const none = {
      numbers: phoneKeys(),
      prefixes: [],
      texts: [],
      lists: [],
      countries: [],
      withheld: false,
    };
    const nobody = { ...none, contact: false, anyone: false };
    expect(routing.country).toBe("US");
    expect([...routing.presets]).toEqual([
      ["warm", { agent: { voice_temperature: 0.9 } }],
      ["spanish", { agent: { language: "es-419" } }],
    ]);
    expect(Object.fromEntries(routing.lists)).toEqual({
      vip: {
        ...{
          numbers: phoneKeys(12137779999),
          prefixes: ["+1800"],
          texts: [],
          lists: [],
          countries: ["MX"],
        },
        ...{ withheld: true, contact: false, anyone: true },
      },
      both: { ...nobody, lists: ["vip"] },
    } as never);
    expect(routing.defaults).toEqual({
      presets: ["spanish"],
      variables: { company: "Acme" },
      metadata: {},
      delayMs: undefined,
      deny: { ...nobody, lists: ["both"] },
      allow: nobody,
      unrouted: "reject",
      rulesets: [],
      notify: [],
    });
    const nothing = {
      ...{ presets: [], variables: {}, metadata: {}, delayMs: undefined, notify: [] },
      ...{ client: "", deny: nobody, allow: undefined, rules: [], rulesets: undefined, sms: undefined },
    };
    expect(routing.numbers).toEqual([
      {
        entry: "(213) 777-1235",
        pattern: { kind: "exact", number: "+12137771235" as never },
        target: {
          kind: "agent",
          agent: { name: "sales", id: "agent_2", version: "prod", presets: ["warm"] },
        },
        ...nothing,
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
      [[/^there is no preset "toString"/, "there is no [presets] yet"], [/^there is no list "valueOf"/]],
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
    const message = `\`country\` must be two capital letters such as "US", found "${code}"`;
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
    ['a = «"agent 1"»', 'an agent id has only letters, digits, "_" and "-", and this one has a space'],
    ['a = { id = «""» }', "an agent id must not be empty"],
    [
      'a = { id = «"agent_1 "» }',
      'an agent id has only letters, digits, "_" and "-", and this one has a space',
    ],
    ['a = { id = "agent_1", version = «""» }', "a version must not be empty"],
  ])("has an id: %j", async (text, message) => {
    await expectMistakes(`[agents]\n${text}\n${ACCOUNT}`, [[message]]);
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
});

test("an agent's version `latest` is a warning, for it may be a draft", async () => {
  await expectWarnings(
    `[agents]\na = { id = "agent_1", version = «"latest"» }\nb = { id = "agent_1", version = "latest_published" }\n[numbers."*"]\nagent = "a"\n${ACCOUNT}`,
    [
      [
        '"latest" is the version with the highest number, which may be a draft',
        'use "latest_published", a tag or a number',
      ],
    ],
  );
});
