/** Where and in what language times are said: `timezone` and `locale`. */
import { isLocale, localeMeant } from "../../../routing/time/wording.ts";
import type { Findings, Path } from "../../findings/findings.ts";
import { doubtOf, isTimezone, timezoneHint } from "./timezones.ts";

/** The locale of whoever names none. */
export const DEFAULT_LOCALE = "en-US";

/** A time zone or a locale, as it is written, and where. */
export interface LocalityText {
  readonly text: string;
  readonly path: Path;
}

/** What a file says of itself: at its top, or in its `[defaults]`; undefined where it says nothing. */
export function localityOf(document: LocalityDocument, key: "timezone" | "locale"): LocalityText | undefined {
  const places = [
    { text: document[key], path: [key] },
    { text: document.defaults[key], path: ["defaults", key] },
  ];
  for (const { text, path } of places) if (text !== undefined) return { text, path };
  return undefined;
}

/** A file that may say where and in what language times are said. */
export interface LocalityDocument extends LocalityKeys {
  readonly defaults: LocalityKeys;
}

interface LocalityKeys {
  readonly timezone?: string | undefined;
  readonly locale?: string | undefined;
}

/** Reports what stands both at the top of a file and in its `[defaults]`. */
export function reportTwice(document: LocalityDocument, findings: Findings): void {
  for (const key of ["timezone", "locale"] as const) {
    if (document[key] === undefined || document.defaults[key] === undefined) continue;
    const message = `\`${key}\` is at the top of the file too; leave it out here`;
    findings.error(["defaults", key], message, { at: "key" });
  }
}

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
export function readLocale(locale: string, path: Path, findings: Findings): string {
  if (isLocale(locale)) return locale;
  const meant = localeMeant(locale);
  const message = `${findings.quote(locale)} is not a locale; use a language and a country, such as "en-US" or "es-MX"`;
  findings.error(path, message, { hint: meant === undefined ? undefined : `did you mean "${meant}"?` });
  return meant ?? DEFAULT_LOCALE;
}
