/** What a file or a URL holds: all of it as text, or its bytes as they come. */
import { isUtf8 } from "node:buffer";
import { decode, isUtf16, type ReadText, type Unreadable } from "./decode.ts";
import { joined, markLength } from "./lines.ts";

/** What a file or a URL holds. It can be read more than once. */
export interface Content {
  /** How many bytes there are, as far as is known before they are read. */
  readonly bytes: number;
  /** All of it. Never throws. */
  readonly text: () => ReadText;
  /**
   * Its bytes, in pieces of up to {@link PIECE_BYTES}; each is good until the next is asked for.
   *
   * @throws {UnreadableError} while it is read
   */
  readonly pieces: () => Iterable<Uint8Array>;
  /** Is to be called by whoever works long on what was read, about every half millisecond; as for {@link Pause}. */
  readonly pause: Pause;
}

/** Lets other threads go first which have to share a processor with the one that calls it. */
export type Pause = () => void;

/** Goes on at once. */
export const NO_PAUSE: Pause = () => {};

/** Why bytes cannot be read any further. */
export class UnreadableError extends Error {}

/** Long contents are taken so much at a time, in bytes. What is to be read of it takes some tenths of a millisecond. */
export const PIECE_BYTES = 65_536;

/** What is in memory. The bytes may be memory that threads share. @param pause is called after each piece */
export function contentOf(bytes: Uint8Array, pause: Pause = NO_PAUSE): Content {
  return {
    bytes: bytes.length,
    // What threads share may change while it is decoded, so that decoders refuse it.
    text: () => decode(new Uint8Array(bytes)),
    pieces: () => piecesOf(bytes, pause),
    pause,
  };
}

function* piecesOf(bytes: Uint8Array, pause: Pause): Generator<Uint8Array, undefined> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield bytes.subarray(at, at + PIECE_BYTES);
    pause();
  }
}

/** What cannot be read. */
export function unreadable(problem: string): Content {
  return {
    bytes: 0,
    text: () => ({ problem }),
    pieces: () => {
      throw new UnreadableError(problem);
    },
    pause: NO_PAUSE,
  };
}

/** The first piece of a content as text, which shows its format. @throws {UnreadableError} where it cannot be read */
export function beginningOf({ pieces }: Content): string {
  for (const piece of pieces()) return new TextDecoder().decode(new Uint8Array(piece));
  return "";
}

/** All bytes of a text in UTF-8, in memory of their own, without a byte order mark. Never throws. */
export function utf8Of(content: Content): { readonly bytes: Uint8Array } | Unreadable {
  try {
    const bytes = joined(Array.from(content.pieces(), (piece) => new Uint8Array(piece)));
    if (isUtf8(bytes) && !isUtf16(bytes)) return { bytes: bytes.subarray(markLength(bytes)) };
  } catch (error) {
    if (error instanceof UnreadableError) return { problem: error.message };
    throw error;
  }
  const read = content.text();
  return "text" in read ? { bytes: new TextEncoder().encode(read.text) } : read;
}
