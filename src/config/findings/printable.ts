/** Text of any origin, made fit to be shown: nothing in it can command a terminal, and its length is bounded. */

/**
 * What is shown as an escape: control characters, line and paragraph separators, what cannot be seen or turns the
 * direction of writing (U+200B, U+202E, …), and halves of characters. Not tabs, which are harmless, and not U+200D,
 * which joins emoji.
 */
const UNPRINTABLE = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\t\u200d]]/gv;
const UNPRINTABLE_IN_LINES = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\t\n\u200d]]/gv;

/** What nothing is to be done about. Nearly every text is that, and is told to be it in a tenth of the time. */
const PLAIN = /^[\t\x20-\x7e]*$/;

/** A text for one line of a terminal or a log: `\u001b` stands for what must not be sent. */
export function printable(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNPRINTABLE, escaped);
}

/** The same for a text of several lines: line feeds stay. */
export function printableLines(text: string): string {
  return text.replace(UNPRINTABLE_IN_LINES, escaped);
}

/** A value as indented JSON that is safe to show, and still the same value to a program that reads it. */
export function printableJson(value: unknown): string {
  return printableLines(JSON.stringify(value, null, 2));
}

/** How a character that must not be printed is written, as in JSON: one escape for each UTF-16 code unit. */
function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
  ).join("");
}

/**
 * A text of at most `most` UTF-16 code units: what is too long loses its middle, for a message begins with what is
 * wrong and ends with the reason. No character is cut in two.
 */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = most - 1;
  const head = text.slice(0, Math.ceil((kept * 2) / 3)).replace(/[\ud800-\udbff]$/, "");
  const tail = text.slice(text.length - Math.floor(kept / 3)).replace(/^[\udc00-\udfff]/, "");
  return `${head}…${tail}`;
}
