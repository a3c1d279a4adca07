import { describe, expect, test } from "bun:test";
import { type LimitUse, limitsAsked, receive } from "../../src/routing/arrival.ts";
import type { Call } from "../../src/routing/callers/call.ts";
import type { LimitPlan } from "../../src/routing/plan.ts";
import { compileTable } from "../../src/routing/table/compile.ts";
import { call, callers, decided, line, PASS, type PlanSays, plan, REJECT, rule, texts, to } from "./plans.ts";

const limit = (by: LimitPlan["by"]): LimitPlan => ({ calls: 8, perMs: 86_400_000, by });

/** The limits that a call can ask, and those that it asks, those in `reached` being reached. */
function asked(says: PlanSays, of: Partial<Call> = {}, reached: readonly string[] = []) {
  const limits = { newcomer: limit("caller"), rush: limit("all"), line: limit("number") };
  const whole = { limits, ...says };
  const uses: readonly LimitUse[] = limitsAsked(receive(compileTable(plan(whole)), call(of)));
  const decision = decided(whole, of, { over: new Set(reached) });
  return { uses, decision, names: decision.limits };
}

const over = (...names: string[]) => rule({ name: names.join("+"), when: { over: names }, target: REJECT });

describe("a limit counts apart", () => {
  test.each<[by: LimitPlan["by"], of: Partial<Call>, key: string]>([
    ["caller", { from: "+12137771234" }, "+12137771234"],
    ["caller", { from: "(213) 777-1234" }, "+12137771234"],
    ["caller", { from: "sip:+12137771234@example.com" }, "+12137771234"],
    ["caller", { from: "+12137771234", to: "+12137779999", id: "call_2" }, "+12137771234"],
    ["caller", { from: "anonymous" }, "withheld"],
    ["caller", { from: "" }, "withheld"],
    ["caller", { from: "+266696687" }, "withheld"],
    ["caller", { from: "alice" }, "alice"],
    ["caller", { from: "sip:alice@example.com" }, "alice"],
    ["number", { to: "+12137771235" }, "+12137771235"],
    ["number", { to: "(213) 777-1235" }, "+12137771235"],
    ["number", { to: "sip:desk@example.com" }, "desk"],
    ["number", { to: "+12137771235", from: "anonymous" }, "+12137771235"],
    ["all", { from: "+12137771234", to: "+12137771235" }, ""],
    ["all", { from: "anonymous", to: "+12137779999" }, ""],
  ])("each %s: %j counts as %p", (by, of, key) => {
    const limits = { one: limit(by) };
    const says: PlanSays = { country: "US", limits, numbers: [line("*", { rules: [over("one")] })] };
    expect(asked(says, of).uses).toEqual([{ name: "one", id: "/one", plan: limits.one, key }]);
  });
});

describe("no limit is asked about a call that", () => {
  const rules = [over("newcomer")];
  const route = line("*", { rules, sms: texts({ rules }) });

  test.each<[name: string, says: PlanSays, of: Partial<Call>]>([
    ["is denied by the number", { numbers: [{ ...route, deny: callers("*") }] }, {}],
    ["is denied by [defaults]", { defaults: { deny: callers("*") }, numbers: [route] }, {}],
    ["is not allowed", { numbers: [{ ...route, allow: callers("withheld") }] }, {}],
    ["goes to a number without an entry", { numbers: [line("+18005551234", { rules })] }, {}],
    ["is a denied text", { numbers: [{ ...route, deny: callers("*") }] }, { channel: "chat" }],
    [
      "is a text to a number without a route for them",
      { numbers: [line("*", { rules })] },
      { channel: "chat" },
    ],
    [
      "is decided by a rule before",
      { numbers: [line("*", { rules: [rule({ target: PASS }), ...rules] })] },
      {},
    ],
    ["has no rule that names one", { numbers: [line("*", { target: to("agent_1") })] }, {}],
    ["is a call, where only texts have one", { numbers: [line("*", { sms: texts({ rules }) })] }, {}],
  ])("%s", (_, says, of) => {
    expect(asked(says, of).names).toEqual([]);
  });
});

describe("a limit is asked", () => {
  const rules = [
    rule({ name: "vip", when: { caller: ["withheld"], over: ["rush"] } }),
    over("newcomer"),
    over("newcomer", "line"),
    over("line", "newcomer"),
  ];

  test("where the conditions before it hold, and named once, however many rules ask", () => {
    const { names, uses, decision } = asked({ numbers: [line("*", { rules })] });
    expect(names).toEqual(["newcomer", "line"]);
    expect(uses.map(({ name }) => name)).toEqual(["rush", "newcomer", "line"]);
    expect(decision.rule).toBeUndefined();
  });

  test("by no rule behind the one that decides", () => {
    const { names, decision } = asked({ numbers: [line("*", { rules })] }, {}, ["newcomer", "line"]);
    expect(names).toEqual(["newcomer"]);
    expect(decision.rule).toBe("newcomer");
  });

  test("together with the others of its rule, also where one of them is reached", () => {
    const either = [over("rush", "newcomer", "line")];
    const { names } = asked({ numbers: [line("*", { rules: either })] }, {}, ["newcomer"]);
    expect(names).toEqual(["rush", "newcomer", "line"]);
  });

  test("by texts too, in the rules of their own route", () => {
    const numbers = [line("*", { rules: [over("rush")], sms: texts({ rules: [over("newcomer")] }) })];
    expect(asked({ numbers }, { channel: "chat" }).names).toEqual(["newcomer"]);
  });
});
