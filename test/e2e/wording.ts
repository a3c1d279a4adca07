/** Prints how moments are worded in many locales, for the comparison of runtimes. */

import { NOW_PARTS, nowText } from "../../src/routing/time/now.ts";
import { compileSchedule } from "../../src/routing/time/schedule.ts";
import { scheduleText } from "../../src/routing/time/schedule-text.ts";

const LOCALES = ["en-US", "en-GB", "en-CA", "es-MX", "es-ES", "es-419", "de-DE", "de-CH", "fr-CA", "fr-FR"];
const MORE = [
  "pt-BR",
  "it-IT",
  "nl-NL",
  "pl-PL",
  "sv-SE",
  "ja-JP",
  "ko-KR",
  "zh-CN",
  "zh-TW",
  "hi-IN",
  "vi-VN",
  "ar-EG",
];
const week = [[{ start: 540, end: 1050 }], [], [], [], [{ start: 795, end: 1440 }], [], []];
const plan = { timezone: "America/Los_Angeles", weekly: week, except: [], holidays: undefined };

for (const locale of [...LOCALES, ...MORE]) {
  for (const text of ["2026-03-09T16:30Z", "2026-11-06T20:00Z", "2026-12-25T18:05:09Z"]) {
    const nowMs = Temporal.Instant.from(text).epochMilliseconds;
    const schedule = compileSchedule(plan);
    const now = NOW_PARTS.map((part) => nowText(part, nowMs, plan.timezone, locale));
    const hours = (["opens", "closes"] as const).map((part) => scheduleText(schedule, part, nowMs, locale));
    console.log([locale, ...now, ...hours].join(" | "));
  }
}
