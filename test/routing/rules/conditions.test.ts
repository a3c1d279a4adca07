import { describe, expect, test } from "bun:test";
import { readEvent } from "../../../src/retell/event.ts";
import { receive } from "../../../src/routing/arrival.ts";
import type { Call } from "../../../src/routing/callers/call.ts";
import type { Facts } from "../../../src/routing/circumstances.ts";
import { dependsOnTime } from "../../../src/routing/decide.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import {
  call,
  contact,
  decided,
  facts,
  line,
  type PlanSays,
  plan,
  rule,
  schedule,
  to,
  type WhenSays,
} from "../plans.ts";

const SAYS: PlanSays = {
  country: "US",
  lists: { vip: ["+12137771234"], friends: ["+14165551234", "@vip"] },
  contacts: {
    columns: ["plan", "minutes", "notes"],
    contacts: [contact("+14165551234", ["Gold", "12.50", ""])],
  },
  schedules: {
    office: schedule("UTC", ["mon-fri 09:00-17:00"]),
    night: schedule("UTC", ["mon-sun 22:00-06:00"]),
    never: schedule("UTC", []),
  },
  limits: {
    newcomer: { calls: 8, perMs: 86_400_000, by: "caller" },
    rush: { calls: 100, perMs: 60_000, by: "all" },
  },
};

/** Whether a rule that asks for `when` decides. */
function holds(when: WhenSays, of: Partial<Call> = {}, under: Partial<Facts> = {}): boolean {
  const numbers = [line("*", { rules: [rule({ name: "asked", when })] })];
  return decided({ ...SAYS, numbers }, of, under).rule === "asked";
}

test("a rule that asks for nothing holds", () => {
  expect(holds({})).toBe(true);
});

describe("a rule that asks for callers", () => {
  test.each<[caller: string[], from: string, expected: boolean]>([
    [["+12137771234"], "+12137771234", true],
    [["+12137771234"], "(213) 777-1234", true],
    [["+12137771234"], "+12137771235", false],
    [["+1900*", "+1213*"], "+12137771234", true],
    [["@friends"], "+12137771234", true],
    [["@friends"], "+12137771235", false],
    [["contact"], "+14165551234", true],
    [["contact"], "+12137771234", false],
    [["@vip", "contact"], "+12137771234", true],
    [["withheld"], "anonymous", true],
    [["country:CA"], "+14165551234", true],
    [["*"], "alice", true],
  ])("%j of %p: %p", (caller, from, expected) => {
    expect(holds({ caller }, { from })).toBe(expected);
  });
});

describe("a rule that asks for schedules", () => {
  test.each<[when: WhenSays, time: string, expected: boolean]>([
    [{ open: ["office"] }, "12:00", true],
    [{ open: ["office"] }, "17:00", false],
    [{ closed: ["office"] }, "12:00", false],
    [{ closed: ["office"] }, "17:00", true],
    [{ open: ["office", "night"] }, "12:00", true],
    [{ open: ["office", "night"] }, "23:00", true],
    [{ open: ["office", "night"] }, "20:00", false],
    [{ closed: ["office", "night"] }, "12:00", true],
    [{ closed: ["office", "never"] }, "12:00", true],
    [{ closed: ["office"], open: ["night"] }, "23:00", true],
    [{ closed: ["office"], open: ["night"] }, "20:00", false],
    [{ closed: ["office"], open: ["office"] }, "12:00", false],
  ])("%j on a Monday at %s: %p", (when, time, expected) => {
    const nowMs = Temporal.Instant.from(`2026-08-03T${time}Z`).epochMilliseconds;
    expect(holds(when, {}, { nowMs })).toBe(expected);
  });
});

describe("a rule that asks for headers", () => {
  test.each<[header: NonNullable<WhenSays["header"]>, sent: Call["headers"], expected: boolean]>([
    [{ "x-tier": ["gold"] }, { "x-tier": "gold" }, true],
    [{ "x-tier": ["gold"] }, { "x-tier": "Gold" }, true],
    [{ "x-tier": ["gold"] }, { tier: "gold" }, true],
    [{ tier: ["gold"] }, { "x-tier": "gold" }, true],
    [{ "x-tier": ["gold"] }, { "x-tier": "golden" }, false],
    [{ "x-tier": ["gold"] }, { "x-tier": "" }, false],
    [{ "x-tier": ["gold"] }, {}, false],
    [{ "x-tier": ["gold"] }, { "x-rank": "gold" }, false],
    [{ "x-tier": ["gold*"] }, { "x-tier": "gold" }, true],
    [{ "x-tier": ["gold*"] }, { "x-tier": "golden" }, true],
    [{ "x-tier": ["gold*"] }, { "x-tier": "old gold" }, false],
    [{ "x-tier": ["gold*"] }, { "x-tier": "gol" }, false],
    [{ "x-tier": ["gold*"] }, {}, false],
    [{ "x-tier": ["*"] }, { "x-tier": "anything" }, true],
    [{ "x-tier": ["*"] }, { "x-tier": "" }, false],
    [{ "x-tier": ["*"] }, {}, false],
    [{ "x-tier": [""] }, { "x-tier": "" }, true],
    [{ "x-tier": [""] }, {}, true],
    [{ "x-tier": ["silver", "gold*"] }, { "x-tier": "silver" }, true],
    [{ "x-tier": ["silver", "gold*"] }, { "x-tier": "golden" }, true],
    [{ "x-tier": ["silver", "gold*"] }, { "x-tier": "silvery" }, false],
    [{ "x-tier": ["gold"], "x-lang": ["es"] }, { "x-tier": "gold", "x-lang": "es" }, true],
    [{ "x-tier": ["gold"], "x-lang": ["es"] }, { "x-tier": "gold", "x-lang": "en" }, false],
    [{ "x-tier": ["gold"], "x-lang": ["es"] }, { "x-tier": "gold" }, false],
    // Every object inherits something by these names.
    [{ constructor: ["*"] }, {}, false],
    [{ tostring: ["*"] }, {}, false],
    [{ valueof: ["*"] }, {}, false],
    [{ constructor: ["bob*"] }, { constructor: "bob the builder" }, true],
  ])("%j of a call with %j: %p", (header, headers, expected) => {
    expect(holds({ header }, { headers })).toBe(expected);
  });

  test.each(["x-tier", "X-Tier", "X-TIER"])("finds the one that was sent as %s", (name) => {
    const inbound = { from_number: "", to_number: "+12137771235", custom_sip_headers: { [name]: "GOLD" } };
    const read = readEvent(Buffer.from(JSON.stringify({ event: "call_inbound", call_inbound: inbound })));
    if (read.kind !== "inbound") throw new Error("Not inbound");
    expect(holds({ header: { "x-tier": ["GOLD"] } }, read.event)).toBe(true);
    expect(holds({ header: { "x-tier": ["gol"] } }, read.event)).toBe(false);
  });
});

describe("a rule that asks for values", () => {
  const monday = (time: string) => Temporal.Instant.from(`2026-08-03T${time}Z`).epochMilliseconds;

  test.each<[values: NonNullable<WhenSays["values"]>, of: Partial<Call>, expected: boolean]>([
    [{ agent_id: ["agent_old"] }, { boundAgentId: "agent_old" }, true],
    [{ agent_id: ["agent_old"] }, {}, false],
    [{ agent_id: [""] }, {}, true],
    [{ channel: ["call"] }, {}, true],
    [{ channel: ["text"] }, {}, false],
    [{ from_country: ["US", "CA"] }, { from: "+14165551234" }, true],
    [{ from_country: ["us"] }, {}, true],
    [{ from_country: ["US"] }, { from: "+525512345678" }, false],
    [{ from_country: [""] }, { from: "anonymous" }, true],
    [{ from_number: ["+1213*"] }, {}, true],
    [{ to_number: ["*1235"] }, {}, true],
    [{ client: [""] }, {}, true],
    [{ forwarded_from: ["+12125550300"] }, { headers: { diversion: "<tel:+12125550300>" } }, true],
    [{ "contact.plan": ["gold"] }, { from: "+14165551234" }, true],
    [{ "contact.plan": ["gold"] }, {}, false],
    [{ "contact.plan": ["GOL*"] }, { from: "+14165551234" }, true],
    [{ "contact.plan": ["*"] }, { from: "+14165551234" }, true],
    [{ "contact.notes": ["*"] }, { from: "+14165551234" }, false],
    [{ "contact.notes": [""] }, { from: "+14165551234" }, true],
    [{ "contact.plan": [""] }, {}, true],
    [{ "contact.minutes": ["<= 12.5"] }, { from: "+14165551234" }, true],
    [{ "contact.minutes": ["< 12.5"] }, { from: "+14165551234" }, false],
    [{ "contact.minutes": ["12.50"] }, { from: "+14165551234" }, true],
    [{ "contact.minutes": ["12.5"] }, { from: "+14165551234" }, false],
    [{ "contact.minutes": ["< 100"] }, {}, false],
    [{ "contact.plan": ["> 0"] }, { from: "+14165551234" }, false],
    [{ "contact.plan": ["gold"], channel: ["call"] }, { from: "+14165551234" }, true],
    [{ "contact.plan": ["gold"], channel: ["text"] }, { from: "+14165551234" }, false],
    // Rules may be shared by clients that do not all have a column or a schedule.
    [{ "contact.none": ["*"] }, { from: "+14165551234" }, false],
    [{ "contact.none": [""] }, { from: "+14165551234" }, true],
    [{ "schedule.none.state": ["open"] }, {}, false],
  ])("%j of %j: %p", (values, of, expected) => {
    expect(holds({ values }, of)).toBe(expected);
  });

  test.each<[values: NonNullable<WhenSays["values"]>, time: string, expected: boolean]>([
    [{ "now.daypart": ["evening"] }, "18:00", true],
    [{ "now.daypart": ["evening"] }, "12:00", false],
    [{ "now.weekday": ["Monday"] }, "12:00", true],
    [{ "now.hour": [">= 17"] }, "17:00", true],
    [{ "now.hour": [">= 17"] }, "16:59", false],
    [{ "now.date": ["2026-08-*"] }, "12:00", true],
    [{ "schedule.office.state": ["open"] }, "12:00", true],
    [{ "schedule.office.state": ["closed"] }, "12:00", false],
    [{ "schedule.office.closes": ["*"] }, "18:00", false],
  ])("%j on a Monday at %s: %p", (values, time, expected) => {
    expect(holds({ values }, {}, { nowMs: monday(time) })).toBe(expected);
  });
});

describe("a rule that asks for contacts, dialled numbers, forwarders or flags", () => {
  const diverted = (...entries: readonly string[]): Partial<Call> => ({
    headers: { diversion: entries.map((entry) => `<sip:${entry}@pbx>`).join(", ") },
  });

  test.each<[when: WhenSays, of: Partial<Call>, expected: boolean]>([
    [{ contact: true }, { from: "+14165551234" }, true],
    [{ contact: true }, {}, false],
    [{ contact: false }, {}, true],
    [{ contact: false }, { from: "anonymous" }, true],
    [{ contact: false }, { from: "+14165551234" }, false],
    [{ dialled: ["+12137771235"] }, {}, true],
    [{ dialled: ["+12137771235"] }, { to: "213-777-1235" }, true],
    [{ dialled: ["+1213*"] }, {}, true],
    [{ dialled: ["@vip"] }, {}, false],
    [{ dialled: ["@vip"] }, { to: "+12137771234" }, true],
    [{ dialled: ["country:CA"] }, { to: "+14165550000" }, true],
    [{ forwarded: ["+12125550300"] }, diverted("+12125550300"), true],
    [{ forwarded: ["+12125550300"] }, diverted("2125550300"), true],
    [{ forwarded: ["+12125550300"] }, diverted("+12125550301", "+12125550300"), true],
    [{ forwarded: ["+12125550300"] }, diverted("+12125550301"), false],
    [{ forwarded: ["+12125550300"] }, {}, false],
    [{ forwarded: ["@vip"] }, diverted("+12137771234"), true],
    [{ forwarded: ["contact"] }, diverted("+14165551234"), true],
    [{ forwarded: ["text:desk"] }, diverted("Desk"), true],
    [{ forwarded: ["*"] }, diverted("anonymous"), true],
    [{ forwarded: ["*"] }, {}, false],
    [{ exists: ["/flags/closed"] }, {}, true],
    [{ exists: ["/flags/storm"] }, {}, false],
    [{ exists: ["/flags/storm", "/flags/closed"] }, {}, true],
  ])("%j of %j: %p", (when, of, expected) => {
    expect(holds(when, of, { flags: new Set(["/flags/closed"]) })).toBe(expected);
  });
});

describe("a rule that asks for what must not be", () => {
  test.each<[not: NonNullable<WhenSays["not"]>, of: Partial<Call>, expected: boolean]>([
    [{ caller: ["@vip"] }, {}, false],
    [{ caller: ["@vip"] }, { from: "+14165550000" }, true],
    [{ caller: ["@vip"], values: { agent_id: ["agent_old"] } }, {}, true],
    [{ caller: ["@vip"], values: { agent_id: ["agent_old"] } }, { boundAgentId: "agent_old" }, false],
    [{ values: { "contact.plan": ["*"] } }, {}, true],
    [{ values: { "contact.plan": ["*"] } }, { from: "+14165551234" }, false],
    [{}, {}, false],
  ])("not %j of %j: %p", (not, of, expected) => {
    expect(holds({ not }, of)).toBe(expected);
  });

  test("asks its limits last, and asks them even where they do not decide", () => {
    const not = { over: ["newcomer"] };
    const asked = (when: WhenSays) =>
      decided({ ...SAYS, numbers: [line("*", { rules: [rule({ when })] })] }, {}).limits;
    expect(asked({ not, closed: ["office"] })).toEqual([]);
    expect(asked({ not, open: ["office"] })).toEqual(["newcomer"]);
  });
});

describe("whether a decision depends on the time is told, with a rule that asks for", () => {
  const depends = (when: WhenSays, of: Partial<Call> = {}): boolean => {
    const rules = [rule({ when, target: to("agent_2") })];
    const table = compileTable(plan({ ...SAYS, numbers: [line("*", { rules })] }));
    return dependsOnTime(receive(table, call(of)), facts());
  };

  test.each<[when: WhenSays, expected: boolean]>([
    [{ open: ["office"] }, true],
    [{ values: { "now.daypart": ["evening"] } }, true],
    [{ values: { "schedule.office.state": ["open"] } }, true],
    [{ values: { channel: ["call"] } }, false],
    [{ values: { channel: ["text"], "now.hour": ["> 5"] } }, false],
    [{ values: { channel: ["call"], "now.hour": ["> 5"] } }, true],
    [{ not: { values: { "now.hour": ["> 5"] } } }, true],
    [{ not: { open: ["office"] } }, true],
    // The caller alone decides it.
    [{ not: { open: ["office"], caller: ["+14165551234"] } }, false],
    [{ not: { open: ["office"], caller: ["@vip"] } }, true],
    [{ not: { caller: ["@vip"] } }, false],
  ])("%j: %p", (when, expected) => {
    expect(depends(when)).toBe(expected);
  });
});

describe("a rule that asks for limits", () => {
  test.each<[over: string[], usedUp: string[], expected: boolean]>([
    [["newcomer"], [], false],
    [["newcomer"], ["newcomer"], true],
    [["newcomer"], ["rush"], false],
    [["newcomer", "rush"], ["rush"], true],
    [["newcomer", "rush"], ["newcomer", "rush"], true],
    [["newcomer", "rush"], [], false],
  ])("%j with %j used up: %p", (over, usedUp, expected) => {
    expect(holds({ over }, {}, { over: new Set(usedUp) })).toBe(expected);
  });
});

describe("a rule that asks for much", () => {
  const when: WhenSays = {
    over: ["newcomer"],
    closed: ["night"],
    open: ["office"],
    caller: ["@vip"],
    header: { "x-tier": ["gold"] },
  };
  const of: Partial<Call> = { headers: { "x-tier": "gold" } };
  const midnight = Date.UTC(2026, 7, 3);

  test.each<[name: string, of: Partial<Call>, under: Partial<Facts>, asked: string[]]>([
    ["all of it", of, {}, ["newcomer"]],
    ["all but the header", {}, {}, []],
    ["all but the caller", { ...of, from: "+14165551234" }, {}, []],
    ["all but the schedules", of, { nowMs: midnight }, []],
    ["nothing", { from: "alice" }, { nowMs: midnight }, []],
  ])("asks its limit last, where all else holds: %s", (_, of, under, expected) => {
    const numbers = [line("*", { rules: [rule({ name: "asked", when })] })];
    const decision = decided({ ...SAYS, numbers }, of, { ...under, over: new Set(["newcomer"]) });
    expect(decision.rule === "asked").toBe(expected.length > 0);
    expect(decision.limits).toEqual(expected);
  });

  test("does not hold where only its limit is not used up", () => {
    expect(holds(when, of, {})).toBe(false);
  });

  test("names its conditions in the order in which they are looked at", () => {
    const numbers = [line("*", { target: to("agent_1"), rules: [rule({ when })] })];
    const { steps } = decided({ ...SAYS, numbers }, of, { over: new Set(["newcomer"]) });
    const looked = steps.flatMap((step) => (step.kind === "rule" ? step.findings : []));
    expect(looked.map(({ kind }) => kind)).toEqual(["value", "caller", "open", "closed", "over"]);
  });
});
