/** What the tables of phone numbers say of country calling codes, for those who ask a million times. */
import metadata from "libphonenumber-js/metadata.min.json";
import type { CountryCode } from "libphonenumber-js/min";

/** A country calling code in use. */
export interface CallingCode {
  /** Digits only: `1`, `44`, `800`. */
  readonly code: string;
  /** The country that a number of this code belongs to where no other claims it; undefined for `800` and the like. */
  readonly mainCountry: CountryCode | undefined;
  /** How many countries share the code. */
  readonly countries: number;
  /** Whether a number of this many digits, its code not counted, is possible. */
  readonly hasLength: (digits: number) => boolean;
}

/** The calling code of a number that begins with these three digits, as a number from 0 to 999. */
export function callingCodeOf(firstDigits: number): CallingCode | undefined {
  const known = BY_FIRST_DIGITS[firstDigits];
  return known === undefined ? findCode(firstDigits) : (known ?? undefined);
}

/** By the first three digits, as far as they were asked for; null where no code begins so. */
const BY_FIRST_DIGITS: (CallingCode | null | undefined)[] = new Array(1000);

/** Codes are free of prefixes of each other, and three digits at most. */
function findCode(firstDigits: number): CallingCode | undefined {
  if (!Number.isInteger(firstDigits) || firstDigits < 0 || firstDigits > 999) return undefined;
  const digits = String(firstDigits).padStart(3, "0");
  const found = readCode(digits.slice(0, 1)) ?? readCode(digits.slice(0, 2)) ?? readCode(digits);
  BY_FIRST_DIGITS[firstDigits] = found ?? null;
  return found;
}

const KNOWN = new Map<string, CallingCode | undefined>();

/** What is said of a code; undefined if it is not in use. */
function readCode(code: string): CallingCode | undefined {
  if (!KNOWN.has(code)) KNOWN.set(code, codeIn(code));
  return KNOWN.get(code);
}

function codeIn(code: string): CallingCode | undefined {
  const { country_calling_codes, nonGeographic = {}, countries } = metadata;
  const byCode: Readonly<Record<string, readonly CountryCode[] | undefined>> = country_calling_codes;
  const [main, ...others] = byCode[code] ?? [];
  if (main) return callingCode(code, main, 1 + others.length, lengthsOf(countries[main]));
  const plans: Readonly<Record<string, unknown>> = nonGeographic;
  return plans[code] ? callingCode(code, undefined, 0, lengthsOf(plans[code])) : undefined;
}

function callingCode(
  code: string,
  mainCountry: CountryCode | undefined,
  countries: number,
  lengths: ReadonlySet<number>,
): CallingCode {
  return { code, mainCountry, countries, hasLength: (digits) => lengths.has(digits) };
}

/** The fourth column of a numbering plan: the lengths of its national numbers. */
function lengthsOf(plan: unknown): ReadonlySet<number> {
  const lengths: unknown = Array.isArray(plan) ? plan[3] : undefined;
  return new Set(Array.isArray(lengths) ? lengths.filter((length) => typeof length === "number") : []);
}

/** The calling code of a country: `1` of `CA`. */
export function callingCodeOfCountry(country: CountryCode): string | undefined {
  const plan: unknown = metadata.countries[country];
  const code: unknown = Array.isArray(plan) ? plan[0] : undefined;
  return typeof code === "string" ? code : undefined;
}
