import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseDocument, valueAt } from "../../../src/config/files/toml/document.ts";
import type { Path } from "../../../src/config/findings/findings.ts";
import { locator } from "../../../src/config/findings/locate.ts";
import { ACCOUNT, expectMistakes } from "../cases.ts";

const TEXT = `country = "US"   # first
numbers."*".agent = "a"

[agents]
plain = "agent_1"
table = { id = "agent_2", presets = ["one", "two"] }

[numbers."+12137771235"]
deny = [
  "+12137771234", # no
  "@spam",
  [ "nested", { deep = 5 } ],
]
variables.company.name = 'Acme'
text = """
two
lines"""

[[array]]
x = 1
[[array]]
x = 2
[array.inner]
"quoted key" = 3
`;

/** What stands at a place of {@link TEXT}. */
function textAt({ line, column, length }: { line: number; column: number; length: number }): string {
  return `${line}: ${TEXT.split("\n")[line - 1]?.slice(column - 1, column - 1 + length)}`;
}

describe("the place of a path", () => {
  test.each<[Path, key: string, value: string]>([
    [["country"], "1: country", '1: "US"'],
    [["numbers", "*"], '2: "*"', '2: "*"'],
    [["numbers", "*", "agent"], "2: agent", '2: "a"'],
    [["agents"], "4: agents", "4: agents"],
    [["agents", "plain"], "5: plain", '5: "agent_1"'],
    [["agents", "table"], "6: table", '6: { id = "agent_2", presets = ["one", "two"] }'],
    [["agents", "table", "id"], "6: id", '6: "agent_2"'],
    [["agents", "table", "presets", 1], '6: "two"', '6: "two"'],
    [["numbers", "+12137771235"], '8: "+12137771235"', '8: "+12137771235"'],
    [["numbers", "+12137771235", "deny"], "9: deny", "9: ["],
    [["numbers", "+12137771235", "deny", 0], '10: "+12137771234"', '10: "+12137771234"'],
    [["numbers", "+12137771235", "deny", 1], '11: "@spam"', '11: "@spam"'],
    [["numbers", "+12137771235", "deny", 2, 1, "deep"], "12: deep", "12: 5"],
    [["numbers", "+12137771235", "variables"], "14: variables", "14: variables"],
    [["numbers", "+12137771235", "variables", "company", "name"], "14: name", "14: 'Acme'"],
    [["numbers", "+12137771235", "text"], "15: text", '15: """'],
    [["array", 0, "x"], "20: x", "20: 1"],
    [["array", 1, "x"], "22: x", "22: 2"],
    [["array", 1, "inner", "quoted key"], '24: "quoted key"', "24: 3"],
  ])("is that of its key, or of its value: %j", (path, key, value) => {
    const place = locator(TEXT);
    expect(textAt(place(path, "key"))).toBe(key);
    expect(textAt(place(path, "value"))).toBe(value);
  });

  test("that is not in the text is that of the table around it", () => {
    const place = locator(TEXT);
    expect(textAt(place(["agents", "table", "id", "x", "y"], "value"))).toBe("6: id");
    expect(textAt(place(["agents", "wombat"], "value"))).toBe("4: agents");
    expect(place(["wombat"], "key")).toEqual({ line: 1, column: 1, length: 1 });
    expect(locator("")(["wombat"], "key")).toEqual({ line: 1, column: 1, length: 1 });
  });

  test("of a part is that of the part, where it stands so in the text", () => {
    const place = locator(TEXT);
    expect(textAt(place(["agents", "table", "id"], "value", "ent_2"))).toBe("6: ent_2");
    expect(textAt(place(["agents", "table", "id"], "value", "wombat"))).toBe('6: "agent_2"');
    expect(textAt(place(["numbers", "+12137771235", "text"], "value", "lines"))).toBe("17: lines");
  });

  test("counts in UTF-16 code units, as editors do", () => {
    expect(locator('"é" = "😀"\nx = { "😀😀" = 1 }')(["x", "😀😀"], "value")).toEqual({
      ...{ line: 2, column: 16, length: 1 },
    });
  });
});

test("every value of a text is found in a place of its own", () => {
  const key = fc.constantFrom("a", "b", '"c d"', "'+1'", "e.f");
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom("1", '"x"', "'y'", "true", "2026-12-24"),
      fc.array(tie("value"), { maxLength: 3 }).map((items) => `[ ${items.join(",\n ")} ]`),
      fc
        .uniqueArray(fc.tuple(key, tie("value")), { maxLength: 3, selector: ([name]) => name })
        .map((pairs) => `{ ${pairs.map(([name, item]) => `${name} = ${item}`).join(", ")} }`),
    ),
  })).value;
  const pairs = fc.uniqueArray(fc.tuple(key, value), { maxLength: 4, selector: ([name]) => name });
  fc.assert(
    fc.property(pairs, pairs, (above, below) => {
      const lines = (all: typeof above) => all.map(([name, item]) => `${name} = ${item}`);
      const text = [...lines(above), "[table.inner]", ...lines(below)].join("\n");
      const parsed = parseDocument(text);
      if ("problem" in parsed) throw new Error(parsed.problem.message);
      const place = locator(text);
      const paths = pathsOf(parsed.values, []);
      const places = paths.map((path) => place(path, "value"));
      paths.forEach((path, at) => {
        const { line, column } = places[at] ?? { line: 0, column: 0 };
        const there = text.split("\n")[line - 1]?.slice(column - 1) ?? "";
        expect(there.startsWith(beginningOf(valueAt(parsed.values, path)))).toBe(true);
      });
      expect(new Set(places.map((found) => JSON.stringify(found))).size).toBe(paths.length);
    }),
  );
});

/** How the values that the property writes begin. */
function beginningOf(value: unknown): string {
  if (Array.isArray(value)) return "[";
  if (value === "y") return "'y'";
  return value === "x" ? '"x"' : String(value);
}

/** The paths of everything in a document that is not a table. */
function pathsOf(value: unknown, path: Path): Path[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((item, at) => pathsOf(item, [...path, at]))];
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, field]) => pathsOf(field, [...path, key]));
}

test("mistakes are located in dotted keys, inline tables and arrays over several lines", async () => {
  const TYPE = "must be text or a number or true or false, found an array";
  await expectMistakes(
    `lists.spam = { file = «5» }
presets."cold".«agnt» = {}

[numbers]
"*".agent = «5»
"+1213*".variables.x = «[]»
"+1214*" = { agent = «6», variables = { a = 1, b = «[]» } }
"+1215*".deny = [
  "+12137771234",
  «"bad"», # c
	«"""worse"""»,
]
${ACCOUNT}`,
    [
      [/^`file` must be text, found 5$/, 'put it in quotes: "5"'],
      [/^unknown key "agnt" in \[presets\.cold\]$/, 'did you mean "agent"?'],
      [/^`agent` must be text, found 5$/, 'put it in quotes: "5"'],
      [new RegExp(`^\`x\` ${TYPE}$`)],
      [/^`agent` must be text, found 6$/, 'put it in quotes: "6"'],
      [new RegExp(`^\`b\` ${TYPE}$`)],
      [/^"bad" is not a valid caller pattern/, '"text:bad" matches callers that the carrier sends as "bad"'],
      [
        /^"worse" is not a valid caller pattern/,
        '"text:worse" matches callers that the carrier sends as "worse"',
      ],
    ],
  );
});
