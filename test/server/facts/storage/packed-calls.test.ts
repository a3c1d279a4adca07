import { expect, test } from "bun:test";
import { type PackedCall, PackedCalls } from "../../../../src/server/facts/storage/packed-calls.ts";
import { Random } from "../../../fuzz/random.ts";

// About a page of rows, less, and several; each ring is gone around many times.
test.each([1, 2, 100, 1023, 1024, 1025, 3000])("%d calls are found as a Map finds them", (most) => {
  const random = new Random(most);
  // Two of each hash, which is the low half.
  const hashes = Array.from({ length: most }, () => random.below(2 ** 32));
  const digests = hashes.flatMap((hash) => [hash, hash + 2 ** 32]);
  const packed = new PackedCalls(most);
  const model = new Map<number, PackedCall>();
  const order: { readonly digest: number; readonly call: PackedCall }[] = [];
  let oldest = 0;
  const forgetOldest = () => {
    const { digest, call } = order[oldest] ?? {};
    if (digest === undefined) return;
    oldest++;
    if (model.get(digest) === call) model.delete(digest);
  };
  for (let step = 0; step < 30 * most + 1000; step++) {
    const digest = random.pick(digests);
    if (random.once(20)) {
      forgetOldest();
      packed.forgetOldest();
    } else {
      if (order.length - oldest === most) forgetOldest();
      const call = { firstMs: step, note: random.below(1000) };
      order.push({ digest, call });
      model.set(digest, call);
      packed.put(digest, call.firstMs, call.note);
    }
    const asked = random.pick(digests);
    const found = packed.get(asked);
    const meant = model.get(asked);
    if (found?.firstMs !== meant?.firstMs || found?.note !== meant?.note) expect(found).toEqual(meant);
    if (packed.size !== order.length - oldest) expect(packed.size).toBe(order.length - oldest);
    if (packed.oldestMs !== order[oldest]?.call.firstMs)
      expect(packed.oldestMs).toBe(order[oldest]?.call.firstMs);
  }
  const all = digests.filter((digest) => model.has(digest));
  expect(all.map((digest) => packed.get(digest))).toEqual(all.map((digest) => model.get(digest)));
});
