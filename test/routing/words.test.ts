import { describe, expect, test } from "bun:test";
import type { Call } from "../../src/routing/call.ts";
import { type Decision, decide } from "../../src/routing/decide.ts";
import type { Agent } from "../../src/routing/plan.ts";
import { compileTable } from "../../src/routing/table.ts";
import { agentWords, stepWords, whyWords } from "../../src/routing/words.ts";
import { agent, call, callers, line, type PlanSays, plan, to } from "./plans.ts";

function decided(says: PlanSays, of: Partial<Call> = {}): Decision {
  return decide(compileTable(plan(says)), call(of));
}

/** The steps in words, a line each. */
function words(says: PlanSays, of: Partial<Call> = {}): string[] {
  return decided(says, of).steps.map((step) => {
    const { topic, finding } = stepWords(step);
    return `${topic}: ${finding}`;
  });
}

const target = to("agent_1", { name: "frontdesk" });

describe("people are told", () => {
  test.each<[name: string, says: PlanSays, of: Partial<Call>, words: string[]]>([
    [
      "that a number has its own entry",
      { numbers: [line("+12137771235", { target })] },
      {},
      [
        'dialled number: +12137771235 has its own entry, [numbers."+12137771235"]',
        "target: agent frontdesk (agent_1)",
      ],
    ],
    [
      "the entry as it was written, also where the number was sent otherwise",
      { country: "US", numbers: [{ ...line("+12137771235"), entry: "(213) 777-1235" }] },
      { to: "2137771235" },
      [
        'dialled number: +12137771235 has its own entry, [numbers."(213) 777-1235"]',
        "target: pass: Retell's bound agent takes it",
      ],
    ],
    [
      "the prefix that decided",
      { numbers: [line("+1*"), line("+1213*", { target: { kind: "reject" } })] },
      {},
      [
        'dialled number: +12137771235 begins like [numbers."+1213*"], the longest prefix that fits',
        "target: rejected",
      ],
    ],
    [
      "that a number fell to the rest",
      { numbers: [line("*")] },
      {},
      [
        'dialled number: +12137771235 has no entry of its own and falls to [numbers."*"]',
        "target: pass: Retell's bound agent takes it",
      ],
    ],
    [
      "that a call passed for want of an entry",
      {},
      { to: "sip:desk" },
      [
        "dialled number: sip:desk matches no entry of [numbers]; such calls pass: Retell's bound agent takes them",
      ],
    ],
    [
      "that a call was rejected for want of an entry",
      { defaults: { unrouted: "reject" } },
      {},
      ["dialled number: +12137771235 matches no entry of [numbers]; such calls are rejected"],
    ],
    [
      "what denied a caller, through every list, and where that stands",
      {
        lists: { spam: ["@robots"], robots: ["+1213*"] },
        defaults: { deny: callers("@spam") },
        numbers: [line("*")],
      },
      {},
      [
        'dialled number: +12137771235 has no entry of its own and falls to [numbers."*"]',
        "deny: @spam → @robots → +1213* holds (from [defaults]): rejected",
      ],
    ],
    [
      "what did not deny a caller, and what let him in",
      {
        defaults: { deny: callers("withheld", "country:MX") },
        numbers: [line("*", { deny: callers("+1900*"), allow: callers("+1*") })],
      },
      {},
      [
        'dialled number: +12137771235 has no entry of its own and falls to [numbers."*"]',
        "deny: none of withheld, country:MX (from [defaults]), +1900* (the number's) holds",
        "allow: +1* holds (the number's)",
        "target: pass: Retell's bound agent takes it",
      ],
    ],
    [
      "that a caller is not among those allowed, some of whom are named",
      {
        defaults: { allow: callers(...Array.from({ length: 7 }, (_, digit) => `+1416555000${digit}`)) },
        numbers: [line("*")],
      },
      {},
      [
        'dialled number: +12137771235 has no entry of its own and falls to [numbers."*"]',
        "allow: none of +14165550000, +14165550001, +14165550002, +14165550003, +14165550004 and 2 more (from [defaults]) holds: rejected",
      ],
    ],
    [
      "that a text passes",
      { numbers: [line("*", { target })] },
      { channel: "chat" },
      [
        'dialled number: +12137771235 has no entry of its own and falls to [numbers."*"]',
        "text: texts pass: Retell's bound agent takes them",
      ],
    ],
    [
      "which presets apply, in their order and by where they were named",
      {
        presets: { base: {}, warm: {}, spanish: {} },
        defaults: { presets: ["base"] },
        numbers: [line("*", { target: to("agent_1", { presets: ["warm"] }), presets: ["spanish", "base"] })],
      },
      {},
      [
        'dialled number: +12137771235 has no entry of its own and falls to [numbers."*"]',
        "target: agent agent_1",
        "presets: base (from [defaults]), then warm (the agent's), then spanish (the number's), then base (the number's)",
      ],
    ],
  ])("%s", (_, says, of, expected) => {
    expect(words(says, of)).toEqual(expected);
  });
});

test("why a call was decided as it was is one line", () => {
  const decision = decided(
    { defaults: { deny: callers("withheld") }, numbers: [line("+1213*")] },
    { from: "" },
  );
  expect(whyWords(decision)).toBe(
    'dialled number: +12137771235 begins like [numbers."+1213*"], the longest prefix that fits; deny: withheld holds (from [defaults]): rejected',
  );
});

test.each<[says: Partial<Agent>, words: string]>([
  [{}, "agent_1"],
  [{ name: "frontdesk" }, "frontdesk (agent_1)"],
  [{ version: "prod" }, "agent_1, version prod"],
  [{ version: 0 }, "agent_1, version 0"],
  [{ name: "frontdesk", version: 3 }, "frontdesk (agent_1, version 3)"],
])("an agent that says %j is called %p", (says, words) => {
  expect(agentWords(agent("agent_1", says))).toBe(words);
});
