/** Sets of callers: made of their entries, counted, and put into words. */
import type { Callers } from "../plan.ts";
import type { CallerMatcher } from "./callers.ts";
import type { PhoneKey } from "./phones/canonical.ts";
import type { CountryCode } from "./phones/phone.ts";
import { countOf, keysIn } from "./phones/phone-keys.ts";
import { PhoneKeysBuilder, unionOfKeys } from "./phones/phone-keys-builder.ts";

/** Gathers the entries of a set; a million of them are no matter. */
export class CallersBuilder {
  readonly #keys: PhoneKeysBuilder;
  readonly #prefixes = new Set<string>();
  readonly #texts = new Set<string>();
  readonly #lists = new Set<string>();
  readonly #countries = new Set<CountryCode>();
  readonly #words = new Set<"withheld" | "contact" | "anyone">();

  /** @param mostNumbers as for {@link PhoneKeysBuilder} */
  constructor(mostNumbers?: number) {
    this.#keys = new PhoneKeysBuilder(mostNumbers);
  }

  addNumber(key: PhoneKey): void {
    this.#keys.add(key);
  }

  add(matcher: CallerMatcher): void {
    switch (matcher.kind) {
      case "number":
        this.addNumber(matcher.key);
        break;
      case "prefix":
        this.#prefixes.add(matcher.prefix);
        break;
      case "text":
        this.#texts.add(matcher.text);
        break;
      case "list":
        this.#lists.add(matcher.list);
        break;
      case "country":
        this.#countries.add(matcher.country);
        break;
      case "withheld":
      case "contact":
      case "anyone":
        this.#words.add(matcher.kind);
        break;
    }
  }

  /** @param pause as for {@link PhoneKeysBuilder} */
  build(pause?: () => void): Callers {
    return {
      numbers: this.#keys.build(pause),
      prefixes: [...this.#prefixes],
      texts: [...this.#texts],
      lists: [...this.#lists],
      countries: [...this.#countries],
      withheld: this.#words.has("withheld"),
      contact: this.#words.has("contact"),
      anyone: this.#words.has("anyone"),
    };
  }
}

/** The set made of `matchers`. */
export function callersOf(matchers: Iterable<CallerMatcher>): Callers {
  const builder = new CallersBuilder();
  for (const matcher of matchers) builder.add(matcher);
  return builder.build();
}

/** The set of all who are in one of two. */
export function unionOf(a: Callers, b: Callers): Callers {
  if (sizeOf(a) === 0) return b;
  if (sizeOf(b) === 0) return a;
  const both = <Item>(one: readonly Item[], other: readonly Item[]) => [...new Set([...one, ...other])];
  return {
    numbers: unionOfKeys(a.numbers, b.numbers),
    prefixes: both(a.prefixes, b.prefixes),
    texts: both(a.texts, b.texts),
    lists: both(a.lists, b.lists),
    countries: both(a.countries, b.countries),
    withheld: a.withheld || b.withheld,
    contact: a.contact || b.contact,
    anyone: a.anyone || b.anyone,
  };
}

/** How many entries a set has, those of its lists not counted. */
export function sizeOf(callers: Callers): number {
  const { numbers, prefixes, texts, lists, countries, withheld, contact, anyone } = callers;
  const words = [withheld, contact, anyone].filter(Boolean).length;
  return countOf(numbers) + prefixes.length + texts.length + lists.length + countries.length + words;
}

/** The same text for sets of the same entries, in whatever order they were written. */
export function callersKey(callers: Callers): string {
  return entriesOf(callers, Number.POSITIVE_INFINITY).sort().join(" ");
}

/** The entries of a set as a person would write them, at most `limit` of them. */
export function entriesOf(callers: Callers, limit: number): string[] {
  const entries = [
    ...callers.lists.slice(0, limit).map((list) => `@${list}`),
    ...(callers.withheld ? ["withheld"] : []),
    ...(callers.contact ? ["contact"] : []),
    ...(callers.anyone ? ["*"] : []),
    ...callers.countries.slice(0, limit).map((country) => `country:${country}`),
    ...callers.texts.slice(0, limit).map((text) => `text:${text}`),
    ...callers.prefixes.slice(0, limit).map((prefix) => `${prefix}*`),
    ...keysIn(callers.numbers).take(limit).map(numberEntry),
  ];
  return entries.slice(0, limit);
}

/** A number as a person would write it: a short code without `+`. */
export function numberEntry(key: number): string {
  return key < 1e6 ? String(key) : `+${key}`;
}

/** How many entries of a set are named in words. */
const NAMED_ENTRIES = 5;

/** A set in words, with its first entries by name: `@spam, withheld`, `+1900*, +1976* and 12 more`. */
export function callersWords(callers: Callers): string {
  const more = sizeOf(callers) - NAMED_ENTRIES;
  return entriesOf(callers, NAMED_ENTRIES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
