import { describe, expect, test } from "bun:test";
import { ACCOUNT, expectMistakes, expectWarnings, load, loadGood, type Said } from "../cases.ts";

const NAMES = `${ACCOUNT}
[schedules.office]
timezone = "UTC"
open = ["mon-fri 09:00-17:00"]
[limits.often]
calls = 1
per = "1d"
`;
const never = (reason: string): Said => [`this rule is never reached: ${reason}`];
const numbers = (...entries: readonly string[]) =>
  entries.map((says, at) => `[numbers."+1213777${1000 + at}"]\n${says}\n`).join("");
const own = (at: number, says: string) => `[[numbers."+1213777${1000 + at}".rules]]\n${says}`;

describe("a rule of a ruleset that is never reached is told once:", () => {
  test.each<[string, string, Said[]]>([
    [
      "behind one of its own ruleset, used or not",
      `[[rulesets.a]]\nname = "all"\npass = true\n[[«rulesets.a»]]\nreject = true\n${numbers('rulesets = ["a"]', 'rulesets = ["a"]')}`,
      [never('rule "all" comes first and always applies')],
    ],
    [
      "behind one of an earlier ruleset, wherever it is used",
      `[[rulesets.a]]\nname = "shut"\nwhen.closed = "office"\npass = true
[[«rulesets.b»]]\nwhen = { closed = "office", over = "often" }\nreject = true\n[[rulesets.b]]\nwhen.over = "often"\nreject = true
[defaults]\nrulesets = ["a", "b"]\n${numbers("", 'rulesets = ["a", "b"]')}`,
      [never('rule "shut" of ruleset "a" comes first and has fewer conditions')],
    ],
    [
      "behind own rules of all that use it",
      `[defaults]\nrulesets = ["a"]\n[[«rulesets.a»]]\nwhen.closed = "office"\npass = true\n[[rulesets.a]]\nwhen.over = "often"\nreject = true
${numbers(own(0, 'when.closed = "office"\nreject = true'), own(1, 'name = "mine"\nwhen.closed = "office"\npass = true'))}`,
      [
        [
          'this rule is never reached for "+12137771000", "+12137771001": rule 1 comes first and has the same conditions',
        ],
      ],
    ],
    [
      "for the numbers that name it themselves",
      `[[«rulesets.a»]]\nwhen.closed = "office"\npass = true\n[[rulesets.a]]\nwhen.over = "often"\nreject = true
${numbers('rulesets = ["a"]', ...[1, 2, 3, 4].map((at) => `rulesets = ["a"]\n${own(at, 'name = "mine"\nwhen.closed = "office"\npass = true')}`))}`,
      [
        [
          'this rule is never reached for "+12137771001", "+12137771002", "+12137771003" and 1 more: rule "mine" comes first and has the same conditions',
        ],
      ],
    ],
    [
      "as a whole, behind an own rule that always applies",
      `[[rulesets.a]]\nwhen.closed = "office"\npass = true\n[[rulesets.a]]\nreject = true
${numbers('rulesets = ["a"]', `«rulesets» = ["a"]\n${own(1, 'name = "all"\npass = true')}`, `rulesets = ["a"]\n${own(2, "pass = true")}`)}`,
      [
        [
          'the ruleset "a" is never reached for "+12137771001" (and 1 more): rule "all" comes first and always applies',
        ],
      ],
    ],
    [
      "as a whole, for texts",
      `[[rulesets.a]]\nwhen.closed = "office"\npass = true\n[numbers."*"]\nrulesets = ["a"]\n[numbers."*".sms]\n«rulesets» = ["a"]\n[[numbers."*".sms.rules]]\nname = "all"\npass = true\n`,
      [['the ruleset "a" is never reached for texts to "*": rule "all" comes first and always applies']],
    ],
    [
      "as a whole, where [defaults] gives it to nobody who reaches it",
      `[[rulesets.a]]\nname = "all"\npass = true\n[[rulesets.b]]\nwhen.closed = "office"\nreject = true\n[defaults]\n«rulesets» = ["a", "b"]\n${numbers("", "")}`,
      [
        [
          'the ruleset "b" is never reached for "+12137771000" (and 1 more): rule "all" of ruleset "a" comes first and always applies',
        ],
      ],
    ],
    [
      "and one that continues and says nothing",
      `[[«rulesets.a»]]\nwhen.closed = "office"\ncontinue = true\n${numbers(`rulesets = ["a"]\n[[«numbers."+12137771000".rules»]]\ncontinue = true`)}`,
      [["this rule continues but adds nothing"], ["this rule continues but adds nothing"]],
    ],
  ])("%s", async (_, text, said) => {
    await expectWarnings(`${NAMES}${text}`, said);
  });

  test.each<[string, string]>([
    [
      "behind rules that continue",
      `[defaults]\nrulesets = ["a", "b"]\n[[rulesets.a]]\nvariables = { x = 1 }\ncontinue = true\n[[rulesets.b]]\npass = true\n${numbers(own(0, "variables = { x = 2 }\ncontinue = true"))}`,
    ],
    [
      "behind own rules of one that has it from [defaults], where others reach it",
      `[defaults]\nrulesets = ["a"]\n[[rulesets.a]]\nwhen.closed = "office"\npass = true\n${numbers("", own(1, "reject = true"))}`,
    ],
    [
      "that continues, says nothing, and counts calls",
      `[defaults]\nrulesets = ["a"]\n[[rulesets.a]]\nwhen.over = "often"\ncontinue = true\n${numbers("")}`,
    ],
    [
      "after another ruleset in one number, and before it in another",
      `[[rulesets.a]]\nwhen.closed = "office"\npass = true\n[[rulesets.b]]\nwhen.over = "often"\npass = true\n${numbers('rulesets = ["a", "b"]', 'rulesets = ["b", "a"]')}`,
    ],
  ])("but not %s", async (_, text) => {
    await loadGood(`${NAMES}${text}`);
  });

  test("however many rules and numbers there are", async () => {
    const rules = Array.from(
      { length: 2000 },
      (_, at) => `[[rulesets.a]]\nwhen.caller = "+1415${2000000 + at}"\npass = true\n`,
    );
    const many = Array.from(
      { length: 2000 },
      (_, at) =>
        `[numbers."+1213${7000000 + at}"]\nrulesets = ["a"]\n[[numbers."+1213${7000000 + at}".rules]]\nwhen.caller = "+1415${2000000 + at}"\nreject = true\n`,
    );
    const { diagnostics } = await load(`${NAMES}${rules.join("")}${many.join("")}`);
    expect(diagnostics.length).toBe(2000);
    expect(diagnostics[7]?.message).toBe(
      'this rule is never reached for "+12137000007": rule 1 comes first and has the same conditions',
    );
  });
});

describe("what is never used is named:", () => {
  test("rulesets, and those without rules", async () => {
    await expectWarnings(
      `${NAMES}[rulesets]\n«empty» = []\n«unused» = []\n[defaults]\nrulesets = ["empty"]\n[[rulesets.«other»]]\npass = true\n${numbers("")}`,
      [
        ['the ruleset "empty" has no rules'],
        ['the ruleset "unused" is never used'],
        ['the ruleset "other" is never used'],
      ],
    );
  });

  test("not the lists and presets that their rules use", async () => {
    await loadGood(
      `${NAMES}[lists]\na = ["withheld"]\n[presets.b.agent]\nvolume = 1\n[[rulesets.x]]\nwhen.caller = "@a"\npresets = ["b"]\n[defaults]\nrulesets = ["x"]\n${numbers("")}`,
    );
  });
});

describe("a ruleset with a mistake", () => {
  const mistaken = `[[rulesets.bad]]\nagent = "dya"\n[[rulesets.good]]\nagent = "agent_2"\n`;
  const expectation = (to: string) => `to = "${to}"\nfrom = "+12137779999"\n`;

  test("keeps expectations of the numbers that use it from being judged, and no others", async () => {
    const { diagnostics } = await load(
      `${NAMES}${mistaken}${numbers('rulesets = ["bad"]', 'rulesets = ["good"]')}
[[expect]]\n${expectation("+12137771000")}agent = "agent_1"\n[[expect]]\n${expectation("+12137771001")}reject = true\n`,
    );
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'there is no agent "dya" in [agents], and it does not look like an agent id',
      "expected the call to be rejected, found agent agent_2",
    ]);
  });

  test("in what it names does too", async () => {
    await expectMistakes(
      `${NAMES}[agents.«day»]\n[[rulesets.bad]]\nagent = "day"\n${numbers('rulesets = ["bad"]')}[[expect]]\n${expectation("+12137771000")}reject = true\n`,
      [["`id` is missing in [agents.day]", 'id = "agent_0123456789abcdef"']],
    );
  });
});

describe("an expectation of a rule", () => {
  const CONFIG = `${NAMES}[[rulesets.a]]\nname = "goes on"\nvariables = { x = 1 }\ncontinue = true
[[rulesets.a]]\nname = "decides"\nwhen.caller = "withheld"\nreject = true\n${numbers('rulesets = ["a"]\nagent = "agent_1"')}`;
  const expected = (from: string, rule: string) =>
    `[[expect]]\nto = "+12137771000"\nfrom = "${from}"\nrule = ${rule}\n`;

  test("holds where the rule decides, or applies and continues", async () => {
    await loadGood(
      `${CONFIG}${expected("+12137779999", '"goes on"')}${expected("anonymous", '"goes on"')}${expected("anonymous", '"decides"')}`,
    );
  });

  test("fails where it does neither", async () => {
    const { diagnostics } = await load(
      `${CONFIG}${expected("+12137779999", '"decides"')}${expected("anonymous", '"other"')}`,
    );
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'expected rule "decides", found only rules that continue',
      'expected rule "other", found rule "decides"',
    ]);
  });
});

describe("a model and a model for speech that meet", () => {
  const PRESETS = `${NAMES}
[presets]
text.retell_llm.model = "gpt-5"
speech.retell_llm.s2s_model = "gpt-realtime"
[agents]
writer = { id = "agent_1", presets = ["text"] }
`;
  const both = "set both model and s2s_model; Retell accepts only one";
  test.each<[string, string, Said[]]>([
    [
      "between a number and a rule of its ruleset",
      `[[rulesets.a]]\nwhen.closed = "office"\npresets = ["speech"]\npass = true\n[[«rulesets.a»]]\npresets = ["speech"]\n${numbers('rulesets = ["a"]', 'rulesets = ["a"]\nagent = "writer"', 'rulesets = ["a"]\nagent = "writer"')}`,
      [[`together, the presets "text", "speech" ${both}`, 'at "+12137771001"']],
    ],
    [
      "in a rule of a ruleset, whatever the number",
      `[[«rulesets.a»]]\nagent = "writer"\npresets = ["speech"]\n${numbers('rulesets = ["a"]', 'rulesets = ["a"]')}`,
      [[`together, the presets "text", "speech" ${both}`, 'at "+12137771000"']],
    ],
  ])("is an error %s", async (_, text, said) => {
    await expectMistakes(`${PRESETS}${text}`, said);
  });

  test.each<[string, string, Said[]]>([
    [
      "in a rule that continues and a later one",
      `[[rulesets.a]]\nname = "speaks"\nwhen.over = "often"\npresets = ["speech"]\ncontinue = true\n[[«rulesets.a»]]\nagent = "writer"\n${numbers('rulesets = ["a"]', 'rulesets = ["a"]')}`,
      [[`where rule "speaks" applies too, the presets "text", "speech" ${both}`, 'at "+12137771000"']],
    ],
    [
      "in the target of a rule that continues and a later rule without one",
      `${numbers(`${own(0, 'agent = "writer"\ncontinue = true\nwhen.over = "often"')}\n[[«numbers."+12137771000".rules»]]\npresets = ["speech"]`)}`,
      [[`where an earlier rule applies too, the presets "text", "speech" ${both}`, 'at "+12137771000"']],
    ],
  ])("is warned of %s", async (_, text, said) => {
    await expectWarnings(`${PRESETS}${text}`, said);
  });

  test.each<[string, string]>([
    [
      "where the rules exclude each other",
      `[[rulesets.a]]\nwhen.closed = "office"\npresets = ["speech"]\ncontinue = true\n[[rulesets.a]]\nwhen.open = "office"\nagent = "writer"\n${numbers('rulesets = ["a"]')}`,
    ],
    [
      "where the later rule has an agent of its own",
      `[[rulesets.a]]\nwhen.over = "often"\nagent = "writer"\ncontinue = true\n[[rulesets.a]]\nagent = "agent_2"\npresets = ["speech"]\n${numbers('rulesets = ["a"]')}`,
    ],
    [
      "where the earlier rule does not continue",
      `[[rulesets.a]]\nwhen.over = "often"\npresets = ["speech"]\n[[rulesets.a]]\nagent = "writer"\n${numbers('rulesets = ["a"]')}`,
    ],
  ])("is none %s", async (_, text) => {
    await loadGood(`${PRESETS}${text}`);
  });
});
