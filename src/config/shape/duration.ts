/** Durations as the configuration writes them. */

const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Reads `250ms`, `4s`, `1.5s`, `5m`, `2h` or `1d`, in whole milliseconds; undefined for anything else. */
export function readDuration(text: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text);
  if (!match) return undefined;
  const ms = Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
  // What is 1.005 s in binary is a little less.
  const whole = Math.round(ms);
  return Math.abs(ms - whole) < 1e-3 ? whole : undefined;
}

/** A duration in milliseconds as it is written, in the largest unit that takes it whole: `8s`. */
export function durationText(ms: number): string {
  const [unit, unitMs] = Object.entries(UNIT_MS).find(([, length]) => ms % length === 0) ?? ["ms", 1];
  return ms === 0 ? "0s" : `${ms / unitMs}${unit}`;
}
