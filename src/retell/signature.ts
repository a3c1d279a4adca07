/** The signature that Retell puts on every webhook request, in the header `x-retell-signature`. */
import { createHmac, timingSafeEqual } from "node:crypto";

/** The name of the header that carries the signature. */
export const SIGNATURE_HEADER = "x-retell-signature";

const SIGNATURE = /^v=(\d+),d=([0-9a-f]{64})$/i;

/**
 * Whether `header` is a signature of `body` by one of `keys`, made within `maxAgeMs` of `nowMs`, before or after.
 *
 * Accepts exactly what the `verify` of Retell's own SDK accepts. Every key is tried whether or not an earlier one
 * fits, and digests are compared in constant time, so the time taken tells nothing about the keys.
 *
 * @param body the bytes as received: a body that was parsed and serialised again does not verify
 * @param nowMs milliseconds since the epoch
 */
export function verifySignature(
  body: Uint8Array,
  header: string | null | undefined,
  keys: readonly string[],
  nowMs: number,
  maxAgeMs: number,
): boolean {
  const match = SIGNATURE.exec(header ?? "");
  if (!match?.[1] || !match[2]) return false;
  const timestampMs = Number(match[1]);
  if (!Number.isSafeInteger(timestampMs) || Math.abs(nowMs - timestampMs) > maxAgeMs) return false;

  const claimed = Buffer.from(match[2], "hex");
  let verified = false;
  for (const key of keys) {
    if (timingSafeEqual(digest(body, key, timestampMs), claimed)) verified = true;
  }
  return verified;
}

/** The value of the signature header for `body`, as Retell makes it at `timestampMs` (since the epoch). */
export function signBody(body: Uint8Array, key: string, timestampMs: number): string {
  return `v=${timestampMs},d=${digest(body, key, timestampMs).toString("hex")}`;
}

/** The timestamp is signed as a number printed again: a header's `v=007` stands for 7. */
function digest(body: Uint8Array, key: string, timestampMs: number): Buffer {
  return createHmac("sha256", key).update(body).update(String(timestampMs)).digest();
}
