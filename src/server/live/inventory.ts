/**
 * What a configuration has, in names: so that a reload can say what changed.
 *
 * It is made, and compared, in the thread that loads; in between it is kept in a form that costs the thread that
 * answers calls next to nothing to take and to hand on.
 */
import type { Config } from "../../config/load.ts";
import type { Callers } from "../../routing/plan.ts";
import type { Change } from "../observe/observer.ts";

/** The names in one table of a configuration, and what stands under each. */
export interface TableInventory {
  readonly table: string;
  /** One a line. */
  readonly names: string;
  /** A digest of what stands under each name, in the same order. */
  readonly digests: Uint32Array;
  /** How many things there are, where that is more than the names: the contacts in a file. */
  readonly count: number;
}

/** The names in each table. Plain data. */
export type Inventory = readonly TableInventory[];

/** Takes the inventory of a configuration. */
export function inventoryOf({ routing, server, retell, log }: Config): Inventory {
  const { numbers, presets, lists, contacts, schedules, limits, defaults } = routing;
  return [
    table(
      "numbers",
      numbers.map((number) => [number.entry, number] as const),
    ),
    table("presets", presets),
    table("lists", lists),
    { ...table("contacts", [["contacts", contacts]]), count: contacts.contacts.length },
    table("schedules", schedules),
    table("limits", limits),
    table("settings", [
      ["defaults", defaults],
      ["server", server],
      ["retell", retell],
      ["log", log],
      ["country", routing.country ?? ""],
    ]),
  ];
}

function table(name: string, entries: Iterable<readonly [name: string, value: unknown]>): TableInventory {
  const names: string[] = [];
  const digests: number[] = [];
  for (const [entry, value] of entries) {
    names.push(entry.replaceAll("\n", " "));
    digests.push(digestOf(value));
  }
  return { table: name, names: names.join("\n"), digests: Uint32Array.from(digests), count: names.length };
}

/** A number that is almost surely another one for another value: FNV-1a over its JSON, numbers in sets included. */
function digestOf(value: unknown): number {
  const text = JSON.stringify(value, (_key, inner: unknown) => {
    if (inner instanceof Float64Array) return digestOfKeys(inner);
    if (inner instanceof Map) return [...inner];
    return inner;
  });
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function digestOfKeys(keys: Callers["numbers"]): number {
  let hash = 0x811c9dc5;
  for (const key of keys) {
    hash = Math.imul(hash ^ (key % 0x7fffffff), 0x01000193);
    hash = Math.imul(hash ^ Math.floor(key / 0x7fffffff), 0x01000193);
  }
  return hash >>> 0;
}

/** How many names of each kind are told. */
const NAMED = 5;

/** What is other in `after`; empty where nothing that has a name is. */
export function changesBetween(before: Inventory, after: Inventory): Change[] {
  return after.flatMap((table): Change[] => {
    const old = before.find(({ table: name }) => name === table.table);
    const known = entriesOf(old);
    const now = entriesOf(table);
    const added = [...now.keys()].filter((name) => !known.has(name));
    const removed = [...known.keys()].filter((name) => !now.has(name));
    const changed = [...now].filter(([name, digest]) => known.has(name) && known.get(name) !== digest);
    if (added.length + removed.length + changed.length === 0) return [];
    return [
      {
        what: table.table,
        before: old?.count ?? 0,
        after: table.count,
        added: added.slice(0, NAMED),
        removed: removed.slice(0, NAMED),
        changed: changed.slice(0, NAMED).map(([name]) => name),
      },
    ];
  });
}

function entriesOf(table: TableInventory | undefined): Map<string, number | undefined> {
  if (!table || table.names === "") return new Map();
  return new Map(table.names.split("\n").map((name, at) => [name, table.digests[at]]));
}
