import { describe, expect, test } from "bun:test";
import type { Call } from "../../src/routing/callers/call.ts";
import type { Facts } from "../../src/routing/circumstances.ts";
import type { Target } from "../../src/routing/plan.ts";
import { chooseSide } from "../../src/routing/split.ts";
import { agent, type Decided, decided, line, rule, split } from "./plans.ts";

const NUMBERS = Array.from({ length: 60 }, (_, at) => `+1213777${1000 + at}`);
const KEYS = Array.from({ length: 60 }, (_, at) => `call_${at}`);

function takenBy(target: Target, of: Partial<Call>, under: Partial<Facts> = {}): string | undefined {
  return agentId(decided({ country: "US", numbers: [line("*", { target })] }, of, under));
}

const agentId = (decision: Decided) => (decision.outcome === "agent" ? decision.agent.id : undefined);

/** The side that a key belongs to. */
function sideOf(weights: Readonly<Record<string, number>>, key: string): string {
  return chooseSide(
    Object.entries(weights).map(([name, weight]) => ({ name, weight, target: name })),
    key,
  ).target;
}

const WEIGHTS = { agent_1: 70, agent_2: 30 };

describe("a split by caller", () => {
  const target = split(WEIGHTS, "caller");

  test("goes by the caller's number, whichever call it is", () => {
    for (const drawKey of ["call_1", "call_2", "call_3"]) {
      expect(NUMBERS.map((from) => takenBy(target, { from }, { drawKey }))).toEqual(
        NUMBERS.map((from) => sideOf(WEIGHTS, from)),
      );
    }
    expect(new Set(NUMBERS.map((from) => takenBy(target, { from }))).size).toBe(2);
  });

  test("takes a number for the same however it is sent", () => {
    for (const from of NUMBERS) {
      const others = [from.slice(2), `sip:${from}@example.com`, `1 (${from.slice(2, 5)}) ${from.slice(5)}`];
      const sides = others.map((other) => takenBy(target, { from: other }));
      expect(new Set(sides)).toEqual(new Set([takenBy(target, { from })]));
    }
  });

  test.each(["anonymous", "", "+266696687", "alice", "sip:alice@example.com"])(
    "draws each call of %p, who cannot be told by a number",
    (from) => {
      expect(KEYS.map((drawKey) => takenBy(target, { from }, { drawKey }))).toEqual(
        KEYS.map((drawKey) => sideOf(WEIGHTS, drawKey)),
      );
    },
  );

  test("says how it was drawn", () => {
    const drawn = (from: string) =>
      decided({ numbers: [line("*", { target })] }, { from }).steps.find(({ kind }) => kind === "split");
    expect(drawn("+12137771234")).toMatchObject({
      by: "caller",
      agent: { id: sideOf(WEIGHTS, "+12137771234") },
    });
    expect(drawn("anonymous")).toMatchObject({ by: "call", agent: { id: sideOf(WEIGHTS, "draw") } });
  });
});

describe("a split by call", () => {
  const target = split(WEIGHTS, "call");

  test("draws each call, whoever calls", () => {
    for (const from of ["+12137771234", "anonymous", "alice"]) {
      const sides = KEYS.map((drawKey) => takenBy(target, { from }, { drawKey }));
      expect(sides).toEqual(KEYS.map((drawKey) => sideOf(WEIGHTS, drawKey)));
      expect(new Set(sides).size).toBe(2);
    }
  });

  test("does not go by the id of the call, but by what stands for all tries of it", () => {
    const sides = KEYS.map((id) => takenBy(target, { id }, { drawKey: "one" }));
    expect(new Set(sides)).toEqual(new Set([sideOf(WEIGHTS, "one")]));
  });

  test("says how it was drawn", () => {
    expect(decided({ numbers: [line("*", { target })] }).steps).toContainEqual(
      expect.objectContaining({ kind: "split", by: "call" }),
    );
  });
});

describe("a split", () => {
  test("keeps callers where they are when an agent gets another id under its name", () => {
    const shares = (id: string): Target => ({
      kind: "split",
      by: "caller",
      shares: [
        { name: "sales", agent: agent(id, { name: "sales" }), weight: 1 },
        { name: "sales_next", agent: agent("agent_next", { name: "sales_next" }), weight: 1 },
      ],
    });
    const before = NUMBERS.map((from) => takenBy(shares("agent_old"), { from }));
    const after = NUMBERS.map((from) => takenBy(shares("agent_new"), { from }));
    expect(after).toEqual(before.map((id) => (id === "agent_old" ? "agent_new" : id)));
    expect(before).toContain("agent_old");
  });

  test("gives an agent without weight nothing", () => {
    const sides = NUMBERS.map((from) => takenBy(split({ agent_1: 0, agent_2: 1 }), { from }));
    expect(new Set(sides)).toEqual(new Set(["agent_2"]));
  });

  test("of a rule is drawn like one of a number", () => {
    const numbers = [line("*", { rules: [rule({ target: split(WEIGHTS) })] })];
    expect(NUMBERS.map((from) => agentId(decided({ numbers }, { from })))).toEqual(
      NUMBERS.map((from) => sideOf(WEIGHTS, from)),
    );
  });
});
