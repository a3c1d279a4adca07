import { expect, test } from "bun:test";
import fc from "fast-check";
import { keyedDigest } from "../../src/retell/signature.ts";
import { quickDigest } from "../../src/server/runtime.ts";

test("digests of different keys do not share their memory", () => {
  const [one, other] = [quickDigest("one"), quickDigest("other")].map((digest) =>
    digest(new Uint8Array(7), "1"),
  );
  expect([one, other]).toEqual(
    ["one", "other"].map((key) => new Uint8Array(keyedDigest(key)(new Uint8Array(7), "1"))),
  );
});

test("the quick digest of a key is the digest of that key, time and again", () => {
  const keys = fc.oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.string({ minLength: 60, maxLength: 140 }),
  );
  fc.assert(
    fc.property(
      keys,
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.string()), { minLength: 1 }),
      (key, signed) => {
        const [quick, plain] = [quickDigest(key), keyedDigest(key)];
        for (const [body, timestamp] of signed) {
          expect(Buffer.compare(quick(body, timestamp), plain(body, timestamp))).toBe(0);
        }
      },
    ),
  );
});
