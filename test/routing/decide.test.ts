import { describe, expect, test } from "bun:test";
import type { Call } from "../../src/routing/callers/call.ts";
import type { Step } from "../../src/routing/decision.ts";
import type { RoutingPlan } from "../../src/routing/plan.ts";
import { agent, callers, decided, line, type PlanSays, to } from "./plans.ts";

/** The steps by kind; one that refuses the call by why. */
const kinds = ({ steps }: { readonly steps: readonly Step[] }): string[] =>
  steps.map((step) => (step.kind === "refused" ? step.cause.kind : step.kind));

describe("a call goes", () => {
  test("to the agent of the number dialled", () => {
    const numbers = [line("+12137771235", { target: to("agent_1") }), line("*", { target: to("agent_2") })];
    expect(decided({ numbers })).toMatchObject({
      outcome: "agent",
      agent: agent("agent_1"),
      entry: "+12137771235",
      variables: {},
      metadata: {},
      override: {},
    });
    expect(decided({ numbers }, { to: "+12137779999" })).toMatchObject({
      agent: agent("agent_2"),
      entry: "*",
    });
  });

  test("to Retell's bound agent where the number says pass", () => {
    expect(decided({ numbers: [line("*", { target: { kind: "pass" } })] })).toMatchObject({
      outcome: "pass",
      entry: "*",
    });
  });

  test("nowhere where the number says reject", () => {
    const decision = decided({ numbers: [line("*", { target: { kind: "reject" }, variables: { a: "b" } })] });
    expect(decision).toMatchObject({ outcome: "reject", entry: "*" });
    expect(decision).not.toHaveProperty("variables");
  });

  test.each(["pass", "reject"] as const)(
    "where [defaults] says, to a number without an entry: %s",
    (unrouted) => {
      const says: PlanSays = {
        defaults: { unrouted, deny: callers("*"), variables: { company: "Acme" } },
        numbers: [line("+18005551234")],
      };
      const decision = decided(says);
      expect(decision).toMatchObject({ outcome: unrouted, entry: undefined });
      const cause = { kind: "unrouted", dialled: "+12137771235", unrouted } as const;
      expect(decision.steps).toEqual([{ kind: "refused", cause }]);
      expect(decision.cause).toEqual(cause);
      // [defaults] is for every entry; what no entry is for gets nothing of it.
      if (decision.outcome === "pass") expect(decision.variables).toEqual({});
    },
  );

  test.each<[to: string, country: RoutingPlan["country"], entry: string]>([
    ["(213) 777-1235", "US", "+12137771235"],
    ["12137771235", "US", "+12137771235"],
    ["+1 213 777 1235", undefined, "+12137771235"],
    ["12137771235", undefined, "+12137771235"],
    ["2137771235", undefined, "*"],
    ["sip:desk@example.com", "US", "*"],
  ])("by the number dialled however it is sent: %p read in %p", (dialled, country, entry) => {
    const numbers = [line("+12137771235"), line("*")];
    expect(decided({ country, numbers }, { to: dialled }).entry).toBe(entry);
  });

  test("with variables, metadata and overrides filled from the call", () => {
    const says: PlanSays = {
      presets: { hello: { retell_llm: { begin_message: "Hi {{name}} on ${to_number}" } } },
      numbers: [
        line("*", {
          target: to("agent_1", { version: "prod" }),
          variables: { caller: "${from_number}", tier: "${header.x-tier:-basic}" },
          metadata: { id: "${call_id}", nested: { channel: "${channel}" } },
          presets: ["hello"],
        }),
      ],
    };
    expect(decided(says, { headers: { "x-tier": "gold" } })).toMatchObject({
      agent: { id: "agent_1", version: "prod" },
      variables: { caller: "+12137771234", tier: "gold" },
      metadata: { id: "call_1", nested: { channel: "call" } },
      override: { retell_llm: { begin_message: "Hi {{name}} on +12137771235" } },
    });
  });

  test("on with variables where it passes", () => {
    expect(decided({ numbers: [line("*", { variables: { a: "b" } })] })).toMatchObject({
      outcome: "pass",
      variables: { a: "b" },
    });
  });
});

describe("a caller is", () => {
  const lists = { spam: ["+19005551234", "@robots"], robots: ["+1976*"], vip: ["+12137771234"] };

  test.each<[name: string, deny: string[], allow: string[] | undefined, from: string, rejected: boolean]>([
    ["let in where nothing is said", [], undefined, "+12137771234", false],
    ["let in where an empty list allows", [], [], "+12137771234", false],
    ["let in when not denied", ["+1900*"], undefined, "+12137771234", false],
    ["rejected on a number denied", ["+12137771234"], undefined, "+12137771234", true],
    ["rejected on a number denied, however it is sent", ["+12137771234"], undefined, "(213) 777-1234", true],
    ["rejected on a prefix denied", ["+1900*"], undefined, "+19005551234", true],
    ["rejected on a list denied", ["@spam"], undefined, "+19005551234", true],
    ["rejected on a list within a list denied", ["@spam"], undefined, "+19765551234", true],
    ["rejected by the country denied", ["country:MX"], undefined, "+525512345678", true],
    ["rejected when withheld callers are denied", ["withheld"], undefined, "+266696687", true],
    ["let in with a SIP user when withheld callers are denied", ["withheld"], undefined, "alice", false],
    ["rejected when everyone is denied", ["*"], undefined, "alice", true],
    ["let in when allowed", [], ["+12137771234"], "+12137771234", false],
    ["let in on a list allowed", [], ["@vip"], "+12137771234", false],
    ["rejected when only others are allowed", [], ["@vip"], "+12137771235", true],
    ["rejected when withheld and only numbers are allowed", [], ["+1*"], "anonymous", true],
    ["let in when withheld callers are allowed", [], ["withheld"], "anonymous", false],
    ["rejected when both denied and allowed", ["+1213*"], ["+12137771234"], "+12137771234", true],
    ["rejected when denied as one of everyone allowed", ["+1213*"], ["*"], "+12137771234", true],
    ["rejected when everyone is denied and one allowed", ["*"], ["+12137771234"], "+12137771234", true],
  ])("%s", (_, deny, allow, from, rejected) => {
    const screens = { deny: callers(...deny), allow: callers(...(allow ?? [])) };
    const byNumber = line("*", { deny: screens.deny, allow: allow && screens.allow, target: to("agent_1") });
    const byDefault = line("*", { target: to("agent_1") });
    const outcome = rejected ? "reject" : "agent";
    expect(decided({ country: "US", lists, numbers: [byNumber] }, { from }).outcome).toBe(outcome);
    expect(decided({ country: "US", lists, numbers: [byDefault], defaults: screens }, { from }).outcome).toBe(
      outcome,
    );
  });

  test("denied by the number or by [defaults], each by itself", () => {
    const says: PlanSays = {
      defaults: { deny: callers("withheld") },
      numbers: [line("*", { deny: callers("+1900*") })],
    };
    expect(decided(says, { from: "anonymous" }).outcome).toBe("reject");
    expect(decided(says, { from: "+19005551234" }).outcome).toBe("reject");
    expect(decided(says).outcome).toBe("pass");
  });
});

describe("the steps of a decision", () => {
  const deny = callers("withheld");
  const allow = callers("+1*", "withheld");
  const says: PlanSays = {
    presets: { warm: {} },
    defaults: { deny },
    numbers: [
      line("+12137771235", { deny: callers("+1900*"), allow, target: to("agent_1"), presets: ["warm"] }),
      line("+12137771236"),
      line("+12137771237", { target: { kind: "reject" }, presets: ["warm"] }),
    ],
  };

  test.each<[name: string, of: Partial<Call>, steps: string[]]>([
    ["that lets a caller in", {}, ["entry", "not denied", "allowed", "target", "presets"]],
    ["without presets or allow", { to: "+12137771236" }, ["entry", "not denied", "target"]],
    ["that rejects every call", { to: "+12137771237" }, ["entry", "not denied", "target"]],
    ["that denies", { from: "anonymous" }, ["entry", "denied"]],
    ["that denies by the number", { from: "+19005551234" }, ["entry", "denied"]],
    ["that does not allow", { from: "+442079460958" }, ["entry", "not denied", "not allowed"]],
    ["on a number without an entry", { to: "+18005551234" }, ["unrouted"]],
  ])("%s", (_, of, steps) => {
    expect(kinds(decided(says, of))).toEqual(steps);
  });

  test("name the entry that holds, and where it stands", () => {
    const listed: PlanSays = { ...says, lists: { spam: ["+1213*"] }, defaults: { deny: callers("@spam") } };
    expect(decided(listed).steps[1]).toMatchObject({
      kind: "refused",
      cause: { kind: "denied", origin: "defaults", hit: ["@spam", "+1213*"] },
    });
    expect(decided(says).steps[2]).toMatchObject({
      kind: "allowed",
      origin: "number",
      hit: ["+1*"],
    });
    expect(decided(says, { from: "+442079460958" }).steps.at(-1)).toMatchObject({
      kind: "refused",
      cause: { kind: "not allowed", origin: "number", entries: "withheld, +1*" },
    });
  });
});
