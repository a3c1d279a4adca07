/** Names of time zones: which there are, which mean something else than people intend, and what others mean. */
import { didYouMean } from "../../findings/findings.ts";

/** Whether `text` names a time zone of the IANA database. Upper and lower case are the same. */
export function isTimezone(text: string): boolean {
  // An offset such as "-08:00" would be taken too, and be wrong for half of the year.
  if (!/^[a-z]/i.test(text)) return false;
  try {
    new Temporal.ZonedDateTime(0n, text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The names of time zones, for suggestions. {@link isTimezone} knows more: old names too, and those such as `Etc/GMT+5`,
 * whose sign is the reverse of what it seems.
 */
export function timezones(): readonly string[] {
  const zones = Intl.supportedValuesOf("timeZone").filter((zone) => !/^Etc\/GMT/.test(zone));
  return [...new Set(["UTC", ...zones])];
}

/** Why a time zone is hardly the one that is meant, and what would be. */
export interface Doubt {
  readonly message: string;
  readonly hint: string;
}

/**
 * What is to be doubted about a time zone that there is; undefined for most.
 *
 * The database keeps some abbreviations as zones without summer time, and turns the sign round in names such as
 * `Etc/GMT+5` (the file "etcetera" of the IANA database says why). `EST5EDT`, `CET` and the like have summer time, and
 * where `HST` is used there is none.
 *
 * @param quoted the name as messages quote it
 */
export function doubtOf(timezone: string, quoted: string): Doubt | undefined {
  const name = timezone.toUpperCase();
  const [, sign, hours] = /^ETC\/GMT([+-])([1-9]\d?)$/.exec(name) ?? [];
  if (hours !== undefined) {
    const side = sign === "+" ? "behind" : "ahead of";
    return {
      message: `${quoted} is ${hours} hour${hours === "1" ? "" : "s"} ${side} UTC: in these names the sign is reversed`,
      hint: 'use the name of a place, such as "America/New_York"',
    };
  }
  const like = WITHOUT_SUMMER_TIME.get(name.replace(/^ETC\//, ""));
  if (!like) return undefined;
  const { offset, summer, fixed } = like;
  return {
    message: `${quoted} is ${offset} all year, without daylight saving time`,
    hint: `with daylight saving time: "${summer}"; without: "${fixed}"`,
  };
}

/** {@link doubtOf} the time zone in the brackets of a moment, such as `2026-12-25T10:00[EST]`, if there is one. */
export function doubtOfMoment(moment: string, quoted: (timezone: string) => string): Doubt | undefined {
  const timezone = /\[!?([a-z][^\]=]*)\]/i.exec(moment)?.[1];
  return timezone === undefined ? undefined : doubtOf(timezone, quoted(timezone));
}

const EASTERN = { offset: "UTC-5", summer: "America/New_York", fixed: "America/Panama" };
const MOUNTAIN = { offset: "UTC-7", summer: "America/Denver", fixed: "America/Phoenix" };
const GREENWICH = { offset: "UTC", summer: "Europe/London", fixed: "UTC" };
const WITHOUT_SUMMER_TIME: ReadonlyMap<string, typeof EASTERN> = new Map([
  ["EST", EASTERN],
  ["MST", MOUNTAIN],
  ...["GMT", "GMT0", "GMT+0", "GMT-0", "GREENWICH"].map((name) => [name, GREENWICH] as const),
]);

/** A hint for a text that is no time zone: which is meant, where that can be told. */
export function timezoneHint(text: string): string | undefined {
  if (/^(?:(?:UTC|GMT)\s*)?[+-]\s*\d/i.test(text)) {
    return 'a fixed offset is wrong for half of the year; use the name of a place, such as "America/New_York"';
  }
  const meant = zoneMeant(text);
  return meant === undefined ? didYouMean(text, timezones()) : `did you mean "${meant}"?`;
}

/** The zone of an abbreviation, a city, or a name in other words. */
function zoneMeant(text: string): string | undefined {
  const words = wordsOf(text);
  const known = MEANT.get(words) ?? MEANT.get(words.replaceAll(FILLING, " ").trim().replaceAll(/ +/g, " "));
  if (known !== undefined) return known;
  const zones = timezones();
  const [city = ""] = text.split(",");
  const names = new Set([words, wordsOf(city), wordsOf(city).replace(/ city$/, "")]);
  const found = zones.find(
    (zone) => names.has(wordsOf(zone)) || names.has(wordsOf(zone.split("/").at(-1) ?? zone)),
  );
  if (found !== undefined) return found;
  // What the list of a runtime has under an older name, such as Asia/Calcutta.
  const regions = new Set(zones.filter((zone) => zone.includes("/")).map((zone) => zone.split("/")[0]));
  const title = wordsOf(city).replaceAll(/(^| )([a-z])/g, (_all, blank: string, letter: string) =>
    (blank && "_").concat(letter.toUpperCase()),
  );
  const old = [...regions].find((region) => isTimezone(`${region}/${title}`));
  return title === "" || old === undefined ? undefined : `${old}/${title}`;
}

/** A name in lower case without accents and punctuation, its words separated by blanks. */
function wordsOf(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/[\p{M}.'’]/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, " ")
    .trim();
}

/** What is said around the name of a zone in North America. */
const FILLING = /\b(?:standard|daylight|time|zone|us|usa|canada|north america)\b/g;

/** Abbreviations and names that are no zones of the database, in the meaning that is by far the most usual. */
const MEANT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "America/New_York": "edt,et,eastern,miami,boston,atlanta,washington,philadelphia,florida",
    "America/Chicago": "cst,cdt,ct,central,houston,dallas,austin,texas",
    "America/Denver": "mdt,mt,mountain,colorado",
    "America/Phoenix": "arizona",
    "America/Los_Angeles": "pst,pdt,pt,pacific,california,san francisco,san diego,seattle,las vegas,portland",
    "America/Anchorage": "akst,akdt,alaska",
    "Pacific/Honolulu": "hast,hawaii",
    "America/Halifax": "ast,adt,atlantic",
    "America/St_Johns": "nst,ndt,newfoundland",
    "America/Sao_Paulo": "brt,brasilia",
    "Europe/London": "bst,gmt standard time,uk,england,manchester",
    "Europe/Dublin": "ireland",
    "Europe/Lisbon": "west",
    "Europe/Paris": "france,romance standard time",
    "Europe/Berlin":
      "cest,germany,munich,hamburg,frankfurt,cologne,central european time,w europe standard time",
    "Europe/Madrid": "spain,barcelona",
    "Europe/Rome": "italy,milan",
    "Europe/Athens": "eest",
    "Europe/Moscow": "msk",
    "Asia/Dubai": "gst",
    "Asia/Karachi": "pkt",
    "Asia/Kolkata": "ist,india,mumbai,delhi,new delhi,bangalore",
    "Asia/Bangkok": "ict",
    "Asia/Singapore": "sgt",
    "Asia/Shanghai": "beijing,china",
    "Asia/Manila": "pht",
    "Asia/Tokyo": "jst",
    "Asia/Seoul": "kst",
    "Australia/Perth": "awst",
    "Australia/Adelaide": "acst,acdt",
    "Australia/Sydney": "aest,aedt",
    "Pacific/Auckland": "nzst,nzdt,new zealand",
    "Africa/Johannesburg": "sast",
    "Africa/Lagos": "wat",
    "Africa/Nairobi": "eat",
  }).flatMap(([zone, names]) => names.split(",").map((name) => [name, zone] as const)),
);
