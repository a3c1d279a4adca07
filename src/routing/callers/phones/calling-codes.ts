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

const CODES = new Map<string, CallingCode>();
for (const [code, countries] of Object.entries(metadata.country_calling_codes)) {
  const [main] = countries;
  if (main) CODES.set(code, callingCode(code, main, countries.length, lengthsOf(metadata.countries[main])));
}
for (const [code, plan] of Object.entries(metadata.nonGeographic ?? {})) {
  CODES.set(code, callingCode(code, undefined, 0, lengthsOf(plan)));
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

/** By its first three digits, for every number: codes are free of prefixes of each other, and three digits at most. */
const BY_FIRST_DIGITS: readonly (CallingCode | undefined)[] = Array.from({ length: 1000 }, (_, first) => {
  const digits = String(first).padStart(3, "0");
  return CODES.get(digits.slice(0, 1)) ?? CODES.get(digits.slice(0, 2)) ?? CODES.get(digits);
});

/** The calling code of a number that begins with these three digits, as a number from 0 to 999. */
export function callingCodeOf(firstDigits: number): CallingCode | undefined {
  return BY_FIRST_DIGITS[firstDigits];
}

/** The calling code of a country: `1` of `CA`. */
export function callingCodeOfCountry(country: CountryCode): string | undefined {
  const plan: unknown = metadata.countries[country];
  const code: unknown = Array.isArray(plan) ? plan[0] : undefined;
  return typeof code === "string" ? code : undefined;
}
