import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { limitsAsked, receive } from "../../../src/routing/arrival.ts";
import { decide, dependsOnTime } from "../../../src/routing/decide.ts";
import type { RuleName } from "../../../src/routing/decision.ts";
import { mergeKeys } from "../../../src/routing/merge.ts";
import type { RulePlan, Target } from "../../../src/routing/plan.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import { reasonWords, stepWords } from "../../../src/routing/words/decisions.ts";
import { anyCall, anyFacts, anyPlan, anyRule } from "../arbitrary.ts";
import {
  agent,
  call,
  contact,
  type Decided,
  decided,
  facts,
  line,
  PASS,
  type PlanSays,
  plan,
  REJECT,
  rule,
  schedule,
  texts,
  to,
  type WhenSays,
} from "../plans.ts";

const HOLDS: WhenSays = { caller: ["*"] };
const FAILS: WhenSays = { caller: ["withheld"] };

const own = (at: number, name?: string): RuleName => ({ name, at, ruleset: undefined });
const on = (says: Partial<RulePlan> & { readonly name: string }, when: WhenSays = HOLDS) =>
  rule({ ...says, continues: true, when });
const ruled = (...rules: RulePlan[]): PlanSays => ({
  numbers: [line("*", { target: to("agent_number"), rules })],
});

describe("a rule that continues", () => {
  test("applies, and lets a later one decide", () => {
    const rules = [on({ name: "one", variables: { a: "1" } }), rule({ name: "two", target: to("agent_2") })];
    const decision = decided(ruled(...rules));
    expect(decision).toMatchObject({
      outcome: "agent",
      agent: { id: "agent_2" },
      variables: { a: "1" },
      rule: "two",
      applied: [own(0, "one")],
      rulesNotMet: 0,
      cause: { kind: "rule", rule: own(1, "two") },
    });
  });

  test("adds nothing where it does not hold", () => {
    const rules = [on({ name: "one", variables: { a: "1" } }, FAILS), rule({ name: "two" })];
    expect(decided(ruled(...rules))).toMatchObject({ variables: {}, applied: [], rulesNotMet: 1 });
  });

  test("decides nothing where it says no target, and no later rule decides", () => {
    const rules = [
      on({ name: "one", variables: { a: "1" } }),
      rule({ name: "two", when: FAILS }),
      rule({ when: FAILS }),
    ];
    expect(decided(ruled(...rules))).toMatchObject({
      variables: { a: "1" },
      rule: undefined,
      applied: [own(0, "one")],
      rulesNotMet: 2,
      cause: { kind: "route", origin: "number" },
    });
  });

  test.each<[Target, string]>([
    [to("agent_1"), "agent"],
    [PASS, "pass"],
    [REJECT, "reject"],
  ])("decides where its target stands, since no later rule says another: %j", (target, outcome) => {
    const rules = [
      on({ name: "one", target }),
      on({ name: "two", variables: { a: "1" } }),
      rule({ name: "three", when: FAILS, target: to("agent_3") }),
    ];
    expect(decided(ruled(...rules))).toMatchObject({
      outcome,
      rule: "one",
      cause: { kind: "rule", rule: own(0, "one"), findings: [{ kind: "caller" }] },
      applied: [own(0, "one"), own(1, "two")],
    });
  });

  test("gives its target to a later rule that decides and says none", () => {
    const decision = decided(ruled(on({ name: "one", target: REJECT }), rule({ name: "two" })));
    expect(decision).toMatchObject({ outcome: "reject", rule: "two" });
  });

  test("has its target replaced by a later one", () => {
    const rules = [
      on({ name: "one", target: REJECT }),
      on({ name: "two", target: to("agent_2") }),
      on({ name: "three" }),
    ];
    const decision = decided(ruled(...rules));
    expect(decision).toMatchObject({ outcome: "agent", agent: { id: "agent_2" }, rule: "two" });
    expect(decided(ruled(...rules, rule({ name: "four", target: PASS })))).toMatchObject({
      outcome: "pass",
      rule: "four",
    });
  });

  test("replaces the contact's agent as any rule does, and keeps it where it says none", () => {
    const contacts = { contacts: [contact("+12137771234", [], { agent: agent("agent_ann") })] };
    const says = (target: Target | undefined) => ({ ...ruled(on({ name: "one", target })), contacts });
    expect(decided(says(to("agent_1")))).toMatchObject({ agent: { id: "agent_1" } });
    expect(decided(says(undefined))).toMatchObject({
      agent: { id: "agent_ann" },
      cause: { kind: "route", origin: "contact" },
    });
  });

  test("is weaker than later ones in all that they say, and stronger than number and contact", () => {
    const presets = {
      one: { agent: { a: 1, b: 1, c: 1 } },
      two: { agent: { b: 2, c: 2 } },
      three: { agent: { c: 3 } },
    };
    const all = (value: string, ...keys: string[]) => Object.fromEntries(keys.map((key) => [key, value]));
    const says: PlanSays = {
      presets,
      contacts: {
        columns: ["a", "b", "x"],
        variables: ["a", "b", "x"],
        contacts: [contact("+12137771234", ["contact", "contact", "contact"])],
      },
      numbers: [
        line("*", {
          presets: ["one"],
          delayMs: 1000,
          variables: all("number", "a", "b", "c", "d", "x"),
          metadata: { a: { deep: "number" }, b: "number", c: "number" },
          rules: [
            on({
              name: "one",
              presets: ["two"],
              delayMs: 2000,
              variables: all("one", "b", "c", "d"),
              metadata: { a: { other: 1 }, b: "one" },
            }),
            on({ name: "two", delayMs: 0, variables: all("two", "c", "d") }),
            rule({
              name: "three",
              presets: ["three"],
              variables: all("three", "d"),
              metadata: { b: "three" },
            }),
          ],
        }),
      ],
    };
    expect(decided(says)).toMatchObject({
      variables: { a: "contact", b: "one", c: "two", d: "three", x: "contact" },
      metadata: { a: { other: 1 }, b: "three", c: "number" },
      override: { agent: { a: 1, b: 2, c: 3 } },
      delayMs: 0,
    });
    expect(decided(says)).not.toHaveProperty("metadata.a.deep");
  });

  test("has its limits asked about, and counted, as those of others are", () => {
    const limits = {
      often: { calls: 1, perMs: 1000, by: "caller" as const },
      seldom: { calls: 1, perMs: 1000, by: "all" as const },
    };
    const rules = [
      on({ name: "one", variables: { a: "1" } }, { over: ["often"] }),
      rule({ name: "two", when: { over: ["seldom"] }, target: REJECT }),
    ];
    const says = { ...ruled(...rules), limits };
    expect(decided(says)).toMatchObject({ limits: ["often", "seldom"], applied: [], rulesNotMet: 2 });
    expect(decided(says, {}, { over: new Set(["often"]) })).toMatchObject({
      limits: ["often", "seldom"],
      applied: [own(0, "one")],
      variables: { a: "1" },
    });
  });
});

describe("the words for rules that continue", () => {
  const rules = [
    on({
      name: "vip",
      variables: { a: "1", b: "2" },
      metadata: { m: 1 },
      presets: ["warm"],
      target: to("agent_1"),
      delayMs: 1500,
    }),
    on({ name: "nothing" }),
    rule({ when: FAILS }),
  ];
  const says: PlanSays = { ...ruled(...rules), presets: { warm: {} } };

  test("say what each added, and which of them gave what counts", () => {
    const { steps } = decided(says);
    expect(
      steps
        .map(stepWords)
        .map(({ topic, finding }) => `${topic}: ${finding}`)
        .slice(1),
    ).toEqual([
      'rule "vip": applies: the caller matched *',
      "continue: adds variables a, b; metadata m; preset warm; target: agent agent_1; delay: 1.5 s; later rules take precedence",
      'rule "nothing": applies: the caller matched *',
      "continue: adds nothing",
      "rule 3: does not apply: the caller is not in withheld",
      'target: agent agent_1 (from rule "vip")',
      'presets: warm (from rule "vip")',
      "delay: the answer is held for 1.5 s",
    ]);
  });

  test.each<[PlanSays, string]>([
    [says, 'rule "vip": the caller matched * (after rule "nothing" applied, 1 rule not met)'],
    [
      ruled(...["a", "b", "c", "d", "e"].map((name) => on({ name })), rule({ name: "last" })),
      'rule "last": always applies (no `when`) (after rule "a", rule "b", rule "c" and 2 more applied)',
    ],
    [ruled(on({ name: "a" })), `the number's own target (after rule "a" applied)`],
  ])("name them in the reason, shortly", (of, words) => {
    expect(reasonWords(decided(of).decision)).toBe(words);
  });
});

describe("rulesets", () => {
  const rulesets = {
    house: [rule({ name: "house", when: HOLDS, target: to("agent_house") })],
    other: [
      rule({ when: FAILS }),
      rule({ name: "other", when: { caller: ["+1*"] }, target: to("agent_other") }),
    ],
    empty: [],
  };
  const by = (names: readonly string[] | undefined, ...rules: RulePlan[]): PlanSays => ({
    rulesets,
    defaults: { rulesets: ["house"] },
    numbers: [
      line("*", {
        target: to("agent_number"),
        rules,
        rulesets: names,
        sms: texts({ target: to("agent_text") }),
      }),
    ],
  });

  test.each<[string, PlanSays, string | undefined, string]>([
    ["of [defaults] are tried where the number names none", by(undefined), "house", "agent_house"],
    ["of the number replace those of [defaults]", by(["other"]), "other", "agent_other"],
    ["are none where the number says so", by([]), undefined, "agent_number"],
    ["are tried in their order", by(["empty", "other", "house"]), "other", "agent_other"],
    [
      "come after the number's own rules",
      by(undefined, rule({ name: "own", target: to("agent_own") })),
      "own",
      "agent_own",
    ],
    [
      "come after own rules that do not hold",
      by(undefined, rule({ name: "own", when: FAILS })),
      "house",
      "agent_house",
    ],
  ])("%s", (_, says, name, id) => {
    expect(decided(says)).toMatchObject({ rule: name, agent: { id } });
  });

  test("are named beside their rules, whose places are counted anew in each", () => {
    const decision = decided(by(["other"], rule({ when: FAILS })));
    expect(decision.cause).toMatchObject({ rule: { name: "other", at: 1, ruleset: "other" } });
    expect(decision.rulesNotMet).toBe(2);
    expect(reasonWords(decision.decision)).toBe(
      'rule "other" of ruleset "other": the caller matched +1* (after 2 rules not met)',
    );
  });

  test("of calls are not tried for texts, which have those that `sms` names", () => {
    expect(decided(by(["other"]), { channel: "chat" })).toMatchObject({ agent: { id: "agent_text" } });
    const sms = texts({ target: to("agent_text"), rulesets: ["other"] });
    const says = { ...by(["house"]), numbers: [line("*", { sms })] };
    expect(decided(says, { channel: "chat" })).toMatchObject({ agent: { id: "agent_other" } });
  });

  test("are compiled once for all numbers", () => {
    const numbers = ["+12137771235", "+12137771236"].map((entry) => line(entry));
    const table = compileTable(plan({ ...by(undefined), numbers }));
    const rules = numbers.map(({ entry }) => {
      const { next } = receive(table, call({ to: entry }));
      return "route" in next ? next.route.rules : [];
    });
    expect(rules[0]?.[0]).toBeDefined();
    expect(rules[0]?.[0]).toBe(rules[1]?.[0] as never);
  });

  test("have their limits asked about", () => {
    const limits = { often: { calls: 1, perMs: 1000, by: "caller" as const } };
    const says = { ...by(undefined), limits, rulesets: { house: [rule({ when: { over: ["often"] } })] } };
    const arrival = receive(compileTable(plan(says)), call());
    expect(limitsAsked(arrival).map(({ name }) => name)).toEqual(["often"]);
    expect(decide(arrival, facts()).limits).toEqual(["often"]);
  });

  test.each<[string, PlanSays]>([
    ["a ruleset", { numbers: [line("*", { rulesets: ["house"] })] }],
    ["a limit", { rulesets: { house: [rule({ when: { over: ["often"] } })] } }],
    ["a preset", { rulesets: { house: [rule({ presets: ["warm"] })] } }],
  ])("that name %s which is not there do not compile", (_, says) => {
    expect(() => compileTable(plan(says))).toThrow(/there is no "(house|often|warm)"/);
  });
});

describe("a decision depends on the time", () => {
  const office = { office: schedule("UTC", ["mon-fri 09:00-17:00"]) };
  const timed = { open: ["office"] };
  test.each<[string, boolean, RulePlan[]]>([
    ["where a rule that continues does", true, [on({ name: "a", variables: { a: "1" } }, timed)]],
    ["where one behind a rule that continues does", true, [on({ name: "a" }), rule({ when: timed })]],
    [
      "not where one behind a rule that decides does",
      false,
      [on({ name: "a" }), rule({}), on({ name: "b" }, timed)],
    ],
    [
      "not where one that continues asks for more, which does not hold",
      false,
      [on({ name: "a" }, { ...timed, ...FAILS })],
    ],
  ])("%s", (_, expected, rules) => {
    for (const says of [
      ruled(...rules),
      { defaults: { rulesets: ["r"] }, rulesets: { r: rules }, numbers: [line("*")] },
    ]) {
      const arrival = receive(compileTable(plan({ ...says, schedules: office })), call());
      expect(dependsOnTime(arrival, facts())).toBe(expected);
    }
  });
});

describe("whatever the plan, the call and the moment,", () => {
  const RUNS = { numRuns: 200 };
  const adds = ({ outcome, ...decision }: Decided) => ({
    outcome,
    ...("agent" in decision && { agent: decision.agent }),
    ...("variables" in decision && {
      variables: decision.variables,
      metadata: decision.metadata,
      override: decision.override,
      delayMs: decision.delayMs,
    }),
  });

  test("rules that continue, with one that decides, and the single rule that says all of it decide alike", () => {
    fc.assert(
      fc.property(
        anyPlan(),
        fc.array(anyRule(), { maxLength: 4 }),
        anyRule(),
        anyCall(),
        anyFacts(),
        (says, before, last, of, under) => {
          const always = (found: RulePlan, continues: boolean) => ({ ...found, when: [], continues });
          const several = [...before.map((each) => always(each, true)), always(last, false)];
          const single: RulePlan = {
            ...always(last, false),
            target: several.findLast(({ target }) => target)?.target,
            presets: several.flatMap(({ presets }) => presets),
            variables: mergeKeys(several.map(({ variables }) => variables)),
            metadata: mergeKeys(several.map(({ metadata }) => metadata)),
            delayMs: several.findLast(({ delayMs }) => delayMs !== undefined)?.delayMs,
          };
          const numbers = (rules: RulePlan[]) =>
            (says.numbers ?? []).map((number) => ({
              ...number,
              rules,
              sms: number.sms && { ...number.sms, rules },
            }));
          const one = decided({ ...says, numbers: numbers([single]) }, of, under);
          const many = decided({ ...says, numbers: numbers(several) }, of, under);
          expect(adds(many)).toEqual(adds(one));
        },
      ),
      RUNS,
    );
  });

  test("the rules of a ruleset decide as they would at the end of the number's own", () => {
    fc.assert(
      fc.property(anyPlan(), anyCall(), anyFacts(), (says, of, under) => {
        const { rulesets = {}, defaults } = says;
        const shared = (names: readonly string[] = []) => names.flatMap((name) => rulesets[name] ?? []);
        const numbers = (says.numbers ?? []).map((number) => ({
          ...number,
          rules: [...number.rules, ...shared(number.rulesets ?? defaults?.rulesets)],
          rulesets: [],
          sms: number.sms && {
            ...number.sms,
            rules: [...number.sms.rules, ...shared(number.sms.rulesets)],
            rulesets: [],
          },
        }));
        const apart = decided(says, of, under);
        const together = decided({ ...says, numbers }, of, under);
        expect(adds(apart)).toEqual(adds(together));
        expect(apart).toMatchObject({
          rule: together.rule,
          rulesNotMet: together.rulesNotMet,
          limits: together.limits,
        });
      }),
      RUNS,
    );
  });
});
