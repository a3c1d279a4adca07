import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type JsonTable, mergeDeep, mergeKeys } from "../../src/routing/merge.ts";

/** Tables that often have keys in common, some of them with a meaning to JavaScript. */
const { table } = fc.letrec<{ table: Record<string, unknown>; value: unknown }>((tie) => ({
  table: fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__", "constructor"), tie("value")),
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(0, "", "x", true, null),
    fc.array(fc.nat(), { maxLength: 2 }),
    tie("table"),
  ),
}));
const tables = fc.array(table, { maxLength: 4 });

describe("merging deep", () => {
  test.each<[name: string, layers: JsonTable[], merged: JsonTable]>([
    ["nothing gives nothing", [], {}],
    ["one layer gives it back", [{ a: 1, b: { c: 2 } }], { a: 1, b: { c: 2 } }],
    ["other keys come together", [{ a: 1 }, { b: 2 }], { a: 1, b: 2 }],
    ["the later layer wins", [{ a: 1 }, { a: 2 }, { a: 3 }], { a: 3 }],
    [
      "tables merge within tables",
      [{ a: { b: { c: 1, d: 1 } } }, { a: { b: { d: 2 } } }],
      { a: { b: { c: 1, d: 2 } } },
    ],
    ["arrays are replaced", [{ a: [1, 2, 3] }, { a: [4] }], { a: [4] }],
    ["arrays of tables are replaced", [{ a: [{ b: 1 }] }, { a: [{ c: 2 }] }], { a: [{ c: 2 }] }],
    ["a table gives way to a value", [{ a: { b: 1 } }, { a: 2 }], { a: 2 }],
    ["a table gives way to an array", [{ a: { b: 1 } }, { a: [] }], { a: [] }],
    ["a table gives way to null", [{ a: { b: 1 } }, { a: null }], { a: null }],
    ["a value gives way to a table", [{ a: 1 }, { a: { b: 2 } }], { a: { b: 2 } }],
    ["an array gives way to a table", [{ a: [1] }, { a: { b: 2 } }], { a: { b: 2 } }],
    ["null gives way to a table", [{ a: null }, { a: { b: 2 } }], { a: { b: 2 } }],
    ["what gave way does not come back", [{ a: { b: 1 } }, { a: 2 }, { a: { c: 3 } }], { a: { c: 3 } }],
    ["an empty table takes nothing away", [{ a: { b: 1 } }, { a: {} }], { a: { b: 1 } }],
    [
      "empty values are values",
      [
        { a: "x", b: 1, c: true },
        { a: "", b: 0, c: false },
      ],
      { a: "", b: 0, c: false },
    ],
  ])("%s", (_, layers, merged) => {
    expect(mergeDeep(layers)).toStrictEqual(merged);
  });

  test("a later key keeps the place of the first", () => {
    expect(
      Object.keys(
        mergeDeep([
          { a: 1, b: 1 },
          { c: 2, a: 2 },
        ]),
      ),
    ).toEqual(["a", "b", "c"]);
  });

  test("a key named like a property of every object is a key like others", () => {
    const layers = ['{"__proto__":{"a":1},"toString":{"b":1}}', '{"__proto__":{"c":2},"toString":{"d":2}}'];
    expect(JSON.stringify(mergeDeep(layers.map((layer) => JSON.parse(layer))))).toBe(
      '{"__proto__":{"a":1,"c":2},"toString":{"b":1,"d":2}}',
    );
    expect(Object.hasOwn(Object.prototype, "c")).toBe(false);
  });

  test("layer by layer gives what it gives at once", () => {
    fc.assert(
      fc.property(tables, (layers) => {
        const stepwise = layers.reduce<JsonTable>((merged, layer) => mergeDeep([merged, layer]), {});
        expect(JSON.stringify(stepwise)).toBe(JSON.stringify(mergeDeep(layers)));
      }),
    );
  });

  test("a layer with itself gives it back, and the layers stay as they were", () => {
    fc.assert(
      fc.property(tables, (layers) => {
        const before = JSON.stringify(layers);
        const merged = mergeDeep(layers);
        expect(JSON.stringify(mergeDeep([merged, merged]))).toBe(JSON.stringify(merged));
        expect(JSON.stringify(layers)).toBe(before);
      }),
    );
  });
});

describe("merging key by key", () => {
  test.each<[name: string, layers: JsonTable[], merged: JsonTable]>([
    ["nothing gives nothing", [], {}],
    ["other keys come together", [{ a: "1" }, { b: "2" }], { a: "1", b: "2" }],
    ["the later layer wins", [{ a: "1" }, { a: "2" }], { a: "2" }],
    ["tables are replaced as a whole", [{ a: { b: 1 } }, { a: { c: 2 } }], { a: { c: 2 } }],
    ["an empty text is a value", [{ a: "1" }, { a: "" }], { a: "" }],
  ])("%s", (_, layers, merged) => {
    expect(mergeKeys(layers)).toStrictEqual(merged);
  });

  test("a key named `__proto__` is a key like others", () => {
    expect(
      JSON.stringify(mergeKeys([JSON.parse('{"__proto__":"a"}'), JSON.parse('{"__proto__":"b"}')])),
    ).toBe('{"__proto__":"b"}');
  });

  test("agrees with taking each key from the last layer that has it", () => {
    fc.assert(
      fc.property(tables, (layers) => {
        const merged = mergeKeys(layers);
        const keys = new Set(layers.flatMap((layer) => Object.keys(layer)));
        expect(new Set(Object.keys(merged))).toEqual(keys);
        for (const key of keys) {
          const last = layers.findLast((layer) => Object.hasOwn(layer, key));
          expect(Object.getOwnPropertyDescriptor(merged, key)?.value).toBe(
            last && Object.getOwnPropertyDescriptor(last, key)?.value,
          );
        }
      }),
    );
  });
});
