import { expect, test } from "bun:test";
import { RecentCalls } from "../../../src/server/observe/recent.ts";
import { recordOf } from "../../../src/server/observe/record.ts";
import { line, plan, to } from "../../routing/plans.ts";
import { answered } from "../admin/seen.ts";

const ROUTING = plan({ numbers: [line("*", { target: to("agent_1") })] });
const call = (id: string) => answered(ROUTING, { id });

test("calls of before this process stand behind those that came while they were read", () => {
  const recent = new RecentCalls();
  recent.answered(call("new"));
  recent.restore(Array.from({ length: 300 }, (_, at) => recordOf(call(`old ${at}`))));
  const ids = recent.latest().map(({ id }) => id);
  expect(ids).toHaveLength(200);
  expect(ids.slice(0, 3)).toEqual(["new", "old 299", "old 298"]);
});

test("what has changed can be told by a count", () => {
  const recent = new RecentCalls();
  for (let at = 0; at < 1000; at++) recent.answered(call(String(at)));
  expect(recent.count).toBe(1000);
  expect(recent.latest(3).map(({ id }) => id)).toEqual(["999", "998", "997"]);
});
