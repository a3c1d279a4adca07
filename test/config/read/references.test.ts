import { describe, expect, test } from "bun:test";
import { entriesOf } from "../../../src/routing/callers/sets.ts";
import { ACCOUNT, expectMistakes, expectWarnings, loadGood, type Said } from "../cases.ts";

describe("an agent that takes calls", () => {
  const noAgent = (name: string) =>
    `there is no agent "${name}" in [agents], and it does not look like an agent id`;

  test.each([
    ["frontdsk", noAgent("frontdsk"), 'did you mean "frontdesk"?'],
    ["Frontdesk", noAgent("Frontdesk"), 'did you mean "frontdesk"?'],
    ["wombat", noAgent("wombat"), 'agent ids look like "agent_0123456789abcdef"'],
    ["agent_", noAgent("agent_"), 'agent ids look like "agent_0123456789abcdef"'],
    ["agent_1 2", 'an agent id has only letters, digits, "_" and "-", and this one has a space', undefined],
    [
      "agent_1\u200b",
      'an agent id has only letters, digits, "_" and "-", and this one has U+200B',
      undefined,
    ],
    [
      "agent_1,",
      'an agent id has only letters, digits, "_" and "-", and this one has "," (U+002C)',
      undefined,
    ],
    ["", /^an agent must not be empty$/, undefined],
  ] as const)("is known by name or is an id: %j is neither", async (name, message, hint) => {
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
    'use a number ("+12137771234"), a prefix ("+1900*"), a list ("@spam"), "country:MX", "withheld", "contact", "text:…" or "*"';

  test.each([
    ["@spam", 'there is no list "spam" in [lists]', 'did you mean "spamm"?'],
    ["@wombat", 'there is no list "wombat" in [lists]', undefined],
    ["@", `"@" is not a valid caller pattern; ${FORMS}`, undefined],
    ["withhold", `"withhold" is not a valid caller pattern; ${FORMS}`, 'did you mean "withheld"?'],
    [
      "alice@example.com",
      `"alice@example.com" is not a valid caller pattern; ${FORMS}`,
      '"text:alice@example.com" matches callers that the carrier sends as "alice@example.com"',
    ],
    ["contact", '"contact" means everyone in [contacts], but there is no [contacts]', undefined],
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
    [
      "+1900",
      '"+1900" is not a valid caller pattern: it is too short for a phone number',
      'did you mean "+1900*"?',
    ],
    [
      "+121377712345678",
      '"+121377712345678" is not a valid caller pattern: it is too long for a phone number',
      'did you mean "+121377712345678*"?',
    ],
    [
      "+0123456789",
      '"+0123456789" is not a valid caller pattern: its country calling code is not in use',
      undefined,
    ],
    [
      "213 777 1234",
      '"213 777 1234" is not a valid caller pattern: it has no "+" and the configuration sets no `country`',
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
    ["", '"" is not a valid caller pattern: it is not a phone number', undefined],
  ] as const)("cannot be written %j", async (text, message, hint) => {
    const said: Said = hint === undefined ? [message] : [message, hint];
    await expectMistakes(
      `[lists]\nspamm = []\nvip = ["withheld", «"${text}"»]
[defaults]\nallow = [«"${text}"»]\ndeny = [«"${text}"»]
[numbers."*"]\nallow = [«"${text}"»]\ndeny = ["+1800*", «"${text}"»]\n${ACCOUNT}`,
      [said, said, said, said, said],
    );
  });

  test("of a list that is wrong can be named without a further mistake", async () => {
    await expectMistakes(
      `[lists]\nspam = «5»\n«none» = {}\n[defaults]\ndeny = ["@spam", "@none"]\n${ACCOUNT}`,
      [
        [/^`spam` must be an array or a table, found 5$/],
        ["`file` or `url` is missing in [lists.none]", 'file = "spam.txt"'],
      ],
    );
  });

  test("that is doubtful, or names nothing, is told of wherever the same callers stand", async () => {
    const doubtful: Said = [/^\+5105550123 is not a number in use, but 5105550123 is a number of US/];
    const same = '[«"+5105550123"», "withheld"]';
    await expectWarnings(
      `country = "US"\n[numbers."+12137771235"]\nagent = "agent_1"\ndeny = ${same}
[numbers."+12137771236"]\nagent = "agent_1"\ndeny = ${same}\nrules = [{ when = { caller = ${same} }, agent = "agent_2" }]\n${ACCOUNT}`,
      [doubtful, doubtful, doubtful],
    );
    const nothing: Said = [/^there is no list "none" in \[lists\]/];
    const entry = (at: number) => `[numbers."+1213777123${at}"]\ndeny = [«"@none"», "withheld"]\n`;
    await expectMistakes(`${entry(0)}${entry(1)}${ACCOUNT}`, [nothing, nothing]);
  });

  test("is read by the country of its own file, also where another file has the same texts", async () => {
    const entry = (at: number) => `[numbers."+1213777123${at}"]\nagent = "agent_1"\ndeny = ["2079460018"]\n`;
    const { routing } = await loadGood({
      "config.toml": `country = "US"\ninclude = "shop.toml"\n${entry(0)}${entry(1)}${ACCOUNT}`,
      "shop.toml": `country = "GB"\n${entry(2)}`,
    });
    expect(routing.numbers.map(({ deny }) => entriesOf(deny, 2))).toEqual([
      ["+12079460018"],
      ["+12079460018"],
      ["+442079460018"],
    ]);
  });
});
