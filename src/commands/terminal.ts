/** Writing for people: on a terminal in colour, elsewhere plain. */
import { setTimeout } from "node:timers/promises";
import { styleText } from "node:util";

/** Standard output or standard error. */
export interface Stream {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

const STYLES = {
  error: "red",
  warning: "yellow",
  note: "cyan",
  dim: "dim",
  strong: "bold",
  good: "green",
} as const;

/** Colours for a stream: none where it is not a terminal, or where `NO_COLOR` is set (https://no-color.org). */
export function paintFor(stream: Stream): (style: keyof typeof STYLES, text: string) => string {
  const isColoured = stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
  return isColoured
    ? (style, text) => styleText(STYLES[style], text, { validateStream: false })
    : (_style, text) => text;
}

/** Writes lines to a stream. */
export function print(stream: Stream, ...lines: readonly string[]): void {
  stream.write(`${lines.join("\n")}\n`);
}

/** How long a reader that does not read is waited for, in milliseconds. */
const STUCK_MS = 2000;

/**
 * Waits until all that was printed and logged has been taken: a pipe holds 64 KiB, and an exit would lose the rest.
 * Nothing can be printed after that.
 */
export async function printed(): Promise<void> {
  const taken = [process.stdout, process.stderr].map(
    (stream) => new Promise<void>((resolve) => stream.end(() => resolve())),
  );
  await Promise.race([Promise.all(taken), setTimeout(STUCK_MS)]);
}

/** Pairs one below the other, the second parts aligned. */
export function aligned(rows: readonly (readonly [string, string])[], indent: string): string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${indent}${name.padEnd(width)}  ${text}`);
}
