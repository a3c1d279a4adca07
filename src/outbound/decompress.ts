/** Bodies that come compressed. */
import { promisify } from "node:util";

/** Loaded when something comes compressed. */
type Zlib = typeof import("node:zlib");

const DECOMPRESS = {
  gzip: ({ gunzip }: Zlib) => promisify(gunzip),
  "x-gzip": ({ gunzip }: Zlib) => promisify(gunzip),
  deflate: ({ inflate }: Zlib) => promisify(inflate),
  br: ({ brotliDecompress }: Zlib) => promisify(brotliDecompress),
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
    const inflated = DECOMPRESS[name](await import("node:zlib"));
    return await inflated(bytes, { maxOutputLength: limitBytes });
  } catch (error) {
    const isTooLarge = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    return isTooLarge ? "too large" : "unreadable";
  }
}

function isKnown(name: string): name is keyof typeof DECOMPRESS {
  return Object.hasOwn(DECOMPRESS, name);
}
