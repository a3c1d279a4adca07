import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { parseDocument, type RawTable } from "../../../src/config/files/toml/document.ts";
import { fitOf, MISFIT } from "../../../src/config/shape/fits.ts";
import { clientSchema, documentSchema } from "../../../src/config/shape/schema/schema.ts";
import { corpus } from "../../fuzz/configuration.ts";
import { Random } from "../../fuzz/random.ts";

const SCHEMAS = [documentSchema, clientSchema] as const;

/** What can be read of the documents of the example, the recipes and the scenarios. */
function documents(): RawTable[] {
  return corpus().flatMap((files) => {
    const parsed = parseDocument(new TextDecoder().decode(files["config.toml"]));
    return "values" in parsed ? [parsed.values] : [];
  });
}

/** Holds a document against a schema both ways. @returns whether it was told without zod */
function isToldAlike(schema: (typeof SCHEMAS)[number], values: RawTable): boolean {
  const fit = fitOf(schema)(values);
  const { success, data } = schema.safeParse(values);
  if (fit === MISFIT) return false;
  expect(success).toBe(true);
  expect(fit).toStrictEqual(data);
  return true;
}

describe("what fits is told as zod tells it", () => {
  test("of the example, the recipes and the scenarios, and without zod where nothing is wrong", () => {
    let told = 0;
    for (const values of documents()) {
      for (const schema of SCHEMAS) {
        const isTold = isToldAlike(schema, values);
        expect(isTold).toBe(schema.safeParse(values).success);
        if (isTold) told++;
      }
    }
    expect(told).toBeGreaterThan(100);
  });

  test("of the same with something else in them", () => {
    const random = new Random(7);
    const all = documents();
    let wrong = 0;
    for (let round = 0; round < 1500; round++) {
      const values = structuredClone(random.pick(all));
      const holder = random.pick(tablesIn(values));
      holder[random.pick([...Object.keys(holder), "stranger"])] = STRANGERS[random.below(STRANGERS.length)];
      if (!isToldAlike(random.pick(SCHEMAS), values)) wrong++;
    }
    expect(wrong).toBeGreaterThan(300);
    expect(wrong).toBeLessThan(1350);
  });

  test.each<[what: string, isTold: boolean, values: RawTable]>([
    ["a key that is a prototype's", false, { agents: withPrototypeKey() }],
    ["a table without a prototype", true, { numbers: Object.assign(Object.create(null), { "*": {} }) }],
    [
      "what was taken out",
      true,
      { numbers: { "*": { agent: undefined, deny: [undefined, "withheld"] } }, agents: undefined },
    ],
    ["what is no number", false, { numbers: { "*": { variables: { n: Number.NaN } } } }],
    ["what is too large", false, { numbers: { "*": { variables: { n: 2n ** 70n } } } }],
  ])("of %s", (_name, isTold, values) => {
    expect(isToldAlike(documentSchema, { ...ACCOUNT, ...values })).toBe(isTold);
  });

  test.each<[what: string, schema: z.ZodType, values: readonly unknown[]]>([
    ["a number that is whole by its type", z.int(), [1, 1.5, "1"]],
    ["a text that has a form by its type", z.email(), ["a@example.com", "a"]],
    ["a record with keys of one form", z.record(z.string().min(2), z.number()), [{ ab: 1 }, { a: 1 }]],
    ["a record with some keys", z.record(z.enum(["a"]), z.number()), [{ a: 1 }, { b: 1 }, {}]],
    ["a table that may have other keys", z.looseObject({ a: z.number() }), [{ a: 1, b: 2 }, { b: 2 }]],
    ["a table that loses other keys", z.object({ a: z.number() }), [{ a: 1 }, { a: 1, b: 2 }]],
  ])("of %s, which no document has so far", (_what, schema, values) => {
    for (const value of values) {
      const fit = fitOf(schema)(value);
      if (fit !== MISFIT) expect(schema.safeParse(value)).toEqual({ success: true, data: fit });
    }
  });
});

/** What no configuration does without. */
const ACCOUNT = { retell: { api_key: "key_0123456789abcdef" } };

const STRANGERS = [
  ...["text", "", 5, 1.5, -1, 0, true, false, Number.POSITIVE_INFINITY, 2n ** 64n, undefined],
  ...[[], ["text"], [5], [[]], [{}], {}, { stranger: 1 }, { file: "spam.txt" }, Object.create(null)],
];

/** A table and all in it, arrays too. */
function tablesIn(value: RawTable): RawTable[] {
  const inner = Object.values(value).filter((field) => typeof field === "object" && field !== null);
  return [value, ...inner.flatMap((field) => tablesIn(field as RawTable))];
}

function withPrototypeKey(): RawTable {
  return Object.defineProperty(Object.create(null), "__proto__", {
    enumerable: true,
    value: { id: "agent_1" },
  });
}
