/** Bodies in chunks. RFC 9112, section 7.1. */
import { type Malformed, malformed } from "../fault.ts";
import { CHUNK_LINE_LIMIT, EXTENSIONS_LIMIT, HEAD_LIMIT } from "../limits.ts";
import { addHeaderLine } from "./head.ts";
import { HeaderLines } from "./headers.ts";

/** What stands at the beginning of some bytes of a body. */
export type Step =
  /** More bytes are needed to tell. */
  | { readonly kind: "more" }
  /** What belongs to the body. */
  | { readonly kind: "body"; readonly bytes: Uint8Array<ArrayBuffer> }
  /** `used` bytes that do not belong to the body, but to its framing. */
  | { readonly kind: "framing"; readonly used: number }
  /** The body ends after `used` bytes. */
  | { readonly kind: "end"; readonly used: number }
  | Malformed;

const MORE: Step = { kind: "more" };

/** The size of a chunk, and extensions that mean nothing here. Eight digits are 4 GiB. */
const SIZE_LINE = /^([0-9A-Fa-f]{1,8})([ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/;

/** Takes a chunked body apart. */
export class ChunkedBody {
  #state: "size" | "bytes" | "end of chunk" | "trailers" = "size";
  /** Of the chunk under way. */
  #bytesLeft = 0;
  #extensionBytes = 0;
  readonly #trailers = new HeaderLines();
  #trailerBytes = 0;

  /** Where it ends is known when the end is read. */
  whole(): undefined {}

  /** Reads on from `bytes[at]`. */
  next(all: Buffer<ArrayBuffer>, at: number): Step {
    const bytes = all.subarray(at);
    switch (this.#state) {
      case "size":
        return this.#size(bytes);
      case "bytes":
        return this.#bytes(bytes);
      case "end of chunk":
        return this.#endOfChunk(bytes);
      case "trailers":
        return this.#trailer(bytes);
    }
  }

  #size(bytes: Buffer): Step {
    const line = readLine(bytes, CHUNK_LINE_LIMIT);
    if (line === undefined) return MORE;
    if (typeof line !== "string") return line;
    const [, size, extensions = ""] = SIZE_LINE.exec(line) ?? [];
    if (size === undefined)
      return malformed("a chunk must begin with its size, as a hexadecimal number of at most 8 digits");
    this.#extensionBytes += extensions.length;
    if (this.#extensionBytes > EXTENSIONS_LIMIT)
      return malformed(`chunk extensions must not be larger than ${EXTENSIONS_LIMIT} bytes in all`);
    this.#bytesLeft = Number.parseInt(size, 16);
    this.#state = this.#bytesLeft === 0 ? "trailers" : "bytes";
    return { kind: "framing", used: line.length + 2 };
  }

  #bytes(bytes: Buffer<ArrayBuffer>): Step {
    if (bytes.length === 0) return MORE;
    const part = bytes.subarray(0, this.#bytesLeft);
    this.#bytesLeft -= part.length;
    if (this.#bytesLeft === 0) this.#state = "end of chunk";
    return { kind: "body", bytes: part };
  }

  #endOfChunk(bytes: Buffer): Step {
    if (bytes.length < 2) return MORE;
    if (bytes[0] !== 0x0d || bytes[1] !== 0x0a)
      return malformed("a chunk must end after as many bytes as its size says");
    this.#state = "size";
    return { kind: "framing", used: 2 };
  }

  /** Trailers are read as strictly as headers, and mean nothing here. */
  #trailer(bytes: Buffer): Step {
    const line = readLine(bytes, HEAD_LIMIT - this.#trailerBytes);
    if (line === undefined) return MORE;
    if (typeof line !== "string") return line;
    this.#trailerBytes += line.length + 2;
    const used = line.length + 2;
    if (line === "") return { kind: "end", used };
    return addHeaderLine(this.#trailers, line) ?? { kind: "framing", used };
  }
}

/** A line without its end; undefined while that has not come. @param limit the most bytes that it may have */
function readLine(bytes: Buffer, limit: number): string | Malformed | undefined {
  const within = bytes.length > limit ? bytes.subarray(0, limit) : bytes;
  const end = within.indexOf(0x0a);
  if (end < 0) return bytes.length < limit ? undefined : malformed("a line between chunks is too long", 431);
  const line = within.toString("latin1", 0, end);
  if (/^[\t\x20-\x7e\x80-\xff]*\r$/.test(line)) return line.slice(0, -1);
  return malformed("lines between chunks must end in CR LF, and hold no control characters");
}
