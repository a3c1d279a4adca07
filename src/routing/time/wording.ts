/** Locales, and times and dates as people say them in their words. */

/** What of a moment is worded. */
export type Wording = "weekday" | "time" | "weekday and time" | "date and time" | "full";

const OPTIONS: Readonly<Record<Wording, Intl.DateTimeFormatOptions>> = {
  weekday: { weekday: "long" },
  time: { hour: "numeric", minute: "2-digit" },
  "weekday and time": { weekday: "long", hour: "numeric", minute: "2-digit" },
  "date and time": { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" },
  full: { dateStyle: "full", timeStyle: "short" },
};

/**
 * Words a moment for people: `Monday at 9:00 AM`, `lundi à 09 h 00`.
 *
 * Blanks are plain ones: what some versions of the locale data put between a time and "AM" is U+202F, and this text is
 * read aloud by an agent.
 *
 * @param locale one that {@link isLocale} accepts
 */
export function worded(wording: Wording, ms: number, timezone: string, locale: string): string {
  const key = `${wording}\n${timezone}\n${locale}`;
  const minute = Math.floor(ms / 60_000);
  const last = words.get(key);
  if (last?.minute === minute) return last.text;
  const text =
    wording === "weekday and time"
      ? weekdayAndTime(ms, timezone, locale)
      : formatter(wording, timezone, locale).format(ms);
  const plain = text.replaceAll(/\p{Zs}/gu, " ");
  if (words.size >= MOST_KEPT) words.clear();
  words.set(key, { minute, text: plain });
  return plain;
}

/** What was worded last: nothing of it changes within a minute, and the next opening is the same for hours. */
const words = new Map<string, { readonly minute: number; readonly text: string }>();

/** So many formatters and texts are kept: making a formatter takes up to a hundred times as long as using it. */
const MOST_KEPT = 500;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(wording: Wording, timezone: string, locale: string): Intl.DateTimeFormat {
  const key = `${wording}\n${timezone}\n${locale}`;
  const known = formatters.get(key);
  if (known) return known;
  if (formatters.size >= MOST_KEPT) formatters.clear();
  const made = new Intl.DateTimeFormat(locale, { ...OPTIONS[wording], timeZone: timezone });
  formatters.set(key, made);
  return made;
}

/**
 * Where a locale has a word between a date and a time (`at`, `um`, `à`), it has none between a weekday alone and a time:
 * so the weekday takes the place of the date.
 */
function weekdayAndTime(ms: number, timezone: string, locale: string): string {
  const parts = formatter("date and time", timezone, locale).formatToParts(ms);
  const lastOfDate = parts.findLastIndex(({ type }) => DATE_PARTS.has(type));
  const firstOfTime = parts.findIndex(({ type }) => TIME_PARTS.has(type));
  // The few locales that say the time first have no such word.
  if (firstOfTime < lastOfDate) return formatter("weekday and time", timezone, locale).format(ms);
  const time = parts.slice(lastOfDate + 1).map(({ value }) => value);
  return formatter("weekday", timezone, locale).format(ms) + time.join("");
}

const DATE_PARTS: ReadonlySet<string> = new Set(["weekday", "day", "month", "year", "relatedYear", "era"]);
const TIME_PARTS: ReadonlySet<string> = new Set(["hour", "minute", "dayPeriod"]);

/** Whether `text` names a locale such as `en-US`, `es-MX` or `de`, whose language can be worded. */
export function isLocale(text: string): boolean {
  const locale = localeOf(text);
  return locale !== undefined && Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0;
}

/** The locale that is meant by a text such as `en_US`, `en-us.UTF-8` or `EN-us`, in its usual spelling; if any is. */
export function localeMeant(text: string): string | undefined {
  const tag = text
    .trim()
    .replace(/[.@].*$/, "")
    .replaceAll("_", "-");
  return isLocale(tag) ? localeOf(tag) : undefined;
}

function localeOf(text: string): string | undefined {
  try {
    return new Intl.Locale(text).toString();
  } catch {
    return undefined;
  }
}
