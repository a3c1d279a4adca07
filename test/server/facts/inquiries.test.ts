import { describe, expect, test } from "bun:test";
import { receive } from "../../../src/routing/arrival.ts";
import type { Call } from "../../../src/routing/callers/call.ts";
import { decide } from "../../../src/routing/decide.ts";
import type { LookupRequest } from "../../../src/routing/lookups/request.ts";
import type { Answered } from "../../../src/routing/lookups/result.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import { Inquiries } from "../../../src/server/facts/inquiries.ts";
import type { Asker } from "../../../src/server/facts/lookups/asker.ts";
import { Memory } from "../../../src/server/facts/memory.ts";
import { call, line, type PlanSays, plan, REJECT, rule, to } from "../../routing/plans.ts";
import { recalled } from "./recalled.ts";

const LINE = line("*", {
  target: to("agent_1"),
  variables: { plan: "${lookup.crm.plan}", minutes: "${lookup.billing.minutes}" },
});
const SAYS: PlanSays = { lookups: { crm: {}, billing: {} }, numbers: [LINE] };

/** Somebody who answers when told to. */
class SlowAsker implements Asker {
  readonly asked: (readonly LookupRequest[])[] = [];
  readonly withinMs: number[] = [];
  #answer: (() => void)[] = [];
  result: (request: LookupRequest) => Answered = () => FOUND;

  ask(requests: readonly LookupRequest[], withinMs: number): Promise<ReadonlyMap<string, Answered>> {
    this.asked.push(requests);
    this.withinMs.push(withinMs);
    return new Promise((resolve) => {
      this.#answer.push(() =>
        resolve(new Map(requests.map((request) => [request.id, this.result(request)]))),
      );
    });
  }

  answer(): void {
    for (const answer of this.#answer.splice(0)) answer();
  }

  get urls(): string[] {
    return this.asked.flat().map(({ url }) => url);
  }
}

const FOUND: Answered = { kind: "found", value: { plan: "gold" }, ms: 5, from: "network" };

function desk(says: PlanSays = SAYS) {
  const asker = new SlowAsker();
  const clock = { nowMs: 0 };
  const [inquiries, memory] = [new Inquiries(asker, () => clock.nowMs), new Memory()];
  let table = compileTable(plan(says));
  const ask = (of: Partial<Call> = {}, withinMs = 8000) => {
    const arrival = receive(table, call(of));
    const attempt = recalled(memory, arrival, Date.now(), performance.now());
    return { arrival, attempt, found: inquiries.about(arrival, attempt, () => withinMs) };
  };
  return {
    ...{ asker, clock, inquiries, ask },
    reload(next: PlanSays) {
      table = compileTable(plan(next));
    },
  };
}

describe("a call is asked about", () => {
  test("by all the look-ups of its line at once, within the time that it has", async () => {
    const { asker, ask } = desk();
    const { found } = ask({}, 1000);
    expect(asker.asked.map((requests) => requests.map(({ id }) => id))).toEqual([["/crm", "/billing"]]);
    expect(asker.withinMs[0]).toBeLessThan(1000);
    expect(asker.withinMs[0]).toBeGreaterThan(800);
    asker.answer();
    expect((await found)?.lookups.get("/crm")).toEqual({ kind: "found", value: { plan: "gold" } });
  });

  test("by none where the line asks for none, and at once then", () => {
    const { asker, ask } = desk({ ...SAYS, numbers: [line("*", { target: to("agent_1") })] });
    expect(ask().found).toBeUndefined();
    expect(asker.asked).toEqual([]);
  });

  test("by none that needs a number which is withheld", async () => {
    const { asker, ask } = desk();
    const found = await ask({ from: "anonymous" }).found;
    expect(asker.asked).toEqual([]);
    expect(found?.told).toEqual([
      { id: "/crm", name: "crm", result: { kind: "missing" }, ms: 0, from: "nobody" },
      { id: "/billing", name: "billing", result: { kind: "missing" }, ms: 0, from: "nobody" },
    ]);
  });
});

describe("another try of the call", () => {
  test("uses what the first one found, also what failed", async () => {
    const { asker, ask } = desk();
    asker.result = ({ id }) =>
      id === "/crm" ? FOUND : { kind: "failed", reason: "status 503", ms: 5, from: "network" };
    const first = ask().found;
    asker.answer();
    const { lookups, told } = (await first) ?? { lookups: new Map(), told: [] };
    expect(told.map(({ from }) => from)).toEqual(["network", "network"]);
    const again = await ask().found;
    expect(asker.asked.length).toBe(1);
    expect(again?.lookups).toEqual(lookups);
    expect(again?.told.map(({ from }) => from)).toEqual(["first try", "first try"]);
    expect([...lookups.values()].map(({ kind }) => kind)).toEqual(["found", "failed"]);
  });

  test("waits for what the first one is waiting for", async () => {
    const { asker, ask } = desk();
    const tries = [ask().found, ask().found];
    expect(asker.asked.length).toBe(1);
    asker.answer();
    const [first, second] = await Promise.all(tries);
    expect(second?.lookups).toEqual(first?.lookups ?? new Map());
  });

  test("asks anew what is another question since, and nothing else", async () => {
    const { asker, ask, reload } = desk();
    const first = ask().found;
    asker.answer();
    await first;
    reload({ ...SAYS, lookups: { crm: {}, billing: { url: "https://new.example/${from_number}" } } });
    const again = ask().found;
    asker.answer();
    expect((await again)?.told.map(({ name, from }) => [name, from])).toEqual([
      ["crm", "first try"],
      ["billing", "network"],
    ]);
    expect(asker.urls.at(-1)).toBe("https://new.example/%2B12137771234");
  });

  test("of another call is none", async () => {
    const { asker, ask } = desk();
    void ask({ id: "call_1" });
    void ask({ id: "call_2" });
    expect(asker.asked.length).toBe(2);
    asker.answer();
  });
});

describe("a call goes on", () => {
  test("when its time is over, with what is not there failed", async () => {
    const { ask } = desk();
    const found = await ask({}, 20).found;
    expect(found?.lookups.get("/crm")).toEqual({ kind: "failed", reason: "no answer in time" });
  });

  test("at once when the server stops, and asks nobody any more", async () => {
    const { asker, inquiries, ask } = desk();
    const waiting = ask().found;
    inquiries.releaseAll();
    expect((await waiting)?.lookups.get("/crm")?.kind).toBe("failed");
    expect((await ask({ id: "call_2" }).found)?.lookups.get("/crm")?.kind).toBe("failed");
    expect(asker.asked.length).toBe(1);
  });

  test("where whoever asks breaks", async () => {
    const broken: Asker = { ask: () => Promise.reject(new Error("out of order")) };
    const table = compileTable(plan(SAYS));
    const arrival = receive(table, call());
    const attempt = recalled(new Memory(), arrival, 0, 0);
    const found = await new Inquiries(broken).about(arrival, attempt, () => 8000);
    expect(found?.lookups.get("/crm")).toEqual({ kind: "failed", reason: "out of order" });
  });
});

test("limits are asked when a call is decided: those that wait for look-ups do not all slip through", async () => {
  const says: PlanSays = {
    lookups: { crm: {} },
    limits: { once: { calls: 1, perMs: 60_000, by: "caller" } },
    numbers: [
      line("*", {
        target: to("agent_1"),
        variables: { plan: "${lookup.crm.plan}" },
        rules: [rule({ when: { over: ["once"] }, target: REJECT })],
      }),
    ],
  };
  const { asker, ask } = desk(says);
  const outcome = async (id: string) => {
    const { arrival, attempt, found } = ask({ id });
    const { lookups } = (await found) ?? { lookups: new Map() };
    const decision = decide(arrival, attempt.facts(lookups));
    attempt.count(decision);
    return decision.outcome;
  };
  const outcomes = [outcome("a"), outcome("b"), outcome("a")];
  asker.answer();
  expect(await Promise.all(outcomes)).toEqual(["agent", "reject", "agent"]);
});

test("what was found for the next try is bounded", async () => {
  const { asker, ask } = desk({ ...SAYS, lookups: { crm: {} } });
  const value = "x".repeat(4 * 1024 * 1024);
  asker.result = () => ({ kind: "found", value: { value }, ms: 1, from: "network" });
  for (let at = 0; at < 10; at++) {
    const found = ask({ id: `call_${at}` }).found;
    asker.answer();
    await found;
    await new Promise((resolve) => setImmediate(resolve));
  }
  void ask({ id: "call_9" }).found;
  expect(asker.asked.length).toBe(10);
  void ask({ id: "call_0" }).found;
  expect(asker.asked.length).toBe(11);
  asker.answer();
});

test("what was found is forgotten once no retry can come, when another call is asked about", async () => {
  const { asker, clock, inquiries, ask } = desk({ ...SAYS, lookups: { crm: {} } });
  const answered = async (found: Promise<unknown> | undefined) => {
    asker.answer();
    await found;
    await new Promise((resolve) => setImmediate(resolve));
  };
  const first = ask({ id: "call_1" });
  await answered(first.found);
  const again = () => inquiries.about(first.arrival, first.attempt, () => 8000);
  clock.nowMs = 600_000;
  await answered(ask({ id: "call_2" }).found);
  await answered(again());
  expect(asker.asked.length).toBe(2);
  clock.nowMs++;
  await answered(ask({ id: "call_3" }).found);
  await answered(again());
  expect(asker.asked.length).toBe(4);
});
