/** Numbers in the forms that people read, dial and say: what the filters about numbers put in place of one. */
import { type PhoneNumber, parsePhoneNumberFromString } from "libphonenumber-js/min";
import { callingCodeOf, callingCodeOfCountry } from "../callers/phones/calling-codes.ts";
import { phoneKey, spellingsOf } from "../callers/phones/canonical.ts";
import { type CountryCode, readSent } from "../callers/phones/phone.ts";
import { addressUser, plainText } from "../callers/written.ts";

/**
 * A number as it is dialled within its own country: `(213) 777-1234`, `020 7946 0958`. A text that is no phone number
 * stays as it is.
 *
 * @param country how to read a number written without `+`
 */
export function nationalForm(text: string, country: CountryCode | undefined): string {
  const [area, office, line] = northAmerican(text) ?? [];
  if (area !== undefined) return `(${area}) ${office}-${line}`;
  return phoneOf(text, country)?.formatNational() ?? text;
}

/** A number as it is dialled from anywhere: `+44 20 7946 0958`. Otherwise as {@link nationalForm}. */
export function internationalForm(text: string, country: CountryCode | undefined): string {
  return phoneOf(text, country)?.formatInternational() ?? text;
}

/** The digits of a number, whether of a phone, a short code or an account. A text with anything else in it stays. */
export function digitsOf(text: string): string {
  if (PLAIN_NUMBER.test(text)) return text.startsWith("+") ? text.slice(1) : text;
  const user = numeric(text);
  return user === undefined ? text : user.replace(/\D/g, "");
}

/**
 * A number to be said digit by digit, in groups as people read it aloud in its country: `2 1 3, 7 7 7, 1 2 3 4`. Voices
 * read single digits one by one, and make a short pause at a comma.
 *
 * It is read as dialled within its country, a leading zero included, but with the country calling code in front where
 * that is not the code of `country`. Short codes and other numbers are read in the groups that they are written in.
 *
 * @param country where it is said, which is also how to read a number written without `+`; without one, every number
 *   is said as in its own country
 */
export function spokenForm(text: string, country: CountryCode | undefined): string {
  const known = northAmerican(text);
  if (known && (country === undefined || callingCodeOfCountry(country) === "1"))
    return known.map(spaced).join(", ");
  const phone = phoneOf(text, country);
  const written = phone
    ? isForeign(phone, country)
      ? phone.formatInternational()
      : phone.formatNational()
    : numeric(text);
  if (written === undefined) return text;
  return (written.match(/\d+/g) ?? []).flatMap(shortGroups).map(spaced).join(", ");
}

const NORTH_AMERICAN = /^\+1[2-9]\d{9}$/;

/**
 * The groups of a number of the countries that share +1, all of which write theirs alike: (213) 777-1234. Most numbers
 * are of these, and the tables take 20 µs to say so.
 */
function northAmerican(text: string): readonly string[] | undefined {
  return NORTH_AMERICAN.test(text) ? [text.slice(2, 5), text.slice(5, 8), text.slice(8)] : undefined;
}

function spaced(group: string): string {
  let said = group.charAt(0);
  for (let at = 1; at < group.length; at++) said += ` ${group.charAt(at)}`;
  return said;
}

function isForeign({ countryCallingCode }: PhoneNumber, country: CountryCode | undefined): boolean {
  // Numbers of no country, such as +800 …, are the same everywhere.
  if (!callingCodeOf(Number(countryCallingCode.padEnd(3, "0")))?.mainCountry) return true;
  return country !== undefined && callingCodeOfCountry(country) !== countryCallingCode;
}

/** The most digits that are easy to follow in one breath: Indian and Spanish numbers are said in fives. */
const LONGEST_GROUP = 5;

/** A group of digits in parts of three or four where it is long; a leading zero, a trunk prefix, is not counted. */
function shortGroups(group: string): string[] {
  if (group.replace(/^0/, "").length <= LONGEST_GROUP) return [group];
  const count = Math.floor(group.length / 3);
  return Array.from({ length: count }, (_, at) =>
    // The longer parts come last, as in 777 1234.
    group.slice(Math.floor((at * group.length) / count), Math.floor(((at + 1) * group.length) / count)),
  );
}

/** The phone number that a text is; undefined where it is none, or one of a length that its country does not have. */
function phoneOf(text: string, country: CountryCode | undefined): PhoneNumber | undefined {
  const { number, user } = readSent(text, country);
  if (!number) return undefined;
  let possible: PhoneNumber | undefined;
  // The tables know one way to write a phone that carriers write in two, so a spelling that has no form is not it.
  for (const spelling of [user, number, ...spellingsOf(phoneKey(number.slice(1)))]) {
    const phone = parsePhoneNumberFromString(spelling, {
      extract: false,
      ...(country && { defaultCountry: country }),
    });
    if (!phone?.isPossible()) continue;
    if (/\D/.test(phone.formatNational())) return phone;
    possible ??= phone;
  }
  return possible;
}

/** As nearly every number comes: the rest of the way takes ten times as long. */
const PLAIN_NUMBER = /^\+?\d+$/;
const NUMERIC = /^\+?[\d\s()./-]*$/;

/** A text that has digits, and beside them nothing but what stands between the digits of a number. */
function numeric(text: string): string | undefined {
  const user = addressUser(plainText(text));
  return NUMERIC.test(user) && /\d/.test(user) ? user : undefined;
}
