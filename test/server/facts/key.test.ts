import { heapStats } from "bun:jsc";
import { describe, expect, test } from "bun:test";
import { receive } from "../../../src/routing/arrival.ts";
import { decide } from "../../../src/routing/decide.ts";
import { compileTable } from "../../../src/routing/table/compile.ts";
import { keyOf } from "../../../src/server/facts/key.ts";
import { Memory } from "../../../src/server/facts/memory.ts";
import { call, line, plan, REJECT, rule, to } from "../../routing/plans.ts";
import { recalled } from "./recalled.ts";

test.each(["", "+12137771234", "anonymous", "x".repeat(64), "größe"])(
  "a short text is its own key: %p",
  (text) => {
    expect(keyOf(text)).toBe(text);
  },
);

test("a long text has a short key of its own", () => {
  const long = (end: string) => keyOf(`sip:${"x".repeat(60_000)}${end}`);
  expect(long("a").length).toBeLessThan(64);
  expect(long("a")).toBe(long("a"));
  expect(long("a")).not.toBe(long("b"));
});

describe("callers of 60 KB each", () => {
  const limits = { often: { calls: 3, perMs: 3_600_000, by: "caller" as const } };
  const rules = [rule({ when: { over: ["often"] }, target: REJECT })];
  const table = compileTable(plan({ limits, numbers: [line("*", { target: to("agent_1"), rules })] }));
  const heapBytes = () => {
    Bun.gc(true);
    return heapStats().heapSize + heapStats().extraMemorySize;
  };

  test.each([
    ["without an id", undefined],
    ["with a long id", "i".repeat(60_000)],
  ])("%s cost no more memory than others", (_what, id) => {
    const memory = new Memory();
    const before = heapBytes();
    for (let at = 0; at < 200; at++) {
      const arrival = receive(
        table,
        call({ from: `sip:${at}${"x".repeat(60_000)}`, id: id === undefined ? undefined : `${at}${id}` }),
      );
      const { known, count } = recalled(memory, arrival, at, at);
      count(decide(arrival, known));
    }
    // 12 MB and more where the texts are kept.
    expect(heapBytes() - before).toBeLessThan(3_000_000);
  });
});
