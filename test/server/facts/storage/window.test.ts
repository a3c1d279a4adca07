import { expect, test } from "bun:test";
import fc from "fast-check";
import { Window } from "../../../../src/server/facts/storage/window.ts";

test("does what a list does that is searched from end to end", () => {
  const operation = fc.oneof(
    fc.record({ kind: fc.constant("put" as const), digest: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ kind: fc.constant("forget" as const) }),
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const window = new Window<number>(4);
      let list: { digest: number; value: number }[] = [];
      for (const [value, operation] of operations.entries()) {
        if (operation.kind === "put") {
          const { digest } = operation;
          // Its owner makes room.
          while (window.isFull) {
            window.forgetOldest();
            list = list.slice(1);
          }
          window.put(digest, value);
          list = [...list.filter((each) => each.digest !== digest), { digest, value }];
        } else {
          window.forgetOldest();
          list = list.slice(1);
        }
        expect([window.size, window.oldestDigest, window.oldest]).toEqual([
          list.length,
          list[0]?.digest,
          list[0]?.value,
        ]);
        for (let digest = 0; digest <= 5; digest++)
          expect(window.get(digest)).toBe(list.find((each) => each.digest === digest)?.value);
      }
    }),
    { numRuns: 500 },
  );
});
