/**
 * The kinds of text that a configuration holds, each with what an editor is told of it: a pattern and examples.
 *
 * A pattern accepts whatever the reader of that text accepts, in every notation, and refuses the common mistakes; the
 * reader alone says what is right. A template may stand in every text, since it is filled before the text is read.
 * Patterns keep to what every editor's regular expressions have: no look-around, no classes that depend on Unicode.
 */
import * as z from "zod";
import { MAX_DELAY_MS } from "../../../retell/timing.ts";

/** Matches a text in which a template stands. */
export const TEMPLATE = "\\$\\{";

/** The name in a schema's metadata of a pattern for the keys of a table, which hold no templates. */
export const KEYS = "keys";

/** A text of one of these forms, as an editor knows it. */
function textOf(description: string, forms: readonly string[], examples: readonly string[]) {
  return z.string().meta({ description, examples, pattern: `^(?:${forms.join("|")})$|${TEMPLATE}` });
}

/** Any text, with examples. */
export function anyText(description: string, ...examples: readonly string[]) {
  return z.string().meta(examples.length > 0 ? { description, examples } : { description });
}

/** In a pattern, letters in upper and lower case. */
function anyCase(word: string): string {
  return word.replaceAll(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);
}

/** A length of time that is not zero. */
export const duration = textOf(
  'A duration: a number and "ms", "s", "m", "h" or "d"',
  ["0*[1-9][0-9]{0,8}(?:\\.[0-9]{1,3})?(?:ms|s|m|h|d)", "0+\\.[0-9]{1,3}(?:s|m|h|d)"],
  ["30s", "5m", "1h", "1d"],
);

/** How long an answer may be held back: whole seconds up to the longest, or milliseconds. */
export const delayText = textOf(
  'A duration, such as "4s"',
  [
    `0*[0-${Math.floor(MAX_DELAY_MS / 1000)}](?:\\.[0-9]{1,3})?s`,
    "0*[0-9]{1,4}(?:\\.0{1,3})?ms",
    "0+(?:\\.[0-9]{1,3})?[mhd]",
  ],
  ["2s", "4s", "500ms"],
);

/** A length of time that may be zero. */
export const durationOrNone = textOf(
  'A duration, or "0s"',
  ["[0-9]{1,9}(?:\\.[0-9]{1,3})?(?:ms|s|m|h|d)"],
  ["0s", "1m", "10m", "1h"],
);

/** The URL of a service. */
export const serviceUrl = textOf(
  "A URL; templates may stand in its path and query",
  ["[Hh][Tt][Tt][Pp][Ss]?://[^\\s]+"],
  ["https://crm.example/v1/callers?phone=${from_number}"],
);

const TIME = `(?:(?:[01]?[0-9]|2[0-3])(?::[0-5][0-9])?|24(?::00)?|(?:0?[1-9]|1[0-2])(?::[0-5][0-9])? ?[AaPp]\\.?[Mm]\\.?|${anyCase("noon")}|${anyCase("midnight")})`;
const DASH = `(?:\\s*[-\\u2010-\\u2015\\u2212]\\s*|\\s*${anyCase("to")}\\s*)`;
const HOURS = `${TIME}${DASH}${TIME}`;
const SEVERAL_HOURS = `${HOURS}(?:\\s*,\\s*${HOURS})*`;
const DAY_NAMES = [
  ...["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
  ...["mon", "tues?", "weds?", "thurs?", "thu", "fri", "sat", "sun"],
];
const DAY = `(?:(?:${DAY_NAMES.slice(0, 7).map(anyCase).join("|")})[Ss]?|${DAY_NAMES.slice(7).map(anyCase).join("|")})`;
const DAYS = `${DAY}(?:${DASH}${DAY})?`;

/** Hours of the week. */
export const weeklyHours = textOf(
  "Days and time ranges; hours past midnight belong to the day they start on",
  [`\\s*(?:${anyCase("daily")}|${DAYS}(?:\\s*,\\s*${DAYS})*)\\s*${SEVERAL_HOURS}\\s*`],
  ["mon-fri 09:00-17:30", "mon-fri 09:00-12:00, 13:00-17:30", "daily 9am-5pm", "fri 22:00-02:00"],
);

/** The hours of one date. */
export const dayHours = textOf(
  'Time ranges, or "closed"',
  [`\\s*(?:${anyCase("closed")}|${SEVERAL_HOURS})\\s*`],
  ["closed", "09:00-12:00"],
);

const MONTH_DAY = "(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])";

/** Matches the dates of an exception: `2026-12-25`, `12-25`, or a range of either. */
export const DATES = `^(?:\\s*[0-9]{4}-${MONTH_DAY}\\s*(?:/\\s*[0-9]{4}-${MONTH_DAY}\\s*)?|\\s*${MONTH_DAY}\\s*(?:/\\s*${MONTH_DAY}\\s*)?)$`;

/** A place that has holidays of its own. */
export const place = textOf(
  "A country, or a part of it",
  ["\\s*[A-Za-z]{2}(?:-[A-Za-z0-9 ._-]+)*\\s*"],
  ["US", "US-CA", "DE-BY", "GB-SCT"],
);

/** A language, and the country where it is spoken. */
export const locale = textOf(
  "A language and a country",
  ["[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*"],
  ["en-US", "en-GB", "es-MX", "de-DE", "fr-CA"],
);

/** The code of a country. */
export const countryCode = textOf("A country: two capital letters", ["[A-Z]{2}"], ["US", "GB", "DE"]);

/** A name of the time zone database. */
export const timezone = textOf(
  "A time zone, by the name of a place",
  ["[A-Za-z][A-Za-z0-9_+/-]*"],
  ["America/New_York", "America/Los_Angeles", "Europe/London", "UTC"],
);

/** What is a digit somewhere: 0 to 9, or a character beyond ASCII, whose meaning the reader knows. */
const DIGIT = "[0-9\\u0080-\\uffff]";
/** Numbers in any notation: no letters, and a digit somewhere. A plus and less than five digits are no number. */
const NUMBER = `[^+A-Za-z*]*${DIGIT}[^A-Za-z*]*|\\s*\\+[^A-Za-z*]*(?:${DIGIT}[^A-Za-z*0-9\\u0080-\\uffff]*){5}[^A-Za-z*]*|[^A-Za-z*0-9]+\\+[^A-Za-z*]*`;
/** Numbers as telephones send them: `tel:+12137771234`, `"Ann" <sip:+12137771234@host>`. */
const ADDRESS = `[\\s\\S]*(?:${anyCase("sip")}[Ss]?|${anyCase("tel")}):[\\s\\S]*${DIGIT}[\\s\\S]*|[\\s\\S]*<[\\s\\S]*${DIGIT}[\\s\\S]*>[\\s\\S]*|[^A-Za-z*]*${DIGIT}[^A-Za-z*]*[@;][\\s\\S]*`;
const PREFIX = "[^A-Za-z*0-9]*[+\\uff0b][^A-Za-z*]*[*\\uff0a][^A-Za-z*0-9]*";

/** Matches the name of an entry of `[numbers]`. */
export const DIALLED = `^(?:\\*|${NUMBER}|${ADDRESS}|${PREFIX})$`;

/** A caller, or several by what they have in common. */
export const caller = textOf(
  'A number, a prefix such as "+1900*", a list such as "@vip", "country:MX", "withheld", "contact", "text:…" or "*"',
  [
    "\\*",
    "withheld",
    "contact",
    "@.+",
    `${anyCase("country")}:[A-Z]{2}`,
    `${anyCase("text")}:\\s*\\S[\\s\\S]*`,
    NUMBER,
    ADDRESS,
    PREFIX,
  ],
  ["+12137771234", "(213) 777-1234", "+1900*", "@vip", "country:MX", "withheld", "contact", "*"],
);

/** A dialled number. */
export const dialled = anyText("A number in any usual notation", "+12137771235", "(213) 777-1235");

/** An address, or a block of them. */
export const addressBlock = textOf(
  "An IP address, or a CIDR block",
  ["[0-9A-Fa-f:.]+(?:%[^/]*)?(?:/[0-9]{1,3})?"],
  ["127.0.0.1", "::1", "10.0.0.0/8"],
);

/** Where to listen. */
export const listenAddress = textOf(
  "An address and a port, or a socket",
  ["unix:[\\s\\S]+", "(?:\\[[^\\]]+\\]|[^:\\s]+):[0-9]{1,5}"],
  ["127.0.0.1:8787", "[::]:8787", "unix:/run/switchhook/switchhook.sock"],
);

/** The path of a URL. */
export const urlPath = textOf('A path, with its "/"', ["/[A-Za-z0-9_.~%/-]*"], ["/webhook"]);

/** A URL that is fetched. */
export const webUrl = textOf(
  "An address on the web",
  ["[Hh][Tt][Tt][Pp][Ss]?://[^\\s]+"],
  ["https://example.com/contacts.csv"],
);

/** Where several machines count together. */
export const sharedUrl = textOf(
  "A Redis-compatible server",
  ["[Rr][Ee][Dd][Ii][Ss][Ss]?(?:\\+[Ss][Ee][Nn][Tt][Ii][Nn][Ee][Ll])?://[^\\s]+"],
  ["redis://10.0.0.5:6379", "rediss://cache.example:6380/0", "redis+sentinel://10.0.0.5,10.0.0.6/switchhook"],
);

/** `ca`, wherever a service is named. */
export const certificates = anyText("A file", "ca.pem")
  .optional()
  .describe("A file of certificates (PEM) to trust, for a server with a private authority");
