/** Bodies that come compressed. */
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";

const DECOMPRESS = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** Takes the `content-encoding` off a body, on another thread; never makes more than `limitBytes` of it. */
export async function decompress(
  bytes: Uint8Array,
  encoding: string | undefined,
  limitBytes: number,
): Promise<Uint8Array | "too large" | "unreadable"> {
  const name = encoding?.trim().toLowerCase() ?? "";
  if (name === "" || name === "identity" || bytes.length === 0) return bytes;
  if (!isKnown(name)) return "unreadable";
  try {
    return await DECOMPRESS[name](bytes, { maxOutputLength: limitBytes });
  } catch (error) {
    const isTooLarge = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    return isTooLarge ? "too large" : "unreadable";
  }
}

function isKnown(name: string): name is keyof typeof DECOMPRESS {
  return Object.hasOwn(DECOMPRESS, name);
}
