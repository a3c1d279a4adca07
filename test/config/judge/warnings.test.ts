import { describe, expect, test } from "bun:test";
import { ACCOUNT, expectWarnings, load, loadGood, type Said } from "../cases.ts";

/** Schedules and limits for rules. */
const NAMES = `[schedules.office]
timezone = "UTC"
open = ["mon-fri 09:00-17:00"]
[schedules.other]
timezone = "UTC"
open = ["sat 09:00-17:00"]
[limits]
a = { calls = 1, per = "1d" }
b = { calls = 2, per = "1d" }
`;

describe("a rule", () => {
  /** Rules of the number `*`, and of its texts, from what each says; a marked one is warned of. */
  const rulesOf = (rules: readonly string[]) =>
    ['numbers."*".rules', 'numbers."*".sms.rules'].flatMap((name) =>
      rules.map((rule) =>
        rule.startsWith("«»") ? `[[«${name}»]]\n${rule.slice(2)}` : `[[${name}]]\n${rule}`,
      ),
    );

  test.each<[string, readonly string[], string]>([
    [
      "comes after one without `when`",
      ["", "«»when = { open = 'office' }"],
      "rule 1 comes first and always applies",
    ],
    [
      "comes after one with an empty `when`",
      ["name = 'all'\nwhen = {}", "«»"],
      'rule "all" comes first and always applies',
    ],
    [
      "comes after one for every caller",
      ["when.caller = 'withheld'", "when.caller = ['withheld', '*']", "«»when.caller = 'country:MX'"],
      "rule 2 comes first and always applies",
    ],
    [
      "asks for the same as one before",
      [
        "name = 'first'\nwhen = { open = 'office', over = 'a' }",
        "«»when = { over = ['a'], open = ['office'] }",
      ],
      'rule "first" comes first and has the same conditions',
    ],
    [
      "asks for more than one before",
      ["name = 'first'\nwhen.open = 'office'", "«»when = { open = 'office', over = 'a' }"],
      'rule "first" comes first and has fewer conditions',
    ],
    [
      "asks for very much more than one before",
      [
        "name = 'first'\nwhen = { header.x-3 = 'a', header.x-7 = 'b' }",
        `«»when = { ${Array.from({ length: 12 }, (_, at) => `header.x-${at} = '${at === 3 ? "a" : "b"}'`).join(", ")} }`,
      ],
      'rule "first" comes first and has fewer conditions',
    ],
    [
      "asks for the same values as one before",
      ["name = 'first'\nwhen.agent_id = ['agent_A', 'b*']", "«»when.agent_id = ['B*', 'agent_a']"],
      'rule "first" comes first and has the same conditions',
    ],
    [
      "comes after one that any value will do for",
      ["when.agent_id = ['*', '']", "«»when.channel = '*'"],
      "rule 1 comes first and always applies",
    ],
    [
      "comes after one that asks for what nobody is not",
      ["when.not = { caller = [] }", "«»"],
      "rule 1 comes first and always applies",
    ],
    [
      "asks for the same not to be as one before",
      [
        "name = 'first'\nwhen.not = { open = 'office', caller = 'withheld' }",
        "«»when.not = { caller = ['withheld'], open = ['office'] }",
      ],
      'rule "first" comes first and has the same conditions',
    ],
    [
      "asks for what is always so not to be",
      ["«»when.not.caller = '*'"],
      "the conditions in `not` always apply",
    ],
    ["names no value", ["«»when.agent_id = []"], "`agent_id` has no values"],
    ["names no file", ["«»when.exists = []"], "`exists` is empty"],
    ["names nobody who forwarded", ["«»when.forwarded_from = []"], "`forwarded_from` matches nobody"],
    ["names no dialled number", ["«»when.dialled = []"], "`dialled` matches nobody"],
    ["names no caller", ["«»when.caller = []"], "`caller` matches nobody"],
    ["names no schedule to be open", ["«»when.open = []"], "`open` is empty"],
    ["names no schedule to be closed", ["«»when.closed = []"], "`closed` is empty"],
    ["names no limit", ["«»when.over = []"], "`over` is empty"],
    ["names no value of a header", ["«»when.header.X-Tier = []"], "the header x-tier has no values"],
    [
      "asks for a schedule that is open and closed",
      ["«»when = { open = 'office', closed = ['office'] }"],
      '"office" cannot be open and closed at the same time',
    ],
  ])("is never reached that %s", async (_name, rules, reason) => {
    const said: Said = [`this rule is never reached: ${reason}`];
    await expectWarnings(`${NAMES}${rulesOf(rules).join("\n")}\n${ACCOUNT}`, [said, said]);
  });

  test("is never reached that asks for texts among those for calls, or the other way round", async () => {
    await expectWarnings(
      `[[«numbers."*".rules»]]\nwhen.channel = "text"\n[[numbers."*".rules]]\nwhen.channel = "call"
[[«numbers."*".sms.rules»]]\nwhen.channel = "call"\n${ACCOUNT}`,
      [
        ["this rule is never reached: this route takes no texts; put rules for texts in the number's `sms`"],
        ["this rule is never reached: this route takes only texts"],
      ],
    );
  });

  test("is never reached that asks for what is never open", async () => {
    const shut = (name: string): Said => [`the schedule "${name}" is never open`];
    await expectWarnings(
      `${NAMES}[schedules.«x»]\ntimezone = "UTC"\n[schedules.«y»]\ntimezone = "UTC"\nexcept = { 2026-12-25 = "closed" }
[[«numbers."*".rules»]]\nwhen.open = "x"\n[[«numbers."*".rules»]]\nwhen.open = ["x", "y"]
[[numbers."*".rules]]\nwhen.open = ["x", "office"]\n[[numbers."*".rules]]\nwhen.closed = "x"\n${ACCOUNT}`,
      [
        shut("x"),
        shut("y"),
        ['this rule is never reached: "x" is never open'],
        ['this rule is never reached: "x" and "y" are never open'],
      ],
    );
  });

  test.each<[string, readonly string[]]>([
    ["that holds always and comes last", ["when.open = 'office'", "when.caller = '*'"]],
    [
      "that asks for less than one before",
      ["when = { open = 'office', over = 'a' }", "when.open = 'office'", "when.over = 'a'"],
    ],
    [
      "that shares a part with one before",
      ["when = { open = 'office', over = 'a' }", "when = { open = 'office', over = 'b' }"],
    ],
    ["that asks for something else", ["when.over = 'a'", "when.over = 'b'", "when.over = ['a', 'b']"]],
    ["for every caller at some time, before others", ["when = { caller = '*', open = 'office' }", ""]],
    ["that is open and closed by two schedules", ["when = { open = 'office', closed = 'other' }"]],
    [
      "that is open or closed by several",
      ["when = { open = ['office', 'other'], closed = ['office', 'other'] }"],
    ],
    ["for any value of a header, before others", ["when.header.x = '*'", ""]],
  ])("is not warned of %s", async (_name, rules) => {
    await loadGood(`${NAMES}${rulesOf(rules).join("\n")}\n${ACCOUNT}`);
  });
});

describe("a schedule", () => {
  test.each([
    ["without hours", ""],
    ["with no hours", "open = []"],
    ["that is closed on every date it names", 'except = { 2026-12-25 = "closed", 2026-12-26 = [] }'],
  ])("is never open %s", async (_name, hours) => {
    await expectWarnings(`[schedules.«office»]\ntimezone = "UTC"\n${hours}\n${ACCOUNT}`, [
      ['the schedule "office" is never open'],
    ]);
  });

  test("that is open on a single date is open", async () => {
    await loadGood(
      `[schedules.office]\ntimezone = "UTC"\nexcept = { 2026-12-25 = "09:00-12:00" }\n${ACCOUNT}`,
    );
  });
});

describe("what is never used is named:", () => {
  test("lists and presets", async () => {
    await expectWarnings(
      `[lists]\n«a» = ["@b"]\nb = []\n[presets.«p».agent]\nvolume = 1\n[presets]\n«q» = {}\n${ACCOUNT}`,
      [['the list "a" is never used'], ['the preset "p" is never used'], ['the preset "q" is never used']],
    );
  });

  test.each([
    '[defaults]\nallow = ["@used"]\npresets = ["used"]',
    '[defaults]\ndeny = ["@used"]\n[agents]\na = { id = "agent_1", presets = ["used"] }',
    '[numbers."*"]\nallow = ["@used"]\npresets = ["used"]',
    '[numbers."*"]\ndeny = ["@used"]\n[[numbers."*".rules]]\npresets = ["used"]',
    '[[numbers."*".rules]]\nwhen.caller = "@used"\npresets = ["used"]',
    '[numbers."*".sms]\nallow = ["@used"]\npresets = ["used"]',
    '[[numbers."*".sms.rules]]\nwhen.caller = ["withheld", "@used"]\npresets = ["used"]',
    '[defaults]\ndeny = ["@more"]\n[lists.more]\nfile = "list.txt"\n[contacts]\nfile = "people.csv"',
  ])("not those used here: %j", async (text) => {
    await loadGood({
      "config.toml": `lists.used = ["+12137771234"]\npresets.used.agent.volume = 1\n${text}\n${ACCOUNT}`,
      "list.txt": "@used\n",
      "people.csv": "number,presets\n+12137771236,used\n",
    });
  });
});

describe("an `allow` that `deny` takes back lets nobody in", () => {
  const NOBODY: Said = ["nobody can get through: `deny` rejects every caller that `allow` lets in"];
  const VIP = '[lists]\nvip = ["+12137771234"]\n[contacts]\nfile = "people.csv"\n';
  const files = (text: string) => ({ "config.toml": `${VIP}${text}\n${ACCOUNT}`, "people.csv": "number\n" });

  test.each([
    ['["+12137771234"]', '["+12137771234"]'],
    ['["+12137771234", "+12137771236"]', '["+1213*"]'],
    ['["+12137771234", "+19001234567", "+1900*"]', '["+1213*", "+19*"]'],
    ['["@vip", "country:MX"]', '["country:MX", "@vip"]'],
    ['["withheld", "contact"]', '["contact", "withheld"]'],
    ['["*"]', '["*"]'],
    ['["@vip", "+12137771234", "country:MX"]', '["*"]'],
  ])("%s without %s", async (allow, deny) => {
    const used = `[numbers."+19*"]\ndeny = ["@vip"]\n`;
    await expectWarnings(files(`${used}[numbers."*"]\n«allow» = ${allow}\ndeny = ${deny}`), [NOBODY]);
    await expectWarnings(files(`${used}[defaults]\ndeny = ${deny}\n[numbers."*"]\n«allow» = ${allow}`), [
      NOBODY,
    ]);
    await expectWarnings(files(`${used}[defaults]\n«allow» = ${allow}\ndeny = ${deny}`), [NOBODY]);
    await expectWarnings(
      files(`${used}[numbers."*"]\ndeny = ${deny}\n[numbers."*".sms]\n«allow» = ${allow}`),
      [NOBODY],
    );
  });

  test.each([
    ["[]", '["*"]'],
    ['["+12137771234"]', "[]"],
    ['["+1*"]', '["+1213*"]'],
    ['["*"]', '["withheld", "+1*"]'],
    ['["+12137771234", "+442079460000"]', '["+1*"]'],
    ['["@vip", "withheld"]', '["@vip"]'],
    ['["country:US"]', '["country:MX"]'],
    ['["contact"]', '["withheld"]'],
  ])("but not %s without %s", async (allow, deny) => {
    await loadGood(
      files(`[numbers."+19*"]\ndeny = ["@vip"]\n[numbers."*"]\nallow = ${allow}\ndeny = ${deny}`),
    );
  });
});

describe("a prefix that longer ones hide", () => {
  const numbers = (prefixes: readonly string[]) =>
    prefixes
      .map((prefix) => `[numbers.${prefix.replace(/[^«»]+/, (text) => `"${text}"`)}]\npass = true\n`)
      .join("");
  const ten = (prefix: string) => Array.from({ length: 10 }, (_, digit) => `${prefix}${digit}*`);
  const hidden = (prefix: string): Said => [
    `"${prefix}" never matches: longer prefixes cover every number that it could match`,
  ];

  test("matches nothing", async () => {
    await expectWarnings(numbers(["«+1800*»", ...ten("+1800")]) + ACCOUNT, [hidden("+1800*")]);
    await expectWarnings(
      numbers([...ten("+18005"), "«+18005*»", "«+1800*»", ...ten("+1800").filter((p) => p !== "+18005*")]) +
        ACCOUNT,
      [hidden("+18005*"), hidden("+1800*")],
    );
  });

  test("is not one of which a single number is left", async () => {
    await loadGood(numbers(["+1800*", ...ten("+1800").slice(0, 9), ...ten("+18009").slice(1)]) + ACCOUNT);
    await loadGood(numbers(["+1*", "+12*", "*"]) + ACCOUNT);
  });
});

describe("a split with one side", () => {
  const ONE: Said = ["this split has only one side: all calls go there"];
  test.each(["{ agent_1 = 1 }", "{ agent_1 = 100, agent_2 = 0 }"])(
    "sends all calls there: %s",
    async (split) => {
      await expectWarnings(
        `[numbers."*"]\n«split» = ${split}\n[[numbers."*".rules]]\nwhen.caller = "withheld"\n«split» = ${split}
[numbers."*".sms]\n«split» = ${split}\n[[numbers."*".sms.rules]]\nwhen.caller = "withheld"\n«split» = ${split}\n${ACCOUNT}`,
        [ONE, ONE, ONE, ONE],
      );
    },
  );

  test("is none that has two", async () => {
    await loadGood(`[numbers."*"]\nsplit = { agent_1 = 1, agent_2 = 99 }\n${ACCOUNT}`);
  });
});

test("nothing is warned of while there are errors, for what is wrong may be what is missing", async () => {
  const { diagnostics } = await load(`[lists]\na = []\n[numbers."*"]\ndeny = ["@b"]\n${ACCOUNT}`);
  expect(diagnostics.map(({ severity }) => severity)).toEqual(["error"]);
});
