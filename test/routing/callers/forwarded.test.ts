import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { forwardedFrom, forwardersOf } from "../../../src/routing/callers/forwarded.ts";
import { compileCallers, compileLists } from "../../../src/routing/callers/lookup.ts";
import type { CountryCode } from "../../../src/routing/callers/phones/phone.ts";
import { callers, contact, contactsByKey } from "../plans.ts";

type Headers = Readonly<Record<string, string>>;

const DIALLED = "+12137771235";

function textsOf(headers: Headers, dialled = DIALLED) {
  return Array.from(forwardersOf({ headers }, dialled, "US"), ({ text }) => text);
}

/** The one diverter of a header, in either header. */
function readOf(entry: string): string | undefined {
  const diversion = textsOf({ diversion: entry });
  expect(textsOf({ "history-info": entry })).toEqual(diversion);
  expect(diversion).toHaveLength(1);
  return diversion[0];
}

describe("an entry in any usual form names the number that forwarded the call:", () => {
  test.each([
    "<sip:+12125550300@pbx.example.com>",
    "<sip:+12125550300@pbx.example.com>;reason=unconditional;counter=1;privacy=off",
    '"Acme" <sip:+12125550300;npdi=yes@pbx.example.com>;reason=user-busy',
    '"Acme, Inc. <west>" <sip:+12125550300@pbx.example.com>',
    '"Acme \\"West\\", Inc" <sip:+12125550300@pbx.example.com>',
    '"\\\\" <sip:+12125550300@pbx.example.com>',
    '""<sip:+12125550300@pbx.example.com>',
    "Acme Inc <sip:+12125550300@pbx.example.com>",
    "Acme, Inc <sip:+12125550300@pbx.example.com>",
    "  <  sip:+12125550300@pbx.example.com  >  ; reason = deflection ",
    "<sips:+12125550300@pbx.example.com:5061;transport=tls>",
    "<SIP:+12125550300@PBX.EXAMPLE.COM>",
    "<Tel:+12125550300>",
    "<tel:+1-212-555-0300>",
    "<tel:+1(212)555-0300;ext=5>",
    "<tel:212-555-0300;phone-context=+1>;reason=no-answer",
    "<sip:2125550300@pbx.example.com>",
    "<sip:12125550300@pbx.example.com>",
    "<sip:+1.212.555.0300@pbx.example.com;user=phone>",
    "<sip:+12125550300:secret@pbx.example.com>",
    "<sip:%2B12125550300@pbx.example.com>",
    "<sip:%2b1%20212%20555%200300@pbx.example.com>",
    "<sip:+12125550300@pbx.example.com?Reason=SIP%3Bcause%3D302%3Btext%3D%22Moved%22&Privacy=history>;index=1",
    "<sip:+12125550300?Reason=SIP%3Bcause%3D302>;index=1",
    "<sip:+12125550300>",
    "<sip:2125550300:5060;transport=udp>",
    "<+12125550300>",
    "sip:+12125550300@pbx.example.com",
    "sip:+12125550300;npdi=yes@pbx.example.com;reason=unconditional",
    '"Acme" sip:+12125550300@pbx.example.com;reason="moved, for good"',
    "tel:+12125550300;reason=unconditional",
    "+12125550300",
    "(212) 555-0300",
    "+12125550300@pbx.example.com",
    "+12125550300;reason=unconditional",
    "<sip:+12125550300@pbx.example.com",
    "sip:+12125550300@pbx.example.com>",
    ', ,<>, "Acme" , <sip:+12125550300@pbx.example.com>,,',
    "<sip:+12125550300@pbx.example.com>\r\n",
    "<sip:+12125550300@pbx.example.com>\r\n ;reason=unconditional",
    '"Acme <sip:+12125550300@pbx.example.com>',
  ])("%s", (entry) => {
    expect(readOf(entry)).toBe("+12125550300");
  });
});

test.each<[entry: string, country: CountryCode | undefined, text: string | undefined]>([
  ["<sip:+442079460958@pbx.example.com>", "US", "+442079460958"],
  ["<sip:02079460958@pbx.example.com>", "GB", "+442079460958"],
  ["<sip:0012125550300@pbx.example.com>", "GB", "+12125550300"],
  ["<sip:2125550300@pbx.example.com>", undefined, "2125550300"],
  // A number that lacks its "+" is a guess: compared, but not given out as one.
  ["<sip:442079460958@pbx.example.com>", "US", "442079460958"],
  ["<sip:+5215512345678@pbx.example.com>", "MX", "+5215512345678"],
  ["<sip:7001@pbx.example.com>", "US", "7001"],
  ["<sip:Reception@pbx.example.com>", "US", "Reception"],
  ["<sip:ann%20lee@pbx.example.com>", "US", "ann lee"],
  ["<sip:100%zz@pbx.example.com>", "US", "100%zz"],
  ["<sip:reception>", "US", "reception"],
  ["reception", "US", "reception"],
  ["what, is <this", "US", "what"],
  ["<urn:service:sos>", "US", "urn:service:sos"],
])("what is no number is told by its user: %s in %p", (entry, country, text) => {
  expect(forwardedFrom({ headers: { diversion: entry } }, DIALLED, country)).toBe(text);
});

test.each([
  "<sip:anonymous@anonymous.invalid>",
  '"Anonymous" <sip:anonymous@pbx.example.com>;privacy=full',
  "<sip:anonymous.invalid>",
  "<sip:+266696687@pbx.example.com>",
  "<tel:anonymous>",
  "Private",
  "<sip:0000000000@pbx.example.com>",
])("a diverter that is withheld forwards the call and has no text: %s", (entry) => {
  const [forwarder, ...others] = forwardersOf({ headers: { diversion: entry } }, DIALLED, "US");
  expect(forwarder?.caller.withheld).toBe(true);
  expect(forwarder?.text).toBeUndefined();
  expect(others).toEqual([]);
  expect(forwardedFrom({ headers: { diversion: entry } }, DIALLED, "US")).toBeUndefined();
});

test.each([
  "",
  " ",
  ",",
  "<>",
  "<sip:>",
  ";",
  "<sip:pbx.example.com>",
  "<sip:10.0.0.1:5060;lr>",
  "<sip:[2001:db8::1]>",
])("what names nobody forwards nothing: %p", (entry) => {
  expect(textsOf({ diversion: entry, "history-info": entry })).toEqual([]);
});

const [A, B, C] = ["+12125550301", "+12125550302", "+12125550303"];
const sip = (number: string) => `<sip:${number}@pbx.example.com>`;

describe("several entries come newest first:", () => {
  test.each<[what: string, headers: Headers, texts: readonly string[]]>([
    ["Diversion as it is", { diversion: `${sip(A)};reason=a, "B, C" ${sip(B)},${sip(C)}` }, [A, B, C]],
    ["Diversion with names cut by commas", { diversion: `${sip(A)}, Bolt, Inc ${sip(B)}` }, [A, B]],
    ["Diversion of several lines", { diversion: `${sip(A)}\r\n${sip(B)}\n${sip(C)}` }, [A, B, C]],
    ["Diversion without brackets", { diversion: `sip:${A}@x;reason=a,tel:${B}, ${C}` }, [A, B, C]],
    ["Diversion with a bracket left open", { diversion: `<sip:${A}@x, ${sip(B)}` }, [A, B]],
    ["Diversion with a quote left open", { diversion: `${sip(A)}, "Bolt ${sip(B)}, ${sip(C)}` }, [A, B, C]],
    ["Diversion that names the number dialled", { diversion: `${sip(DIALLED)}, ${sip(A)}` }, [DIALLED, A]],
    [
      "History-Info by its index",
      { "history-info": `${sip(A)};index=1, ${sip(B)};index=1.1, ${sip(DIALLED)};index=1.1.1` },
      [B, A],
    ],
    [
      "History-Info in any order, ten behind nine",
      { "history-info": `${sip(A)};index=1.10,${sip(B)};rc=1;index=1.9,${sip(C)};index="1"` },
      [A, B, C],
    ],
    ["History-Info without an index", { "history-info": `${sip(A)}, ${sip(B)}, ${sip(DIALLED)}` }, [B, A]],
    [
      "History-Info with an index here and there",
      { "history-info": `${sip(A)};index=2,${sip(B)},${sip(C)};index=1` },
      [B, A, C],
    ],
    [
      "History-Info with the number dialled in the middle",
      { "history-info": `${sip(A)},<tel:+1-213-777-1235>,${sip(B)}` },
      [B, A],
    ],
    [
      "History-Info with a host at its end",
      { "history-info": `${sip(A)};index=1,<sip:agents.example.com>;index=1.1` },
      [A],
    ],
    ["Diversion before History-Info", { "history-info": sip(A), diversion: sip(B) }, [B, A]],
    ["History-Info where Diversion is empty", { "history-info": sip(A), diversion: "" }, [A]],
    ["no header", { "x-diversion": sip(A) }, []],
  ])("%s", (_what, headers, texts) => {
    expect(textsOf(headers)).toEqual([...texts]);
    expect(forwardedFrom({ headers }, DIALLED, "US")).toBe(texts[0]);
  });

  test("the number dialled is known in any spelling, and where it is no number", () => {
    expect(textsOf({ "history-info": `${sip(A)}, ${sip("+525512345678")}` }, "+5215512345678")).toEqual([A]);
    expect(textsOf({ "history-info": `${sip(A)}, <sip:Desk@x>` }, "sip:desk@example.com")).toEqual([A]);
  });
});

describe("tests of callers hold for a diverter", () => {
  const lists = compileLists(new Map([["acme", callers(A)]]));
  const known = contactsByKey(contact(B, []));

  test.each<[entry: string, header: string, hit: readonly string[] | undefined]>([
    [A, "<tel:+1-212-555-0301>", [A]],
    ["+1212555*", "<sip:2125550301@x>", ["+1212555*"]],
    ["@acme", sip(A), ["@acme", A]],
    ["contact", sip(B), ["contact"]],
    ["contact", sip(A), undefined],
    ["country:GB", "<sip:442079460958@x>", ["country:GB"]],
    ["withheld", "<sip:anonymous@anonymous.invalid>", ["withheld"]],
    ["text:reception", "<sip:Reception@x>", ["text:reception"]],
    ["*", "<sip:Reception@x>", ["*"]],
    [C, sip(A), undefined],
  ])("%s: %s", (entry, diversion, hit) => {
    const found = compileCallers(callers(entry), lists);
    const hits = Array.from(forwardersOf({ headers: { diversion } }, DIALLED, "US", known), ({ caller }) =>
      found(caller),
    );
    expect(hits).toEqual([hit as string[] | undefined]);
  });
});

describe("whatever a header holds,", () => {
  const piece = fc.constantFrom(
    ...[
      '"',
      "\\",
      "<",
      ">",
      ",",
      ";",
      "@",
      ":",
      "?",
      "%",
      "%2B",
      " ",
      "\n",
      "\r\n ",
      "sip:",
      "tel:",
      "index=",
      "1.1",
      "+",
      "\ud800",
    ],
    ...["+12125550300", "anonymous", "x", "=", "[", "]", "(", ")", "\u0000"],
  );
  const header = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(""));

  test("it is read without a fault, and every text has its place in it", () => {
    fc.assert(
      fc.property(header, header, (diversion, history) => {
        const found = [...forwardersOf({ headers: { diversion, "history-info": history } }, DIALLED, "US")];
        const commas = `${diversion}\n${history}`.split(/[,\n]/).length;
        expect(found.length).toBeLessThanOrEqual(commas);
        const length = found.reduce((sum, { text = "" }) => sum + text.length, 0);
        // A number may get a "+" and a country code.
        expect(length).toBeLessThanOrEqual(diversion.length + history.length + 4 * found.length);
      }),
      { numRuns: 2000 },
    );
  });

  test("good entries before it are read as they are", () => {
    fc.assert(
      fc.property(header, (rest) => {
        expect(textsOf({ diversion: `"Acme" ${sip(A)};reason=a,${sip(B)},${rest}` }).slice(0, 2)).toEqual([
          A,
          B,
        ]);
      }),
    );
  });

  test.each([
    '"',
    '\\"',
    '"\\',
    "<",
    ">",
    "<>",
    '"<',
    ",",
    "a,",
    `${sip(A)},`,
    "sip:",
    "%",
    "((",
    ";index=1",
    "1.",
    " ",
    "\n",
    "0",
    '"a" ',
  ])("60 KB of %s come to at most 140 diverters", (unit) => {
    const long = unit.repeat(60_000 / unit.length);
    for (const value of [long, `"${long}`, `<${long}`, `<sip:${long}@x>;index=1${long}`]) {
      const found = textsOf({ diversion: value, "history-info": value });
      expect(found.length).toBeLessThanOrEqual(140);
    }
  });
});
