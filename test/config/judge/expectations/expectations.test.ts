import { describe, expect, test } from "bun:test";
import { ACCOUNT, expectMistakes, load, loadGood, type Said } from "../../cases.ts";

const CONFIG = `country = "US"
${ACCOUNT}
[agents]
day = "agent_1"
night = "agent_2"
[schedules.office]
timezone = "America/Los_Angeles"
open = ["mon-fri 09:00-17:00"]
[limits.newcomer]
calls = 5
per = "1d"
[contacts]
file = "people.csv"
variables = ["plan"]
[numbers."+12137771235"]
agent = "day"
deny = ["+1900*"]
variables = { caller = "\${from_number}", n = 5, yes = true, tier = "\${header.x-tier:-none}", bound = "\${agent_id:-none}" }
[[numbers."+12137771235".rules]]
name = "too often"
when = { over = "newcomer" }
reject = true
[[numbers."+12137771235".rules]]
when = { closed = "office" }
agent = "night"
[numbers."+12137771235".sms]
pass = true
`;

const NOON = 'at = "2026-12-23T12:00[America/Los_Angeles]"';
const CALL = `to = "(213) 777-1235"\nfrom = "+12137771299"`;

const files = (expectation: string) => ({
  "config.toml": `${CONFIG}[[expect]]\n${expectation}\n`,
  "people.csv": "number,plan\n+12137771234,gold\n",
});

describe("an passing expectation", () => {
  test.each([
    ["an agent by its name", `${CALL}\n${NOON}\nagent = "day"`],
    ["an agent by its id", `${CALL}\n${NOON}\nagent = "agent_1"`],
    ["a rejection, by a limit", `${CALL}\n${NOON}\nover = "newcomer"\nreject = true\nrule = "too often"`],
    ["a rejection, by deny", `to = "+12137771235"\nfrom = "+19001234567"\nreject = true`],
    ["a pass, to a number that is not there", 'to = "+442079460000"\nfrom = "anonymous"\npass = true'],
    ["a pass, of a text", `${CALL}\nsms = true\npass = true`],
    [
      "variables, as text or as they are written",
      `${CALL}\n${NOON}\nvariables = { n = 5, yes = true, caller = "+12137771299" }`,
    ],
    ["the same variables as text", `${CALL}\n${NOON}\nvariables = { n = "5", yes = "true", tier = "none" }`],
    ["headers in any case", `${CALL}\n${NOON}\nheaders = { X-Tier = "gold" }\nvariables = { tier = "gold" }`],
    [
      "what a contact brings",
      `to = "+12137771235"\nfrom = "(213) 777-1234"\n${NOON}\nvariables = { plan = "gold" }`,
    ],
    ["another time of day", `${CALL}\nat = "2026-12-23T23:00[America/Los_Angeles]"\nagent = "night"`],
    ["a time with an offset", `${CALL}\nat = "2026-12-23T20:00Z"\nagent = "day"`],
    ["a time in the one zone that schedules have", `${CALL}\nat = "2026-12-23T12:00"\nagent = "day"`],
    ["a time written as TOML writes times", `${CALL}\nat = 2026-12-23T12:00:00\nagent = "day"`],
  ])("is silent: %s", async (_name, expectation) => {
    await loadGood(files(expectation));
  });
});

describe("an expectation that does not hold", () => {
  const ENTRY = 'dialled number: +12137771235 has its own entry, [numbers."+12137771235"]';
  const NOT_DENIED = "deny: not in +1900* (from the number)";
  const NOT_OVER = 'rule "too often": does not apply: the limit "newcomer" is not reached';
  const OPEN =
    'rule 2: does not apply: "office" – it is Wednesday, 23 December 2026, 12:00 in America/Los_Angeles: open from 09:00 to 17:00';
  const DAY = [ENTRY, NOT_DENIED, NOT_OVER, OPEN, "target: agent day (agent_1) (from the number)"].join("\n");
  const NIGHT = [
    ENTRY,
    NOT_DENIED,
    NOT_OVER,
    'rule 2: applies: "office" – it is Wednesday, 23 December 2026, 23:00 in America/Los_Angeles: closed, Wednesdays are open 09:00-17:00',
    "target: agent night (agent_2) (from the rule)",
  ].join("\n");
  const OVER = [
    ENTRY,
    NOT_DENIED,
    'rule "too often": applies: the limit "newcomer" is reached',
    "target: rejected (from the rule)",
  ].join("\n");
  const DENIED = [ENTRY, "deny: matched +1900*, from this number's deny list: rejected"].join("\n");
  const UNROUTED =
    "dialled number: +442079460000 matches no entry of [numbers]; such calls pass: Retell's bound agent takes them";

  test.each<[string, Said]>([
    [`${CALL}\n${NOON}\nagent = «"night"»`, ['expected agent "night", found agent day (agent_1)', DAY]],
    [
      `${CALL}\n${NOON}\nreject = «true»`,
      ["expected the call to be rejected, found agent day (agent_1)", DAY],
    ],
    [`${CALL}\n${NOON}\npass = «true»`, ["expected the call to pass, found agent day (agent_1)", DAY]],
    [
      `${CALL}\n${NOON}\nrule = «"too often"»`,
      ['expected rule "too often", found no rule that applies', DAY],
    ],
    [
      `${CALL}\nat = "2026-12-23T23:00"\nagent = "night"\nrule = «"closed"»`,
      ['expected rule "closed", found rule 2, which has no name', NIGHT],
    ],
    [
      `${CALL}\n${NOON}\nover = ["newcomer"]\nreject = true\nrule = «"often"»`,
      ['expected rule "often", found rule "too often"', OVER],
    ],
    [
      `${CALL}\n${NOON}\nover = ["newcomer"]\nagent = «"day"»`,
      ['expected agent "day", found a call rejected', OVER],
    ],
    [
      'to = "+12137771235"\nfrom = "+19001234567"\nagent = «"day"»',
      ['expected agent "day", found a call rejected', DENIED],
    ],
    [
      'to = "+442079460000"\nfrom = "x"\nreject = «true»',
      ["expected the call to be rejected, found a call passed to Retell's bound agent", UNROUTED],
    ],
    [`${CALL}\n${NOON}\nvariables = { n = «6» }`, ['expected n = "6", found "5"', DAY]],
    [`${CALL}\n${NOON}\nvariables = { n = 5, m = «"x"» }`, ['expected m = "x", found none', DAY]],
    // Every object literal inherits something by this name.
    [`${CALL}\n${NOON}\nvariables = { toString = «"x"» }`, ['expected toString = "x", found none', DAY]],
    [
      'to = "+12137771235"\nfrom = "+19001234567"\nvariables = { n = «5» }',
      ['expected n = "5", found none', DENIED],
    ],
  ])("is told, with the steps: %s", async (expectation, said) => {
    await expectMistakes(files(expectation), [said]);
  });

  test("has everything told that differs", async () => {
    await expectMistakes(
      files(
        `${CALL}\n${NOON}\nagent = «"night"»\nrule = «"x"»\nvariables = { n = «1», caller = «""» }\n[[expect]]\n${CALL}\n${NOON}\npass = «true»`,
      ),
      [
        ['expected agent "night", found agent day (agent_1)', DAY],
        ['expected rule "x", found no rule that applies', DAY],
        ['expected n = "1", found "5"', DAY],
        ['expected caller = "", found "+12137771299"', DAY],
        ["expected the call to pass, found agent day (agent_1)", DAY],
      ],
    );
  });
});

describe("an expectation", () => {
  const FORMS = '"2026-12-25T10:00[America/Los_Angeles]" or "2026-12-25T18:00Z"';
  const NOTHING = "an expectation must say what to expect: agent, pass, reject, rule or variables";

  test.each<[string, readonly Said[]]>([
    ['from = "+12137771234"\nreject = true', [["`to` is missing in [[expect]]", 'to = "+12137771235"']]],
    ['to = "+12137771235"\nreject = true', [["`from` is missing in [[expect]]", 'from = "+12137771234"']]],
    [CALL, [[NOTHING]]],
    [`${CALL}\nover = "newcomer"\n${NOON}`, [[NOTHING]]],
    [`${CALL}\nvariables = {}`, [[NOTHING]]],
  ])("says who calls whom, and what must come out, not only %j", async (expectation, said) => {
    const marked = files(expectation);
    await expectMistakes(
      { ...marked, "config.toml": marked["config.toml"].replace("[[expect]]", "[[«expect»]]") },
      said,
    );
  });

  test("gives no headers to a text, which has none", async () => {
    await expectMistakes(files(`${CALL}\nsms = true\n«headers» = { x-tier = "gold" }\npass = true`), [
      ["texts have no SIP headers, so an expectation for a text cannot have `headers`"],
    ]);
  });

  test.each([
    ["tomorrow", "is not a valid time"],
    ["", "is not a valid time"],
    ["10:00", "is not a valid time"],
    ["2026-12-25T25:00Z", "is not a valid time"],
    ["2026-02-30T10:00[UTC]", "is not a valid time"],
    ["2026-12-25T10:00[Mars]", "is not a valid time"],
  ])("has a time that there is, not %j", async (at, problem) => {
    await expectMistakes(files(`${CALL}\nat = «"${at}"»\nagent = "day"`), [
      [`"${at}" ${problem}; use ${FORMS}`],
    ]);
  });

  test.each([
    ["several zones", '[schedules.other]\ntimezone = "UTC"\nopen = ["mon 09:00-17:00"]\n'],
    ["none", undefined],
  ])("has a time in a zone where schedules have %s", async (_name, more) => {
    const expectation = `[[expect]]\n${CALL}\nat = «"2026-12-23T12:00"»\nreject = true\n`;
    const text =
      more === undefined ? `country = "US"\n${ACCOUNT}${expectation}` : `${CONFIG}${more}${expectation}`;
    await expectMistakes({ "config.toml": text, "people.csv": "number,plan\n" }, [
      [`"2026-12-23T12:00" has no time zone; use ${FORMS}`],
    ]);
  });

  test.each<[string, Said]>([
    ['«"newcommer"»', ['there is no limit "newcommer" in [limits]', 'did you mean "newcomer"?']],
    ['["newcomer", «"wombat"»]', ['there is no limit "wombat" in [limits]']],
  ])("takes limits to be used up that there are, not %s", async (over, said) => {
    await expectMistakes(files(`${CALL}\n${NOON}\nover = ${over}\npass = true`), [said]);
  });

  test("of a variable that says what time it is must say when", async () => {
    const variables = 'variables = { day = "${now.weekday}" }\n';
    const text = `timezone = "UTC"\n[numbers."*"]\n${variables}${ACCOUNT}[[«expect»]]\n${CALL}\nvariables = { day = "monday" }\n`;
    await expectMistakes(text, [
      [
        "the result of this call depends on the time, and the expectation has no `at`",
        'add one: at = "2026-12-25T10:00[America/Los_Angeles]"',
      ],
    ]);
    await loadGood(
      text.replace(/[«»]/g, "").replace("[[expect]]", `[[expect]]\nat = "2026-08-03T12:00[UTC]"`),
    );
  });

  test.each<[string, Said]>([
    [
      '«"flags/close"»',
      ['no rule asks whether the file "flags/close" exists', 'did you mean "flags/closed"?'],
    ],
    ['["flags/closed", «"wombat"»]', ['no rule asks whether the file "wombat" exists']],
  ])("takes flag files that rules ask for, not %s", async (exists, said) => {
    const rule = '[[numbers."+12137770000".rules]]\nwhen = { exists = "flags/closed" }\nreject = true';
    const text = `${CALL}\n${NOON}\nexists = ${exists}\npass = true\n${rule}\n[numbers."+12137770000"]`;
    await expectMistakes(files(text), [said]);
  });

  test("is of a call to the agent that it says is bound, and to none where it does not say", async () => {
    const bound = `${CALL}\n${NOON}\nagent_id = "agent_bound"\nvariables = { bound = "agent_bound" }`;
    await loadGood(files(`${bound}\n[[expect]]\n${CALL}\n${NOON}\nvariables = { bound = "none" }`));
  });

  test.each<[string, Said]>([
    ['«"agent 1"»', ['an agent id has only letters, digits, "_" and "-", and this one has a space']],
    ['«""»', [/^an agent id must not be empty$/]],
  ])("takes agent ids that can be ones, not %s", async (id, said) => {
    await expectMistakes(files(`${CALL}\n${NOON}\nagent_id = ${id}\npass = true`), [said]);
  });

  test("is judged beside mistakes that have nothing to do with it", async () => {
    const { diagnostics } = await load(
      files(`${CALL}\n${NOON}\nagent = "night"\n[numbers."+1900*"]\nagent = "dya"\n[limits.x]\nper = "1d"`),
    );
    expect(diagnostics.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^expected agent "night", found agent day/),
      expect.stringMatching(/^there is no agent "dya"/),
      "`calls` is missing in [limits.x]",
    ]);
  });

  test.each<[what: string, mistake: string, said: Said]>([
    [
      "the entry that it goes to",
      `[[numbers."+12137771235".rules]]\nagent = «"dya"»`,
      [/^there is no agent/, 'did you mean "day"?'],
    ],
    ["a key of [numbers]", '[numbers.«"+1"»]\npass = true', [/^"\+1" is not a dialled number/]],
    [
      "the agent that it names",
      "[agents.«other»]",
      ["`id` is missing in [agents.other]", 'id = "agent_0123456789abcdef"'],
    ],
  ])("is not judged where a mistake in %s may be why", async (_what, mistake, said) => {
    const extra = mistake.includes("other") ? '[numbers."+1213777*"]\nagent = "other"\n' : "";
    const call = mistake.includes("other") ? 'to = "+12137770000"\nfrom = "+12137771299"' : CALL;
    await expectMistakes(files(`${call}\n${NOON}\nagent = "night"\n${mistake}\n${extra}`), [said]);
  });

  test("of a call that depends on the time is wrong at any hour where it does not say when", async () => {
    const unsure: Said = [
      "the result of this call depends on the time, and the expectation has no `at`",
      'add one: at = "2026-12-25T10:00[America/Los_Angeles]"',
    ];
    const expectation = `variables = { caller = "+12137771299" }`;
    await expectMistakes(
      {
        "config.toml": `${CONFIG}[[«expect»]]\n${CALL}\n${expectation}
[[expect]]\n${CALL}\n${NOON}\n${expectation}
[[expect]]\n${CALL}\nover = "newcomer"\nreject = true
[[expect]]\nto = "+12137771235"\nfrom = "+19001234567"\nreject = true
[[expect]]\n${CALL}\nsms = true\npass = true\n`,
        "people.csv": "number,plan\n",
      },
      [unsure],
    );
  });
});
