import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { Findings } from "../../../src/config/findings/findings.ts";
import { documentSchema } from "../../../src/config/shape/schema/schema.ts";
import { checkShape } from "../../../src/config/shape/shape.ts";
import { ACCOUNT, expectMistakes } from "../cases.ts";

describe("a key that is missing", () => {
  test.each<[text: string, key: string, table: string, example: string]>([
    ["agents.«a» = {}", "id", "[agents.a]", 'id = "agent_0123456789abcdef"'],
    ["lists.«l» = {}", "file` or `url", "[lists.l]", 'file = "spam.txt"'],
    ['schedules.o = { timezone = "UTC", «holidays» = {} }', "in", "[schedules.o.holidays]", 'in = "US-CA"'],
    ["[limits.«x»]\ncalls = 5", "per", "[limits.x]", 'per = "1d"'],
    ['[limits.«x»]\nper = "1d"', "calls", "[limits.x]", "calls = 5"],
    ["[«contacts»]", "file` or `url", "[contacts]", 'file = "contacts.csv"'],
    ['[[«expect»]]\nfrom = "+12137771234"\nreject = true', "to", "[[expect]]", 'to = "+12137771235"'],
    ['[[«expect»]]\nto = "+12137771234"\nreject = true', "from", "[[expect]]", 'from = "+12137771234"'],
  ])("is named with its table and an example: %j", async (text, key, table, example) => {
    await expectMistakes(`${text}\n${ACCOUNT}`, [[`\`${key}\` is missing in ${table}`, example]]);
  });

  test("hides no other mistake of its table, nor of others", async () => {
    await expectMistakes(
      `[limits.«x»]\nper = «"soon"»\n[[«expect»]]\nto = "+12137771235"\nat = «"noon"»\nreject = true\n${ACCOUNT}`,
      [
        ["`calls` is missing in [limits.x]", "calls = 5"],
        [/^`per` must be a duration/],
        ["`from` is missing in [[expect]]", 'from = "+12137771234"'],
        [/^"noon" is not a valid time/],
      ],
    );
  });

  test.each<[what: string, text: string, hint: string]>([
    ["misspelt", "[limits.x]\n«call» = 5\nper = '1d'", 'did you mean "calls"?'],
    ["by another name", "[agents.a]\n«ident» = 'agent_1'", "known here: id, version, presets"],
  ])("is not said to be missing where it is there %s", async (_what, text, hint) => {
    await expectMistakes(`${text}\n${ACCOUNT}`, [[/^unknown key/, hint]]);
  });

  test("is named where an unknown key can be only one of two", async () => {
    await expectMistakes(`[limits.«x»]\n«prr» = "1d"\n${ACCOUNT}`, [
      ["`calls` is missing in [limits.x]", "calls = 5"],
      [/^unknown key "prr"/, 'did you mean "per"?'],
    ]);
  });
});

describe("checking a shape comes to an end", () => {
  test.each<[what: string, items: z.ZodType]>([
    ["an array whose items cannot be left out", z.array(z.number())],
    ["a table whose entries cannot be left out", z.record(z.string(), z.number())],
  ])("where the schema has %s", async (_what, schema) => {
    const { shape } = documentSchema;
    const before = shape.country;
    Object.assign(shape, { country: schema.optional() });
    try {
      const findings = new Findings();
      const values = { country: { a: "x", b: 1 }, retell: { api_key: "key" } };
      const list = { country: ["x", 1], retell: { api_key: "key" } };
      await checkShape(schema instanceof z.ZodArray ? list : values, "document", findings);
      expect(findings.inDocument.map(({ path }) => path[0])).toEqual(["country"]);
    } finally {
      Object.assign(shape, { country: before });
    }
  });
});
