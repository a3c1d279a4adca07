/** The filters of templates: what `${name|filter}` makes of a value. */
import type { CountryCode } from "../callers/phones/phone.ts";
import { digitsOf, internationalForm, nationalForm, spokenForm } from "./number-forms.ts";

/**
 * Makes another text of a value. It never throws, and gives a text for every text.
 *
 * @param country the country of the configuration: how to read a number written without `+`, and whose numbers are
 *   not foreign
 */
export type Filter = (text: string, country: CountryCode | undefined) => string;

/**
 * Every filter by its name. Those about numbers leave what is no number as it is. None depends on a locale: `upper`
 * and the like do the same on every machine.
 */
export const FILTERS: Readonly<Record<string, Filter>> = {
  national: nationalForm,
  international: internationalForm,
  digits: digitsOf,
  last4: lastFour,
  spoken: spokenForm,
  first: firstWord,
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  title: titleCase,
  trim: (text) => text.trim(),
};

/** The last four digits of a number, or all of them where there are fewer. */
function lastFour(text: string): string {
  const digits = digitsOf(text);
  return digits === text && /\D/.test(text) ? text : digits.slice(-4);
}

/** The first word, without commas and the like around it: `Ann` of `Ann Lee`, `Lee` of `Lee, Ann`. */
function firstWord(text: string): string {
  const word = /[^\s,;:]\S*/.exec(text)?.[0] ?? "";
  let end = word.length;
  while (/[,;:]/.test(word.charAt(end - 1))) end--;
  return word.slice(0, end);
}

const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*/gu;

/**
 * Each word with a capital: `Lee` of `LEE`, `O'Brien` of `o'brien`, `Jean-Paul` of `JEAN-PAUL`. A word that has
 * capitals inside beside small letters (`McDonald`, `deWitt`) was written so on purpose and stays.
 */
function titleCase(text: string): string {
  return text.replace(WORD, (word) => (isMixed(word) ? word : titled(word)));
}

function isMixed(word: string): boolean {
  return /^.+\p{Lu}/su.test(word) && /\p{Ll}/u.test(word);
}

/** One letter before an apostrophe, and several behind it: `O'Brien` and `D'Angelo`, but not `don't` and `I'll`. */
const PARTS = /^(\p{L})(['’])(\p{L}.{2,})$/su;

function titled(word: string): string {
  const [, start, apostrophe, rest] = PARTS.exec(word) ?? [];
  if (start && apostrophe && rest) return start.toUpperCase() + apostrophe + capitalised(rest);
  return capitalised(word);
}

function capitalised(word: string): string {
  const [first = ""] = word;
  // As a whole: how a Greek sigma is written depends on what is before it.
  const rest = word.toLowerCase().slice(first.toLowerCase().length);
  // Georgian has capitals, but no words that begin with one.
  if (/\p{Script=Georgian}/u.test(first)) return first.toLowerCase() + rest;
  // "ß" becomes "SS", which at the beginning of a word is "Ss".
  const [capital = "", ...others] = first.toUpperCase();
  return capital + others.join("").toLowerCase() + rest;
}
