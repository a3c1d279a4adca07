/** The quick way to read what long lists are made of: numbers in E.164 form, or as North America writes its own. */
import { callingCodeOf, callingCodeOfCountry } from "./calling-codes.ts";
import { type PhoneKey, withoutMobileDigit } from "./canonical.ts";
import { type CountryCode, mayHaveStrayPlus } from "./phone.ts";

const [PLUS, ZERO, NINE] = [0x2b, 0x30, 0x39];
const [BLANK, HYPHEN, OPENING, CLOSING] = [0x20, 0x2d, 0x28, 0x29];
/** The calling code of the United States, Canada and their neighbours. */
const NORTH_AMERICA = "1";

/**
 * The key of the number that `bytes` hold from `start` to `end`, if that is in E.164 form or a usual one of North America,
 * and nothing is to be said of it; undefined for all that `readNumber` must look at. Allocates nothing for numbers of the
 * country or without one.
 *
 * @param country as for `readNumber`: a number that may be one of it with a `+` by mistake is not for here
 */
export function quickKey(
  bytes: Uint8Array,
  start: number,
  end: number,
  country: CountryCode | undefined,
): PhoneKey | undefined {
  if (bytes[start] !== PLUS) {
    const isNear = country && callingCodeOfCountry(country) === NORTH_AMERICA;
    return isNear ? northAmericanKey(bytes, start, end) : undefined;
  }
  const length = end - start - 1;
  if (length < 7 || length > 15) return undefined;
  let number = 0;
  let firstDigits = 0;
  for (let at = start + 1; at < end; at++) {
    const char = bytes[at] ?? 0;
    if (!isDigit(char)) return undefined;
    number = number * 10 + (char - ZERO);
    if (at === start + 3) firstDigits = number;
  }
  if (firstDigits < 100) return undefined;
  const key = withoutMobileDigit(number);
  const code = callingCodeOf(firstDigits);
  if (!code) return undefined;
  const national = length - code.code.length - (key === number ? 0 : 1);
  const hasZero = bytes[start + 1 + code.code.length] === ZERO;
  if (hasZero || !code.hasLength(national)) return undefined;
  if (country && callingCodeOfCountry(country) !== code.code) {
    if (mayHaveStrayPlus(String(number), country)) return undefined;
  }
  return key;
}

/** That of `2137771234`, `(213) 777-1234`, `1-213-777-1234` and the like. */
function northAmericanKey(bytes: Uint8Array, start: number, end: number): PhoneKey | undefined {
  const hasParentheses = bytes[start] === OPENING && bytes[start + 4] === CLOSING;
  let number = 0;
  let digits = 0;
  for (let at = hasParentheses ? start + 1 : start; at < end; at++) {
    const char = bytes[at] ?? 0;
    if (isDigit(char)) {
      number = number * 10 + (char - ZERO);
      digits++;
    } else if (char === BLANK || char === HYPHEN) {
      const isBetween = digits > 0 && at + 1 < end && isDigit(bytes[at + 1] ?? 0);
      if (!isBetween) return undefined;
    } else if (!hasParentheses || at !== start + 4) return undefined;
  }
  if (digits === 10 && number >= 2_000_000_000) return withoutMobileDigit(10_000_000_000 + number);
  return digits === 11 && number >= 12_000_000_000 && number < 20_000_000_000
    ? withoutMobileDigit(number)
    : undefined;
}

function isDigit(char: number): boolean {
  return char >= ZERO && char <= NINE;
}

const encoder = new TextEncoder();
/** Of a text that is longer than a number, this much is enough to see that it is none. */
const written = new Uint8Array(17);

/** {@link quickKey} of a text. */
export function quickKeyOf(text: string, country: CountryCode | undefined): PhoneKey | undefined {
  return quickKey(written, 0, encoder.encodeInto(text, written).written, country);
}
