/** Steps through a TOML text: past blanks, keys and values. Each takes a place and returns the place behind. */

/** Blanks, line ends and comments. */
const BLANK = /(?:[ \t\r\n]|#[^\n]*)*/y;
/** A bare key; else anything that is no end of a key, such as a dot or a blank. */
const KEY_PART = /[\w-]+|[^"'=\]]/y;
/** A number, a word, or a date, between whose day and hour a blank may stand. */
const BARE_VALUE = /\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*|[^\s,\]}#]*/y;
const BARE_KEY = /^[\w-]+$/;
/** What may open or close something within an array or an inline table. */
const STRUCTURE = /["'#[\]{}]/g;

/** Past blanks, line ends and comments. */
export function skipBlank(text: string, at: number): number {
  return matched(BLANK, text, at);
}

/** Past a part of a key, the dot or the blank between two; always at least one character. */
export function skipKeyPart(text: string, at: number): number {
  const isQuoted = text[at] === '"' || text[at] === "'";
  return Math.max(at + 1, isQuoted ? skipString(text, at) : matched(KEY_PART, text, at));
}

/** Whether a part of a key is a bare one. */
export function isBareKey(text: string): boolean {
  return BARE_KEY.test(text);
}

/** Past a value of any kind. */
export function skipValue(text: string, at: number): number {
  switch (text[at]) {
    case '"':
    case "'":
      return skipString(text, at);
    case "[":
    case "{":
      return skipStructure(text, at);
    default:
      return Math.max(at + 1, matched(BARE_VALUE, text, at));
  }
}

/** Past a text in quotes of any of the four kinds; to the end where it is not closed. */
export function skipString(text: string, at: number): number {
  const quote = text[at] ?? '"';
  const isLong = text.startsWith(quote.repeat(3), at);
  const closing = isLong ? quote.repeat(3) : quote;
  let end = at + closing.length;
  for (;;) {
    end = text.indexOf(closing, end);
    if (end < 0) return text.length;
    if (quote === "'" || !isEscaped(text, end)) break;
    end++;
  }
  end += closing.length;
  // Up to two quotes before the closing three are part of the text.
  for (let more = 0; isLong && more < 2 && text[end] === quote; more++) end++;
  return end;
}

/** Past an array or an inline table. */
function skipStructure(text: string, start: number): number {
  let depth = 0;
  let at = start;
  for (;;) {
    STRUCTURE.lastIndex = at;
    const found = STRUCTURE.exec(text);
    if (!found) return text.length;
    at = found.index;
    switch (found[0]) {
      case '"':
      case "'":
        at = skipString(text, at);
        break;
      case "#":
        at = skipBlank(text, at);
        break;
      case "[":
      case "{":
        depth++;
        at++;
        break;
      default:
        depth--;
        at++;
        if (depth === 0) return at;
    }
  }
}

/** Whether an odd number of backslashes stands before `at`. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text[start - 1] === "\\") start--;
  return (at - start) % 2 === 1;
}

function matched(form: RegExp, text: string, at: number): number {
  form.lastIndex = at;
  return at + (form.exec(text)?.[0].length ?? 0);
}
