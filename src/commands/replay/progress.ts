/** A line on a terminal that says how far something is. */
import type { Stream } from "../terminal.ts";

/** The line. */
export interface ProgressBar {
  /** Shows how far it is, now and then. */
  show(bytesRead: number, counts: { readonly calls: number; readonly differ: number }): void;
  /** Takes the line away. */
  clear(): void;
}

/** How often it is shown anew, in milliseconds. */
const EVERY_MS = 100;
const WIDTH = 30;

/** A progress bar on a stream; none where that is not a terminal. @param bytes how many there are */
export function progressBar(stream: Stream, bytes: number): ProgressBar {
  if (stream.isTTY !== true) return { show: () => {}, clear: () => {} };
  let shownMs = Number.NEGATIVE_INFINITY;
  return {
    show(bytesRead, { calls, differ }) {
      if (performance.now() - shownMs < EVERY_MS) return;
      shownMs = performance.now();
      const part = bytes > 0 ? Math.min(1, bytesRead / bytes) : 1;
      const bar = "#".repeat(Math.round(part * WIDTH)).padEnd(WIDTH, "-");
      const numbers = [calls, differ].map((count) => count.toLocaleString("en-US"));
      stream.write(
        `\r[${bar}] ${Math.round(part * 100)} %, ${numbers[0]} calls, ${numbers[1]} elsewhere\x1b[K`,
      );
    },
    clear() {
      if (shownMs > 0) stream.write("\r\x1b[K");
    },
  };
}
