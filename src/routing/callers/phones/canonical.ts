/**
 * The canonical form of phone numbers: one phone that carriers write in two ways is one number here. Whatever compares
 * numbers compares these; what is sent on is what came in.
 */
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { callingCodeOf } from "./calling-codes.ts";

/**
 * A number to compare by: the digits of its canonical form, without `+`. At most 15 digits, so a double holds them
 * exactly. Short codes, which no country has, are keys too.
 */
export type PhoneKey = number & { readonly __brand: "PhoneKey" };

/**
 * The key of a number.
 *
 * What is taken out (see the remarks on these countries in libphonenumber's tables): the `1` behind `+52`
 * and the `9` behind `+54` that some carriers put before mobile numbers; the ninth digit of Brazilian mobiles, whose
 * other eight begin with 6 to 9, as no landline does; and a trunk prefix behind the country calling code
 * (`+44 0…`), where the country's numbers do not begin with that digit themselves, as Italy's do.
 *
 * @param digits 1 to 15 digits, the first of them not 0
 */
export function phoneKey(digits: string): PhoneKey {
  const number = Number(digits);
  const key = withoutMobileDigit(number);
  if (key !== number || !hasTrunkPrefix(digits, 0)) return key;
  const shorter = withoutTrunkPrefix(digits);
  // Each round takes a digit away, so that what comes out is canonical itself.
  return shorter.length < digits.length ? phoneKey(shorter) : key;
}

/**
 * The key of a number as it is sent, of which nothing is copied where it is canonical already.
 *
 * @param text in E.164 form
 * @param number the same without its `+`
 */
export function sentKey(text: string, number: number): PhoneKey {
  const key = withoutMobileDigit(number);
  return key !== number || !hasTrunkPrefix(text, 1) ? key : phoneKey(text.slice(1));
}

/** The canonical form of a key, with `+`. */
export function keyText(key: PhoneKey): string {
  return `+${key}`;
}

/** The number of the same phone without the digit that only some carriers put before mobiles. */
export function withoutMobileDigit(number: number): PhoneKey {
  if (number >= 5212e9 && number < 522e10) return (number - 469e10) as PhoneKey;
  if (number >= 5491e9 && number < 5494e9) return (number - 495e10) as PhoneKey;
  if (number >= 55e11 && number < 56e11) {
    const area = Math.floor((number - 55e11) / 1e9);
    const local = number % 1e9;
    if (local >= 96e7) return (55e10 + area * 1e8 + (local - 9e8)) as PhoneKey;
  }
  return number as PhoneKey;
}

/**
 * Whether a trunk prefix may stand behind the country calling code: hardly ever, and cheap to say.
 *
 * @param text of which the number begins at `start`
 */
function hasTrunkPrefix(text: string, start: number): boolean {
  const length = text.length - start;
  const digitAt = (at: number) => text.charCodeAt(start + at) - ZERO;
  if (length < 9) return false;
  const code = callingCodeOf(100 * digitAt(0) + 10 * digitAt(1) + digitAt(2));
  if (!code) return false;
  const behind = code.code.length;
  return digitAt(behind) === 0 || !code.hasLength(length - behind);
}

const ZERO = 0x30;

function withoutTrunkPrefix(digits: string): string {
  const parsed = parsePhoneNumberFromString(`+${digits}`, { extract: false });
  const read = parsed?.number.slice(1) ?? digits;
  // Nothing but a shorter end of the same number is the number without a trunk prefix.
  const code = parsed?.countryCallingCode ?? "";
  return read.length < digits.length && digits.endsWith(read.slice(code.length)) ? read : digits;
}

/** Every way, with `+`, that carriers write the number of a key: the canonical one first. */
export function spellingsOf(key: PhoneKey): readonly string[] {
  const text = `+${key}`;
  if (text.length !== 13) return [text];
  // As in withoutMobileDigit: no other number of these countries has that digit more.
  if (/^\+52[2-9]/.test(text)) return [text, `+521${text.slice(3)}`];
  if (/^\+54[1-3]/.test(text)) return [text, `+549${text.slice(3)}`];
  if (/^\+55..[6-9]/.test(text)) return [text, `+55${text.slice(3, 5)}9${text.slice(5)}`];
  return [text];
}

/** The canonical form of the first digits of a number, without `+`: a trunk zero is left out. */
export function canonicalPrefix(digits: string): string {
  const code = callingCodeOf(Number(digits.slice(0, 3).padEnd(3, "0")))?.code;
  if (!code || digits.charAt(code.length) !== "0") return digits;
  // What numbers that begin so are without it tells whether the zero is a trunk's.
  for (let length = 7; length <= 15; length++) {
    const example = digits.padEnd(length, "2");
    const key = String(phoneKey(example));
    if (key.length < example.length && example.length === length) return code + digits.slice(code.length + 1);
  }
  return digits;
}
