/** Ways to make the digest of a signature, the fastest of which *limit* uses. All make the same. */
import { createHash, createHmac } from "node:crypto";
import { KEY } from "../../harness.ts";

/** A way to make the HMAC-SHA256 of a body and a time. */
export interface Digest {
  readonly name: string;
  make(body: Uint8Array, time: string): Uint8Array;
}

/** SHA-256 works on blocks of so many bytes: RFC 2104 fills the key up to one. */
const BLOCK_BYTES = 64;
const [INNER, OUTER] = [0x36, 0x5c];

const [inner, outer] = [keyedBlock(INNER), keyedBlock(OUTER)];
const nodeInner = createHash("sha256").update(inner);
const nodeOuter = createHash("sha256").update(outer);
const keyed = new Bun.CryptoHasher("sha256", KEY);

/** The ways that there are. */
export const DIGESTS: readonly Digest[] = [
  {
    name: "createHmac of node:crypto",
    make: (body, time) => createHmac("sha256", KEY).update(body).update(time).digest(),
  },
  {
    name: "createHash of node:crypto, both keyed states copied",
    make: (body, time) =>
      nodeOuter.copy().update(nodeInner.copy().update(body).update(time).digest()).digest(),
  },
  {
    name: "Bun.CryptoHasher with a key",
    make: (body, time) => new Bun.CryptoHasher("sha256", KEY).update(body).update(time).digest(),
  },
  {
    name: "Bun.CryptoHasher with a key, copied",
    make: (body, time) => keyed.copy().update(body).update(time).digest(),
  },
];

function keyedBlock(pad: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(Buffer.from(KEY));
  return block.map((byte) => byte ^ pad);
}
