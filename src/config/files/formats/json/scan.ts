/** Stepping through a JSON text (RFC 8259), for the places of what stands in it. */

const BLANK = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/** Where a text stops being JSON. */
export interface JsonFault {
  /** From 0, in UTF-16 code units. */
  readonly offset: number;
  /** What would be right there, for people. */
  readonly wanted: string;
}

/** What stands inside an array or an object: the place of each value, and the key that it has in an object. */
export type OnValue = (key: string | number, start: number, end: number) => void;

/** Finds where a text stops being JSON; undefined where it does not. */
export function faultIn(text: string): JsonFault | undefined {
  try {
    const end = skipBlank(text, skipValue(text, skipBlank(text, 0)));
    return end === text.length ? undefined : { offset: end, wanted: "the end of the text" };
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/** Tells every value that stands directly inside the array or the object at `start`. The text must be JSON. */
export function valuesIn(text: string, start: number, tell: OnValue): void {
  skipStructure(text, start, tell);
}

/** Past blanks and line ends. */
export function skipBlank(text: string, at: number): number {
  BLANK.lastIndex = at;
  BLANK.test(text);
  return BLANK.lastIndex;
}

class Fault extends Error implements JsonFault {
  readonly offset: number;
  readonly wanted: string;

  constructor(offset: number, wanted: string) {
    super(`Cannot read the JSON: at ${offset} there must be ${wanted}`);
    this.offset = offset;
    this.wanted = wanted;
  }
}

function skipValue(text: string, at: number): number {
  switch (text[at]) {
    case "{":
    case "[":
      return skipStructure(text, at);
    case '"':
      return skipText(text, at);
    default:
      return matched(/[-\d]/.test(text[at] ?? "") ? NUMBER : WORD, text, at, "a value");
  }
}

/** Past a text in quotes, in which control characters stand as escapes only. */
function skipText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code < FIRST_PRINTABLE)
      throw new Fault(at, "a text without line ends and tabs in it, or its closing quote");
    at = code === BACKSLASH ? matched(ESCAPE, text, at, "an escape such as \\n") : at + 1;
  }
  throw new Fault(start, "a text with a closing quote");
}

const [QUOTE, BACKSLASH, FIRST_PRINTABLE] = [0x22, 0x5c, 0x20];

/** Past an array or an object. Those inside it wait on a stack of our own: they may be nested by the thousand. */
function skipStructure(text: string, start: number, tell?: OnValue): number {
  const open: Structure[] = [{ isObject: text[start] === "{", count: 0, key: "", start }];
  let at = start + 1;
  for (let top = open.at(-1); top; top = open.at(-1)) {
    at = skipBlank(text, at);
    const closing = top.isObject ? "}" : "]";
    if (text[at] === closing) {
      at++;
      open.pop();
      if (open.length === 1) tellEnd(open[0], at, tell);
      continue;
    }
    if (top.count > 0) {
      if (text[at] !== ",") throw new Fault(at, `"," or "${closing}"`);
      at = skipBlank(text, at + 1);
    }
    if (top.isObject) {
      if (text[at] !== '"') throw new Fault(at, "a key in double quotes");
      const end = skipText(text, at);
      top.key = open.length === 1 && tell ? (JSON.parse(text.slice(at, end)) as string) : "";
      at = skipBlank(text, end);
      if (text[at] !== ":") throw new Fault(at, '":"');
      at = skipBlank(text, at + 1);
    } else top.key = top.count;
    top.count++;
    top.start = at;
    if (text[at] === "{" || text[at] === "[") {
      open.push({ isObject: text[at] === "{", count: 0, key: "", start: at });
      at++;
    } else {
      at = skipValue(text, at);
      if (open.length === 1) tellEnd(top, at, tell);
    }
  }
  return at;
}

/** An array or an object that is not closed yet. */
interface Structure {
  readonly isObject: boolean;
  /** How many values of it have begun. */
  count: number;
  /** Of the last of them. */
  key: string | number;
  /** Where that begins. */
  start: number;
}

function tellEnd(structure: Structure | undefined, end: number, tell: OnValue | undefined): void {
  if (structure && tell) tell(structure.key, structure.start, end);
}

function matched(form: RegExp, text: string, at: number, wanted: string): number {
  form.lastIndex = at;
  if (!form.test(text)) throw new Fault(at, wanted);
  return form.lastIndex;
}
