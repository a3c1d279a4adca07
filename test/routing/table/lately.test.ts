import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { Lately } from "../../../src/routing/table/lately.ts";

test("what was asked for lately is there, and never more than is kept", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(12), { maxLength: 200 }), (keys) => {
      const lately = new Lately<number, string>(6);
      const asked: number[] = [];
      for (const key of keys) {
        const last = [...new Set(asked.toReversed())].slice(0, 3);
        if (last.includes(key)) expect(lately.get(key)).toBe(`of ${key}`);
        else if (lately.get(key) === undefined) lately.set(key, `of ${key}`);
        asked.push(key);
      }
      const kept = Array.from({ length: 13 }, (_, key) => lately.get(key)).filter((value) => value);
      expect(kept.length).toBeLessThanOrEqual(6);
    }),
  );
});
