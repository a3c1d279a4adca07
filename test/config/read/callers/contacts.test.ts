import { describe, expect, test } from "bun:test";
import { contactCount, contactsIn } from "../../../../src/routing/callers/contact-book.ts";
import { contactsOf as all } from "../../../routing/plans.ts";
import { ACCOUNT, expectMistakes, load, loadGood, type Marked, type Said } from "../../cases.ts";

/** A configuration with contacts in one file, beside an agent and a preset that rows may name. */
function withContacts(
  csv: string,
  contacts = 'file = "people.csv"',
  more = "",
): Readonly<Record<string, string>> {
  return {
    "config.toml": `country = "US"
[contacts]
${contacts}
[agents]
sales = "agent_1"
[presets.warm.agent]
volume = 1
[presets.cold.agent]
volume = 0
[defaults]
presets = ["warm", "cold"]
${more}
${ACCOUNT}`,
    "people.csv": csv,
  };
}

async function contactsOf(files: Readonly<Record<string, string>>) {
  return (await loadGood(files)).routing.contacts;
}

const SALES = { name: "sales", id: "agent_1", version: undefined, presets: [] };

describe("contacts", () => {
  test("are read with all their columns, those with a meaning too", async () => {
    const csv = "number,first_name,agent,presets\n+12137771234,Ann,sales,warm; cold\n(213) 777-1236,Bob,,\n";
    const contacts = await contactsOf(withContacts(csv, 'file = "people.csv"\nvariables = ["first_name"]'));
    expect<unknown>({ ...contacts, contacts: all(contacts) }).toEqual({
      columns: ["number", "first_name", "agent", "presets"],
      variables: ["first_name"],
      contacts: [
        {
          number: "+12137771234",
          values: ["+12137771234", "Ann", "sales", "warm; cold"],
          agent: SALES,
          presets: ["warm", "cold"],
        },
        { number: "+12137771236", values: ["(213) 777-1236", "Bob", "", ""], agent: undefined, presets: [] },
      ],
    });
  });

  test.each([
    ["the number last", "first_name,number\nAnn,+12137771234\nBob,+12137771236\n"],
    ["the number in capitals", "NUMBER,first_name\n+12137771234,Ann\n+12137771236,Bob\n"],
    [
      "quoted fields",
      'first_name,note,"number"\nAnn,"Doe, Ann",+12137771234\nBob,"a ""b""","+12137771236"\n',
    ],
    [
      "fields over several lines",
      'note,first_name,number\n"a\n\nb",Ann,+12137771234\n"c\nd",Bob,+12137771236\n',
    ],
    ["numbers in any notation", "first_name,number\nAnn,(213) 777-1234\nBob, 213.777.1236 \n"],
    [
      "Windows' line ends and a byte order mark",
      "\ufefffirst_name,number\r\nAnn,+12137771234\r\nBob,+12137771236\r\n",
    ],
    [
      "empty lines and comments",
      "# people\n\nfirst_name,number\nAnn,+12137771234\n# gone\n\nBob,+12137771236",
    ],
    ["rows of empty fields at the end", "number,first_name\n+12137771234,Ann\n+12137771236,Bob\n,\n,\n"],
    ["rows of blanks between", "number,first_name\n  ,  \n+12137771234,Ann\n , \n+12137771236,Bob\n"],
    [
      "rows of empty fields among quoted ones",
      'number,first_name\n+12137771234,"Ann"\n,\n"",""\n+12137771236,Bob\n,,,\n',
    ],
    ["empty fields behind the last column", "number,first_name\n+12137771234,Ann,,\n+12137771236,Bob,\n"],
  ])("are read with %s", async (_name, csv) => {
    const plan = await contactsOf(withContacts(csv));
    const name = plan.columns.indexOf("first_name");
    expect([...contactsIn(plan.contacts)].map(({ number, values }) => `${number} ${values[name]}`)).toEqual([
      "+12137771234 Ann",
      "+12137771236 Bob",
    ]);
  });

  test("may be a header only", async () => {
    expect(contactCount((await contactsOf(withContacts("number,first_name\n"))).contacts)).toBe(0);
  });

  test("stand in several files, each with columns of its own", async () => {
    const files = withContacts(
      "number,first_name\n+12137771234,Ann\n",
      'file = ["people.csv", "more.csv"]\nvariables = ["first_name", "plan"]',
    );
    const contacts = await contactsOf({
      ...files,
      "more.csv": "plan,agent,number\ngold,sales,+12137771236\n",
    });
    expect<unknown>({ ...contacts, contacts: all(contacts) }).toEqual({
      columns: ["number", "first_name", "plan", "agent"],
      variables: ["first_name", "plan"],
      contacts: [
        { number: "+12137771234", values: ["+12137771234", "Ann"], agent: undefined, presets: [] },
        { number: "+12137771236", values: ["+12137771236", "", "gold", "sales"], agent: SALES, presets: [] },
      ],
    });
  });

  test("are known to matchers, and their columns to templates", async () => {
    const more =
      '[numbers."*"]\nallow = ["contact"]\nvariables = { a = "${contact.first name}${contact.plan:-none}" }';
    await loadGood(withContacts("number,first name,plan\n", 'file = "people.csv"', more));
  });
});

describe("a row of contacts", () => {
  test.each<[string, string, readonly Said[]]>([
    ["without a number", "number,first_name\n«,Ann»\n", [["this row has no number"]]],
    [
      "with something else for a number",
      "number,first_name\n«Ann»,+12137771234\n«+1213»,Bob\n«withheld»,Eve\n",
      [
        ['"Ann" is not a number: it is not a phone number'],
        ['"+1213" is not a number: it is too short for a phone number'],
        ['"withheld" is not a number: it is not a phone number'],
      ],
    ],
    [
      "with too few or too many fields",
      'number,first_name\n«+12137771234»\n+12137771236,Bob\n«+12137771238,"Eve",Doe»\n',
      [
        ["this row has 1 field, but the header has 2 fields"],
        ["this row has 3 fields, but the header has 2 fields"],
      ],
    ],
    [
      "with an agent that there is not",
      "number,agent\n+12137771234,sales\n+12137771236,«slaes»\n+12137771238,agent_2\n+12137771240,«wombat»\n",
      [
        [
          'there is no agent "slaes" in [agents], and it does not look like an agent id',
          'did you mean "sales"?',
        ],
        [
          'there is no agent "wombat" in [agents], and it does not look like an agent id',
          'agent ids look like "agent_0123456789abcdef"',
        ],
      ],
    ],
    [
      "with a preset that there is not",
      "number,presets\n+12137771234,warm;«cool»;;cold\n+12137771236,«wombat»\n",
      [
        ['there is no preset "cool" in [presets]', 'did you mean "cold"?'],
        ['there is no preset "wombat" in [presets]'],
      ],
    ],
    [
      "with a number of a row above, however it is written",
      "number,first_name\n+12137771234,Ann\n+12137771236,Bob\n«(213) 777-1234»,Ann\n",
      [["(213) 777-1234 is already the number of another contact, at people.csv:2"]],
    ],
    [
      "with a quote in the middle of a field",
      'number,first_name\n«+12137771234,5" wide»\n',
      [
        [
          "this is not valid CSV: there is a quote in the middle of a field",
          'write a field that contains quotes like this: "John ""Jack"" Doe"',
        ],
      ],
    ],
    [
      "with a quote that is never closed",
      'number,first_name\n+12137771236,Bob\n«+12137771234,"Ann»\n',
      [["this is not valid CSV: a quote that is opened here or below is never closed"]],
    ],
  ])("is located %s", async (_name, csv, said) => {
    await expectMistakes(withContacts(csv), said);
  });

  test("with a number of another file's row names both places", async () => {
    await expectMistakes(
      {
        ...withContacts("number\n+12137771234\n+12137771236\n", 'file = ["people.csv", "more.csv"]'),
        "more.csv": "first_name,number\nBob,«213 777 1236»\n",
      },
      [["213 777 1236 is already the number of another contact, at people.csv:3"]],
    );
  });
});

describe("the header of contacts", () => {
  const NO_NUMBER = "the first line of a CSV file must name its columns, one of them `number`";
  test.each<[string, string, readonly Said[]]>([
    ["without the column `number`", "«name,phone»\nAnn,+12137771234\n", [[NO_NUMBER]]],
    ["that is missing", "«+12137771234,Ann»\n", [[NO_NUMBER]]],
    ["of an empty file", "«»", [[NO_NUMBER]]],
    ["with semicolons", "«number;name»\n", [[NO_NUMBER, "separate the columns with commas"]]],
    ["with a column twice", "number,«name»,name\n", [['two columns are named "name"']]],
    [
      "with a column twice, below a comment",
      "# x\n\nnumber,«name»,name\n",
      [['two columns are named "name"']],
    ],
  ])("%s is located", async (_name, csv, said) => {
    await expectMistakes(withContacts(csv), said);
  });
});

describe("[contacts]", () => {
  test.each<[string, string, Said]>([
    ["no file", "[«contacts»]", ["`file` or `url` is missing in [contacts]", 'file = "contacts.csv"']],
    ["an empty list of files", "[contacts]\nfile = «[]»", ["`file` must have at least 1 entry, found 0"]],
  ])("needs a file, not %s", async (_name, contacts, said) => {
    await expectMistakes(`${contacts}\n${ACCOUNT}`, [said]);
  });

  test("names each file that cannot be read", async () => {
    await expectMistakes(
      {
        "config.toml": `[contacts]\nfile = ["a.csv", «"b.csv"», «"c.csv"»]\n${ACCOUNT}`,
        "a.csv": "number\n",
      },
      [['cannot read "b.csv": there is no such file'], ['cannot read "c.csv": there is no such file']],
    );
  });

  test("hands on only columns that there are", async () => {
    await expectMistakes(
      withContacts(
        "number,first_name,plan\n",
        'file = "people.csv"\nvariables = ["first_name", «"frist_name"», «"wombat"»]',
      ),
      [
        ['the contacts have no column "frist_name"', 'did you mean "first_name"?'],
        ['the contacts have no column "wombat"', "their columns: number, first_name, plan"],
      ],
    );
  });

  test("is what templates for columns need, and matchers for contacts", async () => {
    const text = `[lists]\nl = [«"contact"»]\n[defaults]\ndeny = [«"contact"», "@l"]
[numbers."*"]\nvariables = { a = "x «\${contact.name:-y}»" }
[[numbers."*".rules]]\nwhen = { caller = «"contact"» }\n${ACCOUNT}`;
    const none: Said = ['"contact" means everyone in [contacts], but there is no [contacts]'];
    await expectMistakes(text, [
      none,
      none,
      ['"${contact.name:-y}" is a column of the contacts, but there is no [contacts]'],
      none,
    ]);
  });

  test("has the columns that templates name, in any place that takes them", async () => {
    const marked: Marked = withContacts(
      "number,first_name\n",
      'file = "people.csv"',
      `[presets.p.agent]\nvoice_id = "«\${contact.voice}»"
[numbers."*"]\npresets = ["p"]\nmetadata = { a = ["«\${contact.frist_name:-x}»", "\${contact.first_name}"] }
[[numbers."*".rules]]\nvariables = { b = "\${contact.number} «\${contact.firstname}»" }`,
    );
    await expectMistakes(marked, [
      ['the contacts have no column "voice"', "their columns: number, first_name"],
      ['the contacts have no column "frist_name"', 'did you mean "first_name"?'],
      ['the contacts have no column "firstname"', 'did you mean "first_name"?'],
    ]);
  });

  test("that cannot be read has no mistakes in its columns besides", async () => {
    await expectMistakes(
      `[contacts]\nfile = «"none.csv"»\nvariables = ["a"]\n[numbers."*"]\nvariables = { a = "\${contact.b}" }\n${ACCOUNT}`,
      [['cannot read "none.csv": there is no such file']],
    );
  });

  test("of ten thousand rows with two bad ones has those two named", async () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => `+1213555${String(at).padStart(4, "0")},x`);
    rows[17] = "foo,x";
    rows[9999] = "+12135550001,x";
    const { config, diagnostics } = await load(withContacts(`number,name\n${rows.join("\n")}`));
    expect(config).toBeUndefined();
    expect(diagnostics.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '19: "foo" is not a number: it is not a phone number',
      "10001: +12135550001 is already the number of another contact, at people.csv:3",
    ]);
  });
});
