/** What is left of a document where something in it does not fit: the rest, each in its place. */
import type { Path } from "../findings/findings.ts";

/** The items of an array that fit, with their places in it, from 0. */
export function fittingItems<Item>(
  items: readonly (Item | undefined)[],
): { readonly at: number; readonly item: Item }[] {
  const fitting: { readonly at: number; readonly item: Item }[] = [];
  for (const [at, item] of items.entries()) if (item !== undefined) fitting.push({ at, item });
  return fitting;
}

/** The entries of a table that fit, by name. */
export function fittingEntries<Value>(
  table: Readonly<Record<string, Value | undefined>>,
): (readonly [name: string, value: Value])[] {
  const fitting: (readonly [name: string, value: Value])[] = [];
  for (const name of Object.keys(table)) {
    const value = table[name];
    if (value !== undefined) fitting.push([name, value]);
  }
  return fitting;
}

/** One text or several, with the path of each. */
export function eachOf(
  texts: string | readonly (string | undefined)[],
  path: Path,
): { readonly path: Path; readonly item: string }[] {
  if (typeof texts === "string") return [{ path, item: texts }];
  return fittingItems(texts).map(({ at, item }) => ({ path: [...path, at], item }));
}
