import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { receive } from "../../../src/routing/arrival.ts";
import type { Call } from "../../../src/routing/callers/call.ts";
import { decide } from "../../../src/routing/decide.ts";
import { lookupsAsked } from "../../../src/routing/lookups/asked.ts";
import type { LookupResult } from "../../../src/routing/lookups/result.ts";
import { fillNotices } from "../../../src/routing/notices/fill.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import { anyCall, anyFacts, anyPlan } from "../arbitrary.ts";
import {
  call,
  callers,
  contact,
  line,
  type PlanSays,
  plan,
  REJECT,
  rule,
  split,
  texts,
  to,
} from "../plans.ts";

const USE = { a: "${lookup.crm.x}" };
const ALL = { crm: {}, billing: {}, langs: {} };

function asked(says: PlanSays, of: Partial<Call> = {}): string[] {
  const table = compileTable(plan({ lookups: ALL, ...says }));
  return lookupsAsked(receive(table, call(of)))
    .map(({ name }) => name)
    .sort();
}

const IN_NOTICES = {
  notices: { n: { body: { text: "${lookup.crm.x}" } }, m: { url: "https://x.example/${lookup.billing.y}" } },
};
const IN_PRESET = { presets: { p: { agent: { x: ["${lookup.billing.y}"] } } } };

describe("a call can ask for the look-ups that are named in", () => {
  test.each<readonly [string, PlanSays, readonly string[]]>([
    ["nothing", { numbers: [line("*")] }, []],
    ["variables of the number", { numbers: [line("*", { variables: USE })] }, ["crm"]],
    ["metadata of the number", { numbers: [line("*", { metadata: { deep: [USE] } })] }, ["crm"]],
    ["variables of [defaults]", { defaults: { variables: USE }, numbers: [line("*")] }, ["crm"]],
    [
      "variables of [defaults] that the number replaces",
      { defaults: { variables: USE }, numbers: [line("*", { variables: { a: "b" } })] },
      [],
    ],
    ["presets of the number", { ...IN_PRESET, numbers: [line("*", { presets: ["p"] })] }, ["billing"]],
    [
      "presets of [defaults]",
      { ...IN_PRESET, defaults: { presets: ["p"] }, numbers: [line("*")] },
      ["billing"],
    ],
    [
      "presets of its agent",
      { ...IN_PRESET, numbers: [line("*", { target: to("a", { presets: ["p"] }) })] },
      ["billing"],
    ],
    ["presets of nobody", { ...IN_PRESET, numbers: [line("*")] }, []],
    [
      "a condition",
      { numbers: [line("*", { rules: [rule({ when: { values: { "lookup.crm.x": ["*"] } } })] })] },
      ["crm"],
    ],
    [
      "a condition in `not`",
      { numbers: [line("*", { rules: [rule({ when: { not: { lookups: { langs: ["failed"] } } } })] })] },
      ["langs"],
    ],
    [
      "what a rule gives, and its presets",
      {
        ...IN_PRESET,
        numbers: [
          line("*", {
            rules: [rule({ variables: USE, presets: ["p"] }), rule({ metadata: { l: "${lookup.langs.x}" } })],
          }),
        ],
      },
      ["billing", "crm", "langs"],
    ],
    [
      "what a rule gives that rejects",
      { numbers: [line("*", { rules: [rule({ variables: USE, target: REJECT })] })] },
      [],
    ],
    [
      "what a rule gives that rejects, and continues",
      { numbers: [line("*", { rules: [rule({ variables: USE, target: REJECT, continues: true })] })] },
      ["crm"],
    ],
    ["what a number gives that rejects", { numbers: [line("*", { variables: USE, target: REJECT })] }, []],
    [
      "what a number gives that rejects, and has rules",
      {
        numbers: [line("*", { variables: USE, target: REJECT, rules: [rule({ target: split({ a: 1 }) })] })],
      },
      ["crm"],
    ],
    [
      "rulesets that it uses, and not in others",
      {
        rulesets: { one: [rule({ variables: USE })], two: [rule({ variables: { a: "${lookup.langs.x}" } })] },
        numbers: [line("*", { rulesets: ["one"] })],
      },
      ["crm"],
    ],
    [
      "notices of [defaults] and of the number",
      { ...IN_NOTICES, defaults: { notify: ["n"] }, numbers: [line("*", { notify: ["m"] })] },
      ["billing", "crm"],
    ],
    [
      "a notice of a rule that rejects, of a number that does",
      {
        ...IN_NOTICES,
        numbers: [
          line("*", { target: REJECT, notify: ["m"], rules: [rule({ target: REJECT, notify: ["n"] })] }),
        ],
      },
      ["billing", "crm"],
    ],
    [
      "a notice of a ruleset, and not in one of nobody",
      {
        ...IN_NOTICES,
        rulesets: { one: [rule({ notify: ["n"] })], two: [rule({ notify: ["m"] })] },
        numbers: [line("*", { rulesets: ["one"] })],
      },
      ["crm"],
    ],
    ["something that is not there", { numbers: [line("*", { variables: { a: "${lookup.none.x}" } })] }, []],
    [
      "its own route, not in that for texts",
      { numbers: [line("*", { sms: texts({ variables: USE }) })] },
      [],
    ],
  ])("%s", (_where, says, right) => {
    expect(asked(says)).toEqual([...right]);
  });

  test("presets of the caller's contact, or of the contact's agent", () => {
    const contacts = {
      contacts: [
        contact("+12137771234", [], { presets: ["p"] }),
        contact("+12137771236", [], {
          agent: { name: undefined, id: "a", version: undefined, presets: ["p"] },
        }),
      ],
    };
    const says = { ...IN_PRESET, contacts, numbers: [line("*")] };
    expect(asked(says)).toEqual(["billing"]);
    expect(asked(says, { from: "+12137771236" })).toEqual(["billing"]);
    expect(asked(says, { from: "+12137771237" })).toEqual([]);
  });

  test("nothing where the caller is not let in, or no entry matches", () => {
    const numbers = [line("+12137771235", { variables: USE, deny: callers("+1900*") })];
    const says = { ...IN_NOTICES, defaults: { notify: ["m"] }, numbers };
    expect(asked(says)).toEqual(["billing", "crm"]);
    expect(asked(says, { from: "+19005550100" })).toEqual([]);
    expect(asked(says, { to: "+12137770000" })).toEqual([]);
  });
});

test("a decision and its notices look at no look-up that was not known to be asked for", () => {
  fc.assert(
    fc.property(anyPlan(), anyCall(), anyFacts(), (says, inbound, known) => {
      const arrival = receive(compileTable(plan(says)), inbound);
      const ids = new Set(lookupsAsked(arrival).map(({ id }) => id));
      const strangers: string[] = [];
      const lookups = new (class extends Map<string, LookupResult> {
        override get(id: string) {
          if (!ids.has(id)) strangers.push(id);
          return super.get(id);
        }
      })(known.lookups);
      const facts = { ...known, lookups };
      const decision = decide(arrival, facts);
      // Of a caller who is not let in, a notice knows nothing that has to be asked.
      if ("route" in arrival.next) fillNotices(arrival, facts, decision);
      expect(strangers).toEqual([]);
    }),
    { numRuns: 100 },
  );
}, 120_000);
