/** Where and in what language times are said: `timezone` and `locale`. */
import { isLocale, localeMeant } from "../../../routing/time/wording.ts";
import type { Findings, Path } from "../../findings/findings.ts";
import { doubtOf, isTimezone, timezoneHint } from "./timezones.ts";

/** The locale of whoever names none. */
export const DEFAULT_LOCALE = "en-US";

/** The time zone that a text names; one that there is not is reported, and undefined. */
export function readTimezone(timezone: string, path: Path, findings: Findings): string | undefined {
  if (isTimezone(timezone)) {
    const doubt = doubtOf(timezone, findings.quote(timezone));
    if (doubt) findings.warning(path, doubt.message, { hint: doubt.hint });
    return timezone;
  }
  const message = `${findings.quote(timezone)} is not a time zone; use a name such as "America/Los_Angeles"`;
  findings.error(path, message, { hint: timezoneHint(timezone) });
  return undefined;
}

/** The locale that a text names; one that there is not is reported, and the usual one taken. */
export function readLocale(locale: string | undefined, path: Path, findings: Findings): string {
  if (locale === undefined) return DEFAULT_LOCALE;
  if (isLocale(locale)) return locale;
  const meant = localeMeant(locale);
  const message = `${findings.quote(locale)} is not a locale; use a language and a country, such as "en-US" or "es-MX"`;
  findings.error(path, message, { hint: meant === undefined ? undefined : `did you mean "${meant}"?` });
  return meant ?? DEFAULT_LOCALE;
}
