/** Writing the log to where it goes, such that whoever reads it, or does not, holds up no call. */
import { linesIn, WaitingLines, wholeLines } from "../../waiting-lines.ts";

/** Writes some of the bytes, and says how many; must not hold up the thread, however slowly they are taken. */
export type WriteSome = (bytes: Uint8Array) => Promise<number>;

/** Lines on their way out. */
export interface Outlet {
  /** Takes a line with its end. Never waits. */
  write(line: string): void;
  /** How many lines were dropped so far: nobody read those before them, or they could not be written. */
  readonly dropped: number;
  /** Writes what is waiting, for `graceMs` at most. */
  drain(graceMs: number): Promise<void>;
}

/** So many bytes may wait: some thousand lines. Beyond that lines are dropped. */
const WAITING_LIMIT = 1024 * 1024;
/** The most that is written at once, in bytes, unless a line is longer. */
const WRITE_LIMIT = 64 * 1024;
/** How long to wait where a descriptor takes no more and cannot tell when it does again, in milliseconds. */
const AGAIN_MS = 20;

/**
 * For so long after a write, lines are gathered for the next one, in milliseconds: a write goes through two threads and takes
 * as long as five lines. A line that comes after a pause is written at once, with others of its turn of the event loop.
 */
const GATHER_MS = 50;

/**
 * Opens an outlet.
 *
 * @param onDropped told how many lines were dropped, once others are written again
 * @param gatherMs how long lines are gathered after a write, in milliseconds
 */
export function openOutlet(
  writeSome: WriteSome,
  onDropped: (count: number) => void,
  gatherMs = GATHER_MS,
): Outlet {
  const waiting = new WaitingLines();
  /** How many of the bytes that wait are being written. */
  let underWay = 0;
  /** When the last write began, of a clock that is never set. */
  let wroteMs = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let immediate: ReturnType<typeof setImmediate> | undefined;
  let isTorn = false;
  let dropped = 0;
  let toldOf = 0;
  let whenEmpty: (() => void) | undefined;

  const schedule = () => {
    if (underWay > 0 || immediate) return;
    if (whenEmpty || waiting.size > WRITE_LIMIT) {
      immediate = setImmediate(writeNext);
      return;
    }
    if (timer) return;
    const leftMs = wroteMs + gatherMs - performance.now();
    if (leftMs > 0) timer = setTimeout(writeNext, leftMs);
    else immediate = setImmediate(writeNext);
  };
  const writeNext = () => {
    clearTimeout(timer);
    timer = undefined;
    immediate = undefined;
    if (underWay > 0) return;
    if (waiting.size === 0) {
      whenEmpty?.();
      return;
    }
    wroteMs = performance.now();
    const lines = wholeLines(waiting.bytes(), WRITE_LIMIT);
    underWay = lines.length;
    // What comes behind half a line is a line of its own.
    const gap = isTorn ? "\n" : "";
    const bytes = isTorn ? Buffer.concat([Buffer.from(gap), lines]) : lines;
    void writeWhole(writeSome, bytes).then((written) => {
      const lost = linesIn(bytes.subarray(Math.max(written, gap.length)));
      if (written > 0) isTorn = bytes[written - 1] !== NEWLINE;
      waiting.forget(underWay);
      underWay = 0;
      dropped += lost;
      if (lost === 0 && dropped > toldOf) {
        const count = dropped - toldOf;
        toldOf = dropped;
        onDropped(count);
      }
      if (waiting.size === 0) whenEmpty?.();
      else schedule();
    });
  };

  return {
    write(line) {
      if (waiting.size - underWay + line.length > WAITING_LIMIT) {
        dropped++;
        return;
      }
      waiting.add(line);
      schedule();
    },
    get dropped() {
      return dropped;
    },
    async drain(graceMs) {
      if (waiting.size === 0) return;
      await new Promise<void>((resolve) => {
        const timeout = setTimeout(resolve, graceMs);
        whenEmpty = () => {
          clearTimeout(timeout);
          resolve();
        };
        writeNext();
      });
    },
  };
}

const NEWLINE = 10;

/** Writes as much as can be written, and says how much that was: a log that cannot be written is no reason to fail. */
async function writeWhole(writeSome: WriteSome, bytes: Uint8Array): Promise<number> {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += await writeSome(bytes.subarray(written));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) break;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
  return written;
}
