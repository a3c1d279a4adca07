/** Which places in what look-ups find are used: what of an answer is worth keeping with the record of a call. */
import type { JsonValue } from "./result.ts";
import { valueAt } from "./value.ts";

/** The places that are used, of each look-up. They are noted when what uses them is compiled. */
export class LookupPaths {
  readonly #byId = new Map<string, Map<string, readonly string[]>>();

  /** Notes that a place is used. @param id of the look-up */
  note(id: string, path: readonly string[]): void {
    const paths = this.#byId.get(id) ?? new Map<string, readonly string[]>();
    this.#byId.set(id, paths.set(JSON.stringify(path), path));
  }

  /** What of an answer is used: tables with nothing but that. Lists become tables, in which the same places are found. */
  usedOf(id: string, value: JsonValue): JsonValue {
    const used: Tree = Object.create(null);
    for (const path of this.#byId.get(id)?.values() ?? []) {
      const found = valueAt(value, path);
      if (typeof found !== "object" || found === null) put(used, path, found);
    }
    return used as JsonValue;
  }
}

type Tree = { [key: string]: JsonValue | Tree };

function put(tree: Tree, [key, ...rest]: readonly string[], value: JsonValue | undefined): void {
  if (key === undefined || value === undefined) return;
  if (rest.length === 0) {
    tree[key] = value;
    return;
  }
  const below = tree[key];
  const table: Tree = typeof below === "object" && below !== null ? (below as Tree) : Object.create(null);
  tree[key] = table;
  put(table, rest, value);
}
