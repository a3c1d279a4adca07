/** From bytes to text: UTF-8, with or without a byte order mark, with any line ending. */

/** A text with its lines ended by `\n` and without a byte order mark, or why there is none. */
export type ReadText = { readonly text: string } | Unreadable;

/** Why a file has no text. */
export interface Unreadable {
  readonly problem: string;
  /** The first bytes that are not UTF-8, where that is the reason. */
  readonly invalid?: InvalidBytes;
}

/** Bytes that are not UTF-8. */
export interface InvalidBytes {
  /** All of the file, with U+FFFD in place of bytes that are not UTF-8, lines ended by `\n`. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** How many U+FFFD there are in a row. */
  readonly length: number;
  /** The first of the bytes. */
  readonly byte: number;
}

/** Reads the bytes of a text file. Never throws. */
export function decode(bytes: Uint8Array): ReadText {
  if (isUtf16(bytes)) return { problem: "it is in UTF-16; save it as UTF-8" };
  try {
    return { text: withLineFeeds(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch {
    const invalid = firstInvalid(bytes);
    return { problem: `it is not in UTF-8: the bytes on line ${invalid.line} are not valid`, invalid };
  }
}

const lineDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of one line of a file; undefined where that is not in UTF-8. */
export function lineText(bytes: Uint8Array): string | undefined {
  try {
    // A copy: memory that threads share is refused.
    return lineDecoder.decode(new Uint8Array(bytes));
  } catch {
    return undefined;
  }
}

/** What to say of bytes that are not UTF-8, and what to do. */
export function invalidWords({ byte }: InvalidBytes): { readonly message: string; readonly hint: string } {
  const meant = new TextDecoder("windows-1252").decode(new Uint8Array([byte]));
  const guess = /^\p{C}$/v.test(meant) ? "" : `; in Windows-1252 this byte is "${meant}"`;
  const hex = byte.toString(16).toUpperCase().padStart(2, "0");
  return {
    message: `this file is not valid UTF-8: byte 0x${hex}`,
    hint: `save the file as UTF-8${guess}`,
  };
}

/** Whether a file that begins so is in UTF-16: by its byte order mark, or the zero bytes beside its first characters. */
export function isUtf16([first, second, third, fourth]: Uint8Array): boolean {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return (first === 0 && third === 0 && !!second) || (second === 0 && fourth === 0 && !!first);
}

/** A text with its lines ended by `\n`. */
export function withLineFeeds(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n");
}

/** Finds the first bytes that are not UTF-8; there must be some. */
function firstInvalid(bytes: Uint8Array): InvalidBytes {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const encoder = new TextEncoder();
  let at = text.indexOf("\ufffd");
  let offset = encoder.encode(text.slice(0, at)).length;
  // U+FFFD may also be in the file as it is.
  while (bytes[offset] === 0xef && bytes[offset + 1] === 0xbf && bytes[offset + 2] === 0xbd) {
    const next = text.indexOf("\ufffd", at + 1);
    offset += encoder.encode(text.slice(at, next)).length;
    at = next;
  }
  const before = withLineFeeds(text.slice(0, at)).replace(/^\ufeff/, "");
  const lineStart = before.lastIndexOf("\n") + 1;
  return {
    text: withLineFeeds(text).replace(/^\ufeff/, ""),
    line: before.split("\n").length,
    column: before.length - lineStart + 1,
    length: /^\ufffd+/.exec(text.slice(at))?.[0].length ?? 1,
    byte: bytes[offset] ?? 0,
  };
}
