import { describe, expect, test } from "bun:test";
import type { CallRecord } from "../../../src/server/observe/record.ts";
import { line, plan, REJECT, rule, to } from "../../routing/plans.ts";
import { adminOf, answered } from "./seen.ts";

const ROUTING = plan({
  numbers: [
    line("+12137771235", {
      target: to("agent_1"),
      rules: [rule({ when: { values: { from_number: ["+12137770000"] } }, target: REJECT })],
    }),
  ],
});

async function callsOf(path: string, ...args: Parameters<typeof adminOf>): Promise<CallRecord[]> {
  const response = await adminOf(...args).app.request(path);
  expect(response.status).toBe(200);
  return ((await response.json()) as { calls: CallRecord[] }).calls;
}

describe("/api/calls", () => {
  const calls = Array.from({ length: 450 }, (_, at) => answered(ROUTING, { id: `call_${at}` }));

  test("has the newest calls, the newest first, and 200 at most", async () => {
    const ids = (await callsOf("/api/calls", ROUTING, calls)).map(({ id }) => id);
    expect(ids).toHaveLength(200);
    expect([ids[0], ids[199]]).toEqual(["call_449", "call_250"]);
  });

  test("has as many as are asked for", async () => {
    const ids = (await callsOf("/api/calls?limit=2", ROUTING, calls)).map(({ id }) => id);
    expect(ids).toEqual(["call_449", "call_448"]);
  });

  test.each(["0", "201", "-1", "ten", "1.5", ""])("says what is wrong with the limit %p", async (limit) => {
    const response = await adminOf(ROUTING, calls).app.request(`/api/calls?limit=${limit}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: "`limit` must be a whole number from 1 to 200" });
  });

  test("has a call that was tried again once", async () => {
    const tries = [answered(ROUTING, { id: "a" }), answered(ROUTING, { id: "a" }, { isRetry: true })];
    expect(await callsOf("/api/calls", ROUTING, tries)).toHaveLength(1);
  });

  test("has no number in full where they are hidden in the log", async () => {
    const headers = { "x-forwarded": "<sip:+12137770001@carrier.example>" };
    const rejected = answered(ROUTING, { from: "+12137770000", headers, id: "call_20261202" });
    const [record] = await callsOf("/api/calls", ROUTING, [rejected], { isMasked: true });
    expect(record).toMatchObject({
      from: "+1******0000",
      to: "+1******1235",
      caller: "+1******0000",
      entry: "+1******1235",
      id: "call_20261202",
      headers: { "x-forwarded": "<sip:+1******0001@carrier.example>" },
      outcome: "reject",
    });
    expect(JSON.stringify(record)).not.toContain("1213777");
  });
});

describe("/api/explain", () => {
  test.each([
    ["from=anonymous", "`to` is missing: the number dialled, such as +12137771235"],
    ["to=%2B12137771235", '`from` is missing: the caller, a number or a word such as "anonymous"'],
    ["to=1&from=2&at=tomorrow", '`at`: "tomorrow" is not a valid time; use'],
    ["to=1&from=2&at=2026-12-25T10:00", '`at`: "2026-12-25T10:00" has no time zone; use'],
    ["to=1&from=2&agent=front%20desk", "`agent` must be an agent id: "],
    ["to=1&from=2&header=gold", '`header` must be name=value, such as x-tier=gold; found "gold"'],
    [`to=1&from=${"2".repeat(2001)}`, "`from` is longer than 2000 characters"],
  ])("says what is wrong with %p", async (query, error) => {
    const response = await adminOf(ROUTING, []).app.request(`/api/explain?${query}`);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toStartWith(error);
  });
});
