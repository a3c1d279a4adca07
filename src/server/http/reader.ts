/** From the bytes of a connection to requests, however the bytes are split. */
import { ChunkedBody, type Step } from "./chunked.ts";
import { type Malformed, malformed } from "./fault.ts";
import { type Head, parseHead } from "./head.ts";
import { EMPTY_LINES_LIMIT, HEAD_LIMIT } from "./limits.ts";

/** What has been read: the head of a request, a part of its body, its end; or that it is no request. */
export type Received =
  | Head
  | { readonly kind: "body"; readonly bytes: Uint8Array }
  | { readonly kind: "end" }
  | Malformed;

/** Knows where a body ends. */
interface Body {
  next(bytes: Buffer): Step;
}

const CR = 0x0d;
const LF = 0x0a;
const TAB = 0x09;
/** The first byte of what a TLS client says. */
const TLS_HANDSHAKE = 0x16;
const END = { kind: "end" } as const;

/** Reads the requests of one connection, one step at a time. */
export class RequestReader {
  /** What has come and has not been read. */
  #bytes: Buffer = Buffer.alloc(0);
  /** The body under way. */
  #body: Body | undefined;
  /** How far the head under way has been looked through, and where its last line begins. */
  #scanned = 0;
  #lineStart = 0;
  #emptyLineBytes = 0;

  /** Takes bytes that have come. */
  feed(bytes: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
  }

  /** Whether it is at the end of a request, and nothing has come since. */
  get isBetween(): boolean {
    return this.#body === undefined && this.#bytes.length === 0;
  }

  /** What comes next; undefined where more bytes are needed to tell. Nothing may be read behind something malformed. */
  next(): Received | undefined {
    return this.#body ? this.#nextOfBody(this.#body) : this.#nextHead();
  }

  #nextOfBody(body: Body): Received | undefined {
    for (;;) {
      const step = body.next(this.#bytes);
      switch (step.kind) {
        case "more":
          return undefined;
        case "malformed request":
          return step;
        case "framing":
          this.#drop(step.used);
          break;
        case "body":
          this.#drop(step.used);
          return { kind: "body", bytes: step.bytes };
        case "end":
          this.#drop(step.used);
          this.#body = undefined;
          return END;
      }
    }
  }

  #nextHead(): Received | undefined {
    const wrong = this.#skipEmptyLines();
    if (wrong) return wrong;
    const end = this.#headEnd();
    if (typeof end !== "number") return end;
    const head = parseHead(this.#bytes.toString("latin1", 0, end));
    if (head.kind === "malformed request") return head;
    this.#drop(end + 4);
    this.#scanned = 0;
    this.#lineStart = 0;
    this.#emptyLineBytes = 0;
    this.#body = bodyOf(head);
    return head;
  }

  /** Some clients end a body with a line end that does not belong to it: RFC 9112, section 2.2. */
  #skipEmptyLines(): Malformed | undefined {
    let at = 0;
    while (this.#bytes[at] === CR && this.#bytes[at + 1] === LF) at += 2;
    if (at === 0) return undefined;
    this.#drop(at);
    this.#emptyLineBytes += at;
    if (this.#emptyLineBytes <= EMPTY_LINES_LIMIT) return undefined;
    return malformed(`empty lines before a request must not be larger than ${EMPTY_LINES_LIMIT} bytes`);
  }

  /** Where the empty line behind the head begins; undefined while that has not come. */
  #headEnd(): number | Malformed | undefined {
    const bytes = this.#bytes;
    const length = Math.min(bytes.length, HEAD_LIMIT);
    let at = this.#scanned;
    for (; at < length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte >= 0x20 && byte !== 0x7f) continue;
      if (byte === CR) {
        // Whether a line ends here, the next byte tells.
        if (at + 1 === bytes.length) break;
        if (bytes[at + 1] !== LF) return malformed("lines must end in CR LF, not in CR alone");
        if (at === this.#lineStart) return at - 2;
        this.#lineStart = at + 2;
        at++;
      } else if (byte !== TAB) {
        return malformed(byteProblem(byte, at));
      }
    }
    this.#scanned = at;
    if (at >= HEAD_LIMIT)
      return malformed(`request line and headers must not be larger than ${HEAD_LIMIT} bytes`, 431);
    return undefined;
  }

  #drop(count: number): void {
    this.#bytes = this.#bytes.subarray(count);
  }
}

function byteProblem(byte: number, at: number): string {
  if (byte === LF) return "lines must end in CR LF, not in LF alone";
  if (byte === TLS_HANDSHAKE && at === 0) return "this is TLS; send plain HTTP";
  return `request line and headers must not hold the control character 0x${byte.toString(16).padStart(2, "0")}`;
}

function bodyOf({ framing }: Head): Body {
  switch (framing.kind) {
    case "none":
      return new SizedBody(0);
    case "length":
      return new SizedBody(framing.bytes);
    case "chunked":
      return new ChunkedBody();
  }
}

/** A body whose length is known beforehand. */
class SizedBody implements Body {
  #bytesLeft: number;

  constructor(bytes: number) {
    this.#bytesLeft = bytes;
  }

  next(bytes: Buffer): Step {
    if (this.#bytesLeft === 0) return { kind: "end", used: 0 };
    if (bytes.length === 0) return { kind: "more" };
    const part = bytes.subarray(0, this.#bytesLeft);
    this.#bytesLeft -= part.length;
    return { kind: "body", bytes: part, used: part.length };
  }
}
