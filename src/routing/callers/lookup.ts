/** How a caller is looked up in sets of callers, whatever their size and however deep their lists. */
import type { Callers } from "../plan.ts";
import { atOnce, type Sliced } from "../slices.ts";
import type { Caller } from "./call.ts";
import { countOf, hasKey, keysIn, type PhoneKeys } from "./phones/phone-keys.ts";
import { numberEntry } from "./sets.ts";

/**
 * Looks a caller up in a set: the entry that holds, after the lists that lead to it (`["@spam", "+1900*"]`), or
 * undefined.
 *
 * @param names whether the entry is to be named, as it is unless somebody says otherwise; where it is not, what is
 *   returned is empty for every caller in the set, and takes half the time
 */
export type CallerTest = (caller: Caller, names?: boolean) => readonly string[] | undefined;

/** Some entry holds, and nobody asks which. */
const UNNAMED: readonly string[] = [];

/** The lists of a scope, ready for sets that name them. */
export interface Lists {
  /** Everything that can be reached by way of these lists. @throws for a list that is not there */
  readonly reach: (names: readonly string[]) => Reach;
  /** The small lists that hold a number, by name. */
  readonly holdersOf: (key: number) => readonly string[];
}

/** Lists that are compiled already, all but those called `except`, which other ones take the place of. */
export interface CompiledLists {
  readonly lists: Lists;
  readonly except: ReadonlySet<string>;
}

/** What a set reaches by way of its lists: each list once, so that a look-up costs the same however deep they are. */
interface Reach {
  /** The first list that holds the caller, and the entry of it. */
  readonly find: CallerTest;
  /** The way to the first list that everybody is in. */
  readonly anyone: readonly string[] | undefined;
}

/** From so many numbers on, a list is searched by itself; those of smaller ones are found in one map. */
const LARGE = 1000;

/** Prepares lists. */
export function compileLists(lists: ReadonlyMap<string, Callers>): Lists {
  return atOnce(compileListsSliced(lists));
}

/** {@link compileLists} in {@link Sliced} form. @param compiled those of them that another scope has compiled */
export function* compileListsSliced(
  lists: ReadonlyMap<string, Callers>,
  compiled?: CompiledLists,
): Sliced<Lists> {
  const holders = new Map<number, string | string[]>();
  for (const [name, { numbers }] of lists) {
    if (countOf(numbers) >= LARGE || (compiled && !compiled.except.has(name))) continue;
    for (const key of keysIn(numbers)) {
      const others = holders.get(key);
      if (others === undefined) holders.set(key, name);
      else if (typeof others === "string") holders.set(key, [others, name]);
      else others.push(name);
    }
    yield;
  }
  const holdersOf = (key: number): readonly string[] => {
    const own = holders.get(key);
    const names = typeof own === "string" ? [own] : (own ?? []);
    if (!compiled) return names;
    return [...names, ...compiled.lists.holdersOf(key).filter((name) => !compiled.except.has(name))];
  };
  // Many numbers are screened by the same lists.
  const known = new Map<string, Reach>();
  return {
    holdersOf,
    reach: (names) => {
      const id = JSON.stringify(names);
      let reach = known.get(id);
      if (!reach) {
        reach = reachOf(names, lists, holdersOf);
        known.set(id, reach);
      }
      return reach;
    },
  };
}

/** A list that is reached, in the order of the search, and the one that leads to it. */
interface Reached {
  readonly name: string;
  readonly rank: number;
  readonly from: Reached | undefined;
}

function reachOf(
  names: readonly string[],
  lists: ReadonlyMap<string, Callers>,
  holdersOf: Lists["holdersOf"],
): Reach {
  const reached = reachedFrom(names, lists);
  const large: { readonly list: Reached; readonly numbers: PhoneKeys }[] = [];
  const prefixes = new Map<string, Reached>();
  const texts = new Map<string, Reached>();
  const countries = new Map<string, Reached>();
  let withheld: Reached | undefined;
  let contact: Reached | undefined;
  let anyone: Reached | undefined;
  let hasSmall = false;
  for (const [name, list] of reached) {
    const callers = listNamed(lists, name);
    const { numbers } = callers;
    if (countOf(numbers) >= LARGE) large.push({ list, numbers });
    else if (countOf(numbers) > 0) hasSmall = true;
    for (const prefix of callers.prefixes) addFirst(prefixes, prefix, list);
    for (const text of callers.texts) addFirst(texts, text, list);
    for (const country of callers.countries) addFirst(countries, country, list);
    if (callers.withheld) withheld ??= list;
    if (callers.contact) contact ??= list;
    if (callers.anyone) anyone ??= list;
  }
  const lengths = lengthsOf(prefixes.keys());

  const find: CallerTest = (caller, names = true) => {
    const { key } = caller;
    let first: Reached | undefined;
    /** The key itself for a number: few are ever named. */
    let entry: string | number = "";
    const take = (list: Reached | undefined, found: string | number): void => {
      if (!list || (first && first.rank <= list.rank)) return;
      first = list;
      entry = found;
    };
    if (key !== undefined) {
      if (hasSmall) for (const name of holdersOf(key)) take(reached.get(name), key);
      for (const { list, numbers } of large) if (hasKey(numbers, key)) take(list, key);
      if (lengths.length > 0)
        for (const prefix of prefixesOf(caller, lengths)) take(prefixes.get(prefix), `${prefix}*`);
    }
    if (countries.size > 0 && caller.country)
      take(countries.get(caller.country), `country:${caller.country}`);
    if (texts.size > 0) for (const text of caller.texts) take(texts.get(text), `text:${text}`);
    if (caller.withheld) take(withheld, "withheld");
    if (contact && caller.contact) take(contact, "contact");
    if (!first || !names) return first && UNNAMED;
    return [...wayTo(first), typeof entry === "number" ? numberEntry(entry) : entry];
  };
  return { find, anyone: anyone && [...wayTo(anyone), "*"] };
}

/** Every list that `names` lead to, in the order of a search that goes into each before the next. */
function reachedFrom(
  names: readonly string[],
  lists: ReadonlyMap<string, Callers>,
): ReadonlyMap<string, Reached> {
  const reached = new Map<string, Reached>();
  // No recursion: lists may be chained by the thousand.
  const open = names.map((name) => ({ name, from: undefined as Reached | undefined })).reverse();
  for (let next = open.pop(); next; next = open.pop()) {
    const { name, from } = next;
    if (reached.has(name)) continue;
    const list: Reached = { name, rank: reached.size, from };
    reached.set(name, list);
    for (const inner of listNamed(lists, name).lists.toReversed()) open.push({ name: inner, from: list });
  }
  return reached;
}

function wayTo(list: Reached): string[] {
  const way: string[] = [];
  for (let at: Reached | undefined = list; at; at = at.from) way.push(`@${at.name}`);
  return way.reverse();
}

function addFirst(lists: Map<string, Reached>, entry: string, list: Reached): void {
  if (!lists.has(entry)) lists.set(entry, list);
}

/** @throws for a list that the configuration should have refused */
function listNamed(lists: ReadonlyMap<string, Callers>, name: string): Callers {
  const list = lists.get(name);
  if (!list) throw new Error(`Cannot compile the routing table: there is no "${name}"`);
  return list;
}

/** The lengths of texts, the longest first. */
export function lengthsOf(texts: Iterable<string>): readonly number[] {
  return [...new Set(Array.from(texts, ({ length }) => length))].sort((a, b) => b - a);
}

/** The first characters of a caller's number, in every spelling, the longest first. */
function* prefixesOf(
  { spellings }: Pick<Caller, "spellings">,
  lengths: readonly number[],
): Generator<string> {
  for (const length of lengths) {
    for (const spelling of spellings) if (spelling.length >= length) yield spelling.slice(0, length);
  }
}

/** Compiles a set so that a look-up costs the same whatever its size. */
export function compileCallers(callers: Callers, lists: Lists): CallerTest {
  const { numbers, withheld, contact, anyone } = callers;
  const prefixes = new Set(callers.prefixes);
  const prefixLengths = lengthsOf(prefixes);
  const texts = new Set(callers.texts);
  const countries = new Set<string>(callers.countries);
  const reach = callers.lists.length > 0 ? lists.reach(callers.lists) : undefined;

  return (caller, names = true) => {
    const { key } = caller;
    if (key !== undefined) {
      if (hasKey(numbers, key)) return names ? [numberEntry(key)] : UNNAMED;
      if (prefixes.size > 0) {
        for (const prefix of prefixesOf(caller, prefixLengths))
          if (prefixes.has(prefix)) return [`${prefix}*`];
      }
      if (countries.size > 0 && caller.country && countries.has(caller.country)) {
        return [`country:${caller.country}`];
      }
    }
    if (texts.size > 0) for (const text of caller.texts) if (texts.has(text)) return [`text:${text}`];
    if (withheld && caller.withheld) return ["withheld"];
    if (contact && caller.contact) return ["contact"];
    const found = reach?.find(caller, names) ?? reach?.anyone;
    return found ?? (anyone ? ["*"] : undefined);
  };
}
