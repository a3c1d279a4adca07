import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Caller, callerOf } from "../../../src/routing/callers/call.ts";
import {
  CALLER_FORMS,
  type CallerMatcher,
  readCaller,
  readPrefix,
} from "../../../src/routing/callers/callers.ts";
import { type CallerTest, compileCallers, compileLists } from "../../../src/routing/callers/lookup.ts";
import { keyText } from "../../../src/routing/callers/phones/canonical.ts";
import type { CountryCode } from "../../../src/routing/callers/phones/phone.ts";
import { hasKey } from "../../../src/routing/callers/phones/phone-keys.ts";
import { keysOf } from "../../../src/routing/callers/phones/phone-keys-builder.ts";
import { callersOf, entriesOf, sizeOf } from "../../../src/routing/callers/sets.ts";
import type { Callers } from "../../../src/routing/plan.ts";
import { callers, contact, contactsByKey, e164, keyOf } from "../plans.ts";

describe("an entry of a set of callers is read from", () => {
  test.each<[text: string, country: CountryCode | undefined, matcher: CallerMatcher]>([
    ["*", undefined, { kind: "anyone" }],
    ["withheld", undefined, { kind: "withheld" }],
    ["contact", undefined, { kind: "contact" }],
    ["@spam", undefined, { kind: "list", list: "spam" }],
    ["@toll free", undefined, { kind: "list", list: "toll free" }],
    ["@*", undefined, { kind: "list", list: "*" }],
    ["country:MX", undefined, { kind: "country", country: "MX" }],
    ["+12137771234", undefined, { kind: "number", key: keyOf("+12137771234") }],
    ["+1 (213) 777-1234", undefined, { kind: "number", key: keyOf("+12137771234") }],
    ["(213) 777-1234", "US", { kind: "number", key: keyOf("+12137771234") }],
    ["0049 30 901820", "DE", { kind: "number", key: keyOf("+4930901820") }],
    ["+1*", undefined, { kind: "prefix", prefix: "+1" }],
    ["+1900*", undefined, { kind: "prefix", prefix: "+1900" }],
    ["+1 (900) *", undefined, { kind: "prefix", prefix: "+1900" }],
    ["+44-20.7*", "US", { kind: "prefix", prefix: "+44207" }],
  ])("%p in %p", (text, country, matcher) => {
    expect(readCaller(text, country)).toEqual({ matcher });
  });

  const notPrefix = (text: string) =>
    `"${text}" is not a prefix; it must be "+", the first digits and one "*", such as "+1900*"`;
  const notCountry = (code: string) =>
    `"${code}" is not a country code; it must be two capital letters, such as "country:MX"`;

  test.each<[text: string, problem: string, near: readonly string[] | undefined]>([
    ["1900*", notPrefix("1900*"), undefined],
    ["+*", notPrefix("+*"), undefined],
    ["+0*", notPrefix("+0*"), undefined],
    ["+1900**", notPrefix("+1900**"), undefined],
    ["+1*900", notPrefix("+1*900"), undefined],
    ["*1234", notPrefix("*1234"), undefined],
    ["+1900x*", notPrefix("+1900x*"), undefined],
    [" *", notPrefix(" *"), undefined],
    ["country:mx", notCountry("mx"), ["country:MX"]],
    ["country:XX", notCountry("XX"), []],
    ["country:Mexico", notCountry("Mexico"), []],
    ["country:", notCountry(""), []],
    ["country:*", notCountry("*"), []],
    ["@", `"@" is not a valid caller pattern; use ${CALLER_FORMS}`, ["withheld", "contact"]],
    ["+1900", '"+1900" is not a valid caller pattern: it is too short for a phone number', ["+1900*"]],
    ["", '"" is not a valid caller pattern: it is not a phone number', []],
  ])("not from %p, and says why", (text, problem, near) => {
    const read = readCaller(text, undefined);
    expect(read).toEqual(near ? { problem, near } : { problem });
  });
});

test.each<[text: string, hint: string]>([
  ["spam", '"text:spam" matches callers that the carrier sends as "spam"'],
  ["contacts", '"text:contacts" matches callers that the carrier sends as "contacts"'],
  [
    "Private",
    '"withheld" includes such callers; "text:Private" matches callers that the carrier sends as "Private"',
  ],
])("%p is no caller, and there is a way to say what may be meant", (text, hint) => {
  expect(readCaller(text, undefined)).toEqual({
    problem: `"${text}" is not a valid caller pattern; use ${CALLER_FORMS}`,
    near: ["withheld", "contact"],
    hint,
  });
});

test.each<[text: string, key: number]>([
  ["911", 911],
  ["12345", 12_345],
  ["+12345", 12_345],
])("the short code %p is a caller", (text, key) => {
  expect<unknown>(readCaller(text, undefined)).toEqual({ matcher: { kind: "number", key } });
});

test("a prefix may be grouped like any number", () => {
  expect(readPrefix("+1 (213) 777*")).toEqual({ prefix: "+1213777" });
  expect(readPrefix("+1213777")).toHaveProperty("problem");
});

describe("a set of callers", () => {
  const set = callers(
    "+12137771234",
    "+1900*",
    "@spam",
    "@vip",
    "country:MX",
    "withheld",
    "contact",
    "*",
    "+12137779999",
  );

  test("keeps what its entries say", () => {
    expect(set).toEqual({
      numbers: keysOf([keyOf("+12137771234"), keyOf("+12137779999")]),
      prefixes: ["+1900"],
      texts: [],
      lists: ["spam", "vip"],
      countries: ["MX"],
      withheld: true,
      contact: true,
      anyone: true,
    });
  });

  test("can be sent from one thread to another", () => {
    expect(structuredClone(set)).toEqual(set);
  });

  test("has as many entries as were written", () => {
    expect(sizeOf(set)).toBe(9);
    expect(sizeOf(callers())).toBe(0);
    for (const entry of ["+12137771234", "+1900*", "@spam", "country:MX", "withheld", "contact", "*"]) {
      expect(sizeOf(callers(entry))).toBe(1);
    }
  });

  test("is shown as it would be written, as far as there is room", () => {
    const entries = [
      "@spam",
      "@vip",
      "withheld",
      "contact",
      "*",
      "country:MX",
      "+1900*",
      "+12137771234",
      "+12137779999",
    ];
    expect(entriesOf(set, 100)).toEqual(entries);
    for (const limit of [0, 1, 5, 8]) expect(entriesOf(set, limit)).toEqual(entries.slice(0, limit));
  });

  test("shown and read again is the same set", () => {
    fc.assert(
      fc.property(anySet([]), (set) => {
        const again = callers(...entriesOf(set, Number.POSITIVE_INFINITY));
        expect(again).toEqual(set);
      }),
    );
  });
});

describe("looking a caller up", () => {
  const LISTS = compileLists(
    new Map(
      Object.entries({
        vip: callers("+12137771234"),
        known: callers("+14165551234", "@vip"),
        friends: callers("@known"),
        nobody: callers(),
        hidden: callers("withheld"),
        customers: callers("contact"),
      }),
    ),
  );
  const lookUp = (from: string, ...entries: readonly string[]) =>
    compileCallers(callers(...entries), LISTS)(callerOf(from, "US", contacts));

  test.each<[from: string, entries: readonly string[], hit: readonly string[] | undefined]>([
    ["+12137771234", [], undefined],
    ["+12137771234", ["+12137771234"], ["+12137771234"]],
    ["(213) 777-1234", ["+12137771234"], ["+12137771234"]],
    ["+12137771234", ["+12137771235"], undefined],
    ["+121377712345", ["+12137771234"], undefined],
    ["+12137771234", ["+1213*"], ["+1213*"]],
    ["+12137771234", ["+1*", "+1213777*", "+1213*"], ["+1213777*"]],
    ["+12137771234", ["+1213777*", "+12137771234"], ["+12137771234"]],
    ["+12137771234", ["+1214*", "+2*", "+121377712345*"], undefined],
    ["+12137771234", ["+12137771234*"], ["+12137771234*"]],
    ["+525512345678", ["country:MX"], ["country:MX"]],
    ["+12137771234", ["country:MX", "country:CA"], undefined],
    ["+14165551234", ["country:US", "country:CA"], ["country:CA"]],
    ["+14165551234", ["country:CA", "+1*"], ["+1*"]],
    ["+80012345678", ["country:US"], undefined],
    ["anonymous", ["withheld"], ["withheld"]],
    ["+266696687", ["withheld"], ["withheld"]],
    ["+266696687", ["+266*", "country:LS"], undefined],
    ["", ["withheld"], ["withheld"]],
    ["anonymous", ["+1*", "country:US"], undefined],
    ["+12137771234", ["withheld"], undefined],
    ["alice", ["withheld", "+1*", "country:US"], undefined],
    ["alice", ["*"], ["*"]],
    ["anonymous", ["*"], ["*"]],
    ["anonymous", ["*", "withheld"], ["withheld"]],
    ["+12137771234", ["*"], ["*"]],
    ["+12137771234", ["*", "+12137771234"], ["+12137771234"]],
    ["+12137771234", ["@vip"], ["@vip", "+12137771234"]],
    ["+12137771234", ["@known"], ["@known", "@vip", "+12137771234"]],
    ["+12137771234", ["@friends"], ["@friends", "@known", "@vip", "+12137771234"]],
    ["+12137771234", ["@nobody", "@known", "@vip"], ["@known", "@vip", "+12137771234"]],
    ["+12137771234", ["@known", "+1213*"], ["+1213*"]],
    ["+12137771234", ["*", "@vip"], ["@vip", "+12137771234"]],
    ["+14165551234", ["@vip"], undefined],
    ["anonymous", ["@vip", "@hidden"], ["@hidden", "withheld"]],
    ["anonymous", ["@nobody"], undefined],
    ["+14165551234", ["contact"], ["contact"]],
    ["(416) 555-1234", ["contact"], ["contact"]],
    ["+12137771234", ["contact"], undefined],
    ["anonymous", ["contact"], undefined],
    ["alice", ["contact"], undefined],
    ["+14165551234", ["contact", "+1*"], ["+1*"]],
    ["+14165551234", ["*", "contact"], ["contact"]],
    ["+14165551234", ["@customers"], ["@customers", "contact"]],
    ["+12137771234", ["@customers"], undefined],
  ])("%p in %p finds %p", (from, entries, hit) => {
    expect(lookUp(from, ...entries)).toEqual(hit);
  });

  test("agrees with asking every entry in turn", () => {
    fc.assert(
      fc.property(anySets(), anyCaller(), ({ set, lists }, from) => {
        const caller = callerOf(from, "US", contacts);
        expect(compiled(set, lists)(caller) !== undefined).toBe(holds(set, caller, lists));
      }),
      { numRuns: 2000 },
    );
  });

  test("names a way through the lists to an entry that holds by itself", () => {
    fc.assert(
      fc.property(anySets(), anyCaller(), ({ set, lists }, from) => {
        const caller = callerOf(from, "US", contacts);
        const hit = compiled(set, lists)(caller);
        if (!hit) return;
        let inner = set;
        for (const name of hit.slice(0, -1)) {
          expect(entriesOf(inner, Number.POSITIVE_INFINITY)).toContain(name);
          inner = lists.get(name.slice(1)) ?? callers();
        }
        const entry = hit.at(-1) ?? "";
        expect(entriesOf(inner, Number.POSITIVE_INFINITY)).toContain(entry);
        expect(holds(callers(entry), caller, new Map())).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

function compiled(set: Callers, lists: ReadonlyMap<string, Callers>): CallerTest {
  return compileCallers(set, compileLists(lists));
}

/** Everyone in the contacts. */
const contacts = contactsByKey(contact("+14165551234"), contact("+525512345678"));

/** The meaning of a set, without any thought for speed. */
function holds(set: Callers, caller: Caller, lists: ReadonlyMap<string, Callers>): boolean {
  const { key, withheld, country } = caller;
  const number = key === undefined ? undefined : keyText(key);
  return (
    set.anyone ||
    (set.withheld && withheld) ||
    (set.contact && caller.contact !== undefined) ||
    (key !== undefined && hasKey(set.numbers, key)) ||
    (number !== undefined && set.prefixes.some((prefix) => number.startsWith(prefix))) ||
    (country !== undefined && set.countries.includes(country)) ||
    set.lists.some((list) => holds(lists.get(list) ?? callers(), caller, lists))
  );
}

/** Few numbers, close to each other, so that sets and callers often meet. */
const NUMBERS = [
  "+12137771234",
  "+12137771235",
  "+12137779999",
  "+14165551234",
  "+442079460958",
  "+525512345678",
  "+80012345678",
];

function anyCaller(): fc.Arbitrary<string> {
  return fc.oneof(fc.constantFrom(...NUMBERS), fc.constantFrom("anonymous", "", "+266696687", "alice"));
}

/** Any set of callers that may name `lists`. */
function anySet(lists: readonly string[]): fc.Arbitrary<Callers> {
  const number = fc.constantFrom(...NUMBERS).map(e164);
  const matcher = fc.oneof<fc.Arbitrary<CallerMatcher>[]>(
    number.map((number) => ({ kind: "number", key: keyOf(number) })),
    fc
      .tuple(number, fc.integer({ min: 2, max: 13 }))
      .map(([number, length]) => ({ kind: "prefix", prefix: number.slice(0, length) })),
    fc.constantFrom<CountryCode>("US", "CA", "GB", "MX").map((country) => ({ kind: "country", country })),
    fc.constantFrom<CallerMatcher>({ kind: "withheld" }, { kind: "contact" }, { kind: "anyone" }),
    ...(lists.length > 0
      ? [fc.constantFrom(...lists).map((list): CallerMatcher => ({ kind: "list", list }))]
      : []),
  );
  return fc.array(matcher, { maxLength: 4 }).map(callersOf);
}

/** A set and the lists below it, each of which names only later ones. */
function anySets(): fc.Arbitrary<{ set: Callers; lists: ReadonlyMap<string, Callers> }> {
  return fc
    .record({ set: anySet(["a", "b", "c"]), a: anySet(["b", "c"]), b: anySet(["c"]), c: anySet([]) })
    .map(({ set, ...lists }) => ({ set, lists: new Map(Object.entries(lists)) }));
}
