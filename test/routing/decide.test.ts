import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Call } from "../../src/routing/call.ts";
import { type Decision, decide, type Step } from "../../src/routing/decide.ts";
import type { RoutingPlan, Target } from "../../src/routing/plan.ts";
import { compileTable } from "../../src/routing/table.ts";
import { agent, call, callers, line, type PlanSays, plan, to } from "./plans.ts";

/** What becomes of a call under a plan. */
function decided(says: PlanSays, of: Partial<Call> = {}): Decision {
  return decide(compileTable(plan(says)), call(of));
}

const kinds = (decision: Decision): Step["kind"][] => decision.steps.map((step) => step.kind);

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
      expect(decision.steps).toEqual([{ kind: "unrouted", dialled: "+12137771235", unrouted }]);
      // [defaults] is for every entry; what no entry is for gets nothing of it.
      if (decision.outcome === "pass") expect(decision.variables).toEqual({});
    },
  );

  test.each<[to: string, country: RoutingPlan["country"], entry: string]>([
    ["(213) 777-1235", "US", "+12137771235"],
    ["12137771235", "US", "+12137771235"],
    ["+1 213 777 1235", undefined, "+12137771235"],
    ["12137771235", undefined, "*"],
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

describe("a text", () => {
  const numbers = [line("*", { target: to("agent_1"), deny: callers("+1900*"), variables: { a: "b" } })];

  test("passes where the number has no route for texts", () => {
    const decision = decided({ numbers }, { channel: "chat" });
    expect(decision).toMatchObject({ outcome: "pass", variables: {}, metadata: {}, override: {} });
    expect(kinds(decision)).toEqual(["line", "not denied", "no route for texts"]);
  });

  test("passes even where the number rejects calls", () => {
    const rejecting = [line("*", { target: { kind: "reject" } })];
    expect(decided({ numbers: rejecting }, { channel: "chat" }).outcome).toBe("pass");
  });

  test("is rejected where its sender is denied, like a call", () => {
    expect(decided({ numbers }, { channel: "chat", from: "+19005551234" }).outcome).toBe("reject");
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

  test.each<[name: string, of: Partial<Call>, steps: Step["kind"][]]>([
    ["that lets a caller in", {}, ["line", "not denied", "allowed", "target", "presets"]],
    ["without presets or allow", { to: "+12137771236" }, ["line", "not denied", "target"]],
    ["that rejects every call", { to: "+12137771237" }, ["line", "not denied", "target"]],
    ["that denies", { from: "anonymous" }, ["line", "denied"]],
    ["that denies by the number", { from: "+19005551234" }, ["line", "denied"]],
    ["that does not allow", { from: "+442079460958" }, ["line", "not denied", "not allowed"]],
    ["on a number without an entry", { to: "+18005551234" }, ["unrouted"]],
  ])("%s", (_, of, steps) => {
    expect(kinds(decided(says, of))).toEqual(steps);
  });

  test("name the entry that holds, and where it stands", () => {
    const listed: PlanSays = { ...says, lists: { spam: ["+1213*"] }, defaults: { deny: callers("@spam") } };
    expect(decided(listed).steps[1]).toMatchObject({
      kind: "denied",
      screen: { origin: "defaults" },
      hit: ["@spam", "+1213*"],
    });
    expect(decided(says).steps[2]).toMatchObject({
      kind: "allowed",
      screen: { origin: "number" },
      hit: ["+1*"],
    });
    expect(decided(says, { from: "+442079460958" }).steps.at(-1)).toMatchObject({
      kind: "not allowed",
      screen: { origin: "number", entries: ["withheld", "+1*"] },
    });
  });
});

describe("whatever the plan and the call,", () => {
  test("there is a decision, its variables are texts, and it is the same every time", () => {
    fc.assert(
      fc.property(anyPlan(), anyCall(), (says, of) => {
        const checked = plan(says);
        const table = compileTable(checked);
        const decision = decide(table, of);
        if (decision.outcome !== "reject") {
          for (const value of Object.values(decision.variables)) expect(value).toBeString();
        }
        expect(JSON.stringify(decide(table, of))).toBe(JSON.stringify(decision));
        expect(JSON.stringify(decide(compileTable(checked), of))).toBe(JSON.stringify(decision));
      }),
    );
  });

  test("deciding other calls in between changes nothing", () => {
    fc.assert(
      fc.property(anyPlan(), anyCall(), anyCall(), (says, of, other) => {
        const table = compileTable(plan(says));
        const before = JSON.stringify(decide(table, of));
        decide(table, other);
        expect(JSON.stringify(decide(table, of))).toBe(before);
      }),
    );
  });

  test("who is denied is rejected, whoever is allowed", () => {
    fc.assert(
      fc.property(anyPlan(), anyCall(), (says, of) => {
        const numbers = (says.numbers ?? []).map((number) => ({ ...number, allow: callers("*") }));
        const denied = numbers.map((number) => ({ ...number, deny: callers("*") }));
        const [open, closed] = [decided({ ...says, numbers }, of), decided({ ...says, numbers: denied }, of)];
        expect(closed.entry).toBe(open.entry);
        if (closed.entry !== undefined) expect(closed.outcome).toBe("reject");
      }),
    );
  });

  test("one more entry to deny never lets in a call that was rejected", () => {
    fc.assert(
      fc.property(anyPlan(), anyCall(), anyEntry(), fc.boolean(), (says, of, entry, byDefault) => {
        const more = (before = callers()) => {
          const { numbers, prefixes, lists, countries, withheld, anyone } = callers(entry);
          return {
            numbers: [...before.numbers, ...numbers],
            prefixes: [...before.prefixes, ...prefixes],
            lists: [...before.lists, ...lists],
            countries: [...before.countries, ...countries],
            withheld: before.withheld || withheld,
            anyone: before.anyone || anyone,
          };
        };
        const stricter: PlanSays = byDefault
          ? { ...says, defaults: { ...says.defaults, deny: more(says.defaults?.deny) } }
          : {
              ...says,
              numbers: says.numbers?.map((number) => ({ ...number, deny: more(number.deny) })) ?? [],
            };
        if (decided(says, of).outcome === "reject") expect(decided(stricter, of).outcome).toBe("reject");
      }),
    );
  });
});

/** Few numbers, close to each other, so that plans and calls often meet. */
const NUMBERS = ["+12137771234", "+12137771235", "+12137779999", "+14165551234", "+525512345678"];

function anyEntry(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(...NUMBERS, "withheld", "country:US", "country:MX", "@outer", "@inner", "*"),
    fc
      .tuple(fc.constantFrom(...NUMBERS), fc.integer({ min: 2, max: 12 }))
      .map(([number, end]) => `${number.slice(0, end)}*`),
  );
}

function anyCall(): fc.Arbitrary<Call> {
  const party = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...NUMBERS) },
    { weight: 1, arbitrary: fc.constantFrom("anonymous", "", "+266696687", "alice", "2137771234") },
    { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  );
  const text = fc.oneof(fc.string(), fc.constantFrom("${from_number}", "{{name}}", "${", ""));
  return fc.record({
    channel: fc.constantFrom("call", "call", "chat"),
    from: party,
    to: party,
    id: fc.option(text, { nil: undefined }),
    boundAgentId: fc.option(text, { nil: undefined }),
    headers: fc.dictionary(fc.constantFrom("x-a", "x-b", "constructor"), text),
  });
}

/** Any plan that the configuration would let through. */
function anyPlan(): fc.Arbitrary<PlanSays> {
  const inner = anyEntry().filter((entry) => !entry.startsWith("@"));
  const set = fc.array(anyEntry(), { maxLength: 3 }).map((entries) => callers(...entries));
  const template = fc
    .array(
      fc.constantFrom(
        ...["plain", "$${x}", "{{name}}", "$", "${from_number}", "${to_number}", "${from_country:-none}"],
        ...["${channel}", "${call_id:-}", "${agent_id}", "${header.x-a:-basic}", "${header.constructor}"],
      ),
      { maxLength: 4 },
    )
    // Otherwise a "$" at the end of one piece would escape the next.
    .map((pieces) => pieces.join(" "));
  const key = fc.constantFrom("a", "b", "__proto__", "constructor");
  const value = fc.oneof(template, fc.nat(), fc.boolean(), fc.array(template, { maxLength: 2 }));
  const table = fc.dictionary(key, fc.oneof(value, fc.dictionary(key, value)));
  const additions = {
    presets: fc.subarray(["one", "two"]),
    variables: fc.dictionary(key, template),
    metadata: table,
  };
  const target: fc.Arbitrary<Target> = fc.oneof(
    fc.constantFrom<Target>({ kind: "pass" }, { kind: "reject" }),
    fc.record({ presets: fc.subarray(["one", "two"]) }).map((says) => to("agent_1", says)),
  );
  const number = fc
    .tuple(
      fc.constantFrom(...NUMBERS, "+1*", "+1213*", "*"),
      fc.record({ ...additions, target, deny: set, allow: fc.option(set, { nil: undefined }) }),
    )
    .map(([entry, says]) => line(entry, says));
  return fc.record({
    country: fc.constantFrom(undefined, "US" as const),
    presets: fc.record({ one: table, two: table }),
    lists: fc.record({
      outer: fc.array(fc.oneof(inner, fc.constant("@inner")), { maxLength: 3 }),
      inner: fc.array(inner, { maxLength: 3 }),
    }),
    defaults: fc.record({
      ...additions,
      deny: set,
      allow: set,
      unrouted: fc.constantFrom("pass" as const, "reject" as const),
    }),
    numbers: fc.uniqueArray(number, { maxLength: 5, selector: ({ entry }) => entry }),
  });
}
