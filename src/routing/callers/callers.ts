/** Sets of callers: how a person writes them, and how a caller is looked up in them. */

import type { Callers } from "../plan.ts";
import { atOnce, type Sliced } from "../slices.ts";
import type { Caller } from "./call.ts";
import { type CountryCode, type E164, isCountryCode, readNumber } from "./phone.ts";

/** One entry of a set of callers. */
export type CallerMatcher =
  | { readonly kind: "number"; readonly number: E164 }
  /** Every number that begins so, `+` included. */
  | { readonly kind: "prefix"; readonly prefix: string }
  /** Every caller in the list of that name. */
  | { readonly kind: "list"; readonly list: string }
  | { readonly kind: "country"; readonly country: CountryCode }
  | { readonly kind: "withheld" }
  /** Everyone in the contacts. */
  | { readonly kind: "contact" }
  | { readonly kind: "anyone" };

/** Every way to name callers, for messages. */
export const CALLER_FORMS =
  'a number ("+12137771234"), a prefix ("+1900*"), a list ("@spam"), "country:MX", "withheld", "contact" or "*"';

const PREFIX = /^\+[1-9][\d ().-]*\*$/;
const LIST = /^@(.+)$/;
const COUNTRY = /^country:(.*)$/;

/**
 * Reads one entry of a set of callers.
 *
 * @param country how to read a number written without `+`
 * @returns the entry, or what is wrong with `text`, and the names it may have been meant to be
 */
export function readCaller(
  text: string,
  country: CountryCode | undefined,
): { readonly matcher: CallerMatcher } | { readonly problem: string; readonly near?: readonly string[] } {
  if (text === "*") return { matcher: { kind: "anyone" } };
  if (text === "withheld") return { matcher: { kind: "withheld" } };
  if (text === "contact") return { matcher: { kind: "contact" } };
  const list = LIST.exec(text)?.[1];
  if (list) return { matcher: { kind: "list", list } };
  const code = COUNTRY.exec(text)?.[1];
  if (code !== undefined) {
    if (isCountryCode(code)) return { matcher: { kind: "country", country: code } };
    return {
      problem: `"${code}" is not a country code; it must be two capital letters, such as "country:MX"`,
      near: [`country:${code.toUpperCase()}`].filter(() => isCountryCode(code.toUpperCase())),
    };
  }
  if (text.includes("*")) {
    const prefix = readPrefix(text);
    return "prefix" in prefix ? { matcher: { kind: "prefix", prefix: prefix.prefix } } : prefix;
  }
  const read = readNumber(text, country);
  if ("number" in read) return { matcher: { kind: "number", number: read.number } };
  if (/[a-z@]/i.test(text)) {
    return {
      problem: `"${text}" names no callers; it must be ${CALLER_FORMS}`,
      near: ["withheld", "contact"],
    };
  }
  return {
    problem: `"${text}" names no callers: ${read.problem}`,
    near: PREFIX.test(`${text}*`) ? [`${text}*`] : [],
  };
}

/** Reads a prefix such as `+1 900*`. The digits may be grouped as in any number; `+` and `*` are needed. */
export function readPrefix(text: string): { readonly prefix: string } | { readonly problem: string } {
  if (!PREFIX.test(text)) {
    return {
      problem: `"${text}" is not a prefix; it must be "+", the first digits and one "*", such as "+1900*"`,
    };
  }
  return { prefix: `+${text.replace(/\D/g, "")}` };
}

/** The set made of `matchers`. */
export function callersOf(matchers: readonly CallerMatcher[]): Callers {
  const pick = <Kind extends CallerMatcher["kind"], Value>(
    kind: Kind,
    value: (matcher: Extract<CallerMatcher, { kind: Kind }>) => Value,
  ): Value[] =>
    matchers
      .filter((matcher): matcher is Extract<CallerMatcher, { kind: Kind }> => matcher.kind === kind)
      .map(value);
  return {
    numbers: pick("number", (matcher) => matcher.number),
    prefixes: pick("prefix", (matcher) => matcher.prefix),
    lists: pick("list", (matcher) => matcher.list),
    countries: pick("country", (matcher) => matcher.country),
    withheld: matchers.some((matcher) => matcher.kind === "withheld"),
    contact: matchers.some((matcher) => matcher.kind === "contact"),
    anyone: matchers.some((matcher) => matcher.kind === "anyone"),
  };
}

/** How many entries a set has, those of its lists not counted. */
export function sizeOf(callers: Callers): number {
  const { numbers, prefixes, lists, countries, withheld, contact, anyone } = callers;
  const words = [withheld, contact, anyone].filter(Boolean).length;
  return numbers.length + prefixes.length + lists.length + countries.length + words;
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
    ...callers.prefixes.slice(0, limit).map((prefix) => `${prefix}*`),
    ...callers.numbers.slice(0, limit),
  ];
  return entries.slice(0, limit);
}

/** How many entries of a set are named in words. */
const NAMED_ENTRIES = 5;

/** A set in words, with its first entries by name: `@spam, withheld`, `+1900*, +1976* and 12 more`. */
export function callersWords(callers: Callers): string {
  const more = sizeOf(callers) - NAMED_ENTRIES;
  return entriesOf(callers, NAMED_ENTRIES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/**
 * Looks a caller up in a set: the entry that holds, after the lists that lead to it (`["@spam", "+1900*"]`), or
 * undefined.
 */
export type CallerTest = (caller: Caller) => readonly string[] | undefined;

/** Compiles a set so that a look-up costs the same whatever its size. @param listTest the test of a list by name */
export function compileCallers(callers: Callers, listTest: (list: string) => CallerTest): CallerTest {
  return atOnce(compileCallersSliced(callers, listTest));
}

/** {@link compileCallers} in {@link Sliced} form, for sets of any size. */
export function* compileCallersSliced(
  callers: Callers,
  listTest: (list: string) => CallerTest,
): Sliced<CallerTest> {
  const numbers = new Set<string>();
  for (const number of callers.numbers) {
    numbers.add(number);
    if (numbers.size % 1000 === 0) yield;
  }
  const prefixes = new Set(callers.prefixes);
  const prefixLengths = [...new Set(callers.prefixes.map((prefix) => prefix.length))].sort((a, b) => b - a);
  const countries = new Set<string>(callers.countries);
  const lists = callers.lists.map((list) => ({ name: `@${list}`, test: listTest(list) }));
  const { withheld, contact, anyone } = callers;

  return (caller) => {
    const { number } = caller;
    if (number) {
      if (numbers.has(number)) return [number];
      for (const length of prefixLengths) {
        const prefix = number.slice(0, length);
        if (prefixes.has(prefix)) return [`${prefix}*`];
      }
      if (countries.size > 0 && caller.country && countries.has(caller.country)) {
        return [`country:${caller.country}`];
      }
    }
    if (withheld && caller.withheld) return ["withheld"];
    if (contact && caller.contact) return ["contact"];
    for (const { name, test } of lists) {
      const hit = test(caller);
      if (hit) return [name, ...hit];
    }
    return anyone ? ["*"] : undefined;
  };
}
