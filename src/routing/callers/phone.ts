/** Phone numbers in any usual notation, and callers that hide theirs. */
import {
  type CountryCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from "libphonenumber-js/min";

export type { CountryCode };

/** A phone number in E.164 form: `+`, the country calling code and the number, 15 digits at most. */
export type E164 = string & { readonly __brand: "E164" };

const E164_FORM = /^\+[1-9]\d{6,14}$/;

/** Either a phone number, or what is wrong with the text that should have been one. */
export type ReadNumber = { readonly number: E164 } | { readonly problem: string };

/**
 * Reads a number as a person writes it: `+12137771234`, `(213) 777-1234`, `0049 30 901820`.
 *
 * Numbers must be possible, that is, as long as numbers of their country are; they need not be in service, so
 * numbers kept free for examples are accepted.
 *
 * @param country how to read a number written without `+`; without it such a number is a problem
 */
export function readNumber(text: string, country: CountryCode | undefined): ReadNumber {
  const problem = lengthProblem(text, country);
  if (problem) return { problem };
  if (E164_FORM.test(text)) return { number: text as E164 };
  const parsed = parsePhoneNumberFromString(text, {
    extract: false,
    ...(country && { defaultCountry: country }),
  });
  if (!parsed) return { problem: "it is not a phone number" };
  if (parsed.ext) return { problem: "it has an extension, and callers are known by their number alone" };
  return { number: parsed.number as string as E164 };
}

/** What is known of the lengths of numbers in E.164 form, by their first digits and their length. */
const knownProblems = new Map<string, string | undefined>();

/** Lists are long, and numbers that begin alike and are equally long are equally possible. */
function lengthProblem(text: string, country: CountryCode | undefined): string | undefined {
  if (!E164_FORM.test(text)) return freshLengthProblem(text, country);
  const key = `${text.slice(0, 6)} ${text.length}`;
  if (!knownProblems.has(key)) knownProblems.set(key, freshLengthProblem(text, country));
  return knownProblems.get(key);
}

function freshLengthProblem(text: string, country: CountryCode | undefined): string | undefined {
  switch (validatePhoneNumberLength(text, country)) {
    case undefined:
      return undefined;
    case "TOO_SHORT":
      return "it is too short for a phone number";
    case "TOO_LONG":
      return "it is too long for a phone number";
    case "INVALID_LENGTH":
      return "no phone number of that country has this length";
    case "INVALID_COUNTRY":
      return text.trim().startsWith("+")
        ? "its country calling code is not in use"
        : 'it has no "+" and the configuration names no `country`';
    case "NOT_A_NUMBER":
      return "it is not a phone number";
  }
}

/** The country a number belongs to (ISO 3166-1 alpha-2), where its digits tell. */
export function countryOf(number: E164): CountryCode | undefined {
  return parsePhoneNumberFromString(number)?.country;
}

/** Whether `text` is the ISO 3166-1 alpha-2 code, in upper case, of a country with phone numbers. */
export function isCountryCode(text: string): text is CountryCode {
  return isSupportedCountry(text);
}

/** Reads a number as Retell sends it, where normally nothing is left to do; undefined for anything else. */
export function sentNumber(text: string, country: CountryCode | undefined): E164 | undefined {
  if (E164_FORM.test(text)) return text as E164;
  const user = sipUser(text);
  if (E164_FORM.test(user)) return user as E164;
  const read = readNumber(user, country);
  return "number" in read ? read.number : undefined;
}

/** The words that stand for a withheld number, and what carriers make of them on a telephone's keypad. */
const WITHHELD = new Set([
  "",
  ...["anonymous", "restricted", "blocked", "unknown", "unavailable"],
  ...["266696687", "7378742833", "2562533", "8656696", "86282452253"],
]);

/** Whether a caller's number, as sent, says that the caller hides it. */
export function isWithheld(text: string): boolean {
  if (E164_FORM.test(text)) return WITHHELD.has(text.slice(1));
  return WITHHELD.has(sipUser(text).toLowerCase().replace(/^\+/, ""));
}

/** Who is meant by a SIP address, as a trunk may send it whole: `sip:anonymous@anonymous.invalid` (RFC 3323). */
function sipUser(text: string): string {
  return text
    .trim()
    .replace(/^(sips?|tel):/i, "")
    .replace(/[@;].*$/s, "");
}

/** The country calling code a number begins with, without `+`: `1`, `44`. */
export function countryCallingCode(number: string): string | undefined {
  return parsePhoneNumberFromString(number)?.countryCallingCode;
}
