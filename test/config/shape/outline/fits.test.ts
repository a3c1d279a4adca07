import { describe, expect, test } from "bun:test";
import { parseDocument, type RawTable } from "../../../../src/config/files/toml/document.ts";
import { fitOf, MISFIT } from "../../../../src/config/shape/outline/fits.ts";
import { client, document } from "../../../../src/config/shape/outline/outlines.ts";
import { clientSchema, documentSchema } from "../../../../src/config/shape/schema/schema.ts";
import { corpus } from "../../../fuzz/configuration.ts";
import { Random } from "../../../fuzz/random.ts";

const MAIN = { schema: documentSchema, outline: document } as const;
const SHAPES = [MAIN, { schema: clientSchema, outline: client }] as const;

/** What can be read of the documents of the example, the recipes and the scenarios. */
function documents(): RawTable[] {
  return corpus().flatMap((files) => {
    const parsed = parseDocument(new TextDecoder().decode(files["config.toml"]));
    return "values" in parsed ? [parsed.values] : [];
  });
}

/** Holds a document against a schema both ways. @returns whether it was told without zod */
function isToldAlike({ schema, outline }: (typeof SHAPES)[number], values: RawTable): boolean {
  const fit = fitOf(outline)(values);
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
      for (const shape of SHAPES) {
        const isTold = isToldAlike(shape, values);
        expect(isTold).toBe(shape.schema.safeParse(values).success);
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
      if (!isToldAlike(random.pick(SHAPES), values)) wrong++;
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
    expect(isToldAlike(MAIN, { ...ACCOUNT, ...values })).toBe(isTold);
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
