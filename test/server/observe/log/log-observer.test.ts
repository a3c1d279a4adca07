import { afterAll, describe, expect, test } from "bun:test";
import { explainCall } from "../../../../src/routing/decide.ts";
import { compileTable } from "../../../../src/routing/table/compile.ts";
import { configureLog } from "../../../../src/server/observe/log/log.ts";
import { logObserver } from "../../../../src/server/observe/log/log-observer.ts";
import { call, line, plan, rule, to } from "../../../routing/plans.ts";

const JSON_LINES = { format: "json", level: "info", numbers: "full" } as const;

afterAll(() => configureLog(JSON_LINES, () => {}, "program"));

/** What the log says of a call that one of the rules may decide. */
function toldOf(format: "json" | "text", from: string, channel: "call" | "chat" = "call"): string {
  const table = compileTable(
    plan({
      numbers: [
        line("*", {
          target: to("agent_1"),
          rules: [rule({ name: "night shift", when: { caller: ["+12137771234"] }, target: to("agent_2") })],
        }),
      ],
    }),
  );
  const facts = {
    nowMs: 0,
    drawKey: "call_1",
    over: new Set<string>(),
    flags: new Set<string>(),
    history: undefined,
    lookups: new Map(),
  };
  const { arrival, decision } = explainCall(table, call({ from, channel }), facts);
  const lines: string[] = [];
  configureLog({ ...JSON_LINES, format }, (line) => lines.push(line), "program");
  logObserver().answered({
    event: { ...arrival.call, id: "call_1" },
    arrival,
    facts,
    verdicts: new Map(),
    decision,
    lookups: [],
    isRetry: false,
    config: "0123456789ab",
    ms: 0.1234,
    decisionMs: 0.1,
  });
  return lines.join("");
}

describe("a call is one line", () => {
  test("with who called whom, who takes it, which rule decided and why, the configuration and the microseconds", () => {
    const { "@timestamp": time, ...fields } = JSON.parse(toldOf("json", "+12137771234"));
    expect(Date.parse(time)).toBeGreaterThan(0);
    expect(fields).toEqual({
      level: "INFO",
      message: "call answered",
      logger: "switchhook",
      channel: "call",
      from: "+12137771234",
      to: "+12137771235",
      id: "call_1",
      agent: "agent_2",
      rule: "night shift",
      reason: 'rule "night shift": the caller matched +12137771234',
      config: "0123456789ab",
      us: 123,
    });
  });

  test("without a rule where none decided", () => {
    const fields = JSON.parse(toldOf("json", "+12137770000"));
    expect(fields).toMatchObject({
      agent: "agent_1",
      reason: "the number's own target (after 1 rule not met)",
    });
    expect(fields).not.toHaveProperty("rule");
  });

  test("with `text` as the channel of a text, as in the configuration, the history and the metrics", () => {
    const fields = JSON.parse(toldOf("json", "+12137770000", "chat"));
    expect(fields).toMatchObject({ message: "call passed", channel: "text" });
  });

  test("that reads from left to right as text", () => {
    expect(toldOf("text", "+12137770000").slice(24)).toBe(
      'info    call answered channel=call from=+12137770000 to=+12137771235 id=call_1 agent=agent_1 reason="the number\'s own target (after 1 rule not met)" config=0123456789ab us=123\n',
    );
  });
});

test("what is no HTTP is told with the reason, and summed up where it comes too often", () => {
  const lines: string[] = [];
  configureLog(JSON_LINES, (line) => lines.push(line), "program");
  const observer = logObserver();
  for (let at = 0; at < 100; at++) {
    const address = "192.0.2.1";
    observer.refused({ kind: "malformed request", status: 431, problem: `problem ${at}`, address });
    observer.refused({ kind: "too slow", address });
  }
  observer.flush();
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(told[0]).toMatchObject({
    level: "WARN",
    message: "request refused",
    status: 431,
    reason: "this is not valid HTTP: problem 0",
    address: "192.0.2.1",
  });
  expect(told[1]).toMatchObject({ status: 408, reason: "the request took too long to arrive" });
  expect(told.at(-1)).toMatchObject({ "malformed request": 90, "too slow": 90 });
  expect(told).toHaveLength(21);
});
