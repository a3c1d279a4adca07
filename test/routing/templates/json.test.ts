import { jscDescribe } from "bun:jsc";
import { describe, expect, test } from "bun:test";
import { receive } from "../../../src/routing/arrival.ts";
import { callerOf } from "../../../src/routing/callers/call.ts";
import { decide } from "../../../src/routing/decide.ts";
import type { NameContext } from "../../../src/routing/names/value.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import { compileJson, compileJsonTable, compileMembers } from "../../../src/routing/templates/json.ts";
import { call, facts, line, type PlanSays, plan, readGiven, rule } from "../plans.ts";

const CONTEXT: NameContext = {
  asks: { history: () => {}, flag: () => {}, lookup: () => {} },
  texts: new Map(),
  columnAt: () => undefined,
  schedule: () => undefined,
  lookupId: () => undefined,
  agentNames: new Map(),
  timezone: "UTC",
  locale: "en-US",
  client: "",
  country: undefined,
};

const CIRCUMSTANCES = {
  ...facts(),
  call: call(),
  dialled: "+12137771235",
  caller: callerOf(call().from, undefined, new Map()),
};

const table = (says: Readonly<Record<string, unknown>>) => compileJsonTable(says, CONTEXT);
const text = (of: ReturnType<typeof table>) => compileMembers({ t: of })(CIRCUMSTANCES);

test("what is undefined is left out, as in JSON", () => {
  const faulty = { a: undefined, b: [undefined, 1], c: { d: undefined } };
  expect(compileJson(faulty, CONTEXT)(CIRCUMSTANCES)).toBe(JSON.stringify(faulty));
});

describe("a table under another", () => {
  test("has what that says in place of its own, key by key, and is put together once", () => {
    const [base, over] = [table({ a: "1", b: { c: 1 } }), table({ b: { d: "${call_id}" }, e: true })];
    expect(text(base.under(over))).toBe('"t":{"a":"1","b":{"d":"call_1"},"e":true}');
    expect(base.under(over)).toBe(base.under(over));
    expect(base.under(over).under(base)).toBe(base.under(over).under(base));
  });

  test("is that itself where it says nothing, and itself where that says nothing", () => {
    const says = table({ a: "1" });
    expect(table({}).under(says)).toBe(says);
    expect(says.under(table({}))).toBe(says);
  });
});

test("a table prefers the texts that a call has to its own, and an empty one to none of them", () => {
  const own = table({ a: "own", b: "${call_id}", "0": "zero" });
  const preferring = (value: string | undefined) =>
    text(own.preferring(Object.fromEntries(["a", "b", "__proto__"].map((key) => [key, () => value]))));
  expect(preferring('"x"')).toBe('"t":{"0":"zero","a":"\\"x\\"","b":"\\"x\\"","__proto__":"\\"x\\""}');
  for (const none of ["", undefined]) {
    expect(preferring(none)).toBe('"t":{"0":"zero","a":"own","b":"call_1","__proto__":""}');
  }
});

test("constant JSON is one text in the memory, not a tree of the pieces that it was put together from", () => {
  const constant = compileJson({ a: "b", c: ["d", { e: process.pid }] }, CONTEXT);
  expect(jscDescribe(constant(CIRCUMSTANCES))).not.toContain("rope");
});

test("a number gives each call its own, however many combinations of what its rules say take turns", () => {
  const rules = Array.from({ length: 30 }, (_, at) =>
    rule({
      when: { header: { "x-rule": [String(at), "all"] } },
      continues: at % 3 === 0,
      variables: { rule: `${at}`, [`v${at % 5}`]: "${header.x-rule}" },
      metadata: at % 2 === 0 ? { at } : {},
      presets: at % 7 === 0 ? ["fast"] : [],
    }),
  );
  const says = (variables: Readonly<Record<string, string>>): PlanSays => ({
    presets: { fast: { agent: { voice_speed: 1.5 } } },
    numbers: [line("*", { variables, rules })],
  });
  for (const variables of [{}, { own: "${call_id}", v1: "under" }]) {
    const turns = compileTable(plan(says(variables)));
    const given = (table: typeof turns, header: string) =>
      readGiven(decide(receive(table, call({ headers: { "x-rule": header } })), facts()));
    for (const step of [1, 7, 11]) {
      for (let turn = 0; turn < 40; turn++) {
        const header = turn % 10 === 9 ? "all" : String((turn * step) % 31);
        expect(given(turns, header)).toEqual(given(compileTable(plan(says(variables))), header));
      }
    }
  }
});
