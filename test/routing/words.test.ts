import { describe, expect, test } from "bun:test";
import type { Call } from "../../src/routing/callers/call.ts";
import type { Circumstances } from "../../src/routing/decide.ts";
import type { Agent, RulePlan, Target } from "../../src/routing/plan.ts";
import { agentWords, outcomeWords, stepWords, whyWords } from "../../src/routing/words.ts";
import {
  agent,
  callers,
  contact,
  decided,
  line,
  type PlanSays,
  REJECT,
  rule,
  schedule,
  texts,
  to,
} from "./plans.ts";

/** The steps in words, a line each. */
function words(says: PlanSays, of: Partial<Call> = {}, under: Partial<Circumstances> = {}): string[] {
  return decided(says, of, under).steps.map((step) => {
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
        "target: agent frontdesk (agent_1) (the number's)",
      ],
    ],
    [
      "the entry as it was written, also where the number was sent otherwise",
      { country: "US", numbers: [{ ...line("+12137771235"), entry: "(213) 777-1235" }] },
      { to: "2137771235" },
      [
        'dialled number: +12137771235 has its own entry, [numbers."(213) 777-1235"]',
        "target: pass: Retell's bound agent takes it (the number's)",
      ],
    ],
    [
      "the prefix that decided",
      { numbers: [line("+1*"), line("+1213*", { target: { kind: "reject" } })] },
      {},
      [
        'dialled number: +12137771235 begins like [numbers."+1213*"], the longest prefix that fits',
        "target: rejected (the number's)",
      ],
    ],
    [
      "that a number fell to the rest",
      { numbers: [line("*")] },
      {},
      [
        'dialled number: +12137771235 has no entry of its own and falls to [numbers."*"]',
        "target: pass: Retell's bound agent takes it (the number's)",
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
        "target: pass: Retell's bound agent takes it (the number's)",
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
        "text: the number has no route for texts: Retell's bound agent takes it",
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
        "target: agent agent_1 (the number's)",
        "presets: base (from [defaults]), then warm (the agent's), then spanish (the number's), then base (the number's)",
      ],
    ],
  ])("%s", (_, says, of, expected) => {
    expect(words(says, of)).toEqual(expected);
  });
});

describe("people are told of a rule", () => {
  const schedules = {
    office: schedule("America/Los_Angeles", ["mon-fri 09:00-17:30"], { "2026-12-25": "closed" }),
    night: schedule("UTC", ["mon-sun 22:00-06:00"]),
  };
  const limit = { calls: 8, perMs: 86_400_000, by: "caller" } as const;
  const limits = { newcomer: limit, rush: limit };
  const lists = { vip: ["+14165551234"], friends: ["@vip", "+1213*"] };
  const of = { headers: { "x-tier": "gold" } };
  /** Christmas Day, 10:00 in Los Angeles. */
  const nowMs = Date.UTC(2026, 11, 25, 18);
  const isOver = ({ name }: { readonly name: string }) => name === "rush";
  const numbers = Array.from({ length: 7 }, (_, digit) => `+1416555000${digit}`);

  test.each<[told: string, rule: RulePlan]>([
    ["rule 1: holds, for it asks for nothing", rule({})],
    ['rule "all calls": holds, for it asks for nothing', rule({ name: "all calls" })],
    [
      'rule "friends": holds: the caller is in @friends → +1213*',
      rule({ name: "friends", when: { caller: ["@friends"] } }),
    ],
    [
      "rule 1: does not hold: the caller is in none of @vip, withheld, contact",
      rule({ when: { caller: ["@vip", "withheld", "contact"] } }),
    ],
    [
      "rule 1: does not hold: the caller is in none of +14165550000, +14165550001, +14165550002, +14165550003, +14165550004 and 2 more",
      rule({ when: { caller: numbers } }),
    ],
    [
      'rule 1: holds: "office": it is Friday, 25 December 2026, 10:00 in America/Los_Angeles: closed, because 2026-12-25 is an exception',
      rule({ when: { closed: ["office"] } }),
    ],
    [
      'rule 1: does not hold: one of them must be open; "office": it is Friday, 25 December 2026, 10:00 in America/Los_Angeles: closed, because 2026-12-25 is an exception; "night": it is Friday, 25 December 2026, 18:00 in UTC: closed, Fridays are open 22:00-06:00',
      rule({ when: { open: ["office", "night"] } }),
    ],
    [
      'rule 1: holds: the header x-tier is "gold"; asked for: silver, gold*',
      rule({ when: { header: { "x-tier": ["silver", "gold*"] } } }),
    ],
    [
      'rule 1: does not hold: the header x-tier is "gold"; asked for: silver',
      rule({ when: { header: { "x-tier": ["silver"] } } }),
    ],
    [
      "rule 1: does not hold: the header x-lang is not there; asked for: es",
      rule({ when: { header: { "x-lang": ["es"] } } }),
    ],
    ['rule 1: holds: the limit "rush" is used up', rule({ when: { over: ["rush"] } })],
    ['rule 1: holds: the limit "rush" is used up', rule({ when: { over: ["newcomer", "rush"] } })],
    ['rule 1: does not hold: the limit "newcomer" is not used up', rule({ when: { over: ["newcomer"] } })],
    [
      'rule "busy": holds: the header x-tier is "gold"; asked for: gold; the caller is in +1213*; the limit "rush" is used up',
      rule({ name: "busy", when: { over: ["rush"], caller: ["+1213*"], header: { "x-tier": ["gold"] } } }),
    ],
    [
      'rule "busy": does not hold: the caller is in none of withheld',
      rule({ name: "busy", when: { over: ["rush"], caller: ["withheld"], header: { "x-tier": ["gold"] } } }),
    ],
  ])("%s", (told, rule) => {
    const says: PlanSays = { lists, schedules, limits, numbers: [line("*", { rules: [rule] })] };
    expect(words(says, of, { nowMs, isOver })).toEqual([
      'dialled number: +12137771235 has no entry of its own and falls to [numbers."*"]',
      told,
      "target: pass: Retell's bound agent takes it (the number's)",
    ]);
  });
});

describe("people are told of who takes a call", () => {
  const sales = agent("agent_1", { name: "sales", presets: ["warm"] });
  const shared = (by: "caller" | "call"): Target => ({
    kind: "split",
    by,
    shares: [
      { name: "sales", agent: sales, weight: 90 },
      { name: "agent_2", agent: agent("agent_2"), weight: 0 },
    ],
  });
  const contacts = {
    contacts: [contact("+12137771234", [], { agent: agent("agent_ann"), presets: ["spanish"] })],
  };
  const presets = { base: {}, warm: {}, spanish: {}, loud: {} };
  const withheld = { from: "anonymous" };

  test.each<[name: string, says: PlanSays, of: Partial<Call>, words: string[]]>([
    [
      "who shares calls, who takes this one, and that it goes by the caller",
      { presets, numbers: [line("*", { target: shared("caller") })] },
      {},
      [
        "target: shared by sales (90), agent_2 (0) (the number's)",
        "split: sales (agent_1), drawn by caller",
        "presets: warm (the agent's)",
      ],
    ],
    [
      "that a split goes by the call where the caller hides his number",
      { presets, numbers: [line("*", { target: shared("caller") })] },
      withheld,
      [
        "target: shared by sales (90), agent_2 (0) (the number's)",
        "split: sales (agent_1), drawn by call",
        "presets: warm (the agent's)",
      ],
    ],
    [
      "that a split goes by the call where it is said so",
      { presets, numbers: [line("*", { rules: [rule({ target: shared("call") })] })] },
      {},
      [
        "rule 1: holds, for it asks for nothing",
        "target: shared by sales (90), agent_2 (0) (the rule's)",
        "split: sales (agent_1), drawn by call",
        "presets: warm (the agent's)",
      ],
    ],
    [
      "that an agent is the contact's",
      { presets, contacts, numbers: [line("*", { target })] },
      {},
      ["target: agent agent_ann (the contact's)", "presets: spanish (the contact's)"],
    ],
    [
      "that a rule rejects",
      { presets, contacts, numbers: [line("*", { target, rules: [rule({ name: "no", target: REJECT })] })] },
      {},
      ['rule "no": holds, for it asks for nothing', "target: rejected (the rule's)"],
    ],
    [
      "which presets apply, from every place that names some, in their order",
      {
        presets,
        contacts,
        defaults: { presets: ["base"] },
        numbers: [
          line("*", {
            presets: ["loud"],
            rules: [rule({ target: { kind: "agent", agent: sales }, presets: ["base", "warm"] })],
          }),
        ],
      },
      {},
      [
        "rule 1: holds, for it asks for nothing",
        "target: agent sales (agent_1) (the rule's)",
        "presets: base (from [defaults]), then warm (the agent's), then loud (the number's), then spanish (the contact's), then base (the rule's), then warm (the rule's)",
      ],
    ],
    [
      "how long it rings first",
      { numbers: [line("*", { delayMs: 2500 })] },
      {},
      ["target: pass: Retell's bound agent takes it (the number's)", "delay: the answer is held for 2.5 s"],
    ],
    [
      "what becomes of a text by its own route",
      { numbers: [line("*", { target: REJECT, sms: texts({ target, rules: [rule({ name: "any" })] }) })] },
      { channel: "chat" },
      ['rule "any": holds, for it asks for nothing', "target: agent frontdesk (agent_1) (the number's)"],
    ],
  ])("%s", (_, says, of, expected) => {
    expect(words(says, of).slice(1)).toEqual(expected);
  });
});

test.each<[says: PlanSays, words: string]>([
  [{ numbers: [line("*", { target })] }, "agent frontdesk (agent_1)"],
  [{ numbers: [line("*")] }, "a pass to the agent that Retell has bound to the number"],
  [{ numbers: [line("*", { target: REJECT })] }, "a rejection"],
])("what becomes of a call is said in words: %j", (says, words) => {
  expect(outcomeWords(decided(says))).toBe(words);
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
