import { describe, expect, test } from "bun:test";
import type { Target } from "../../src/routing/plan.ts";
import {
  agent,
  type ContactsSays,
  callers,
  contact,
  decided,
  line,
  PASS,
  type PlanSays,
  REJECT,
  rule,
  split,
  texts,
  to,
} from "./plans.ts";

const ANN = "+12137771234";
const STRANGER = "+12137779999";

/** Ann, who has an agent of her own. */
const withAgent: ContactsSays = {
  contacts: [contact(ANN, [], { agent: agent("agent_ann") })],
};

describe("a contact's agent", () => {
  test.each<[target: Target, taken: string]>([
    [to("agent_1"), "agent_ann"],
    [split({ agent_1: 1, agent_2: 1 }), "agent_ann"],
    [PASS, "agent_ann"],
    [REJECT, "reject"],
  ])("replaces the number's target, but no rejection: %j", (target, taken) => {
    const numbers = [line("*", { target })];
    const decision = decided({ contacts: withAgent, numbers });
    expect(decision.outcome === "agent" ? decision.agent.id : decision.outcome).toBe(taken);
  });

  test.each<[target: Target, outcome: string]>([
    [to("agent_1"), "agent"],
    [split({ agent_1: 1, agent_2: 1 }), "agent"],
    [PASS, "pass"],
    [REJECT, "reject"],
  ])("gives way to a rule's target: %j", (target, outcome) => {
    for (const own of [to("agent_number"), PASS, REJECT]) {
      const numbers = [line("*", { target: own, rules: [rule({ target })] })];
      const decision = decided({ contacts: withAgent, numbers });
      expect<string>(decision.outcome).toBe(outcome);
      expect(decision).not.toHaveProperty("agent.id", "agent_ann");
    }
  });

  test("stays where the rule that decides says no target", () => {
    const numbers = [line("*", { target: to("agent_1"), rules: [rule({ name: "one" })] })];
    expect(decided({ contacts: withAgent, numbers })).toMatchObject({
      rule: "one",
      agent: { id: "agent_ann" },
    });
  });

  test("is nobody else's", () => {
    const numbers = [line("*", { target: to("agent_1") })];
    for (const from of [STRANGER, "anonymous", "alice"]) {
      expect(decided({ contacts: withAgent, numbers }, { from })).toMatchObject({ agent: { id: "agent_1" } });
    }
  });

  test("does not let in a contact who is denied", () => {
    const numbers = [line("*", { deny: callers("contact") })];
    expect(decided({ contacts: withAgent, numbers }).outcome).toBe("reject");
  });

  test("is said to be the contact's, and a rule's to be the rule's", () => {
    const origin = (says: PlanSays) =>
      decided({ contacts: withAgent, ...says }).steps.flatMap((step) =>
        step.kind === "target" ? [step.origin] : [],
      );
    expect(origin({ numbers: [line("*", { target: to("agent_1") })] })).toEqual(["contact"]);
    expect(origin({ numbers: [line("*", { rules: [rule({ target: PASS })] })] })).toEqual(["rule"]);
    expect(origin({ numbers: [line("*", { target: REJECT })] })).toEqual(["number"]);
    expect(origin({ contacts: {}, numbers: [line("*")] })).toEqual(["number"]);
  });
});

test("a contact's agent takes calls, and no texts: those have an agent of their own", () => {
  const says = {
    contacts: withAgent,
    numbers: [line("*", { target: to("agent_1"), sms: texts({ target: to("agent_2") }) })],
  };
  expect(decided(says, { from: ANN })).toMatchObject({ agent: { id: "agent_ann" } });
  expect(decided(says, { from: ANN, channel: "chat" })).toMatchObject({ agent: { id: "agent_2" } });
});

describe("the presets that come with an agent", () => {
  const own = (id: string) => agent(`agent_${id}`, { presets: [id] });
  const presets = Object.fromEntries(
    ["number", "contact", "rule", "left", "right"].map((name) => [name, { agent: { [name]: true } }]),
  );
  const target = (id: string): Target => ({ kind: "agent", agent: own(id) });
  const shared: Target = {
    kind: "split",
    by: "call",
    shares: [
      { name: "left", agent: own("left"), weight: 1 },
      { name: "right", agent: own("right"), weight: 1 },
    ],
  };
  const ann = { contacts: [contact(ANN, [], { agent: own("contact") })] };

  test.each<[name: string, says: PlanSays, given: string[]]>([
    ["the number's", { numbers: [line("*", { target: target("number") })] }, ["number"]],
    [
      "the contact's, in place of the number's",
      { contacts: ann, numbers: [line("*", { target: target("number") })] },
      ["contact"],
    ],
    [
      "the rule's, in place of the contact's and the number's",
      {
        contacts: ann,
        numbers: [line("*", { target: target("number"), rules: [rule({ target: target("rule") })] })],
      },
      ["rule"],
    ],
    [
      "none, where a rule passes the call",
      { contacts: ann, numbers: [line("*", { target: target("number"), rules: [rule({ target: PASS })] })] },
      [],
    ],
  ])("are those of the one that takes the call in the end: %s", (_, says, given) => {
    expect(decided({ presets, ...says })).toHaveProperty(
      "override",
      given.length === 0 ? {} : { agent: Object.fromEntries(given.map((name) => [name, true])) },
    );
  });

  test("are those of the side that a split chose", () => {
    const given = (drawKey: string) => {
      const decision = decided({ presets, numbers: [line("*", { target: shared })] }, {}, { drawKey });
      return decision.outcome === "agent" && [decision.agent.id, decision.override];
    };
    const found = Array.from({ length: 40 }, (_, at) => given(`call_${at}`));
    expect(found).toContainEqual(["agent_left", { agent: { left: true } }]);
    expect(found).toContainEqual(["agent_right", { agent: { right: true } }]);
    expect(new Set(found.map((each) => JSON.stringify(each))).size).toBe(2);
  });
});

describe("the columns of the contacts", () => {
  const columns = ["first_name", "plan", "note", "__proto__"];
  const contacts: ContactsSays = {
    columns,
    variables: ["plan", "first_name"],
    contacts: [
      contact(ANN, ["Ann", "gold", "likes tea", "p"]),
      contact("+14165551234", ["", "silver", "", ""]),
      contact("+525512345678", ["Eva"]),
    ],
  };
  const variables = { plan: "basic", other: "number" };

  test.each<[from: string, given: Readonly<Record<string, string>>]>([
    [ANN, { first_name: "Ann", plan: "gold", other: "number" }],
    ["(213) 777-1234", { first_name: "Ann", plan: "gold", other: "number" }],
    ["+14165551234", { first_name: "", plan: "silver", other: "number" }],
    ["+525512345678", { first_name: "Eva", plan: "basic", other: "number" }],
    [STRANGER, { first_name: "", plan: "basic", other: "number" }],
    ["anonymous", { first_name: "", plan: "basic", other: "number" }],
  ])(
    "are variables where [contacts] says so, empty where nobody gives them a value: of %p, %j",
    (from, given) => {
      const numbers = [line("*", { variables })];
      const decision = decided({ country: "US", contacts, numbers }, { from });
      expect(decision).toHaveProperty("variables", given);
    },
  );

  test("do not override with an empty cell what [defaults] says", () => {
    const says: PlanSays = {
      contacts,
      defaults: { variables: { first_name: "friend" } },
      numbers: [line("*")],
    };
    expect(decided(says, { from: "+14165551234" })).toHaveProperty("variables", {
      first_name: "friend",
      plan: "silver",
    });
  });

  test("give way to a rule's variables, even to an empty one", () => {
    const rules = [rule({ variables: { plan: "", first_name: "you" } })];
    expect(decided({ contacts, numbers: [line("*", { rules })] })).toHaveProperty("variables", {
      plan: "",
      first_name: "you",
    });
  });

  test("are never read as templates", () => {
    const crafty = { ...contacts, contacts: [contact(ANN, ["${to_number}", "$${x}", "{{y}}"])] };
    const numbers = [line("*", { variables: { note: "<${contact.note}>", name: "${contact.first_name}" } })];
    expect(decided({ contacts: crafty, numbers })).toHaveProperty("variables", {
      first_name: "${to_number}",
      plan: "$${x}",
      note: "<{{y}}>",
      name: "${to_number}",
    });
  });

  test("fill templates in variables, metadata and presets, and leave their fallbacks to strangers", () => {
    const says: PlanSays = {
      contacts: { ...contacts, variables: [] },
      presets: { hello: { retell_llm: { begin_message: "Hi ${contact.first_name:-there}!" } } },
      defaults: { variables: { note: "${contact.note}" } },
      numbers: [
        line("*", {
          presets: ["hello"],
          metadata: { plan: "${contact.plan:-none}" },
          rules: [rule({ variables: { again: "${contact.first_name:-stranger}, ${contact.__proto__}" } })],
        }),
      ],
    };
    expect(decided(says)).toMatchObject({
      variables: { note: "likes tea", again: "Ann, p" },
      metadata: { plan: "gold" },
      override: { retell_llm: { begin_message: "Hi Ann!" } },
    });
    expect(decided(says, { from: STRANGER })).toMatchObject({
      variables: { note: "", again: "stranger, " },
      metadata: { plan: "none" },
      override: { retell_llm: { begin_message: "Hi there!" } },
    });
  });

  test("named like a property of every object are columns like others", () => {
    const odd = {
      columns: ["__proto__", "constructor"],
      variables: ["__proto__", "constructor"],
      contacts: [contact(ANN, ["a", "b"])],
    };
    const decision = decided({ contacts: odd, numbers: [line("*")] });
    expect(decision.outcome === "pass" && JSON.stringify(decision.variables)).toBe(
      '{"__proto__":"a","constructor":"b"}',
    );
  });
});

test("nothing of a contact goes along with a call to a number without an entry", () => {
  const contacts = {
    columns: ["first_name"],
    variables: ["first_name"],
    contacts: [contact(ANN, ["Ann"], { agent: agent("agent_ann") })],
  };
  expect(decided({ contacts })).toMatchObject({ outcome: "pass", variables: {}, entry: undefined });
});
