/** The quick way to read what long lists are made of: numbers in E.164 form, or as North America writes its own. */
import { callingCodeOf, callingCodeOfCountry } from "./calling-codes.ts";
import { type PhoneKey, withoutMobileDigit } from "./canonical.ts";
import type { CountryCode } from "./phone.ts";

const [PLUS, ZERO] = [0x2b, 0x30];
const [BLANK, HYPHEN, OPENING, CLOSING] = [0x20, 0x2d, 0x28, 0x29];
/** The calling code of the United States, Canada and their neighbours. */
const NORTH_AMERICA = "1";

/** What {@link QuickReader.read} returns of all that `readNumber` must look at. */
export const NOT_QUICK = -1;

const [SHORTEST, LONGEST] = [7, 15];

/** What is known of numbers by their first digits: bit n is set where they may have n digits in all. */
const CODE_LENGTH_SHIFT = 16;
const IS_OWN = 1 << 18;
const UNKNOWN = -1;

/** Reads numbers of one country. Made by {@link quickReader}. */
export class QuickReader {
  /** The key of the number that {@link read} read last. */
  key = 0 as PhoneKey;
  readonly #own: string | undefined;
  /** By the first four digits, as far as they were asked for. */
  readonly #plans = new Int32Array(10_000).fill(UNKNOWN);
  /** Bit n is set where a number of n digits may be one of the country, with a `+` by mistake: as `mayHaveStrayPlus` has it. */
  readonly #strayLengths: number;

  constructor(country: CountryCode | undefined) {
    this.#own = country && callingCodeOfCountry(country);
    const own = this.#own === undefined ? undefined : callingCodeOf(Number(this.#own.padEnd(3, "0")));
    this.#strayLengths = own?.code === this.#own ? lengthsOf(own?.hasLength, 0) : 0;
  }

  /**
   * Reads the number that begins at `start`, if it is in E.164 form or a usual one of North America, and nothing is to be
   * said of it; then `key` is its key. Allocates nothing.
   *
   * @param limit where to stop reading at the latest
   * @returns where the number ends; {@link NOT_QUICK} where it is for `readNumber`
   */
  read(bytes: Uint8Array, start: number, limit: number): number {
    if (bytes[start] !== PLUS) {
      return this.#own === NORTH_AMERICA ? this.#readNorthAmerican(bytes, start, limit) : NOT_QUICK;
    }
    const first = start + 1;
    const head = fourDigits(bytes, first, limit);
    const next = head < 0 ? -1 : fourDigits(bytes, first + 4, limit);
    let at = first + (next < 0 ? 4 : 8);
    let number = next < 0 ? head : head * 10_000 + next;
    let tail = 0;
    let scale = 1;
    for (const end = Math.min(first + LONGEST, limit); at < end; at++) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      tail = tail * 10 + digit;
      scale *= 10;
    }
    const length = at - first;
    if (head < 0 || length < SHORTEST) return NOT_QUICK;
    number = number * scale + tail;
    const known = this.#plans[head] ?? 0;
    const plan = known === UNKNOWN ? this.#findPlan(head) : known;
    const key = withoutMobileDigit(number);
    const isPossible = (plan >>> (key === number ? length : length - 1)) & 1;
    if (!isPossible || bytes[first + ((plan >>> CODE_LENGTH_SHIFT) & 3)] === ZERO) return NOT_QUICK;
    if ((plan & IS_OWN) === 0 && ((this.#strayLengths >>> length) & 1) !== 0) return NOT_QUICK;
    this.key = key;
    return at;
  }

  #findPlan(fourDigits: number): number {
    const code = fourDigits < 1000 ? undefined : callingCodeOf(Math.floor(fourDigits / 10));
    const plan = code
      ? lengthsOf(code.hasLength, code.code.length) |
        (code.code.length << CODE_LENGTH_SHIFT) |
        (code.code === this.#own ? IS_OWN : 0)
      : 0;
    this.#plans[fourDigits] = plan;
    return plan;
  }

  /** That of `2137771234`, `(213) 777-1234`, `1-213-777-1234` and the like. */
  #readNorthAmerican(bytes: Uint8Array, start: number, limit: number): number {
    const hasParentheses = bytes[start] === OPENING && bytes[start + 4] === CLOSING;
    let number = 0;
    let digits = 0;
    let at = hasParentheses ? start + 1 : start;
    for (; at < limit; at++) {
      const char = bytes[at] ?? 0;
      const digit = char - ZERO;
      if (digit >= 0 && digit <= 9) {
        number = number * 10 + digit;
        digits++;
      } else if (char === BLANK || char === HYPHEN) {
        const next = (at + 1 < limit ? (bytes[at + 1] ?? 0) : 0) - ZERO;
        if (digits === 0 || next < 0 || next > 9) return NOT_QUICK;
      } else if (!hasParentheses || at !== start + 4) break;
    }
    if (digits === 10 && number >= 2_000_000_000) number += 10_000_000_000;
    else if (digits !== 11 || number < 12_000_000_000 || number >= 20_000_000_000) return NOT_QUICK;
    this.key = number as PhoneKey;
    return at;
  }

  /** The key of a text that is such a number and nothing else. */
  keyOf(text: string): PhoneKey | undefined {
    const { read, written } = encoder.encodeInto(text, room);
    return read === text.length ? this.keyIn(room, 0, written) : undefined;
  }

  /** The key of the number from `start` to `end`, if nothing else is there. */
  keyIn(bytes: Uint8Array, start: number, end: number): PhoneKey | undefined {
    return this.read(bytes, start, end) === end ? this.key : undefined;
  }
}

const [HALVES, THREES] = [0xf0f0f0f0 | 0, 0x30303030];

/** The number that four digits from `at` on are; negative where there are not four. All at once: it takes half the time. */
function fourDigits(bytes: Uint8Array, at: number, limit: number): number {
  if (at + 4 > limit) return -1;
  const chars =
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24);
  // Digits are 0x30 to 0x39: the upper half is a 3, and still is with 6 more.
  const areDigits = (chars & HALVES) === THREES && ((chars + 0x06060606) & HALVES) === THREES;
  if (!areDigits) return -1;
  const digits = chars & 0x0f0f0f0f;
  const pairs = (digits * 10 + (digits >>> 8)) & 0x00ff00ff;
  return (pairs & 0xff) * 100 + (pairs >>> 16);
}

/** Bits for the lengths that are possible. @param more digits that are not counted in them */
function lengthsOf(hasLength: ((digits: number) => boolean) | undefined, more: number): number {
  let lengths = 0;
  for (let digits = 1; digits + more <= LONGEST; digits++) {
    if (hasLength?.(digits)) lengths |= 1 << (digits + more);
  }
  return lengths;
}

const encoder = new TextEncoder();
/** For the text of a number, also with a blank or hyphen wherever one may be; a longer text is for `readNumber`. */
const room = new Uint8Array(2 * LONGEST);

const readers = new Map<CountryCode | undefined, QuickReader>();

/**
 * The one that reads numbers of a country.
 *
 * @param country as for `readNumber`: a number that may be one of it with a `+` by mistake is not for here
 */
export function quickReader(country: CountryCode | undefined): QuickReader {
  const reader = readers.get(country) ?? new QuickReader(country);
  readers.set(country, reader);
  return reader;
}
