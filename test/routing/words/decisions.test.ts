import { describe, expect, test } from "bun:test";
import { receive } from "../../../src/routing/arrival.ts";
import type { Call } from "../../../src/routing/callers/call.ts";
import { decide } from "../../../src/routing/decide.ts";
import type { Target } from "../../../src/routing/plan.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import { outcomeWords, reasonWords } from "../../../src/routing/words/decisions.ts";
import {
  agent,
  call,
  callers,
  contact,
  decided,
  facts,
  line,
  type PlanSays,
  plan,
  REJECT,
  rule,
  schedule,
  texts,
  to,
} from "../plans.ts";
import { told } from "./told.ts";

const target = to("agent_1", { name: "frontdesk" });

describe("people are told", () => {
  test.each<[name: string, says: PlanSays, of: Partial<Call>, words: string[]]>([
    [
      "that a number has its own entry",
      { numbers: [line("+12137771235", { target })] },
      {},
      [
        'dialled number: +12137771235 has its own entry, [numbers."+12137771235"]',
        "target: agent frontdesk (agent_1) (from the number)",
      ],
    ],
    [
      "the entry as it was written, also where the number was sent otherwise",
      { country: "US", numbers: [{ ...line("+12137771235"), entry: "(213) 777-1235" }] },
      { to: "2137771235" },
      [
        'dialled number: +12137771235 has its own entry, [numbers."(213) 777-1235"]',
        "target: pass: Retell's bound agent takes it (from the number)",
      ],
    ],
    [
      "the prefix that decided",
      { numbers: [line("+1*"), line("+1213*", { target: { kind: "reject" } })] },
      {},
      [
        'dialled number: +12137771235 matches [numbers."+1213*"], the longest prefix that fits',
        "target: rejected (from the number)",
      ],
    ],
    [
      "that a number fell to the rest",
      { numbers: [line("*")] },
      {},
      [
        'dialled number: +12137771235 has no entry of its own and falls back to [numbers."*"]',
        "target: pass: Retell's bound agent takes it (from the number)",
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
        'dialled number: +12137771235 has no entry of its own and falls back to [numbers."*"]',
        "deny: matched @spam → @robots → +1213*, from the deny list of [defaults]: rejected",
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
        'dialled number: +12137771235 has no entry of its own and falls back to [numbers."*"]',
        "deny: not in withheld, country:MX (from [defaults]), +1900* (from the number)",
        "allow: matched +1*, from this number's allow list",
        "target: pass: Retell's bound agent takes it (from the number)",
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
        'dialled number: +12137771235 has no entry of its own and falls back to [numbers."*"]',
        "allow: not in +14165550000, +14165550001, +14165550002, +14165550003, +14165550004 and 2 more (from [defaults]): rejected",
      ],
    ],
    [
      "that a text passes",
      { numbers: [line("*", { target })] },
      { channel: "chat" },
      [
        'dialled number: +12137771235 has no entry of its own and falls back to [numbers."*"]',
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
        'dialled number: +12137771235 has no entry of its own and falls back to [numbers."*"]',
        "target: agent agent_1 (from the number)",
        "presets: base (from [defaults]), then warm (from the agent), then spanish (from the number), then base (from the number)",
      ],
    ],
  ])("%s", (_, says, of, expected) => {
    expect(told(says, of)).toEqual(expected);
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
        "target: shared by sales (90), agent_2 (0) (from the number)",
        "split: sales (agent_1), chosen by caller",
        "presets: warm (from the agent)",
      ],
    ],
    [
      "that a split goes by the call where the caller hides his number",
      { presets, numbers: [line("*", { target: shared("caller") })] },
      withheld,
      [
        "target: shared by sales (90), agent_2 (0) (from the number)",
        "split: sales (agent_1), chosen by call",
        "presets: warm (from the agent)",
      ],
    ],
    [
      "that a split goes by the call where it is said so",
      { presets, numbers: [line("*", { rules: [rule({ target: shared("call") })] })] },
      {},
      [
        "rule 1: always applies (no `when`)",
        "target: shared by sales (90), agent_2 (0) (from the rule)",
        "split: sales (agent_1), chosen by call",
        "presets: warm (from the agent)",
      ],
    ],
    [
      "that an agent is the contact's",
      { presets, contacts, numbers: [line("*", { target })] },
      {},
      ["target: agent agent_ann (from the contact)", "presets: spanish (from the contact)"],
    ],
    [
      "that a rule rejects",
      { presets, contacts, numbers: [line("*", { target, rules: [rule({ name: "no", target: REJECT })] })] },
      {},
      ['rule "no": always applies (no `when`)', "target: rejected (from the rule)"],
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
        "rule 1: always applies (no `when`)",
        "target: agent sales (agent_1) (from the rule)",
        "presets: base (from [defaults]), then warm (from the agent), then loud (from the number), then spanish (from the contact), then base (from the rule), then warm (from the rule)",
      ],
    ],
    [
      "how long it rings first",
      { numbers: [line("*", { delayMs: 2500 })] },
      {},
      [
        "target: pass: Retell's bound agent takes it (from the number)",
        "delay: the answer is held for 2.5 s",
      ],
    ],
    [
      "what becomes of a text by its own route",
      { numbers: [line("*", { target: REJECT, sms: texts({ target, rules: [rule({ name: "any" })] }) })] },
      { channel: "chat" },
      ['rule "any": always applies (no `when`)', "target: agent frontdesk (agent_1) (from the number)"],
    ],
  ])("%s", (_, says, of, expected) => {
    expect(told(says, of).slice(1)).toEqual(expected);
  });
});

test.each<[says: PlanSays, words: string]>([
  [{ numbers: [line("*", { target })] }, "agent frontdesk (agent_1)"],
  [{ numbers: [line("*")] }, "passed to Retell's bound agent"],
  [{ numbers: [line("*", { target: REJECT })] }, "rejected"],
])("what becomes of a call is said in words: %j", (says, words) => {
  expect(outcomeWords(decided(says).decision)).toBe(words);
});

describe("why a call was decided as it was is one line:", () => {
  const office = schedule("UTC", ["mon-fri 09:00-17:00"]);
  const vip = rule({ name: "vip", when: { caller: ["withheld"] } });
  const closed = rule({ when: { closed: ["office"] } });
  const ann = { contacts: [contact("+12137771234", [], { agent: agent("agent_ann") })] };

  test.each<[what: string, says: PlanSays, of: Partial<Call>, words: string]>([
    [
      "who was denied",
      { defaults: { deny: callers("withheld") }, numbers: [line("+1213*")] },
      { from: "" },
      "deny: matched withheld, from the deny list of [defaults]: rejected",
    ],
    [
      "who was not allowed",
      { numbers: [line("*", { allow: callers("withheld") })] },
      {},
      "allow: not in withheld (from the number): rejected",
    ],
    [
      "what is not in [numbers]",
      {},
      {},
      "dialled number: +12137771235 matches no entry of [numbers]; such calls pass: Retell's bound agent takes them",
    ],
    [
      "a text without a route",
      { numbers: [line("*")] },
      { channel: "chat" },
      "text: the number has no route for texts: Retell's bound agent takes it",
    ],
    [
      "a rule, without its schedule's reasons, and how many came before",
      { schedules: { office }, numbers: [line("*", { rules: [vip, closed] })] },
      {},
      'rule 2: "office" is closed (after 1 rule not met)',
    ],
    [
      "a rule that always applies",
      { numbers: [line("*", { rules: [rule({})] })] },
      {},
      "rule 1: always applies (no `when`)",
    ],
    [
      "no rule",
      { numbers: [line("*", { rules: [vip, vip] })] },
      {},
      "the number's own target (after 2 rules not met)",
    ],
    ["a contact", { contacts: ann, numbers: [line("*")] }, {}, "the contact's agent"],
  ])("%s", (_, says, of, words) => {
    const arrival = receive(compileTable(plan(says)), call(of));
    const saturday = facts({ nowMs: Date.UTC(2026, 7, 1, 12) });
    expect(reasonWords(decide(arrival, saturday))).toBe(words);
  });
});
