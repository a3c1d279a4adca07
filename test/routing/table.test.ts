import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { callerOf } from "../../src/routing/call.ts";
import type { Scene } from "../../src/routing/placeholders.ts";
import type { NumberPlan } from "../../src/routing/plan.ts";
import { compileTable, type Line } from "../../src/routing/table.ts";
import { call, callers, line, type PlanSays, plan, to } from "./plans.ts";

const SCENE: Scene = { call: call(), caller: callerOf(call().from, "US") };

/** The entry of a plan's only number. */
function onlyLine(says: Omit<PlanSays, "numbers">, number: Parameters<typeof line>[1] = {}): Line {
  const only = compileTable(plan({ ...says, numbers: [line("*", number)] })).lineFor("+12137771235");
  if (!only) throw new Error("There is no line");
  return only;
}

describe("the entry for a dialled number", () => {
  const TABLE = compileTable(
    plan({
      numbers: ["*", "+1*", "+1213777*", "+1213*", "+12137771235", "+442079460958", "+1213777123*"].map(
        (entry) => line(entry),
      ),
    }),
  );

  test.each<[dialled: string, entry: string, how: Line["how"]]>([
    ["+12137771235", "+12137771235", "exact"],
    ["+12137771234", "+1213777123*", "prefix"],
    ["+12137779999", "+1213777*", "prefix"],
    ["+12130000000", "+1213*", "prefix"],
    ["+14165551234", "+1*", "prefix"],
    ["+121377712350", "+1213777123*", "prefix"],
    ["+442079460958", "+442079460958", "exact"],
    ["+442079460959", "*", "any"],
    ["alice", "*", "any"],
    ["", "*", "any"],
    ["*", "*", "any"],
    ["+1*", "+1*", "prefix"],
  ])("%p is %p", (dialled, entry, how) => {
    expect(TABLE.lineFor(dialled)).toMatchObject({ entry, how });
  });

  test("is none where no entry fits", () => {
    const table = compileTable(plan({ numbers: [line("+1800*"), line("+12137771235")] }));
    for (const dialled of ["+12137771234", "+180", "+1", "", "alice", "constructor"]) {
      expect(table.lineFor(dialled)).toBeUndefined();
    }
    expect(table.lineFor("+18005551234")?.entry).toBe("+1800*");
    expect(table.lineFor("+1800")?.entry).toBe("+1800*");
  });

  test("does not depend on the order of the entries", () => {
    const entries = ["*", "+1*", "+1213*", "+12137771235"];
    const table = compileTable(plan({ numbers: entries.toReversed().map((entry) => line(entry)) }));
    const found = ["+12137771235", "+12137771234", "+14165551234", "+44"].map(
      (to) => table.lineFor(to)?.entry,
    );
    expect(found).toEqual(entries.toReversed());
  });

  test("is the exact one, else the one with the longest prefix, else `*`, whatever the entries", () => {
    const digits = fc.stringMatching(/^\+1[12]{6,8}$/);
    const prefix = fc
      .tuple(digits, fc.integer({ min: 2, max: 10 }))
      .map(([text, end]) => `${text.slice(0, end)}*`);
    const entries = fc.uniqueArray(fc.oneof(digits, prefix, fc.constant("*")), { maxLength: 12 });
    fc.assert(
      fc.property(entries, digits, (entries, dialled) => {
        const table = compileTable(plan({ numbers: entries.map((entry) => line(entry)) }));
        const fitting = entries
          .filter(
            (entry) => entry === dialled || (entry.endsWith("*") && dialled.startsWith(entry.slice(0, -1))),
          )
          .sort((a, b) => b.length - a.length);
        const expected = entries.includes(dialled) ? dialled : fitting[0];
        expect(table.lineFor(dialled)?.entry).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });
});

test("a table says what concerns it as a whole", () => {
  const numbers = [line("*"), line("+1800*"), line("+12137771235")];
  expect(compileTable(plan({ country: "US", numbers, defaults: { unrouted: "reject" } }))).toMatchObject({
    country: "US",
    size: 3,
    unrouted: "reject",
  });
  expect(compileTable(plan({}))).toMatchObject({ country: undefined, size: 0, unrouted: "pass" });
});

describe("who is denied", () => {
  test("is asked of [defaults] first, then of the number", () => {
    const { deny } = onlyLine(
      { defaults: { deny: callers("withheld") } },
      { deny: callers("+1900*", "+1976*") },
    );
    expect(deny).toMatchObject([
      { origin: "defaults", entries: ["withheld"], size: 1 },
      { origin: "number", entries: ["+1900*", "+1976*"], size: 2 },
    ]);
    expect(deny[0]?.test(callerOf("anonymous", undefined))).toEqual(["withheld"]);
    expect(deny[1]?.test(callerOf("+19005551234", undefined))).toEqual(["+1900*"]);
  });

  test("is not asked where nobody is", () => {
    expect(onlyLine({}).deny).toEqual([]);
    expect(onlyLine({ defaults: { deny: callers("*") } }).deny).toMatchObject([{ origin: "defaults" }]);
    expect(onlyLine({}, { deny: callers("*") }).deny).toMatchObject([{ origin: "number" }]);
  });

  test("is told by some of many entries", () => {
    const many = callers(...Array.from({ length: 9 }, (_, digit) => `+1213777123${digit}`));
    expect(onlyLine({}, { deny: many }).deny).toMatchObject([
      { size: 9, entries: [0, 1, 2, 3, 4].map((digit) => `+1213777123${digit}`) },
    ]);
  });
});

describe("who is allowed", () => {
  test.each<[name: string, defaults: string[], number: string[] | undefined, origin: string | undefined]>([
    ["anyone, where nothing is said", [], undefined, undefined],
    ["whom [defaults] allows, where the number says nothing", ["+1*"], undefined, "defaults"],
    ["whom the number allows, where [defaults] says nothing", [], ["+1*"], "number"],
    ["whom the number allows, whatever [defaults] says", ["+2*"], ["+1*"], "number"],
    ["anyone, where the number's list is empty, whatever [defaults] says", ["+2*"], [], undefined],
  ])("is %s", (_, defaults, number, origin) => {
    const { allow } = onlyLine(
      { defaults: { allow: callers(...defaults) } },
      { allow: number && callers(...number) },
    );
    const found = allow && { origin: allow.origin, hit: allow.test(callerOf("+12137771234", undefined)) };
    expect<unknown>(found).toEqual(origin && { origin, hit: ["+1*"] });
  });
});

describe("what a call is given", () => {
  const presets = {
    base: { agent: { voice_speed: 1, volume: 1, language: "en-US" }, retell_llm: { model: "base" } },
    warm: { agent: { voice_speed: 2, volume: 2 } },
    spanish: { agent: { voice_speed: 3 }, retell_llm: { begin_message: "Hola {{name}}, ${from_number}" } },
  };

  test("merges presets deep: [defaults], then the agent's own, then the number's", () => {
    const { route } = onlyLine(
      { presets, defaults: { presets: ["base"] } },
      { target: to("agent_1", { presets: ["warm"] }), presets: ["spanish"] },
    );
    expect(route.presets).toEqual([
      { name: "base", origin: "defaults" },
      { name: "warm", origin: "agent" },
      { name: "spanish", origin: "number" },
    ]);
    expect(route.override(SCENE)).toEqual({
      agent: { voice_speed: 3, volume: 2, language: "en-US" },
      retell_llm: { model: "base", begin_message: "Hola {{name}}, +12137771234" },
    });
  });

  test("merges the presets of one place in the order they are named", () => {
    const speed = (...names: string[]) => onlyLine({ presets }, { presets: names }).route.override(SCENE);
    expect(speed("warm", "base")).toHaveProperty("agent.voice_speed", 1);
    expect(speed("base", "warm")).toHaveProperty("agent.voice_speed", 2);
  });

  test("has no presets of an agent that the call does not go to", () => {
    const { route } = onlyLine({ presets }, { target: { kind: "pass" } });
    expect(route.presets).toEqual([]);
    expect(route.override(SCENE)).toEqual({});
  });

  test("merges variables key by key, the number's over those of [defaults]", () => {
    const { route } = onlyLine(
      { defaults: { variables: { company: "Acme", caller: "unknown" } } },
      { variables: { caller: "${from_number}", empty: "" } },
    );
    expect(route.variables(SCENE)).toEqual({ company: "Acme", caller: "+12137771234", empty: "" });
  });

  test("merges metadata key by key: a table is replaced as a whole", () => {
    const { route } = onlyLine(
      { defaults: { metadata: { tenant: { name: "acme", tier: 1 }, region: "us" } } },
      { metadata: { tenant: { name: "${to_number}" } } },
    );
    expect(route.metadata(SCENE)).toEqual({ tenant: { name: "+12137771235" }, region: "us" });
  });

  test("leaves the plan as it was", () => {
    const says: PlanSays = { presets, defaults: { presets: ["base"], metadata: { a: { b: [1] } } } };
    const before = JSON.stringify(says);
    const { route } = onlyLine(says, { presets: ["warm"] });
    route.override(SCENE);
    route.metadata(SCENE);
    expect(JSON.stringify(says)).toBe(before);
    expect(Object.isFrozen(presets.base.agent)).toBe(false);
  });
});

describe("a name that the configuration should have refused is refused:", () => {
  test.each<[what: string, name: string, numbers: NumberPlan[]]>([
    ["a list in deny", "nobody", [line("*", { deny: callers("@nobody") })]],
    ["a list in allow", "nobody", [line("*", { allow: callers("@nobody") })]],
    ["a preset of a number", "cold", [line("*", { presets: ["cold"] })]],
    ["a preset of an agent", "cold", [line("*", { target: to("agent_1", { presets: ["cold"] }) })]],
  ])("%s", (_, name, numbers) => {
    expect(() => compileTable(plan({ numbers }))).toThrow(
      `Cannot compile the routing table: there is no "${name}"`,
    );
  });

  test("a list in a list", () => {
    const says = { lists: { spam: ["@nobody"] }, defaults: { deny: callers("@spam") }, numbers: [line("*")] };
    expect(() => compileTable(plan(says))).toThrow('Cannot compile the routing table: there is no "nobody"');
  });
});
