import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { contentOf } from "../../../../src/config/files/content.ts";
import { Findings } from "../../../../src/config/findings/findings.ts";
import { readListFile } from "../../../../src/config/read/callers/list-file.ts";
import { countOf, keysIn, NO_KEYS } from "../../../../src/routing/callers/phones/phone-keys.ts";
import { numberEntry, sizeOf } from "../../../../src/routing/callers/sets.ts";
import { directory } from "../../../harness.ts";
import { phoneKeys } from "../../../routing/plans.ts";
import { ACCOUNT, expectMistakes, load, loadGood, type Said } from "../../cases.ts";

const LISTS = `country = "US"\n[defaults]\ndeny = ["@spam", "@many"]\n[lists]\nspam = []\n`;

/** A configuration with a list in a file. */
function withFile<Content extends string | Uint8Array>(
  file: string,
  content: Content,
): Record<string, string | Content> {
  return { "config.toml": `${LISTS}many = { file = "${file}" }\n${ACCOUNT}`, [file]: content };
}

async function numbersOf(file: string, text: string): Promise<readonly string[]> {
  const { routing } = await loadGood(withFile(file, text));
  return [...keysIn(routing.lists.get("many")?.numbers ?? NO_KEYS).map(numberEntry)];
}

const NO_NUMBER: Said = [/^the first line of a CSV file must name its columns, one of them `number`$/];

describe("a list file", () => {
  test("holds one caller a line, in every form, with comments and empty lines", async () => {
    const text =
      "# the worst\n\n+12137771234\n  (213) 777-9999   # twice\n+1900*\n@spam\ncountry:MX\nwithheld\n*\n";
    const { routing } = await loadGood(withFile("many.txt", text));
    expect(routing.lists.get("many")).toEqual({
      ...{
        numbers: phoneKeys(12137771234, 12137779999),
        prefixes: ["+1900"],
        texts: [],
        lists: ["spam"],
      },
      ...{ countries: ["MX"], withheld: true, contact: false, anyone: true },
    });
  });

  test.each([
    ["with a byte order mark", "\ufeff+12137771234\n+12137771236\n"],
    ["with the line ends of Windows", "+12137771234\r\n+12137771236\r\n"],
    ["with the line ends of old Macs", "+12137771234\r+12137771236\r"],
    ["without an end of its last line", "+12137771234\n+12137771236"],
  ])("is read %s", async (_name, text) => {
    expect(await numbersOf("many.txt", text)).toEqual(["+12137771234", "+12137771236"]);
  });

  test("may be empty", async () => {
    expect(await numbersOf("many.txt", "")).toEqual([]);
  });

  test("is found from the directory of the configuration, or by its absolute path", async () => {
    await using elsewhere = await directory({ "b.txt": "+12137771236" });
    const { routing } = await loadGood({
      "config.toml": `[defaults]\ndeny = ["@a", "@b"]\n[lists]\na = { file = "lists/a.txt" }\nb = { file = "${elsewhere.file("b.txt")}" }\n${ACCOUNT}`,
      "lists/a.txt": "+12137771234",
    });
    expect([...routing.lists.values()].flatMap(({ numbers }) => [...keysIn(numbers)].map(Number))).toEqual([
      12137771234, 12137771236,
    ]);
  });

  test("has every line named that names no caller, in its place", async () => {
    await expectMistakes(
      withFile(
        "many.txt",
        "# numbers\n  «foo»   # a comment\n+12137771234\n\t«@spem»\n«+1900»\n«country:mx»\n«+12137771234,John»\n",
      ),
      [
        [
          /^"foo" is not a valid caller pattern; use a number/,
          '"text:foo" matches callers that the carrier sends as "foo"',
        ],
        [/^there is no list "spem" in \[lists\]$/, 'did you mean "spam"?'],
        [
          /^"\+1900" is not a valid caller pattern: it is too short for a phone number$/,
          'did you mean "+1900*"?',
        ],
        [/^"mx" is not a country code/, 'did you mean "country:MX"?'],
        [
          /^"\+12137771234,John" is not a valid caller pattern/,
          '"text:+12137771234,John" matches callers that the carrier sends as "+12137771234,John"',
        ],
      ],
    );
  });

  test("of ten thousand lines with three bad ones has those three named, and the others kept", async () => {
    const lines = Array.from({ length: 10_000 }, (_, at) => `+1213555${String(at).padStart(4, "0")}`);
    lines[6] = "foo";
    lines[4999] = "+1213";
    lines[9999] = "12137771234 or so";
    const text = lines.join("\n");
    const { config, diagnostics } = await load(withFile("many.txt", text));
    expect(config).toBeUndefined();
    expect(diagnostics.map(({ file, line, excerpt }) => [file, line, excerpt])).toEqual([
      ["many.txt", 7, "foo"],
      ["many.txt", 5000, "+1213"],
      ["many.txt", 10_000, "12137771234 or so"],
    ]);
    const findings = new Findings();
    const kept = readListFile(
      {
        content: contentOf(Buffer.from(text)),
        file: "many.txt",
        fetched: undefined,
        country: "US",
        unknown: () => undefined,
      },
      findings,
    );
    expect("callers" in kept && sizeOf(kept.callers)).toBe(9997);
  });
});

describe("a file of nothing but mistakes", () => {
  test("has a thousand of them listed, and is read no further", async () => {
    const { config, diagnostics } = await load(withFile("many.txt", "foo\n".repeat(5000)));
    expect(config).toBeUndefined();
    expect(diagnostics.length).toBe(1001);
    expect(diagnostics.at(-1)).toMatchObject({
      line: 1001,
      severity: "error",
      message: "more than 1,000 errors in this file; the rest was not checked",
    });
  });

  test("of nothing but doubts has a thousand of them listed, and is in force", async () => {
    const files = withFile(
      "many.txt",
      Array.from({ length: 1500 }, (_, at) => `+510555${1000 + at}`).join("\n"),
    );
    const { config, diagnostics } = await load(files);
    expect(countOf(config?.routing.lists.get("many")?.numbers ?? NO_KEYS)).toBe(1500);
    expect(new Set(diagnostics.map(({ severity }) => severity))).toEqual(new Set(["warning"]));
    expect(diagnostics.at(-1)?.message).toBe(
      "more than 1,000 warnings in this file; further ones are not listed",
    );
  });
});

describe("a list file that cannot be read", () => {
  const SPAM = `[lists]\nmany = { file = «"many.txt"» }\n${ACCOUNT}`;

  test("is named", async () => {
    await expectMistakes(SPAM, [[/^cannot read "many\.txt": there is no such file$/]]);
  });

  test.each([
    ["that is a directory", { "many.txt/x": "" }, /: it is a directory$/],
    [
      "in UTF-16",
      { "many.txt": new Uint8Array([0xff, 0xfe, 0x31, 0x00]) },
      /: it is in UTF-16; save it as UTF-8$/,
    ],
    ["in UTF-16 of the other order", { "many.txt": new Uint8Array([0xfe, 0xff, 0x00, 0x31]) }, /in UTF-16/],
  ] as const)("says why, for one %s", async (_name, files, message) => {
    const { config, diagnostics } = await load({ "config.toml": SPAM.replaceAll(/[«»]/g, ""), ...files });
    expect(config).toBeUndefined();
    expect(diagnostics).toMatchObject([
      { file: "config.toml", line: 2, column: 17, length: 10, message: expect.stringMatching(message) },
    ]);
  });
});

describe("a CSV list", () => {
  test.each([
    ["the number first", "number,name\n+12137771234,Ann\n+12137771236,Bob\n"],
    ["the number last", "name,number\nAnn,+12137771234\nBob,+12137771236\n"],
    ["the column in capitals", "Name,NUMBER\nAnn,+12137771234\nBob,+12137771236\n"],
    ["quoted fields", 'name,"number"\n"Doe, Ann",+12137771234\n"Bob ""B"" Roe","+12137771236"\n'],
    ["fields over several lines", 'name,number\n"Ann\nDoe",+12137771234\n"Bob\n\nRoe",+12137771236\n'],
    ["white space around fields", "name , number\nAnn,  (213) 777-1234\nBob, +1 213 777 1236 \n"],
    ["empty lines and comments", "# people\nname,number\n\nAnn,+12137771234\n# gone\nBob,+12137771236\n\n"],
    [
      "a byte order mark and the line ends of Windows",
      "\ufeffnumber,name\r\n+12137771234,Ann\r\n+12137771236,Bob\r\n",
    ],
    ["nothing but the numbers", "number\n+12137771234\n+12137771236"],
  ])("is read with %s", async (_name, text) => {
    expect(await numbersOf("many.CSV", text)).toEqual(["+12137771234", "+12137771236"]);
  });

  test("may have a header only", async () => {
    expect(await numbersOf("many.csv", "number,name\n")).toEqual([]);
  });

  test.each([
    ["another one", "«name,phone»\nAnn,+12137771234\n", undefined],
    ["none", "«+12137771234»\n+12137771236\n", undefined],
    ["nothing at all", "«»", undefined],
    ["semicolons", "«name;number»\nAnn;+12137771234\n", "separate the columns with commas"],
    ["tabs", "«name\tnumber»\nAnn\t+12137771234\n", "separate the columns with commas"],
  ] as const)("needs a column `number`, not %s", async (_name, text, hint) => {
    await expectMistakes(withFile("many.csv", text), [hint === undefined ? NO_NUMBER : [NO_NUMBER[0], hint]]);
  });

  test("has every row named that is wrong, in its place", async () => {
    await expectMistakes(
      withFile(
        "many.csv",
        'name,number\n"Doe, Ann",+12137771234\n"Bob\nRoe",«foo»\n«alone»\n«"a",+12137771236,c»\n\n«nobody,»\nEve,«+1900»\n',
      ),
      [
        [
          /^"foo" is not a valid caller pattern/,
          '"text:foo" matches callers that the carrier sends as "foo"',
        ],
        [/^this row has 1 field, but the header has 2 fields$/],
        [/^this row has 3 fields, but the header has 2 fields$/],
        [/^this row has no number$/],
        [/^"\+1900" is not a valid caller pattern: it is too short/, 'did you mean "+1900*"?'],
      ],
    );
  });

  const IN_FIELD: Said = [
    /^this is not valid CSV: there is a quote in the middle of a field$/,
    'write a field that contains quotes like this: "John ""Jack"" Doe"',
  ];

  test.each([
    ["in a field", 'number,name\n+12137771234,Ann\n«+12137771236,5" wide»\n+12137771238,Eve\n', IN_FIELD],
    ["before the end of a field", 'number,name\n+12137771234,Ann\n«+12137771236,"Bob"by»\n', IN_FIELD],
    ["and words behind it", 'number,name\n+12137771234,Ann\n«+12137771236,"Bob" by»\n', IN_FIELD],
    [
      "that is never closed",
      'number,name\n+12137771234,Ann\n«+12137771236,"Bob»\n+12137771238,Eve\n',
      [/^this is not valid CSV: a quote that is opened here or below is never closed$/],
    ],
  ] as const)("with a quote %s is located at that row", async (_name, text, said) => {
    await expectMistakes(withFile("many.csv", text), [said]);
  });
});

describe("whatever a list file holds", () => {
  test.each(["many.txt", "many.csv"])("nothing is thrown: %s", async (file) => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.string({ maxLength: 200, unit: "binary" }).map((text) => new TextEncoder().encode(text)),
          fc
            .array(
              fc.constantFrom("number", "+12137771234", ",", '"', "\n", "\r\n", "#", " ", "@spam", ";", "*"),
            )
            .map((parts) => new TextEncoder().encode(parts.join(""))),
        ),
        async (bytes) => {
          const { config, diagnostics } = await load(withFile(file, bytes));
          expect(config === undefined).toBe(diagnostics.length > 0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
