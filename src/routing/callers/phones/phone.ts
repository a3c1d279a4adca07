/** Phone numbers in any usual notation, and callers as they are sent. */
import {
  type CountryCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from "libphonenumber-js/min";
import { isWithheldNumber, isWithheldUser } from "../withheld.ts";
import { addressUser, plainText, strangeCharacter } from "../written.ts";
import { callingCodeOf, callingCodeOfCountry } from "./calling-codes.ts";
import { keyText, type PhoneKey, phoneKey, sentKey } from "./canonical.ts";

export type { CountryCode };

/** A phone number in E.164 form: `+`, the country calling code and the number, 15 digits at most. */
export type E164 = string & { readonly __brand: "E164" };

const E164_FORM = /^\+[1-9]\d{6,14}$/;

/** What was read of a text: a number, perhaps with a doubt about it, or what is wrong with the text, and what is near. */
export type NumberReading =
  | { readonly number: E164; readonly warning?: string }
  | { readonly problem: string; readonly near?: readonly string[] };

/**
 * Reads a number as a person writes it: `+12137771234`, `(213) 777-1234`, `0049 30 901820`, `tel:+1-213-777-1234`. The
 * number is in its canonical form (canonical.ts).
 *
 * Numbers must be possible, that is, as long as numbers of their country are; they need not be in service, so
 * numbers kept free for examples are accepted.
 *
 * @param country how to read a number written without `+`; without it such a number is a problem
 */
export function readNumber(text: string, country: CountryCode | undefined): NumberReading {
  const digits = e164Digits(text);
  if (digits > 0) {
    const key = sentKey(text, digits);
    const number = key === digits ? (text as E164) : e164Of(key);
    const problem = knownLengthProblem(number, key);
    if (problem) return { problem };
    const warning = country && strayPlus(text, country);
    return warning ? { number, warning } : { number };
  }
  const plain = plainText(text);
  if (/;\s*(?:ext|isub)=/i.test(plain)) return { problem: EXTENSION };
  const user = addressUser(plain);
  const strange = strangeCharacter(user);
  if (strange) return { problem: `it contains the character ${strange}, which phone numbers do not have` };
  // Words are most of what is wrong in a list, and the tables need a while to say so.
  if (!/\d/.test(user)) return { problem: "it is not a phone number" };
  const whole = withoutDecimals(user);
  if ("problem" in whole) return whole;
  if (whole.digits !== text && E164_FORM.test(whole.digits)) return readNumber(whole.digits, country);
  return readNational(whole.digits, country);
}

function readNational(text: string, country: CountryCode | undefined): NumberReading {
  const problem = lengthProblem(text, country);
  if (problem) {
    const international = `+${text.replace(/[\s().-]/g, "").replace(/^00/, "")}`;
    const isMeant = /^\d/.test(text) && E164_FORM.test(international) && isValid(international, undefined);
    return isMeant ? { problem, near: [international] } : { problem };
  }
  const parsed = parsePhoneNumberFromString(text, {
    extract: false,
    ...(country && { defaultCountry: country }),
  });
  if (!parsed) return { problem: "it is not a phone number" };
  if (parsed.ext) return { problem: EXTENSION };
  return { number: e164Of(phoneKey(parsed.number.slice(1))) };
}

/** The canonical form of a number, of its key. */
export function e164Of(key: PhoneKey): E164 {
  return keyText(key) as E164;
}

const EXTENSION = "it has an extension, and callers are matched by number only";
const DECIMALS = /^(\+?\d{7,})[.,](\d{1,2})$/;
const SCIENTIFIC = /^\+?\d+(?:[.,]\d*)?e\+?\d+$/i;

/** A spreadsheet that takes a number for a quantity writes it as one. */
function withoutDecimals(text: string): { readonly digits: string } | { readonly problem: string } {
  if (SCIENTIFIC.test(text)) {
    return {
      problem:
        "a spreadsheet shortened it and lost digits; format the column as text and enter the number again",
    };
  }
  const decimals = DECIMALS.exec(text);
  if (!decimals) return { digits: text };
  const [, digits = "", tail = ""] = decimals;
  if (/^0+$/.test(tail)) return { digits };
  return { problem: "it has a decimal point, probably added by a spreadsheet" };
}

/** What is known of the lengths of numbers in E.164 form, by their first five digits and their length. */
const knownProblems = new Map<number, string | undefined>();

/**
 * Lists are long, and numbers that begin alike and are equally long are equally possible.
 *
 * @param key the number without its `+`
 */
function knownLengthProblem(number: string, key: PhoneKey): string | undefined {
  const digits = number.length - 1;
  const alike = digits * 1e5 + Math.floor(key / 10 ** (digits - 5));
  const known = knownProblems.get(alike);
  if (known !== undefined || knownProblems.has(alike)) return known;
  const problem = lengthProblem(number, undefined);
  knownProblems.set(alike, problem);
  return problem;
}

function lengthProblem(text: string, country: CountryCode | undefined): string | undefined {
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
        : 'it has no "+" and the configuration sets no `country`';
    case "NOT_A_NUMBER":
      return "it is not a phone number";
  }
}

function isValid(text: string, country: CountryCode | undefined): boolean {
  return (
    parsePhoneNumberFromString(text, {
      extract: false,
      ...(country && { defaultCountry: country }),
    })?.isValid() ?? false
  );
}

/** Whether a `+` may stand before a number of `country` by mistake. Cheap, and true for few. */
function mayHaveStrayPlus(digits: string, country: CountryCode): boolean {
  const code = callingCodeOfCountry(country);
  if (code === undefined || digits.startsWith(code)) return false;
  const own = callingCodeOf(Number(code.padEnd(3, "0")));
  const national = digits.startsWith("0") ? digits.length - 1 : digits.length;
  return own?.code === code && own.hasLength(national);
}

/** A number that is none as it stands, and one of `country` without its `+`. */
function strayPlus(text: string, country: CountryCode): string | undefined {
  const digits = text.slice(1);
  if (!mayHaveStrayPlus(digits, country) || isValid(text, undefined) || !isValid(digits, country))
    return undefined;
  const meant = parsePhoneNumberFromString(digits, country)?.number;
  return `${text} is not a number in use, but ${digits} is a number of ${country}; if you mean that one, write "${meant}"`;
}

/** Whether a number with its `+` is one that may be in use. */
export function isInUse(number: string): boolean {
  return isValid(number, undefined);
}

/** The country a number belongs to (ISO 3166-1 alpha-2): the main one of its calling code where no other claims it. */
export function countryOf(number: string): CountryCode | undefined {
  const code = callingCodeOf(Number(number.slice(1, 4).padEnd(3, "0")));
  if (!code || code.countries <= 1) return code?.mainCountry;
  return parsePhoneNumberFromString(number)?.country ?? code.mainCountry;
}

/** Whether `text` is the ISO 3166-1 alpha-2 code, in upper case, of a country with phone numbers. */
export function isCountryCode(text: string): text is CountryCode {
  return isSupportedCountry(text);
}

/** A caller or a dialled number, as it was sent and as it is compared. */
export interface Sent {
  /** In E.164 form, to be sent on. */
  readonly number: E164 | undefined;
  /** What is compared: of a number, of a short code, and of digits that may be a number without its `+`. */
  readonly key: PhoneKey | undefined;
  readonly withheld: boolean;
  /** The user of a SIP address, or the text itself. */
  readonly user: string;
  /** Whether `number` is what `key` stands for, and no other spelling of it. */
  readonly isCanonical: boolean;
}

/**
 * Reads a caller or a dialled number as Retell sends it, where normally nothing is left to do.
 *
 * Digits without `+` are a number of `country` where they can be one in use there, else an international number whose
 * `+` a trunk has left out. The second is a guess: it is compared, but what is sent on stays as it came.
 */
export function readSent(text: string, country: CountryCode | undefined): Sent {
  const digits = e164Digits(text);
  if (digits > 0) return ofNumber(text as E164, text, digits);
  const user = addressUser(plainText(text));
  if (E164_FORM.test(user)) return ofNumber(user as E164, user, e164Digits(user));
  if (isWithheldUser(user)) return hidden(user);
  const guess = withoutPlus(user);
  const read = readNumber(user, country);
  const number = "number" in read && !read.warning ? read.number : undefined;
  const isGuessed = guess !== undefined && isValid(guess, undefined) && !isValid(user, country);
  if (number && !isGuessed)
    return { number, key: phoneKey(number.slice(1)), withheld: false, user, isCanonical: false };
  const key = guess === undefined ? undefined : phoneKey(guess.slice(1));
  return { number: undefined, key, withheld: false, user, isCanonical: false };
}

/** @param digits the number without its `+` */
function ofNumber(number: E164, user: string, digits: number): Sent {
  if (isWithheldNumber(digits)) return hidden(user);
  const key = sentKey(number, digits);
  return { number, key, withheld: false, user, isCanonical: key === digits };
}

function hidden(user: string): Sent {
  return { number: undefined, key: undefined, withheld: true, user, isCanonical: false };
}

const [PLUS, ZERO] = [0x2b, 0x30] as const;

/** The digits of a number in E.164 form; 0 for what has another form. In one pass: it takes a third of what a pattern does. */
function e164Digits(text: string): number {
  const { length } = text;
  if (length < 8 || length > 16 || text.charCodeAt(0) !== PLUS || text.charCodeAt(1) === ZERO) return 0;
  let number = 0;
  for (let at = 1; at < length; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return 0;
    number = number * 10 + digit;
  }
  return number;
}

/** What digits are with a `+`: a number without its `+`, or a short code. */
function withoutPlus(user: string): string | undefined {
  const digits = user.replace(/[\s().-]/g, "").replace(/^\+/, "");
  const international = digits.replace(/^00(?=[1-9]\d{6})/, "");
  return /^[1-9]\d{0,14}$/.test(international) ? `+${international}` : undefined;
}

/** Whether a caller's number, as sent, says that the caller hides it. */
export function isWithheld(text: string): boolean {
  const digits = e164Digits(text);
  return digits > 0 ? isWithheldNumber(digits) : isWithheldUser(addressUser(plainText(text)));
}

/** The country calling code a number begins with, without `+`: `1`, `44`. */
export function countryCallingCode(number: string): string | undefined {
  return parsePhoneNumberFromString(number)?.countryCallingCode;
}
