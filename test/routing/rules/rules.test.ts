import { describe, expect, test } from "bun:test";
import type { RulePlan, Target } from "../../../src/routing/plan.ts";
import { callers, decided, line, PASS, type PlanSays, REJECT, rule, split, to } from "../plans.ts";

const HOLDS = { caller: ["*"] };
const FAILS = { caller: ["withheld"] };

const ruled = (...rules: RulePlan[]): PlanSays => ({
  presets: { base: { agent: { a: 1, b: 1 } }, warm: { agent: { b: 2 } }, cold: { agent: { b: 3 } } },
  numbers: [
    line("*", {
      target: to("agent_number"),
      presets: ["base"],
      variables: { a: "number", b: "number" },
      metadata: { a: "number", b: "number" },
      rules,
    }),
  ],
});

describe("the rule that decides", () => {
  test.each<[name: string, rules: RulePlan[], rule: string | undefined, agent: string]>([
    ["none, where there is none", [], undefined, "agent_number"],
    [
      "none, where none holds",
      [
        rule({ name: "one", when: FAILS, target: to("agent_1") }),
        rule({ name: "two", when: FAILS, target: to("agent_2") }),
      ],
      undefined,
      "agent_number",
    ],
    [
      "the first of those that hold",
      [
        rule({ name: "one", when: FAILS, target: to("agent_1") }),
        rule({ name: "two", when: HOLDS, target: to("agent_2") }),
        rule({ name: "three", when: HOLDS, target: to("agent_3") }),
      ],
      "two",
      "agent_2",
    ],
    [
      "one that asks for nothing, before any that do",
      [
        rule({ name: "one", target: to("agent_1") }),
        rule({ name: "two", when: HOLDS, target: to("agent_2") }),
      ],
      "one",
      "agent_1",
    ],
    [
      "one without a target, though later ones have one",
      [rule({ name: "one", when: HOLDS }), rule({ name: "two", when: HOLDS, target: to("agent_2") })],
      "one",
      "agent_number",
    ],
    ["one without a name", [rule({ when: HOLDS, target: to("agent_1") })], undefined, "agent_1"],
  ])("is %s", (_, rules, name, agent) => {
    expect(decided(ruled(...rules))).toMatchObject({ rule: name, agent: { id: agent } });
  });

  test("ends the search: what comes after it is not looked at", () => {
    const { steps } = decided(
      ruled(
        rule({ name: "one", when: FAILS }),
        rule({ name: "two", when: HOLDS }),
        rule({ name: "three", when: HOLDS }),
      ),
    );
    const looked = steps.flatMap((step) => (step.kind === "rule" ? [[step.rule.name, step.holds]] : []));
    expect(looked).toEqual([
      ["one", false],
      ["two", true],
    ]);
  });

  test.each<[target: Target, outcome: string]>([
    [to("agent_1"), "agent"],
    [split({ agent_1: 1, agent_2: 1 }), "agent"],
    [PASS, "pass"],
    [REJECT, "reject"],
  ])("says what becomes of the call, whatever the number says: %j", (target, outcome) => {
    for (const own of [to("agent_number"), split({ agent_3: 1 }), PASS, REJECT]) {
      const numbers = [line("*", { target: own, rules: [rule({ name: "one", target })] })];
      expect(decided({ numbers })).toMatchObject({ outcome, rule: "one" });
    }
  });

  test.each<[target: Target, outcome: string]>([
    [to("agent_1"), "agent"],
    [split({ agent_1: 1, agent_2: 1 }), "agent"],
    [PASS, "pass"],
    [REJECT, "reject"],
  ])("keeps what the number says where it has no target: %j", (target, outcome) => {
    const numbers = [line("*", { target, rules: [rule({ name: "one" })] })];
    expect(decided({ numbers })).toMatchObject({ outcome, rule: "one" });
  });

  test("is not looked for where the caller is denied", () => {
    const numbers = [
      line("*", { deny: callers("*"), rules: [rule({ name: "one", target: to("agent_1") })] }),
    ];
    expect(decided({ numbers })).toMatchObject({ outcome: "reject", rule: undefined });
  });
});

describe("a rule", () => {
  const adds = { presets: ["warm"], variables: { b: "rule", c: "rule" }, metadata: { b: "rule", c: "rule" } };

  test.each<[name: string, target: Target | undefined]>([
    ["that keeps the number's target", undefined],
    ["with a target of its own", to("agent_1")],
    ["that passes the call", PASS],
  ])("%s adds its own presets, variables and metadata", (_, target) => {
    expect(decided(ruled(rule({ ...adds, target })))).toMatchObject({
      variables: { a: "number", b: "rule", c: "rule" },
      metadata: { a: "number", b: "rule", c: "rule" },
      override: { agent: { a: 1, b: 2 } },
    });
  });

  test.each<[name: string, rules: RulePlan[]]>([
    ["that does not hold", [rule({ ...adds, when: FAILS })]],
    ["after the one that decides", [rule({ when: HOLDS }), rule({ ...adds, when: HOLDS })]],
  ])("%s adds nothing", (_, rules) => {
    const decision = decided(ruled(...rules));
    expect(decision.outcome === "agent" && [decision.variables, decision.metadata]).toEqual([
      { a: "number", b: "number" },
      { a: "number", b: "number" },
    ]);
    expect(decision).toHaveProperty("override", { agent: { a: 1, b: 1 } });
  });

  test("fills its templates from the call", () => {
    const says = ruled(
      rule({ variables: { who: "${from_number}" }, metadata: { id: ["${call_id}"] }, presets: ["cold"] }),
    );
    expect(decided(says)).toMatchObject({
      variables: { who: "+12137771234" },
      metadata: { id: ["call_1"] },
    });
  });
});

describe("the answer is held", () => {
  test.each<
    [
      name: string,
      defaults: number | undefined,
      number: number | undefined,
      rule: number | undefined,
      heldMs: number,
    ]
  >([
    ["not at all, where nothing says so", undefined, undefined, undefined, 0],
    ["as [defaults] says", 1000, undefined, undefined, 1000],
    ["as the number says, over [defaults]", 1000, 2000, undefined, 2000],
    ["as the rule says, over the number and [defaults]", 1000, 2000, 3000, 3000],
    ["as the rule says, over [defaults]", 1000, undefined, 3000, 3000],
    ["not at all, where the number says 0", 1000, 0, undefined, 0],
    ["not at all, where the rule says 0", 1000, 2000, 0, 0],
  ])("%s", (_, defaults, number, ruleMs, heldMs) => {
    for (const target of [to("agent_1"), PASS]) {
      const rules = [rule({ when: HOLDS, delayMs: ruleMs })];
      const says: PlanSays = {
        defaults: { delayMs: defaults },
        numbers: [line("*", { target, delayMs: number, rules })],
      };
      const decision = decided(says);
      expect(decision).toHaveProperty("delayMs", heldMs);
      expect(decision.steps.filter(({ kind }) => kind === "delay")).toEqual(
        heldMs > 0 ? [{ kind: "delay", delayMs: heldMs }] : [],
      );
    }
  });

  test("as the number says where the rule that says otherwise does not hold", () => {
    const rules = [rule({ when: FAILS, delayMs: 3000 })];
    expect(decided({ numbers: [line("*", { delayMs: 2000, rules })] })).toHaveProperty("delayMs", 2000);
  });

  test("not at all where the call is rejected", () => {
    const decision = decided({ numbers: [line("*", { target: REJECT, delayMs: 2000 })] });
    expect(decision).not.toHaveProperty("delayMs");
    expect(decision.steps.map(({ kind }) => kind)).not.toContain("delay");
  });
});
