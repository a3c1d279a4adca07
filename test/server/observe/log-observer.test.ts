import { afterAll, expect, test } from "bun:test";
import { configureLog } from "../../../src/server/observe/log.ts";
import { logObserver } from "../../../src/server/observe/log-observer.ts";

const JSON_LINES = { format: "json", level: "info", numbers: "full" } as const;

afterAll(() => configureLog(JSON_LINES, () => {}, "program"));

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
