import { expect, test } from "bun:test";
import fc from "fast-check";
import { callerOf } from "../../../src/routing/callers/call.ts";
import { type CountryCode, readSent } from "../../../src/routing/callers/phones/phone.ts";
import type { Circumstances } from "../../../src/routing/circumstances.ts";
import type { JsonValue, LookupResult } from "../../../src/routing/lookups/result.ts";
import { PLAIN_NAMES, readName } from "../../../src/routing/names/name.ts";
import type { NameContext } from "../../../src/routing/names/value.ts";
import { FILTERS } from "../../../src/routing/templates/filters.ts";
import { compileJson } from "../../../src/routing/templates/json.ts";
import { NOW_PARTS } from "../../../src/routing/time/now.ts";
import { compileSchedule, type Schedule } from "../../../src/routing/time/schedule.ts";
import { SCHEDULE_PARTS } from "../../../src/routing/time/schedule-text.ts";
import { anyCall, anyFacts } from "../arbitrary.ts";
import { contact, contactsByKey, schedule } from "../plans.ts";

const COLUMNS = ["first_name", "constructor", "__proto__", "missing"];
const SCHEDULES = ["office", "night", "never", "unknown"];
/** Every name that there is, with what a person may choose of it. */
const NAMES = [
  ...PLAIN_NAMES,
  ...COLUMNS.map((column) => `contact.${column}`),
  ...["x-a", "b", "diversion", "constructor", "__proto__"].map((header) => `header.${header}`),
  ...NOW_PARTS.map((part) => `now.${part}`),
  ...["crm.plan", "crm.tags.0", "crm.__proto__", "crm.length", "gone.value"].map((path) => `lookup.${path}`),
  ...SCHEDULES.flatMap((name) => SCHEDULE_PARTS.map((part) => `schedule.${name}.${part}`)),
];

const LOCALES: readonly (readonly [locale: string, country: CountryCode | undefined, timezone: string])[] = [
  ["en-US", "US", "America/New_York"],
  ["en-GB", "GB", "Europe/London"],
  ["es-MX", "MX", "America/Mexico_City"],
  ["de-DE", "DE", "Europe/Berlin"],
  ["fr-CA", "CA", "America/St_Johns"],
  ["ja-JP", undefined, "Asia/Tokyo"],
];

const compiled = new Map<string, Schedule>(
  LOCALES.flatMap(([, , timezone]) =>
    [
      ["office", schedule(timezone, ["mon-fri 09:00-17:30", "fri 22:00-02:00"])] as const,
      ["night", schedule(timezone, ["daily 22:00-06:00"])] as const,
      ["never", schedule(timezone, [])] as const,
    ].map(([name, plan]) => [`${name} ${timezone}`, compileSchedule(plan)] as const),
  ),
);

function contextOf([locale, country, timezone]: (typeof LOCALES)[number]): NameContext {
  return {
    columnAt: (column) => (COLUMNS.includes(column) ? COLUMNS.indexOf(column) : undefined),
    schedule: (name) => compiled.get(`${name} ${timezone}`),
    asks: { history: () => {}, flag: () => {}, lookup: () => {} },
    texts: new Map(),
    lookupId: (name) => `acme/${name}`,
    agentNames: new Map(),
    ...{ timezone, locale, country, client: "acme" },
  };
}

/** Templates of every name with these filters, without and with a fallback. */
function templatesOf(filters: readonly string[], fallback: string): readonly string[] {
  return NAMES.flatMap((name) => {
    const filtered = [name, ...filters].join("|");
    return [
      `\${${filtered}}`,
      `\${${filtered}:-${fallback}}`,
      `<\${${filtered}}|\${${filtered}:-${fallback}}>`,
    ];
  });
}

/** A value of a contact: as many as there are columns, or fewer. */
const cells = fc.array(
  fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("", " ", "Ann Lee", "+12137771234", "ÉLODIE", "李"),
  ),
  { maxLength: COLUMNS.length },
);
/** Years in which people call, and times that are no whole milliseconds. */
const moment = fc.oneof(
  fc.integer({ min: 0, max: Date.UTC(2100) }),
  fc.double({ min: 0, max: Date.UTC(2100), noNaN: true }),
);

/** What a look-up finds: whatever JSON can say. */
const found = fc
  .jsonValue()
  .map(
    (value): Circumstances["lookups"] =>
      new Map<string, LookupResult>([
        ["acme/crm", { kind: "found", value: { plan: value, tags: [value], value } as JsonValue }],
      ]),
  );

const anyCircumstances = fc.tuple(anyCall(), anyFacts(), moment, cells, found).map(
  ([call, facts, nowMs, values, lookups]) =>
    (country: CountryCode | undefined): Circumstances => ({
      ...{ ...facts, nowMs, lookups, call },
      dialled: readSent(call.to, country).number ?? call.to,
      caller: callerOf(call.from, country, contactsByKey(contact("+12137771234", values))),
    }),
);

test("the names are those that there are", () => {
  for (const name of NAMES) expect(readName(name)).toHaveProperty("name");
});

test.each(LOCALES)(
  "whatever the call, every name with every filter is a text, in %s",
  (locale, country, timezone) => {
    const context = contextOf([locale, country, timezone]);
    const fills = [[], ...Object.keys(FILTERS).map((filter) => [filter])].map((filters) =>
      compileJson(templatesOf(filters, "there"), context),
    );
    fc.assert(
      fc.property(anyCircumstances, (circumstancesIn) => {
        const circumstances = circumstancesIn(country);
        for (const fill of fills) expectTexts(JSON.parse(fill(circumstances)), "there");
      }),
      { numRuns: 10 },
    );
  },
);

test("whatever the call, every name with any chain of filters and any fallback is a text", () => {
  const chain = fc.array(fc.constantFrom(...Object.keys(FILTERS)), { minLength: 2, maxLength: 5 });
  const fallback = fc.constantFrom("there", "", "{{first_name}}", "a caller: one", "0");
  fc.assert(
    fc.property(
      anyCircumstances,
      fc.constantFrom(...LOCALES),
      chain,
      fallback,
      (circumstancesIn, says, filters, otherwise) => {
        const fill = compileJson(templatesOf(filters, otherwise), contextOf(says));
        expectTexts(JSON.parse(fill(circumstancesIn(says[1]))), otherwise);
      },
    ),
    { numRuns: 50 },
  );
});

/** Three for each name: without a fallback, with one, and both side by side. */
function expectTexts(filled: readonly string[], fallback: string): void {
  const wrong: string[][] = [];
  for (let at = 0; at < filled.length; at += 3) {
    const [plain, safe, both] = filled.slice(at, at + 3);
    const isText = typeof plain === "string" && !/undefined|null|\[object|NaN|Invalid/.test(plain);
    const isRight = safe === (plain === "" ? fallback : plain) && both === `<${plain}|${safe}>`;
    if (!isText || !isRight) wrong.push(filled.slice(at, at + 3));
  }
  expect(wrong).toEqual([]);
}
