/** The quick way to read what long lists are made of: numbers in E.164 form. */
import { callingCodeOf, callingCodeOfCountry } from "./calling-codes.ts";
import { type PhoneKey, withoutMobileDigit } from "./canonical.ts";
import { type CountryCode, mayHaveStrayPlus } from "./phone.ts";

const [PLUS, ZERO, NINE, CARRIAGE_RETURN] = [0x2b, 0x30, 0x39, 0x0d];

/**
 * The key of the number in `text` from `start` to `end`, if that is in E.164 form and nothing is to be said of it;
 * undefined for all that `readNumber` must look at. Allocates nothing for numbers of the country or without one.
 *
 * @param country as for `readNumber`: a number that may be one of it with a `+` by mistake is not for here
 */
export function quickKey(
  text: string,
  start: number,
  end: number,
  country: CountryCode | undefined,
): PhoneKey | undefined {
  const last = text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
  const length = last - start - 1;
  if (length < 7 || length > 15 || text.charCodeAt(start) !== PLUS) return undefined;
  let number = 0;
  let firstDigits = 0;
  for (let at = start + 1; at < last; at++) {
    const char = text.charCodeAt(at);
    if (char < ZERO || char > NINE) return undefined;
    number = number * 10 + (char - ZERO);
    if (at === start + 3) firstDigits = number;
  }
  if (firstDigits < 100) return undefined;
  const key = withoutMobileDigit(number);
  const code = callingCodeOf(firstDigits);
  if (!code) return undefined;
  const national = length - code.code.length - (key === number ? 0 : 1);
  const hasZero = text.charCodeAt(start + 1 + code.code.length) === ZERO;
  if (hasZero || !code.hasLength(national)) return undefined;
  if (country && callingCodeOfCountry(country) !== code.code) {
    if (mayHaveStrayPlus(text.slice(start + 1, last), country)) return undefined;
  }
  return key;
}
