import { describe, expect, test } from "bun:test";
import { readEvent } from "../../src/retell/event.ts";
import type { Call } from "../../src/routing/callers/call.ts";
import type { Facts } from "../../src/routing/circumstances.ts";
import { contact, decided, line, type PlanSays, rule, schedule, to, type WhenSays } from "./plans.ts";

const SAYS: PlanSays = {
  country: "US",
  lists: { vip: ["+12137771234"], friends: ["+14165551234", "@vip"] },
  contacts: { contacts: [contact("+14165551234")] },
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
    [{ "x-tier": ["gold"] }, { "x-tier": "Gold" }, false],
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
    [{ "x-tier": ["*"] }, { "x-tier": "" }, true],
    [{ "x-tier": ["*"] }, {}, false],
    [{ "x-tier": [""] }, { "x-tier": "" }, true],
    [{ "x-tier": [""] }, {}, false],
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
    expect(holds({ header: { "x-tier": ["gold"] } }, read.event)).toBe(false);
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
    expect(looked.map(({ kind }) => kind)).toEqual(["header", "caller", "open", "closed", "over"]);
  });
});
