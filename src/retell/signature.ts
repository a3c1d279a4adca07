/** The signature that Retell puts on every webhook request, in the header `x-retell-signature`. */
import { createHmac, timingSafeEqual } from "node:crypto";

/** The name of the header that carries the signature. */
export const SIGNATURE_HEADER = "x-retell-signature";

const SIGNATURE = /^v=\d+,d=[0-9a-f]{64}$/i;
/** The hexadecimal digits of a digest, which a signature ends in, and what stands from the end of its time on. */
const [DIGITS, REST] = [64, ",d=".length + 64];

/** The digest that the header under way has. Written over for each: making a new one takes longer than comparing it. */
const claimed = Buffer.alloc(DIGITS / 2);

/** What a signature turned out to be. */
export type Verdict =
  /** `keyAt` is the place of the key that it was made with, from 0. */
  | { readonly kind: "good"; readonly keyAt: number }
  | { readonly kind: "no signature" | "malformed signature" | "wrong key" }
  /**
   * Made with a key that is known, but too far from now. `offsetMs` is how far the signer's clock is ahead of ours,
   * below 0 where it is behind; of a request that was kept for a while, its age is that number without its sign.
   */
  | { readonly kind: "stale signature"; readonly offsetMs: number };

/** Makes the digests of one key, over a body and the timestamp as it is printed. One holds until the next is made. */
export type KeyedDigest = (body: Uint8Array, timestamp: string) => Uint8Array;

/** HMAC-SHA256, as both runtimes have it. */
export function keyedDigest(key: string): KeyedDigest {
  return (body, timestamp) => createHmac("sha256", key).update(body).update(timestamp).digest();
}

/**
 * Tells what `header` is as a signature of `body`: good where it was made with one of `keys`, within `maxAgeMs` of
 * `nowMs`, before or after.
 *
 * Finds good exactly what the `verify` of Retell's own SDK finds good. Every key is tried whether or not an earlier one
 * fits, and digests are compared in constant time, so the time taken tells nothing about the keys.
 *
 * @param body the bytes as received: a body that was parsed and serialised again does not verify
 * @param keys each as {@link keyedDigest} has it
 * @param nowMs milliseconds since the epoch
 */
export function verifySignature(
  body: Uint8Array,
  header: string | null | undefined,
  keys: readonly KeyedDigest[],
  nowMs: number,
  maxAgeMs: number,
): Verdict {
  if (!header) return { kind: "no signature" };
  if (!SIGNATURE.test(header)) return { kind: "malformed signature" };
  const printed = header.slice("v=".length, -REST);
  const timestampMs = Number(printed);
  if (!Number.isSafeInteger(timestampMs)) return { kind: "malformed signature" };

  claimed.write(header.slice(-DIGITS), "hex");
  // The timestamp is signed as a number printed again: a header's `v=007` stands for 7.
  const timestamp = printed.startsWith("0") ? String(timestampMs) : printed;
  let [keyAt, at] = [-1, 0];
  for (const digest of keys) {
    if (timingSafeEqual(digest(body, timestamp), claimed)) keyAt = at;
    at++;
  }
  if (keyAt < 0) return { kind: "wrong key" };
  const offsetMs = timestampMs - nowMs;
  return Math.abs(offsetMs) > maxAgeMs ? { kind: "stale signature", offsetMs } : { kind: "good", keyAt };
}

/** The value of the signature header for `body`, as Retell makes it at `timestampMs` (since the epoch). */
export function signBody(body: Uint8Array, key: string, timestampMs: number): string {
  const digest = Buffer.from(keyedDigest(key)(body, String(timestampMs)));
  return `v=${timestampMs},d=${digest.toString("hex")}`;
}
