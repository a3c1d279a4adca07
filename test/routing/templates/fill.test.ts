import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Call, callerOf } from "../../../src/routing/callers/call.ts";
import { readSent } from "../../../src/routing/callers/phones/phone.ts";
import type { Circumstances } from "../../../src/routing/circumstances.ts";
import type { NameContext } from "../../../src/routing/names/value.ts";
import { FILTERS } from "../../../src/routing/templates/filters.ts";
import { compileJson } from "../../../src/routing/templates/json.ts";
import { escapeTemplate } from "../../../src/routing/templates/template.ts";
import { compileSchedule } from "../../../src/routing/time/schedule.ts";
import { call, contact, contactsByKey, facts, schedule } from "../plans.ts";

const COLUMNS = ["first_name", "constructor", "plan"];
const CONTACTS = [contact("+14165551234", ["Ann", "builder", ""]), contact("+14165550000", [])];

function circumstances(says: Partial<Call> = {}): Circumstances {
  const inbound = call(says);
  return {
    ...facts({ nowMs: Date.UTC(2026, 0, 15, 12) }),
    call: inbound,
    dialled: readSent(inbound.to, "US").number ?? inbound.to,
    caller: callerOf(inbound.from, "US", contactsByKey(...CONTACTS)),
  };
}

/** What a table becomes where nothing but one header is named in it. */
function filledByHand(value: unknown, header: string): unknown {
  if (typeof value === "string") return value.replaceAll("${header.x-a}", () => header);
  if (Array.isArray(value)) return value.map((item) => filledByHand(item, header));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, filledByHand(field, header)]));
}

const OFFICE = compileSchedule(schedule("America/New_York", ["mon-fri 09:00-17:30"]));

const CONTEXT: NameContext = {
  asks: { history: () => {}, flag: () => {}, lookup: () => {} },
  texts: new Map(),
  columnAt: (column) => (COLUMNS.includes(column) ? COLUMNS.indexOf(column) : undefined),
  schedule: (name) => (name === "office" ? OFFICE : undefined),
  lookupId: (name) => (name === "crm" ? "acme/crm" : undefined),
  agentNames: new Map(),
  timezone: "America/New_York",
  locale: "en-US",
  client: "acme",
  country: "US",
};

const fill = <Value>(value: Value, says: Partial<Call> = {}): Value =>
  JSON.parse(compileJson(value, CONTEXT)(circumstances(says)));

describe("a template is filled with", () => {
  test.each<[template: string, says: Partial<Call>, filled: string]>([
    ["${from_number}", {}, "+12137771234"],
    ["${from_number}", { from: "(213) 777-9999" }, "+12137779999"],
    ["${from_number}", { from: "sip:alice@example.com" }, "sip:alice@example.com"],
    ["${from_number}", { from: "anonymous" }, ""],
    ["${from_number}", { from: "+266696687" }, ""],
    ["${from_number:-somebody}", { from: "anonymous" }, "somebody"],
    ["${to_number}", {}, "+12137771235"],
    ["${to_number}", { to: "(213) 777-1235" }, "+12137771235"],
    ["${to_number}", { to: "sip:desk@example.com" }, "sip:desk@example.com"],
    ["${from_country}", {}, "US"],
    ["${from_country}", { from: "+525512345678" }, "MX"],
    ["${from_country:-nowhere}", { from: "alice" }, "nowhere"],
    ["${from_country:-nowhere}", { from: "anonymous" }, "nowhere"],
    ["${channel}", {}, "call"],
    ["${channel}", { channel: "chat" }, "text"],
    ["${client}", {}, "acme"],
    ["${forwarded_from}", { headers: { diversion: "<sip:+12125550300@pbx>" } }, "+12125550300"],
    ["${forwarded_from:-nobody}", {}, "nobody"],
    ["${now.date} ${now.hour} ${now.weekday}", {}, "2026-01-15 7 thursday"],
    ["${schedule.office.state} ${schedule.office.opens}", {}, "closed 9:00 AM"],
    ["${schedule.office.closes:-closed}", {}, "closed"],
    ["${schedule.night.state:-nothing}", {}, "nothing"],
    ["${header.tier}", { headers: { "x-tier": "gold" } }, "gold"],
    ["${header.x-tier}", { headers: { tier: "gold" } }, "gold"],
    ["${header.tier}", { headers: { "x-tier": "gold", tier: "silver" } }, "silver"],
    ["${header.x-name|title}", { headers: { "x-name": "ANN LEE" } }, "Ann Lee"],
    ["${header.x-name|first|upper}", { headers: { "x-name": "ann lee" } }, "ANN"],
    ["${header.x-name | first | upper}", { headers: { "x-name": "ann lee" } }, "ANN"],
    ["${header.x-name|trim:-nobody}", { headers: { "x-name": "   " } }, "nobody"],
    ["${header.x-name|upper:-nobody}", {}, "nobody"],
    ["${header.x-name:-a|b}", {}, "a|b"],
    ["${from_number|last4}", {}, "1234"],
    ["${from_number|national}", {}, "(213) 777-1234"],
    ["${from_number|digits}", { from: "(213) 777-9999" }, "12137779999"],
    ["${call_id}", { id: "call_8f3b" }, "call_8f3b"],
    ["${call_id}", { id: undefined }, ""],
    ["${call_id:-none}", { id: undefined }, "none"],
    ["${agent_id}", { boundAgentId: "agent_bound" }, "agent_bound"],
    ["${agent_id:-none}", { boundAgentId: undefined }, "none"],
    ["${header.x-tier}", { headers: { "x-tier": "gold" } }, "gold"],
    ["${header.X-Tier}", { headers: { "x-tier": "gold" } }, "gold"],
    ["${header.x-tier}", {}, ""],
    ["${header.x-tier:-basic}", {}, "basic"],
    ["${header.x-tier:-basic}", { headers: { "x-tier": "" } }, "basic"],
    ["${header.x-tier:-basic}", { headers: { "x-tier": "0" } }, "0"],
    ["${header.a.b}", { headers: { "a.b": "dots" } }, "dots"],
    ["${contact.first_name}", { from: "+14165551234" }, "Ann"],
    ["${contact.first_name}", { from: "(416) 555-1234" }, "Ann"],
    ["${contact.constructor}", { from: "+14165551234" }, "builder"],
    ["${contact.plan}", { from: "+14165551234" }, ""],
    ["${contact.plan:-basic}", { from: "+14165551234" }, "basic"],
    ["${contact.first_name:-there}", { from: "+14165550000" }, "there"],
    ["${contact.first_name:-there}", {}, "there"],
    ["${contact.first_name:-there}", { from: "anonymous" }, "there"],
    ["${contact.last_name:-there}", { from: "+14165551234" }, "there"],
    ["${contact.First_name:-there}", { from: "+14165551234" }, "there"],
    ["${contact.toString:-there}", { from: "+14165551234" }, "there"],
    ["${call_id:-}", { id: undefined }, ""],
    ["Call ${call_id} from ${from_number}.", {}, "Call call_1 from +12137771234."],
    ["${call_id}${call_id}", {}, "call_1call_1"],
    ["$${call_id}", {}, "${call_id}"],
    ["$${call_id} is ${call_id}", {}, "${call_id} is call_1"],
    ["plain", {}, "plain"],
    ["", {}, ""],
    ["{{call_id}} is Retell's", {}, "{{call_id}} is Retell's"],
    ["{{name}} ${call_id}", {}, "{{name}} call_1"],
    ["${header.x-name:-{{name}}}", {}, "{{name}}"],
    ["\u0000 ${call_id} \u0000", {}, "\u0000 call_1 \u0000"],
  ])("%j for a call that says %j: %j", (template, says, filled) => {
    expect(fill(template, says)).toBe(filled);
  });

  // Every object literal inherits something by these names.
  test.each(["constructor", "__proto__", "toString", "valueOf"])(
    "nothing for the header %s that nobody sent",
    (name) => {
      expect(fill(`\${header.${name}:-nothing}`, { headers: {} })).toBe("nothing");
    },
  );
});

describe("filling a table", () => {
  test("fills every text at any depth and leaves all else as it is", () => {
    const table = {
      agent: { greeting: "Hi ${from_number}", speed: 1.5, on: true, off: null },
      list: ["${call_id}", 7, ["${channel}"], { id: "${call_id}" }],
      "${call_id}": "keys are no templates",
      plain: { words: ["a", "b"] },
    };
    expect(fill(table)).toEqual({
      agent: { greeting: "Hi +12137771234", speed: 1.5, on: true, off: null },
      list: ["call_1", 7, ["call"], { id: "call_1" }],
      "${call_id}": "keys are no templates",
      plain: { words: ["a", "b"] },
    });
  });

  test("keeps a key named `__proto__`", () => {
    const table: unknown = JSON.parse('{"__proto__":{"a":"${call_id}"},"b":{"__proto__":"c"}}');
    expect(JSON.stringify(fill(table))).toBe('{"__proto__":{"a":"call_1"},"b":{"__proto__":"c"}}');
  });

  test("gives the text that JSON.stringify makes of it", () => {
    // Keys that are whole numbers come first.
    const plain = fc.string({ unit: "binary" }).map((text) => text.replaceAll("$", ""));
    const table = fc.dictionary(
      fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("__proto__", "1", "0", "constructor")),
      fc.letrec((tie) => ({
        value: fc.oneof(
          { maxDepth: 3 },
          plain,
          fc.constantFrom("${header.x-a}", "«${header.x-a}»${header.x-a}", true, null, -0, 1.5, 1e21),
          fc.array(tie("value"), { maxLength: 3 }),
          fc.dictionary(fc.string(), tie("value"), { maxKeys: 3 }),
        ),
      })).value,
    );
    fc.assert(
      fc.property(table, fc.string({ unit: "binary" }), (table, header) => {
        const text = compileJson(table, CONTEXT)(circumstances({ headers: { "x-a": header } }));
        expect(text).toBe(JSON.stringify(filledByHand(table, header)));
      }),
    );
  });

  test("gives each call its own", () => {
    const filled = compileJson({ id: "${call_id}" }, CONTEXT);
    expect([
      filled(circumstances({ id: "1" })),
      filled(circumstances({ id: "2" })),
      filled(circumstances({ id: "1" })),
    ]).toEqual(['{"id":"1"}', '{"id":"2"}', '{"id":"1"}']);
  });
});

test.each([
  ["${", 'Cannot compile a template: a template "${" has no closing "}"'],
  ["${nobody}", 'Cannot compile a template: there is no "${nobody}"'],
  ["${env:HOME}", 'Cannot compile a template: there is no "${env:HOME}"'],
  ["${call_id|shout}", 'Cannot compile a template: there is no filter "shout"'],
  ["${call_id|constructor}", 'Cannot compile a template: there is no filter "constructor"'],
  ["${call_id:-none|upper}", 'Cannot compile a template: a filter must stand before ":-"'],
])("the template %j, which the configuration should have refused, is refused", (template, message) => {
  expect(() => compileJson({ a: [template] }, CONTEXT)).toThrow(message);
});

test("whatever the value and the filters, a template with them is filled with a text", () => {
  const filters = fc.array(fc.constantFrom(...Object.keys(FILTERS)), { maxLength: 3 });
  fc.assert(
    fc.property(
      filters,
      fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("+12137771234", "", "0")),
      (chain, value) => {
        const template = `\${${["header.x-a", ...chain].join("|")}}`;
        expect(fill(template, { headers: { "x-a": value } })).toBeString();
      },
    ),
  );
});

describe("what a caller supplies is data:", () => {
  /** Text that would like to be a template. */
  const crafty = fc.oneof(
    fc.string({ unit: fc.constantFrom("$", "{", "}", "call_id", "from_number", ":-", "x") }),
    fc.constantFrom("${call_id}", "$${call_id}", "${", "$", "{{name}}", "$&", "$1", "${nobody}"),
    fc.string(),
  );

  const unbracketed = crafty.map((text) => text.replaceAll("<", ""));

  test("whatever the number, the ids and the headers are, they stand where they are asked for, unread", () => {
    fc.assert(
      // Between angle brackets, an address may stand that is a number, or none at all.
      fc.property(unbracketed, unbracketed, crafty, crafty, (from, to, id, header) => {
        const says = {
          from: `alice ${from}`,
          to: `desk ${to}`,
          id,
          boundAgentId: header,
          headers: { "x-a": header },
        };
        const template = "<${from_number}|${to_number}|${call_id}|${agent_id}|${header.x-a}>";
        expect(fill(template, says)).toBe(`<alice ${from}|desk ${to}|${id}|${header}|${header}>`);
      }),
      { numRuns: 500 },
    );
  });

  test("two pieces of it do not make a template together", () => {
    const headers = { "x-a": "$", "x-b": "{call_id}" };
    expect(fill("${header.x-a}${header.x-b}", { headers })).toBe("${call_id}");
    expect(fill("${header.x-a}{call_id}", { headers })).toBe("${call_id}");
  });

  test("and escaped text comes out as it went in", () => {
    fc.assert(
      fc.property(crafty, (text) => {
        expect(fill({ text: escapeTemplate(text) })).toEqual({ text });
      }),
    );
  });
});
