/** Settings of a benchmark, from the environment. */

/** A number of things, or of seconds. @throws if it is no whole number above 0 */
export function setting(name: string, byDefault: number): number {
  const value = Number(process.env[name] || byDefault);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${name} must be a whole number above 0`);
  return value;
}
