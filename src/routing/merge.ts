/** Merging what several places say, weakest first. */

/** A table of a preset or of metadata: anything JSON can say. */
export type JsonTable = { readonly [key: string]: unknown };

/** Merges tables within tables; anything else, arrays too, is replaced by what a later layer says. */
export function mergeDeep(layers: readonly JsonTable[]): JsonTable {
  const merged: Record<string, unknown> = {};
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer)) {
      const under = Object.hasOwn(merged, key) ? merged[key] : undefined;
      define(merged, key, isTable(under) && isTable(value) ? mergeDeep([under, value]) : value);
    }
  }
  return merged;
}

/** Merges key by key: a later layer's value replaces an earlier one's as a whole. */
export function mergeKeys<Value>(layers: readonly { readonly [key: string]: Value }[]): {
  readonly [key: string]: Value;
} {
  const merged: Record<string, Value> = {};
  for (const layer of layers) for (const key of Object.keys(layer)) define(merged, key, layer[key]);
  return merged;
}

/** Sets a key whatever its name: assigning to `__proto__` would not make a key. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function isTable(value: unknown): value is JsonTable {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
