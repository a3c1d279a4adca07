/** From the bytes of a connection to requests, however the bytes are split. */

import { type Malformed, malformed } from "../fault.ts";
import { BODY_BUFFER_LIMIT, EMPTY_LINES_LIMIT, HEAD_LIMIT } from "../limits.ts";
import { ChunkedBody, type Step } from "./chunked.ts";
import type { Head } from "./head.ts";
import { HeadReader } from "./repeated-heads.ts";

/** What has been read: the head of a request, a part of its body, its end; or that it is no request. */
export type Received =
  | Head
  | { readonly kind: "body"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "end" }
  | Malformed;

/** Knows where a body ends. */
interface Body {
  /** All of it, where that is known to be there from `bytes[at]` on, and is small enough to wait for whoever reads it. */
  whole(bytes: Buffer<ArrayBuffer>, at: number): Uint8Array<ArrayBuffer> | undefined;
  /** Reads on from `bytes[at]`. */
  next(bytes: Buffer<ArrayBuffer>, at: number): Step;
}

const CR = 0x0d;
const LF = 0x0a;
const END_OF_HEAD = Buffer.from("\r\n\r\n");
const END = { kind: "end" } as const;
const EMPTY = Buffer.alloc(0);

/** What a head consists of: lines without control characters but tabs. */
const LINES = /^(?:[\t\x20-\x7e\x80-\xff]*\r\n)*$/;

/** What a head must not hold: control characters; CR and LF but together. It takes longer than {@link LINES}, and says where. */
const WRONG = /[^\t\r\n\x20-\x7e\x80-\xff]|\r[^\n]|[^\r]\n|^\n/;

/** The first byte of what a TLS client says. */
const TLS_HANDSHAKE = "\x16";

/**
 * Reads the requests of one connection, one step at a time. What can be left to the native methods of buffers, texts and
 * patterns is: every call goes through here.
 */
export class RequestReader {
  /** What has come, and where what has not been read begins in it. */
  #bytes: Buffer<ArrayBuffer> = EMPTY;
  #at = 0;
  readonly #heads = new HeadReader();
  /** The body under way. */
  #body: Body | undefined;
  /** How much of the head under way has been looked through. */
  #scanned = 0;
  #emptyLineBytes = 0;

  /** Takes bytes that have come. */
  feed(bytes: Buffer<ArrayBuffer>): void {
    this.#bytes = this.#isEmpty ? bytes : Buffer.concat([this.#bytes.subarray(this.#at), bytes]);
    this.#at = 0;
  }

  /** Whether it is at the end of a request, and nothing has come since. */
  get isBetween(): boolean {
    return this.#body === undefined && this.#isEmpty;
  }

  /**
   * The whole body of the request whose head was read last, where all of it has come with that, as nearly always: then it
   * and its end are read. Otherwise undefined, and {@link next} has it in parts.
   */
  takeWhole(): Uint8Array<ArrayBuffer> | undefined {
    const whole = this.#body?.whole(this.#bytes, this.#at);
    if (!whole) return undefined;
    this.#at += whole.length;
    this.#body = undefined;
    return whole;
  }

  /** What comes next; undefined where more bytes are needed to tell. Nothing may be read behind something malformed. */
  next(): Received | undefined {
    const received = this.#body ? this.#nextOfBody(this.#body) : this.#nextRequest();
    if (received === undefined) this.#dropRead();
    return received;
  }

  /**
   * Keeps nothing of what has been read: half a megabyte may have come at once, and the connection may wait for minutes. Even
   * the bytes of a single call would outlive the next collection of what is new, those of every connection.
   */
  #dropRead(): void {
    if (this.#at === 0) return;
    this.#bytes = this.#isEmpty ? EMPTY : Buffer.from(this.#bytes.subarray(this.#at));
    this.#at = 0;
  }

  #nextRequest(): Received | undefined {
    return this.#isEmpty ? undefined : (this.#skipEmptyLines() ?? this.#repeatedHead() ?? this.#nextHead());
  }

  get #isEmpty(): boolean {
    return this.#at === this.#bytes.length;
  }

  #nextOfBody(body: Body): Received | undefined {
    for (;;) {
      const step = body.next(this.#bytes, this.#at);
      switch (step.kind) {
        case "more":
          return undefined;
        case "malformed request":
          return step;
        case "framing":
          this.#at += step.used;
          break;
        case "body":
          this.#at += step.bytes.length;
          // It may wait for the rest, and a view would keep all that came with it.
          return { kind: "body", bytes: new Uint8Array(step.bytes) };
        case "end":
          this.#at += step.used;
          this.#body = undefined;
          return END;
      }
    }
  }

  /** The head that comes next, where it is nearly that before it. */
  #repeatedHead(): Head | undefined {
    const { formerLength } = this.#heads;
    if (formerLength === undefined || this.#scanned > 0) return undefined;
    const start = this.#at;
    // Where it repeats the one before, it ends where the first empty line is, and most often after as many bytes.
    const likely = start + formerLength;
    const end = isEmptyLine(this.#bytes, likely) ? likely : this.#bytes.indexOf(END_OF_HEAD, start);
    const next = end + END_OF_HEAD.length;
    if (end < 0 || next - start > HEAD_LIMIT) return undefined;
    const head = this.#heads.repeated(this.#bytes.toString("latin1", start, end));
    return head && this.#begin(head, next);
  }

  #nextHead(): Received | undefined {
    const start = this.#at;
    const from = start + this.#scanned;
    const end = this.#bytes.indexOf(END_OF_HEAD, from);
    const next = end + END_OF_HEAD.length;
    const isWhole = end >= 0 && next - start <= HEAD_LIMIT;
    const text = this.#bytes.toString("latin1", from, isWhole ? next : start + HEAD_LIMIT);
    const wrong = isWhole && LINES.test(text) ? undefined : this.#wrongIn(text);
    if (wrong) return wrong;
    if (!isWhole) return this.#waitForHead(this.#bytes.length - start);
    const headText =
      this.#scanned === 0 ? text.slice(0, -END_OF_HEAD.length) : this.#bytes.toString("latin1", start, end);
    const head = this.#heads.read(headText);
    return head.kind === "malformed request" ? head : this.#begin(head, next);
  }

  /** Begins with the request of a head. @param next where the bytes behind it begin */
  #begin(head: Head, next: number): Head {
    this.#at = next;
    this.#scanned = 0;
    this.#emptyLineBytes = 0;
    this.#body = bodyOf(head);
    return head;
  }

  /** Notes how much of a head that is still to come need not be looked through again. */
  #waitForHead(length: number): Malformed | undefined {
    if (length >= HEAD_LIMIT)
      return malformed(`request line and headers must not be larger than ${HEAD_LIMIT} bytes`, 431);
    this.#scanned = Math.max(0, length - END_OF_HEAD.length);
    // Nothing that belongs together is taken apart.
    if (this.#bytes[this.#at + this.#scanned] === LF) this.#scanned = Math.max(0, this.#scanned - 1);
    return undefined;
  }

  /** Some clients end a body with a line end that does not belong to it: RFC 9112, section 2.2. */
  #skipEmptyLines(): Malformed | undefined {
    const start = this.#at;
    while (this.#bytes[this.#at] === CR && this.#bytes[this.#at + 1] === LF) this.#at += 2;
    if (this.#at === start) return undefined;
    this.#emptyLineBytes += this.#at - start;
    if (this.#emptyLineBytes <= EMPTY_LINES_LIMIT) return undefined;
    return malformed(`empty lines before a request must not be larger than ${EMPTY_LINES_LIMIT} bytes`);
  }

  /** The first thing in a part of the head that it must not hold. */
  #wrongIn(text: string): Malformed | undefined {
    const found = WRONG.exec(text)?.[0];
    if (found === undefined) return undefined;
    if (found.endsWith("\n")) return malformed("lines must end in CR LF, not in LF alone");
    if (found.startsWith("\r")) return malformed("lines must end in CR LF, not in CR alone");
    if (found === TLS_HANDSHAKE && this.#scanned === 0 && text.startsWith(found))
      return malformed("this is TLS; send plain HTTP");
    const code = found.charCodeAt(0).toString(16).padStart(2, "0");
    return malformed(`request line and headers must not hold the control character 0x${code}`);
  }
}

/** Whether a line ends at a place, and an empty one behind it. */
function isEmptyLine(bytes: Buffer, at: number): boolean {
  return bytes[at] === CR && bytes[at + 1] === LF && bytes[at + 2] === CR && bytes[at + 3] === LF;
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

  whole(bytes: Buffer<ArrayBuffer>, at: number): Uint8Array<ArrayBuffer> | undefined {
    const end = at + this.#bytesLeft;
    if (this.#bytesLeft > BODY_BUFFER_LIMIT || end > bytes.length) return undefined;
    // A view would cost more: the engine then moves all that came with it to where views can share it.
    const whole = new Uint8Array(this.#bytesLeft);
    bytes.copy(whole, 0, at, end);
    return whole;
  }

  next(bytes: Buffer<ArrayBuffer>, at: number): Step {
    if (this.#bytesLeft === 0) return { kind: "end", used: 0 };
    if (bytes.length === at) return { kind: "more" };
    const part = bytes.subarray(at, at + this.#bytesLeft);
    this.#bytesLeft -= part.length;
    return { kind: "body", bytes: part };
  }
}
