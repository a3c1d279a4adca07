/**
 * What a configuration has, in names: so that a reload can say what changed.
 *
 * It is made, and compared, in the thread that loads; in between it is kept in a form that costs the thread that
 * answers calls next to nothing to take and to hand on.
 */
import type { Config } from "../../config/load.ts";
import { contactCount } from "../../routing/callers/contact-book.ts";
import type { NumberPlan, ScopePlan } from "../../routing/plan.ts";
import { atOnce, type Sliced } from "../../routing/slices.ts";
import type { Change } from "../observe/observer.ts";
import { hashOf } from "../runtime.ts";
import { type PackedNumbers, packNumbers } from "./parcel/packed-numbers.ts";
import { bytesAt } from "./parcel/packed-texts.ts";

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

/** Takes the inventory of a configuration. @param packed its entries of `[numbers]` */
export function inventoryOf(
  config: Config,
  packed: PackedNumbers = packNumbers(config.routing.numbers),
): Inventory {
  return atOnce(inventoryOfSliced(config, packed));
}

/** {@link inventoryOf} in {@link Sliced} form. */
export function* inventoryOfSliced(
  { routing, server, retell, admin, log, shared }: Config,
  packed: PackedNumbers,
): Sliced<Inventory> {
  const { numbers, clients, ...main } = routing;
  const scopes: readonly ScopePlan[] = [main, ...clients];
  const things = (key: NamedTable): (readonly [string, unknown])[] =>
    scopes.flatMap((scope) =>
      Array.from<[string, unknown], [string, unknown]>(scope[key], ([name, thing]) => [
        nameIn(scope, name),
        thing,
      ]),
    );
  const tables: TableInventory[] = [];
  tables.push(yield* numbersTable(numbers, packed));
  if (clients.length > 0)
    tables.push(yield* table("clients", clients.length, clients.values().map(clientEntry)));
  for (const key of NAMED_TABLES) {
    const named = things(key);
    tables.push(yield* table(key, named.length, named));
  }
  const people = scopes.flatMap((scope) => (scope.contacts ? [{ ...scope, contacts: scope.contacts }] : []));
  const contacts = yield* table(
    "contacts",
    people.length,
    people.values().map((scope) => [nameIn(scope, "contacts"), scope.contacts] as const),
  );
  tables.push({
    ...contacts,
    count: people.reduce((sum, { contacts }) => sum + contactCount(contacts.contacts), 0),
  });
  const there = routing.flags.filter(({ isThere }) => isThere);
  const flags = yield* table(
    "flag files",
    there.length,
    there.values().map(({ name, path }) => [name, path]),
  );
  // They come and go on purpose: none of that is a loss.
  tables.push({ ...flags, count: 0 });
  const settings: readonly (readonly [string, unknown])[] = [
    ["server", server],
    ["retell", retell],
    ["admin", admin],
    ["log", log],
    ["shared", shared ?? ""],
    ...scopes.flatMap((scope) => [
      [nameIn(scope, "defaults"), scope.defaults] as const,
      [nameIn(scope, "country"), scope.country ?? ""] as const,
      [nameIn(scope, "timezone"), scope.timezone] as const,
      [nameIn(scope, "locale"), scope.locale] as const,
    ]),
  ];
  tables.push(yield* table("settings", settings.length, settings));
  return tables;
}

const NAMED_TABLES = ["presets", "lists", "schedules", "limits", "lookups", "notices", "rulesets"] as const;
type NamedTable = (typeof NAMED_TABLES)[number];

/** `acme/office`; a client's name has no slash. */
function nameIn({ client }: Pick<ScopePlan, "client">, name: string): string {
  return client === "" ? name : `${client}/${name}`;
}

/** The entries of `[numbers]`, each with all that it says, as it is packed. */
function* numbersTable(
  numbers: readonly NumberPlan[],
  { entries, owners, clients, sets, denied, allowed }: PackedNumbers,
): Sliced<TableInventory> {
  const ofClients = clients.map((client) => digestOf(client, FIRST));
  // What the sets are counts, not their places, which are others as soon as a new one comes first.
  const ofSets = Uint32Array.from(sets.ends, (_, index) => hashOf(bytesAt(sets, index), FIRST));
  const digestAt = (place: number | undefined) => (place ? (ofSets[place - 1] ?? 0) : 0);
  const names: string[] = [];
  const digests = new Uint32Array(numbers.length);
  for (const [index, { entry }] of numbers.entries()) {
    const ofClient = ofClients[owners[index] ?? 0] ?? FIRST;
    const said = hashOf(bytesAt(entries, index), ofClient);
    digests[index] = mixed(mixed(said, digestAt(denied[index])), digestAt(allowed[index]));
    names.push(oneLine(entry));
    if (index % 20 === 0) yield;
  }
  return { table: "numbers", names: names.join("\n"), digests, count: numbers.length };
}

/** That a client is there: what changes in it is told with its things. */
function clientEntry({ client }: ScopePlan): readonly [string, string] {
  return [client, client];
}

function* table(
  name: string,
  count: number,
  entries: Iterable<readonly [name: string, value: unknown]>,
): Sliced<TableInventory> {
  const names: string[] = [];
  const digests = new Uint32Array(count);
  for (const [entry, value] of entries) {
    digests[names.length] = digestOf(value, FIRST) >>> 0;
    names.push(oneLine(entry));
    if (names.length % 20 === 0) yield;
  }
  return { table: name, names: names.join("\n"), digests, count };
}

function oneLine(name: string): string {
  return name.includes("\n") ? name.replaceAll("\n", " ") : name;
}

/** What a digest begins with. */
const FIRST = 0x811c9dc5;

/** A number that is almost surely another one for another value: FNV-1a over all that it holds, going on from `hash`. */
function digestOf(value: unknown, hash: number): number {
  if (typeof value === "string") {
    let sum = mixed(hash, value.length);
    for (let at = 0; at < value.length; at++) sum = mixed(sum, value.charCodeAt(at));
    return sum;
  }
  if (ArrayBuffer.isView(value)) return digestOfMemory(value, hash);
  if (Array.isArray(value)) return value.reduce(fromItem, mixed(hash, value.length));
  if (value instanceof Map) return digestOf([...value], hash);
  if (typeof value !== "object" || value === null) return digestOf(String(value), mixed(hash, 2));
  let sum = mixed(hash, 3);
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(fields)) {
    const field = fields[key];
    if (field !== undefined) sum = digestOf(field, digestOf(key, sum));
  }
  return sum;
}

/** Four bytes at a time: it may be a list of millions. */
function digestOfMemory({ buffer, byteOffset, byteLength }: ArrayBufferView, hash: number): number {
  const words = new Uint32Array(buffer, byteOffset, byteLength >>> 2);
  let sum = mixed(hash, byteLength);
  for (let at = 0; at < words.length; at++) sum = mixed(sum, words[at] ?? 0);
  return hashOf(new Uint8Array(buffer, byteOffset + words.byteLength, byteLength & 3), sum);
}

function fromItem(sum: number, item: unknown): number {
  return digestOf(item, sum);
}

function mixed(hash: number, value: number): number {
  return Math.imul(hash ^ value, 0x01000193);
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

/** Tables that lost half of what they had, or more: a file that was cut off is a good configuration too. */
export function lossesIn(changes: readonly Change[]): string[] {
  return changes.flatMap(({ what, before, after }) =>
    before >= 2 && after * 2 <= before ? [`${what}: ${before} before, ${after} now`] : [],
  );
}

function entriesOf(table: TableInventory | undefined): Map<string, number | undefined> {
  if (!table || table.names === "") return new Map();
  return new Map(table.names.split("\n").map((name, at) => [name, table.digests[at]]));
}
