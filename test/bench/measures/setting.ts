/** Settings of a benchmark, from the environment. */

/** A number of things, or of seconds. @throws if it is no whole number from 1 */
export function setting(name: string, byDefault: number): number {
  const text = process.env[name] || String(byDefault);
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`${name} must be a whole number from 1: ${text}`);
  return value;
}
