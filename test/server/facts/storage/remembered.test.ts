import { expect, test } from "bun:test";
import fc from "fast-check";
import { Remembered } from "../../../../src/server/facts/storage/remembered.ts";

test("does what a list does that is searched from end to end", () => {
  const operation = fc.oneof(
    fc.record({ kind: fc.constant("put" as const), key: fc.constantFrom("a", "b", "c", "d", "e") }),
    fc.record({ kind: fc.constant("forget" as const) }),
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const remembered = new Remembered<number>();
      let list: { key: string; value: number }[] = [];
      for (const [value, operation] of operations.entries()) {
        if (operation.kind === "put") {
          const { key } = operation;
          remembered.put(key, value);
          list = [...list.filter((each) => each.key !== key), { key, value }];
        } else {
          remembered.forgetOldest();
          list = list.slice(1);
        }
        expect(remembered.size).toBe(list.length);
        expect(remembered.oldest).toBe(list[0]?.value);
        for (const key of ["a", "b", "c", "d", "e"]) {
          expect(remembered.get(key)).toBe(list.find((each) => each.key === key)?.value);
        }
      }
    }),
    { numRuns: 500 },
  );
});
