/** The lines of long files, as bytes: nothing is made of a line that nobody looks at. */

const [LINE_FEED, CARRIAGE_RETURN] = [0x0a, 0x0d];
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf];

/** Is given a line: the bytes from `start` to `end`, which are good until it returns. @returns whether to go on */
export type TakeLine = (bytes: Uint8Array, start: number, end: number) => boolean;

/**
 * Is given the bytes from where a line begins, and may take it before anybody looks for its end, which takes as long as
 * to read a short one. @returns where the line ends, as {@link endsAt} tells; negative where it is left to {@link TakeLine}
 */
export type TakeAtSight = (bytes: Uint8Array, start: number) => number;

/** Whether a line that is given ends there. */
export function endsAt(bytes: Uint8Array, at: number): boolean {
  return at >= bytes.length || bytes[at] === LINE_FEED || bytes[at] === CARRIAGE_RETURN;
}

const leaveAll: TakeAtSight = () => -1;

/**
 * Gives every line of a file to `take`, without what ends it (`\n`, `\r\n` or `\r`) and without a byte order mark. A last
 * line without an end counts, an empty one does not.
 *
 * @param pieces the bytes of the file, in its order; each is used up before the next is asked for
 */
export function eachLine(
  pieces: Iterable<Uint8Array>,
  take: TakeLine,
  takeAtSight: TakeAtSight = leaveAll,
): void {
  // The beginning of a line whose end is in a later piece: put together once, however many pieces it goes over.
  let held: Uint8Array[] = [];
  let isFirst = true;
  const give = (bytes: Uint8Array): boolean => {
    const start = isFirst ? markLength(bytes) : 0;
    isFirst = false;
    return takeLines(bytes, start, take, takeAtSight);
  };
  for (const piece of pieces) {
    const last = lastLineEnd(piece);
    const first = held.length === 0 ? 0 : firstLineEnd(held.at(-1), piece, last);
    if (last < 0 || first < 0) {
      held.push(new Uint8Array(piece));
      continue;
    }
    if (first > 0 || held.length > 0) {
      if (!give(joined([...held, piece.subarray(0, first)]))) return;
    }
    if (first < last && !give(piece.subarray(first, last))) return;
    const rest = piece.subarray(Math.max(first, last));
    held = rest.length > 0 ? [new Uint8Array(rest)] : [];
  }
  give(joined(held));
}

/** Where the last whole line ends in a piece, what ends it included; a `\r` at the very end may be half of that. */
function lastLineEnd(piece: Uint8Array): number {
  for (let at = piece.length - 1; at >= 0; at--) {
    const byte = piece[at];
    if (byte === LINE_FEED || (byte === CARRIAGE_RETURN && at < piece.length - 1)) return at + 1;
  }
  return -1;
}

/** Where the line ends that began in a piece before, what ends it included; negative where that is not seen yet. */
function firstLineEnd(before: Uint8Array | undefined, piece: Uint8Array, last: number): number {
  if (before?.at(-1) === CARRIAGE_RETURN) return piece[0] === LINE_FEED ? 1 : 0;
  for (let at = 0; at < last; at++) {
    if (piece[at] === LINE_FEED) return at + 1;
    if (piece[at] === CARRIAGE_RETURN) return piece[at + 1] === LINE_FEED ? at + 2 : at + 1;
  }
  return -1;
}

/** Pieces put together. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** How long the byte order mark is at the beginning of a file; 0 where it has none. */
export function markLength(bytes: Uint8Array): number {
  return BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte) ? BYTE_ORDER_MARK.length : 0;
}

function takeLines(bytes: Uint8Array, from: number, take: TakeLine, takeAtSight: TakeAtSight): boolean {
  for (let start = from; start < bytes.length; ) {
    let end = takeAtSight(bytes, start);
    if (end < 0) {
      end = start;
      while (!endsAt(bytes, end)) end++;
      if (!take(bytes, start, end)) return false;
    }
    start = end + (bytes[end] === CARRIAGE_RETURN && bytes[end + 1] === LINE_FEED ? 2 : 1);
  }
  return true;
}
