import { describe, expect, test } from "bun:test";
import type { Step } from "../../src/routing/decision.ts";
import { callers, contact, decided, line, type PlanSays, REJECT, rule, texts, to } from "./plans.ts";

const TEXT = { channel: "chat", id: "chat_1" } as const;
/** The steps by kind; one that refuses the call by why. */
const kinds = ({ steps }: { readonly steps: readonly Step[] }): string[] =>
  steps.map((step) => (step.kind === "refused" ? step.cause.kind : step.kind));

describe("a text to a number without a route for texts", () => {
  const numbers = [line("*", { target: to("agent_1"), deny: callers("+1900*"), variables: { a: "b" } })];

  test("passes, with nothing added", () => {
    const decision = decided({ numbers }, TEXT);
    expect(decision).toMatchObject({
      outcome: "pass",
      variables: {},
      metadata: {},
      override: {},
      delayMs: 0,
    });
    expect(kinds(decision)).toEqual(["entry", "not denied", "no route for texts"]);
  });

  test("passes even where the number rejects calls", () => {
    expect(decided({ numbers: [line("*", { target: REJECT })] }, TEXT).outcome).toBe("pass");
  });

  test("passes whatever the number's rules and [defaults] say", () => {
    const says: PlanSays = {
      presets: { warm: { agent: { a: 1 } } },
      defaults: { presets: ["warm"], variables: { a: "b" }, delayMs: 1000 },
      numbers: [line("*", { rules: [rule({ name: "one", target: REJECT })] })],
    };
    expect(decided(says, TEXT)).toMatchObject({
      outcome: "pass",
      rule: undefined,
      variables: {},
      override: {},
      delayMs: 0,
    });
  });

  test("passes from a contact, with nothing of what is known of him", () => {
    const contacts = {
      columns: ["name"],
      variables: ["name"],
      contacts: [contact("+12137771234", ["Ann"], { presets: ["warm"] })],
    };
    const decision = decided({ contacts, presets: { warm: { agent: { a: 1 } } }, numbers }, TEXT);
    expect(decision).toMatchObject({ outcome: "pass", variables: {}, override: {} });
  });

  test("is rejected where its sender is denied, like a call", () => {
    expect(decided({ numbers }, { ...TEXT, from: "+19005551234" }).outcome).toBe("reject");
  });

  test("is rejected where its sender is not allowed, like a call", () => {
    const closed = [line("*", { allow: callers("withheld") })];
    expect(decided({ numbers: closed }, TEXT).outcome).toBe("reject");
  });
});

describe("a route for texts", () => {
  const says: PlanSays = {
    presets: { base: { agent: { a: 1 } }, calls: { agent: { b: 1 } }, texts: { agent: { c: 1 } } },
    defaults: { presets: ["base"], variables: { a: "defaults", b: "defaults" }, metadata: { a: "defaults" } },
    numbers: [
      line("*", {
        target: to("agent_calls"),
        presets: ["calls"],
        variables: { b: "calls", c: "calls" },
        metadata: { b: "calls" },
        rules: [rule({ name: "calls", target: to("agent_rule"), variables: { d: "rule" } })],
        sms: texts({
          target: to("agent_texts"),
          presets: ["texts"],
          variables: { e: "${channel} ${call_id}" },
          metadata: { c: "texts" },
          rules: [
            rule({ name: "withheld", when: { caller: ["withheld"] }, target: REJECT }),
            rule({ name: "texts", variables: { f: "rule" } }),
          ],
        }),
      }),
    ],
  };

  test("has its own target, rules, variables, metadata and presets, and none of the number's", () => {
    const decision = decided(says, TEXT);
    expect(decision).toMatchObject({ outcome: "agent", agent: { id: "agent_texts" }, rule: "texts" });
    expect(decision).toHaveProperty("variables", {
      a: "defaults",
      b: "defaults",
      e: "text chat_1",
      f: "rule",
    });
    expect(decision).toHaveProperty("metadata", { a: "defaults", c: "texts" });
    expect(decision).toHaveProperty("override", { agent: { a: 1, c: 1 } });
  });

  test("decides by the first of its own rules that holds", () => {
    expect(decided(says, { ...TEXT, from: "anonymous" })).toMatchObject({
      outcome: "reject",
      rule: "withheld",
    });
  });

  test("is no matter to calls", () => {
    const without = (says.numbers ?? []).map((number) => ({ ...number, sms: undefined }));
    for (const from of ["+12137771234", "anonymous"]) {
      const { steps: _, ...decision } = decided(says, { from });
      const { steps: __, ...expected } = decided({ ...says, numbers: without }, { from });
      expect(decision).toEqual(expected);
    }
    expect(decided(says)).toMatchObject({ agent: { id: "agent_rule" }, rule: "calls" });
  });

  test.each<
    [defaults: number | undefined, number: number | undefined, own: number | undefined, heldMs: number]
  >([
    [undefined, 2000, undefined, 0],
    [1000, 2000, undefined, 1000],
    [1000, 2000, 3000, 3000],
  ])(
    "is held as [defaults] (%p) and it itself say, not as the number (%p): %p gives %p",
    (defaults, number, own, heldMs) => {
      const numbers = [line("*", { delayMs: number, sms: texts({ delayMs: own }) })];
      expect(decided({ defaults: { delayMs: defaults }, numbers }, TEXT)).toHaveProperty("delayMs", heldMs);
    },
  );

  test("passes texts where it says no more", () => {
    const numbers = [line("*", { target: REJECT, sms: texts() })];
    expect(decided({ numbers }, TEXT).outcome).toBe("pass");
  });

  test("gives a contact's variables and presets like one for calls", () => {
    const contacts = {
      columns: ["name"],
      variables: ["name"],
      contacts: [contact("+12137771234", ["Ann"], { presets: ["calls"] })],
    };
    const decision = decided({ ...says, contacts }, TEXT);
    expect(decision).toHaveProperty("variables.name", "Ann");
    expect(decision).toHaveProperty("override", { agent: { a: 1, b: 1, c: 1 } });
  });
});

describe("who may send a text", () => {
  /** Entries of a set of callers; undefined where the place does not say. */
  type Sets = { readonly deny?: readonly string[]; readonly allow?: readonly string[] };

  test.each<[name: string, defaults: Sets, number: Sets, sms: Sets, text: boolean, call: boolean]>([
    ["anyone, where nothing is said", {}, {}, {}, true, true],
    ["nobody whom [defaults] denies", { deny: ["+1213*"] }, {}, {}, false, false],
    ["nobody whom the number denies", {}, { deny: ["+1213*"] }, {}, false, false],
    ["nobody whom the route denies, though he may call", {}, {}, { deny: ["+1213*"] }, false, true],
    [
      "nobody whom the number denies, though the route allows him",
      {},
      { deny: ["+1213*"] },
      { allow: ["*"] },
      false,
      false,
    ],
    ["nobody whom [defaults] does not allow", { allow: ["+1900*"] }, {}, {}, false, false],
    ["nobody whom the number does not allow", {}, { allow: ["+1900*"] }, {}, false, false],
    [
      "nobody whom the number does not allow, though the route does",
      {},
      { allow: ["+1900*"] },
      { allow: ["*"] },
      false,
      false,
    ],
    [
      "nobody whom the route does not allow, though he may call",
      {},
      { allow: ["*"] },
      { allow: ["+1900*"] },
      false,
      true,
    ],
    [
      "whom the number allows, whatever [defaults] says",
      { allow: ["+1900*"] },
      { allow: ["+1213*"] },
      {},
      true,
      true,
    ],
    ["whom number and route allow", {}, { allow: ["+1213*"] }, { allow: ["+12137771234"] }, true, true],
    ["anyone, where the route's list is empty", {}, {}, { allow: [] }, true, true],
    [
      "nobody else than the number allows, where the route's list is empty",
      {},
      { allow: ["+1900*"] },
      { allow: [] },
      false,
      false,
    ],
  ])("%s", (_, defaults, number, sms, text, call) => {
    const sets = ({ deny = [], allow }: Sets) => ({
      deny: callers(...deny),
      allow: allow && callers(...allow),
    });
    const says: PlanSays = {
      defaults: { deny: callers(...(defaults.deny ?? [])), allow: callers(...(defaults.allow ?? [])) },
      numbers: [line("*", { ...sets(number), sms: texts(sets(sms)) })],
    };
    expect(decided(says, TEXT).outcome).toBe(text ? "pass" : "reject");
    expect(decided(says).outcome).toBe(call ? "pass" : "reject");
  });
});

test("a text to a number without an entry goes where [defaults] says", () => {
  for (const unrouted of ["pass", "reject"] as const) {
    expect(decided({ defaults: { unrouted } }, TEXT).outcome).toBe(unrouted);
  }
});
