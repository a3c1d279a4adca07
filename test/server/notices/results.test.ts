import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { Results } from "../../../src/server/notices/results.ts";
import { configureLog } from "../../../src/server/observe/log/log.ts";

const lines: string[] = [];
const LOG = { format: "json", level: "info", numbers: "full" } as const;
beforeAll(() => configureLog(LOG, (line) => void lines.push(line), "program"));
afterAll(() => configureLog(LOG, () => {}, "program"));
beforeEach(() => void lines.splice(0));

let nowMs = 0;

function results(): Results {
  nowMs = 0;
  return new Results("slack", () => nowMs);
}

/** The log, without what every line has. */
function told(): unknown[] {
  return lines.map((line) => {
    const { level, message, "@timestamp": _time, logger: _logger, ...fields } = JSON.parse(line);
    return [level, message, fields];
  });
}

test("a receiver that works is not spoken of", () => {
  const fares = results();
  for (let at = 0; at < 1000; at++) fares.delivered();
  fares.stopped(0);
  expect(told()).toEqual([]);
  expect(fares.counts).toEqual({ delivered: 1000, failed: 0, dropped: 0 });
});

test("a receiver is said once to fail, and once to be well again, with what was lost", () => {
  const fares = results();
  for (let at = 0; at < 500; at++) fares.failed(`reason ${at}`, 3);
  for (let at = 0; at < 70; at++) fares.dropped();
  for (let at = 0; at < 5; at++) fares.delivered();
  expect(told()).toEqual([
    ["WARN", "notices are not delivered", { notify: "slack", reason: "reason 0", tries: 3 }],
    ["INFO", "notices are delivered again", { notify: "slack", failed: 500, dropped: 70 }],
  ]);
  expect(fares.counts).toEqual({ delivered: 5, failed: 500, dropped: 70 });
});

test("a receiver that is too slow is said to be", () => {
  const fares = results();
  fares.dropped();
  expect(told()).toEqual([
    ["WARN", "notices are dropped: calls come faster than the receiver takes them", { notify: "slack" }],
  ]);
});

test("why a receiver takes nothing is said also where many wait before that is known", () => {
  const fares = results();
  fares.dropped();
  fares.failed("connection refused", 3);
  fares.dropped();
  fares.failed("connection refused", 3);
  expect(told()).toEqual([
    ["WARN", "notices are dropped: calls come faster than the receiver takes them", { notify: "slack" }],
    ["WARN", "notices are not delivered", { notify: "slack", reason: "connection refused", tries: 3 }],
  ]);
});

test("a receiver that fails now and then is spoken of twice a minute at most, and nothing lost is forgotten", () => {
  const fares = results();
  for (let second = 0; second < 120; second++) {
    nowMs = second * 1000;
    fares.failed("status 500", 3);
    fares.delivered();
  }
  expect(told()).toEqual([
    ["WARN", "notices are not delivered", { notify: "slack", reason: "status 500", tries: 3 }],
    ["INFO", "notices are delivered again", { notify: "slack", failed: 1, dropped: 0 }],
    ["WARN", "notices are not delivered", { notify: "slack", reason: "status 500", tries: 3 }],
    ["INFO", "notices are delivered again", { notify: "slack", failed: 60, dropped: 0 }],
  ]);
  fares.stopped(7);
  expect(told().slice(4)).toEqual([
    [
      "WARN",
      "notices were still not delivered when the server stopped",
      { notify: "slack", failed: 59, dropped: 7 },
    ],
  ]);
  expect(fares.counts).toEqual({ delivered: 120, failed: 120, dropped: 7 });
});
