import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { callerOf } from "../../../src/routing/callers/call.ts";
import { readSent } from "../../../src/routing/callers/phones/phone.ts";
import type { Circumstances } from "../../../src/routing/circumstances.ts";
import { explainCall } from "../../../src/routing/decide.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import type { Entry, Scope, Screen, Table } from "../../../src/routing/table/table.ts";
import { compileMembers } from "../../../src/routing/templates/json.ts";
import {
  agent,
  call,
  callers,
  contact,
  facts,
  keyOf,
  line,
  type PlanSays,
  plan,
  rule,
  texts,
  to,
} from "../plans.ts";

const CIRCUMSTANCES: Circumstances = {
  ...facts(),
  call: call(),
  dialled: "+12137771235",
  caller: callerOf(call().from, undefined, new Map()),
};

const readCaller = (from: string) => callerOf(from, undefined, new Map());

/** What the numbers of the main file have in common. */
function mainOf({ accounts }: Table): Scope {
  const main = accounts.get("");
  if (!main) throw new Error("There is no main file");
  return main;
}

/** The only entry of a plan. */
function onlyEntry(says: Omit<PlanSays, "numbers">, number: Parameters<typeof line>[1] = {}): Entry {
  const only = compileTable(plan({ ...says, numbers: [line("*", number)] })).entryFor(keyOf("+12137771235"));
  if (!only) throw new Error("There is no entry");
  return only;
}

/** The calls of the only entry of a plan. */
const onlyLine = (...says: Parameters<typeof onlyEntry>) => onlyEntry(...says).calls;

describe("the entry for a dialled number", () => {
  const TABLE = compileTable(
    plan({
      numbers: ["*", "+1*", "+1213777*", "+1213*", "+12137771235", "+442079460958", "+1213777123*"].map(
        (entry) => line(entry),
      ),
    }),
  );

  test.each<[dialled: string, entry: string, how: Entry["how"]]>([
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
  ])("%p is %p", (dialled, entry, how) => {
    expect(TABLE.entryFor(readSent(dialled, undefined).key)).toMatchObject({ name: entry, how });
  });

  test("is none where no entry fits", () => {
    const table = compileTable(plan({ numbers: [line("+1800*"), line("+12137771235")] }));
    for (const dialled of ["+12137771234", "+180", "+1", "", "alice", "constructor"]) {
      expect(table.entryFor(readSent(dialled, undefined).key)).toBeUndefined();
    }
    expect(table.entryFor(keyOf("+18005551234"))?.name).toBe("+1800*");
    expect(table.entryFor(readSent("+1800", undefined).key)?.name).toBe("+1800*");
  });

  test("does not depend on the order of the entries", () => {
    const entries = ["*", "+1*", "+1213*", "+12137771235"];
    const table = compileTable(plan({ numbers: entries.toReversed().map((entry) => line(entry)) }));
    const found = ["+12137771235", "+12137771234", "+14165551234", "+44"].map(
      (to) => table.entryFor(readSent(to, undefined).key)?.name,
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
        expect(table.entryFor(readSent(dialled, undefined).key)?.name).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });
});

test("a table says what concerns it as a whole", () => {
  const numbers = [line("*"), line("+1800*"), line("+12137771235")];
  const table = compileTable(plan({ country: "US", numbers, defaults: { unrouted: "reject" } }));
  expect(table).toMatchObject({ countries: ["US"], size: 3 });
  expect(mainOf(table)).toMatchObject({ country: "US", unrouted: "reject" });
  expect(compileTable(plan({}))).toMatchObject({ countries: [undefined], size: 0 });
});

describe("who is denied", () => {
  test("is asked of [defaults] first, then of the number", () => {
    const { deny } = onlyLine(
      { defaults: { deny: callers("withheld") } },
      { deny: callers("+1900*", "+1976*") },
    );
    expect(deny).toMatchObject([
      { origin: "defaults", entries: "withheld" },
      { origin: "number", entries: "+1900*, +1976*" },
    ]);
    expect(deny[0]?.test(readCaller("anonymous"))).toEqual(["withheld"]);
    expect(deny[1]?.test(readCaller("+19005551234"))).toEqual(["+1900*"]);
  });

  test("is not asked where nobody is", () => {
    expect(onlyLine({}).deny).toEqual([]);
    expect(onlyLine({ defaults: { deny: callers("*") } }).deny).toMatchObject([{ origin: "defaults" }]);
    expect(onlyLine({}, { deny: callers("*") }).deny).toMatchObject([{ origin: "number" }]);
  });

  test("is told by some of many entries", () => {
    const many = callers(...Array.from({ length: 9 }, (_, digit) => `+1213777123${digit}`));
    expect(onlyLine({}, { deny: many }).deny).toMatchObject([
      { entries: "+12137771230, +12137771231, +12137771232, +12137771233, +12137771234 and 4 more" },
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
    const found = allow.map(({ origin, test }) => ({ origin, hit: test(readCaller("+12137771234")) }));
    expect<unknown>(found).toEqual(origin === undefined ? [] : [{ origin, hit: ["+1*"] }]);
  });
});

describe("who may send texts", () => {
  const origins = (screens: readonly Screen[]) =>
    screens.map(({ origin, entries }) => `${origin}: ${entries}`);

  test("is asked of [defaults] and the number as for calls, then of the route for texts", () => {
    const { calls, texts: own } = onlyEntry(
      { defaults: { deny: callers("withheld") } },
      {
        deny: callers("+1900*"),
        allow: callers("+1*"),
        sms: texts({ deny: callers("+1976*"), allow: callers("contact") }),
      },
    );
    expect(own && origins(own.deny)).toEqual(["defaults: withheld", "number: +1900*", "number: +1976*"]);
    expect(own && origins(own.allow)).toEqual(["number: +1*", "number: contact"]);
    expect(origins(calls.deny)).toEqual(["defaults: withheld", "number: +1900*"]);
    expect(origins(calls.allow)).toEqual(["number: +1*"]);
  });

  test("is not asked anew where the number has no route for texts", () => {
    expect(onlyEntry({}).texts).toBeUndefined();
  });
});

describe("an override", () => {
  const presets = {
    base: { agent: { voice_speed: 1, volume: 1, language: "en-US" }, retell_llm: { model: "base" } },
    warm: { agent: { voice_speed: 2, volume: 2 } },
    spanish: { agent: { voice_speed: 3 }, retell_llm: { begin_message: "Hola {{name}}, ${from_number}" } },
  };
  const override = (table: Table, ...names: string[]) =>
    JSON.parse(`{${compileMembers({ o: mainOf(table).presets.with(names).override })(CIRCUMSTANCES)}}`).o ??
    {};

  test("merges presets deep, in the order they are named, and is filled from the call", () => {
    const table = compileTable(plan({ presets }));
    expect(override(table, "base", "warm", "spanish")).toEqual({
      agent: { voice_speed: 3, volume: 2, language: "en-US" },
      retell_llm: { model: "base", begin_message: "Hola {{name}}, +12137771234" },
    });
    expect(override(table, "warm", "base")).toHaveProperty("agent.voice_speed", 1);
    expect(override(table, "base", "warm")).toHaveProperty("agent.voice_speed", 2);
  });

  test("is made once for each combination", () => {
    const none = mainOf(compileTable(plan({ presets }))).presets;
    const first = none.with(["base", "warm"]);
    expect(none.with(["base"]).with(["warm"])).toBe(first);
    expect(first.override).toBe(first.override);
    expect(none.with(["warm", "base"])).not.toBe(first);
    expect(none.with([])).toBe(none);
  });

  test("is told from that of other presets, whatever their names", () => {
    const odd = { a: { agent: { a: 1 } }, b: { agent: { b: 1 } }, "a\nb": { agent: { c: 1 } }, "": {} };
    const table = compileTable(plan({ presets: odd }));
    expect(override(table, "a", "b")).toEqual({ agent: { a: 1, b: 1 } });
    expect(override(table, "a\nb")).toEqual({ agent: { c: 1 } });
    expect(override(table, "")).toEqual({});
  });
});

test("compiling and filling leave the plan as it was", () => {
  const presets = { base: { agent: { voice_speed: 1 } }, warm: { agent: { volume: "${call_id}" } } };
  const whole = plan({
    presets,
    defaults: { presets: ["base"], metadata: { a: { b: [1] } } },
    numbers: [line("*", { presets: ["warm"], rules: [rule({ variables: { a: "${channel}" } })] })],
  });
  const before = JSON.stringify(whole);
  explainCall(compileTable(whole), call(), facts());
  expect(JSON.stringify(whole)).toBe(before);
  expect(Object.isFrozen(presets.base.agent)).toBe(false);
});

describe("a name that the configuration should have refused is refused:", () => {
  const stranger = to("agent_1", { presets: ["cold"] });
  const ann = (says: Parameters<typeof contact>[2]) => ({ contacts: [contact("+12137771234", [], says)] });
  const ruled = (says: Parameters<typeof rule>[0]): PlanSays => ({
    numbers: [line("*", { rules: [rule(says)] })],
  });

  test.each<[what: string, name: string, says: PlanSays]>([
    ["a list in deny", "nobody", { numbers: [line("*", { deny: callers("@nobody") })] }],
    ["a list in allow", "nobody", { numbers: [line("*", { allow: callers("@nobody") })] }],
    ["a list in deny of [defaults]", "nobody", { defaults: { deny: callers("@nobody") } }],
    ["a list in a list", "nobody", { lists: { spam: ["@nobody"] }, defaults: { deny: callers("@spam") } }],
    ["a list in a rule", "nobody", ruled({ when: { caller: ["@nobody"] } })],
    [
      "a list in deny of texts",
      "nobody",
      { numbers: [line("*", { sms: texts({ deny: callers("@nobody") }) })] },
    ],
    ["a preset of [defaults]", "cold", { defaults: { presets: ["cold"] } }],
    ["a preset of a number", "cold", { numbers: [line("*", { presets: ["cold"] })] }],
    ["a preset of texts", "cold", { numbers: [line("*", { sms: texts({ presets: ["cold"] }) })] }],
    ["a preset of a rule", "cold", ruled({ presets: ["cold"] })],
    ["a preset of an agent", "cold", { numbers: [line("*", { target: stranger })] }],
    [
      "a preset of an agent in a split",
      "cold",
      {
        numbers: [
          line("*", {
            target: {
              kind: "split",
              by: "call",
              shares: [
                { name: "agent_1", agent: agent("agent_1"), weight: 1 },
                { name: "agent_2", agent: agent("agent_2", { presets: ["cold"] }), weight: 1 },
              ],
            },
          }),
        ],
      },
    ],
    ["a preset of a rule's agent", "cold", ruled({ target: stranger })],
    ["a preset of a contact", "cold", { contacts: ann({ presets: ["cold"] }) }],
    [
      "a preset of a contact's agent",
      "cold",
      { contacts: ann({ agent: agent("agent_1", { presets: ["cold"] }) }) },
    ],
    ["a column of the contacts", "plan", { contacts: { columns: ["first_name"], variables: ["plan"] } }],
    ["a limit", "newcomer", ruled({ when: { over: ["newcomer"] } })],
  ])("%s", (_, name, says) => {
    expect(() => compileTable(plan(says))).toThrow(`Cannot compile the routing table: there is no "${name}"`);
  });
});

test("a template that the configuration should have refused is refused before any call comes", () => {
  const presets = { odd: { agent: { greeting: "${nobody}" } } };
  expect(() => compileTable(plan({ presets }))).toThrow('there is no "${nobody}"');
});

test("an entry asks for what its templates name, also where another has said the same before", () => {
  const variables = { calls: "${history.calls}", name: "${lookup.crm.name}" };
  const numbers = ["+12137771235", "+12137771236"];
  const table = compileTable(
    plan({
      numbers: numbers.map((number) => line(number, { variables })),
      lookups: { crm: {} },
    }),
  );
  for (const number of numbers) {
    expect(table.entryFor(keyOf(number))?.calls.asks).toMatchObject({ history: true, lookups: ["crm"] });
  }
});
