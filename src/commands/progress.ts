/** A line on a terminal that says how far something is. */
import type { Stream } from "./terminal.ts";

/** The line. */
export interface ProgressBar {
  /** Shows how far it is, now and then. @param words what has been done, in a few words */
  show(done: number, of: number, words: string): void;
  /** Takes the line away. */
  clear(): void;
}

/** How often it is shown anew, in milliseconds. */
const EVERY_MS = 100;
const WIDTH = 30;

/** A progress bar on a stream; none where that is not a terminal. */
export function progressBar(stream: Stream): ProgressBar {
  if (stream.isTTY !== true) return { show: () => {}, clear: () => {} };
  let shownMs = Number.NEGATIVE_INFINITY;
  return {
    show(done, of, words) {
      if (performance.now() - shownMs < EVERY_MS) return;
      shownMs = performance.now();
      const part = of > 0 ? Math.min(1, done / of) : 1;
      const bar = "#".repeat(Math.round(part * WIDTH)).padEnd(WIDTH, "-");
      stream.write(`\r[${bar}] ${Math.round(part * 100)} %, ${words}\x1b[K`);
    },
    clear() {
      if (shownMs > 0) stream.write("\r\x1b[K");
    },
  };
}
