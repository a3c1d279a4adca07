/** Memory and descriptors of a server over time, as it says itself, and whether they are level. */

/** One look at a server. */
export interface Sign {
  /** In seconds since the beginning. */
  readonly second: number;
  readonly memoryBytes: number;
  readonly descriptors: number;
  /** When that was, in milliseconds of `performance.now()`. */
  readonly atMs: number;
}

/** Looks at a server through its metrics. @param origin that of its admin listener */
export async function lookAt(origin: string, second: number): Promise<Sign> {
  const metrics = await (await fetch(`${origin}/metrics`, { signal: AbortSignal.timeout(10_000) })).text();
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(metrics)?.[1]);
  return {
    second,
    atMs: performance.now(),
    memoryBytes: value("process_resident_memory_bytes"),
    descriptors: value("process_open_fds"),
  };
}

/** A line through values over time, by least squares. */
export interface Trend {
  /** Change a minute. */
  readonly perMinute: number;
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/** The trend of one value. */
export function trendOf(signs: readonly Sign[], value: (sign: Sign) => number): Trend {
  const values = signs.map(value);
  const mean = average(values);
  const middle = average(signs.map(({ second }) => second));
  let [above, below] = [0, 0];
  for (const sign of signs) {
    above += (sign.second - middle) * (value(sign) - mean);
    below += (sign.second - middle) ** 2;
  }
  const perMinute = below === 0 ? 0 : (60 * above) / below;
  return { perMinute, mean, least: Math.min(...values), most: Math.max(...values) };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}
