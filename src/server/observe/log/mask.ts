/** Hiding phone numbers from whoever reads the log: all of a number but its country code and its last four digits. */
import { countryCallingCode } from "../../../routing/callers/phones/phone.ts";

/** How many digits a phone number has, at least and at most; the most are those of E.164. */
const [FEWEST_DIGITS, MOST_DIGITS] = [7, 15] as const;

/** What may stand between two digits of a number: `(212) 555-0111`, `212.555.0111`, `+49 30/901820`. */
const BETWEEN = "[ ()./\\u00a0\\u2009\\u202f\\u2010-\\u2013-]{0,3}";

/**
 * What may be a number. Digits within a word or at its side, such as those of an id or a hash, are none, but behind a
 * plus they always are. Bounded, so that no text takes time that grows with the square of its length.
 */
const CANDIDATE = new RegExp(
  `\\+\\(?\\d(?:${BETWEEN}\\d){0,60}|(?<![\\w-])\\(?\\d(?:${BETWEEN}\\d){0,60}(?![\\w-])`,
  "g",
);

const DATE = /^\d{4}-\d\d-\d\d/;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** Hides every number in a text, and leaves times, dates, addresses of machines and ids as they are. */
export function maskText(text: string): string {
  return text.replaceAll(CANDIDATE, maskCandidate);
}

function maskCandidate(candidate: string): string {
  if (DATE.test(candidate) || IPV4.test(candidate)) return candidate;
  const digits = digitCount(candidate);
  if (digits < FEWEST_DIGITS) return candidate;
  if (digits <= MOST_DIGITS) return maskNumber(candidate);
  // Several numbers side by side, or a longer one that is something else.
  return candidate.includes(" ") ? candidate.split(" ").map(maskCandidate).join(" ") : candidate;
}

/** Hides a caller or a dialled number, in whatever form it came: also a short or a wrong one, and that of a SIP address. */
export function maskParty(party: string): string {
  const at = party.lastIndexOf("@");
  if (at >= 0) return maskNumber(party.slice(0, at)) + maskText(party.slice(at));
  return maskNumber(party);
}

/** `+1******1234`, `(***) ***-0111`: the country calling code behind a plus and the last four digits stay. */
export function maskNumber(number: string): string {
  const plus = number.indexOf("+");
  const code = plus < 0 ? undefined : countryCallingCode(`+${number.slice(plus).replaceAll(/\D/g, "")}`);
  const digits = digitCount(number);
  let [seen, seenBehindPlus] = [0, 0];
  return number.replaceAll(/\d/g, (digit, offset: number) => {
    seen++;
    if (plus >= 0 && offset > plus) seenBehindPlus++;
    const isCode = seenBehindPlus > 0 && seenBehindPlus <= (code?.length ?? 0);
    return isCode || seen > digits - 4 ? digit : "*";
  });
}

function digitCount(text: string): number {
  return text.replaceAll(/\D/g, "").length;
}
