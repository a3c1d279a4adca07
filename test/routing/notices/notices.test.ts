import { expect, test } from "bun:test";
import type { Call } from "../../../src/routing/callers/call.ts";
import { callers, decided, line, type PlanSays, REJECT, rule, texts, to } from "../plans.ts";

const SAYS: PlanSays = {
  notices: { all: {}, number: {}, gold: {}, last: {}, ruleset: {}, text: {} },
  rulesets: { shared: [rule({ when: { header: { "x-shared": ["1"] } }, notify: ["ruleset", "all"] })] },
  defaults: { notify: ["all"] },
  numbers: [
    line("+12137771235", {
      target: to("agent_1"),
      deny: callers("withheld"),
      notify: ["number", "all"],
      rulesets: ["shared"],
      rules: [
        rule({ when: { header: { "x-gold": ["1"] } }, continues: true, notify: ["gold", "number"] }),
        rule({ when: { header: { "x-last": ["1"] } }, target: REJECT, notify: ["last"] }),
        rule({ when: { header: { "x-stop": ["1"] } } }),
      ],
      sms: texts({ target: to("agent_2"), notify: ["text"] }),
    }),
  ],
};

const headers = (...names: readonly string[]) => ({
  headers: Object.fromEntries(names.map((name) => [`x-${name}`, "1"])),
});

test.each<[string, Partial<Call>, readonly string[]]>([
  ["of defaults and number", {}, ["all", "number"]],
  ["of rules that continue", headers("gold"), ["all", "number", "gold"]],
  ["of the rule that rejects", headers("last"), ["all", "number", "last"]],
  ["of all rules that apply", headers("gold", "last"), ["all", "number", "gold", "last"]],
  ["of rulesets", headers("gold", "shared"), ["all", "number", "gold", "ruleset"]],
  ["but not of rules that are never tried", headers("stop", "shared"), ["all", "number"]],
  ["of defaults and the route for texts", { channel: "chat" }, ["all", "text"]],
  ["of defaults for a caller who is not let in", { from: "anonymous" }, ["all"]],
  ["of defaults for a number that nobody has", { to: "+12137770000" }, ["all"]],
])("a call is told to those %s, each once", (_, call, names) => {
  expect(decided(SAYS, call).notify).toEqual(names.map((name) => `/${name}`));
});

test("nobody is told where nothing says so", () => {
  const { notify, steps } = decided({ numbers: [line("+12137771235", { target: to("agent_1") })] });
  expect(notify).toEqual([]);
  expect(steps.some(({ kind }) => kind === "notify")).toBe(false);
});
