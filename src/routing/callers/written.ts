/** Numbers as people, spreadsheets and carriers write them, made plain text before anything else reads them. */

/** Characters that show nothing: direction marks, joiners, soft hyphens, byte order marks, variation selectors. */
const INVISIBLE = /\u034f|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|[\ufe00-\ufe0f]/g;
const BLANK = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t]/g;
const HYPHEN = /[\u2010-\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d\u30fc]/g;
/** Arabic-Indic, its eastern form, and the digits of Devanagari. */
const OTHER_DIGIT = /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g;
const FULL_WIDTH = /[\uff01-\uff5e]/g;

const PLAIN = /^[\x20-\x7e]*$/;

/** A text in plain characters as far as it can be: digits of other scripts read, invisible characters left out. */
export function plainText(text: string): string {
  if (PLAIN.test(text)) return text.trim();
  return text
    .replace(INVISIBLE, "")
    .replace(BLANK, " ")
    .replace(HYPHEN, "-")
    .replace(OTHER_DIGIT, (digit) => String(digitOf(digit.charCodeAt(0))))
    .replace(FULL_WIDTH, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
    .trim();
}

/** These blocks begin at a multiple of 16, or 6 behind one. */
function digitOf(code: number): number {
  return code >= 0x966 ? code - 0x966 : code & 0xf;
}

/** The first character that is not plain, as `U+200B`. */
export function strangeCharacter(text: string): string | undefined {
  const found = /[^\x20-\x7e]/u.exec(text)?.[0].codePointAt(0);
  return found === undefined ? undefined : characterName(found);
}

/** `U+200B`. @param code the code point */
export function characterName(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

const DISPLAY_NAME = /^(?:"(?:[^"\\]|\\.)*"\s*|[^"<>]*)<([^<>]*)>/s;

/**
 * Who is meant by an address, of which a number alone is one: the user of `"Acme" <sip:+12125550300;npdi=yes@host>;x=y`,
 * the number of `tel:+1-212-555-0300;ext=5` (RFC 3261, RFC 3966).
 *
 * @param text as {@link plainText} gives it
 */
export function addressUser(text: string): string {
  const inner = (DISPLAY_NAME.exec(text)?.[1] ?? text).trim();
  return inner
    .replace(/^(?:sips?|tel):/i, "")
    .replace(/[@;].*$/s, "")
    .trim();
}
