import { describe, expect, test } from "bun:test";
import { changesBetween, inventoryOf } from "../../../src/server/live/inventory.ts";
import { ACCOUNT, expectMistakes, loadGood } from "../cases.ts";

const TEXT = `[agents]
day = "agent_1"
[schedules.office]
timezone = "UTC"
open = ["mon-fri 09:00-17:00"]
[[rulesets."office hours"]]
name = "after hours"
when = { closed = "office" }
agent = "day"
variables = { n = 1.10, who = "\${from_number}" }
continue = true
[[rulesets."office hours"]]
reject = true
${ACCOUNT}`;

describe("rulesets", () => {
  test("are read once, with the numbers that name them", async () => {
    const { routing } = await loadGood(`[defaults]
rulesets = ["office hours"]
[numbers."+12137771235"]
[numbers."+12137771236"]
rulesets = []
[numbers."+12137771237"]
rulesets = ["office hours", "office hours"]
[numbers."+12137771237".sms]
rulesets = ["office hours"]
${TEXT}`);
    expect(routing.defaults.rulesets).toEqual(["office hours"]);
    expect(routing.numbers.map(({ rulesets, sms }) => [rulesets, sms?.rulesets])).toEqual([
      [undefined, undefined],
      [[], undefined],
      [["office hours"], ["office hours"]],
    ]);
    expect(routing.rulesets.get("office hours")).toMatchObject([
      {
        name: "after hours",
        continues: true,
        when: [{ kind: "closed" }],
        target: { kind: "agent" },
        variables: { n: "1.10", who: "${from_number}" },
      },
      { name: undefined, continues: false, when: [], target: { kind: "reject" } },
    ]);
  });

  test("of a client take the place of those of the main file", async () => {
    const rules = (value: string) => `[[rulesets.b]]\nvariables = { a = ${value} }\n`;
    const { routing } = await loadGood({
      "config.toml": `include = "acme.toml"\n[numbers."*"]\nrulesets = ["b"]\n${rules("1")}${ACCOUNT}`,
      "acme.toml": `[numbers."+1*"]\nrulesets = ["b"]\n${rules("1.50")}`,
    });
    const [acme] = routing.clients;
    const values = [routing, acme].map((scope) => scope?.rulesets.get("b")?.[0]?.variables.a);
    expect(values).toEqual(["1", "1.50"]);
  });

  test("have the mistakes in their rules located, once for all numbers", async () => {
    await expectMistakes(
      `[defaults]\nrulesets = ["x"]\n[numbers."*"]\nrulesets = ["x"]
[[rulesets.x]]\nname = «""»\nwhen = { over = «"often"» }\npresets = [«"warm"»]\nagent = "agent_1"\n«pass» = true\nvariables = { a = "«\${contact.plan}»" }\n${ACCOUNT}`,
      [
        ["the name of a rule must not be empty"],
        ['there is no limit "often" in [limits]', "there is no [limits] yet"],
        ['there is no preset "warm" in [presets]', "there is no [presets] yet"],
        [/^a route can have only one of agent, split, pass and reject/],
        ['"${contact.plan}" is a column of the contacts, but there is no [contacts]'],
      ],
    );
  });

  test.each([
    [
      "a name of rulesets that is near one",
      '[[rulesets."office hours"]]\nreject = true\n[numbers."*"]\nrulesets = ["office hours", «"ofice hours"»]',
      'there is no ruleset "ofice hours" in [rulesets]',
      'did you mean "office hours"?',
    ],
    [
      "a name where there are none",
      '[defaults]\nrulesets = [«"a"»]',
      'there is no ruleset "a" in [rulesets]',
      "there is no [rulesets] yet",
    ],
    [
      "a ruleset in a rule",
      '[[numbers."*".rules]]\n«rulesets» = ["a"]',
      'unknown key "rulesets" in [[numbers."*".rules]]',
      "rulesets do not nest: a number, its `sms` or [defaults] names them",
    ],
    [
      "a table in single brackets",
      "[rulesets.«a»]\nreject = true",
      "`a` must be an array, found a table",
      "each begins with a line in double brackets: [[…]]",
    ],
    [
      "the table itself in double brackets",
      "[[«rulesets»]]\nreject = true",
      "`rulesets` must be a table, found an array",
      undefined,
    ],
    [
      "something else than true or false",
      '[[numbers."*".rules]]\ncontinue = «"yes"»',
      '`continue` must be true or false, found "yes"',
      undefined,
    ],
  ])("are told what is wrong: %s", async (_, text, message, hint) => {
    await expectMistakes(`${text}\n${ACCOUNT}`, [[message, hint]]);
  });

  test("are told by name where a reload changes them", async () => {
    const config = (text: string) => loadGood(`[defaults]\nrulesets = ["office hours", "b"]\n${text}${TEXT}`);
    const before = await config("[[rulesets.b]]\nreject = true\n");
    const after = await config(
      "[[rulesets.b]]\nreject = true\ncontinue = true\n[numbers.'*']\nrulesets = []\n",
    );
    expect(changesBetween(inventoryOf(before), inventoryOf(after))).toMatchObject([
      { what: "numbers", added: ["*"] },
      { what: "rulesets", before: 2, after: 2, added: [], removed: [], changed: ["b"] },
    ]);
  });
});
