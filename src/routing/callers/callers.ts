/** How a person writes an entry of a set of callers. */
import { canonicalPrefix, type PhoneKey, phoneKey } from "./phones/canonical.ts";
import { type CountryCode, isCountryCode, isWithheld, readNumber } from "./phones/phone.ts";
import { plainText } from "./written.ts";

/** One entry of a set of callers. */
export type CallerMatcher =
  | { readonly kind: "number"; readonly key: PhoneKey }
  /** Every number that begins so, `+` included. */
  | { readonly kind: "prefix"; readonly prefix: string }
  /** Callers sent as this text, upper and lower case alike. */
  | { readonly kind: "text"; readonly text: string }
  /** Every caller in the list of that name. */
  | { readonly kind: "list"; readonly list: string }
  | { readonly kind: "country"; readonly country: CountryCode }
  | { readonly kind: "withheld" }
  /** Everyone in the contacts. */
  | { readonly kind: "contact" }
  | { readonly kind: "anyone" };

/** Every way to name callers, for messages. */
export const CALLER_FORMS =
  'a number ("+12137771234"), a prefix ("+1900*"), a list ("@spam"), "country:MX", "withheld", "contact", "text:…" or "*"';

/** What was read of an entry: a matcher, perhaps with a doubt about it; or what is wrong, what is near, and a way out. */
export type CallerReading =
  | { readonly matcher: CallerMatcher; readonly warning?: string }
  | { readonly problem: string; readonly near?: readonly string[]; readonly hint?: string };

const PREFIX = /^\+[1-9][\d ().-]*\*$/;
const LIST = /^@(.+)$/;
const COUNTRY = /^country:(.*)$/i;
const TEXT = /^text:(.*)$/is;
/** Short codes have three to six digits; with `+`, fewer than five are rather the beginning of a prefix. */
const SHORT = /^(?:[1-9]\d{2,5}|\+[1-9]\d{4,5})$/;

/**
 * Reads one entry of a set of callers.
 *
 * @param country how to read a number written without `+`
 */
export function readCaller(text: string, country: CountryCode | undefined): CallerReading {
  if (text === "*") return { matcher: { kind: "anyone" } };
  if (text === "withheld") return { matcher: { kind: "withheld" } };
  if (text === "contact") return { matcher: { kind: "contact" } };
  const list = LIST.exec(text)?.[1];
  if (list) return { matcher: { kind: "list", list } };
  const code = COUNTRY.exec(text)?.[1];
  if (code !== undefined) return readCountry(code);
  const sent = TEXT.exec(text)?.[1];
  if (sent !== undefined) return readText(sent);
  if (text.includes("*")) {
    const prefix = readPrefix(text);
    return "prefix" in prefix ? { matcher: { kind: "prefix", prefix: prefix.prefix } } : prefix;
  }
  const read = readNumber(text, country);
  if ("number" in read) {
    const matcher: CallerMatcher = { kind: "number", key: phoneKey(read.number.slice(1)) };
    return read.warning ? { matcher, warning: read.warning } : { matcher };
  }
  const plain = plainText(text);
  if (SHORT.test(plain)) return { matcher: { kind: "number", key: phoneKey(plain.replace("+", "")) } };
  if (isWord(plain)) return notCallers(text);
  const prefix = PREFIX.test(`${text}*`) ? [`${text}*`] : [];
  return { problem: `"${text}" is not a valid caller pattern: ${read.problem}`, near: read.near ?? prefix };
}

/** Whether a text was hardly meant to be a number. */
function isWord(text: string): boolean {
  return /[a-z@]/i.test(text) && !/^\+?\d+[.,]?\d*e\+?\d+$/i.test(text) && !/\bext?\b|;ext=/i.test(text);
}

function notCallers(text: string): CallerReading {
  const covered = isWithheld(text) ? '"withheld" includes such callers; ' : "";
  return {
    problem: `"${text}" is not a valid caller pattern; use ${CALLER_FORMS}`,
    near: ["withheld", "contact"].filter((word) => word !== text),
    ...(text !== "@" && {
      hint: `${covered}"text:${text}" matches callers that the carrier sends as "${text}"`,
    }),
  };
}

function readCountry(code: string): CallerReading {
  if (isCountryCode(code)) return { matcher: { kind: "country", country: code } };
  const meant = code.trim().toUpperCase();
  return {
    problem: `"${code}" is not a country code; it must be two capital letters, such as "country:MX"`,
    near: isCountryCode(meant) ? [`country:${meant}`] : [],
  };
}

function readText(sent: string): CallerReading {
  const text = sentText(sent);
  if (text !== "") return { matcher: { kind: "text", text } };
  return { problem: '"text:" must be followed by a text; use "withheld" for callers without a number' };
}

/** A caller as sent, in the form that texts are compared in. */
export function sentText(text: string): string {
  return text.trim().toLowerCase();
}

/** A prefix, with `+` and in canonical form, or what is wrong with a text that should have been one. */
export type PrefixReading = { readonly prefix: string } | { readonly problem: string };

/** Reads a prefix such as `+1 900*`. The digits may be grouped as in any number; `+` and `*` are needed. */
export function readPrefix(text: string): PrefixReading {
  const plain = plainText(text);
  if (!PREFIX.test(plain)) {
    return {
      problem: `"${text}" is not a prefix; it must be "+", the first digits and one "*", such as "+1900*"`,
    };
  }
  return { prefix: `+${canonicalPrefix(plain.replace(/\D/g, ""))}` };
}
