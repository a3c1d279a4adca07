import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import { parse } from "smol-toml";
import { isTimezone } from "../../../src/config/read/time/timezones.ts";
import { readDuration } from "../../../src/config/shape/duration.ts";
import { configJsonSchema } from "../../../src/config/shape/json-schema.ts";
import { MAX_DELAY_MS } from "../../../src/retell/timing.ts";
import { readCaller } from "../../../src/routing/callers/callers.ts";
import { readNumber } from "../../../src/routing/callers/phones/phone.ts";
import { readDates } from "../../../src/routing/time/dates.ts";
import { readException, readOpen } from "../../../src/routing/time/read-hours.ts";
import { ROOT } from "../../harness.ts";
import { readScenario } from "../../scenarios/format.ts";

const validate = new Ajv({ strict: false, allErrors: true }).compile(configJsonSchema());

function isAccepted(document: unknown): boolean {
  return validate(document);
}

/** What the schema says of a document with one caller, one duration and so on in it, by what reads that text. */
const READERS: Readonly<
  Record<string, { document: (text: string) => unknown; reads: (text: string) => boolean; parts: string[] }>
> = {
  "a caller": {
    document: (text) => ({ lists: { l: [text] } }),
    reads: (text) => "matcher" in readCaller(text, "US"),
    parts: `+ * @ ( ) - . 1 213 777 1234 0 00 44 +1900 tel: SIP: sips: text: country: MX withheld contact <
      > " ;ext=5 @host vip x + * \u200b 4 ٣ e`.split(/\s+/),
  },
  "a dialled number": {
    document: (text) => ({ numbers: { [text]: { pass: true } } }),
    reads: (text) => "number" in readNumber(text, "US"),
    parts: "+ ( ) - . 1 213 777 1234 0 00 44 tel: sip: < > ;x=y @host + 4 ٣ \u2011".split(" "),
  },
  "a limit's time": {
    document: (text) => ({ limits: { l: { calls: 1, per: text } } }),
    reads: (text) => (readDuration(text) ?? 0) > 0,
    parts: "0 1 12 000 ms s m h d - . w".split(" "),
  },
  "a delay": {
    document: (text) => ({ defaults: { delay: text } }),
    reads: (text) => (readDuration(text) ?? Number.POSITIVE_INFINITY) <= MAX_DELAY_MS,
    parts: "0 1 8 00 000 ms s m h d".split(" "),
  },
  "hours of the week": {
    document: (text) => ({ schedules: { s: { timezone: "UTC", open: [text] } } }),
    reads: (text) => !("problem" in readOpen(text)),
    parts: [
      "mon",
      "FRI",
      "Sun",
      "-",
      ",",
      " ",
      "9:00",
      "09:30",
      "24:00",
      "00:00",
      "17:60",
      "mon-fri",
      "09:00-17:00",
      "daily",
      "Tuesdays",
      "thurs",
      "9am",
      "5 PM",
      "noon",
      "\u2013",
      " to ",
      "9",
      "17",
    ],
  },
  "hours of a date": {
    document: (text) => ({ schedules: { s: { timezone: "UTC", except: { "2026-12-25": text } } } }),
    reads: (text) => !("problem" in readException(text)),
    parts: ["closed", "Closed", " ", "-", "to", ",", "9am", "5 p.m.", "17", "9:00", "09:30", "24:00", "noon"],
  },
  "a date": {
    document: (text) => ({ schedules: { s: { timezone: "UTC", except: { [text]: "closed" } } } }),
    reads: (text) => !("problem" in readDates(text)),
    parts: ["2026", "2024", "-", "-02", "-12", "-29", "-31", "-00", "1", "02-29", "/", " ", "12-25"],
  },
  "a time zone": {
    document: (text) => ({ schedules: { s: { timezone: text } } }),
    reads: isTimezone,
    parts: [
      "America/",
      "Port-au-Prince",
      "Etc/GMT",
      "+5",
      "-3",
      "utc",
      "EST5EDT",
      "Argentina/",
      "Buenos_Aires",
      "PST8PDT",
    ],
  },
};

describe("the JSON Schema accepts what the program accepts:", () => {
  const scenarios = [...new Bun.Glob("test/scenarios/**/*.scenario").scanSync({ cwd: ROOT })];
  test.each(scenarios.filter((path) => !path.includes("/errors/")))("%s", async (path) => {
    const { files, questions } = readScenario(await Bun.file(join(ROOT, path)).text());
    if (questions.some(({ kind, expected }) => kind === "check" && expected !== "valid")) return;
    for (const [name, text] of Object.entries(files).filter(([name]) => name.endsWith(".toml"))) {
      // Scenarios leave out what is the same in all of them.
      const document = { retell: { api_key: "key_1" }, ...parse(text.replace(/^\ufeff/, "")) };
      expect({ name, accepted: isAccepted(document), errors: validate.errors }).toEqual({
        name,
        accepted: true,
        errors: null,
      });
    }
  });

  test.each(Object.entries(READERS))("%s, however it is spelt", (_kind, { document, reads, parts }) => {
    const spelling = fc
      .array(fc.constantFrom(...parts), { minLength: 1, maxLength: 7 })
      .map((chosen) => chosen.join(""));
    fc.assert(
      fc.property(spelling, (text) => !reads(text) || isAccepted(document(text))),
      { numRuns: 5000 },
    );
  });

  test.each([
    { log: { level: "${env:LEVEL:-info}" } },
    { country: "${env:COUNTRY}" },
    { defaults: { delay: "${env:DELAY:-2s}", deny: ["${env:BLOCKED}"], unrouted: "${env:UNROUTED}" } },
    { schedules: { s: { timezone: "${env:TZ}", open: ["mon-fri ${env:HOURS}"] } } },
    { limits: { l: { calls: 1, per: "${file:per}", by: "${env:BY}" } } },
    {
      presets: {
        p: { agent: { voice_model: "${env:MODEL}", user_dtmf_options: { termination_key: "${env:KEY}" } } },
      },
    },
  ])("a template in place of a text: %j", (document) => {
    expect({ accepted: isAccepted(document), errors: validate.errors }).toEqual({
      accepted: true,
      errors: null,
    });
  });
});
